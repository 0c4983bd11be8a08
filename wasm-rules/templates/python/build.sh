#!/usr/bin/env bash
# Builds @NAME@.wasm beside this script, with the versions that requirements.txt pins.
set -euo pipefail
cd "$(dirname "$0")"
if [ ! -x .venv/bin/componentize-py ]; then
  python3 -m venv .venv
  .venv/bin/pip install --quiet --disable-pip-version-check --requirement requirements.txt
fi
# For the tests and for editors; the component gets its own.
rm -rf bindings && .venv/bin/componentize-py --quiet --wit-path wit/v1 --world rules bindings bindings
# Only the module is packed, not this folder. Its system interface is stubbed: a rule module may ask for nothing.
rm -rf build && mkdir build && cp rules.py columns.py build/
PYTHONHASHSEED=0 .venv/bin/componentize-py --quiet --wit-path wit/v1 --world rules componentize rules \
  --python-path build --stub-wasi --output @NAME@.wasm
echo "@NAME@.wasm $(stat -c %s @NAME@.wasm) bytes"
