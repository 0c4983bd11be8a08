#!/usr/bin/env bash
# Builds utrecht-west.wasm beside this script, with the versions that requirements.txt pins.
set -euo pipefail
cd "$(dirname "$0")"
if [ ! -x .venv/bin/componentize-py ]; then
  python3 -m venv .venv
  .venv/bin/pip install --quiet --disable-pip-version-check --requirement requirements.txt
fi
# The bindings are for the tests and for editors; the component gets its own.
rm -rf bindings && .venv/bin/componentize-py --quiet --wit-path ../../wit/v1 --world rules bindings bindings
# Only the module itself is packed, not this folder. The stubs take the place of the system interface, so that the
# component asks for nothing.
rm -rf build && mkdir build && cp rules.py columns.py build/
PYTHONHASHSEED=0 .venv/bin/componentize-py --quiet --wit-path ../../wit/v1 --world rules componentize rules \
  --python-path build --stub-wasi --output utrecht-west.wasm
echo "utrecht-west.wasm $(stat -c %s utrecht-west.wasm) bytes"
