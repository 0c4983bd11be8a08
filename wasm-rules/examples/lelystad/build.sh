#!/usr/bin/env bash
# Builds lelystad.wasm beside this script, with the versions that package-lock.json pins.
set -euo pipefail
cd "$(dirname "$0")"
[ -d node_modules ] || npm ci --silent --no-audit --no-fund --ignore-scripts
# QuickJS and no other engine: 1.6 MB instead of 12. Its system interface is stubbed, so that the component asks for
# nothing.
npx jco componentize rules.js --wit ../../wit/v1 --world-name rules --backend quickjs \
  --backend-qjs-disable-async --backend-qjs-stub-wasi --out lelystad.wasm >&2
echo "lelystad.wasm $(stat -c %s lelystad.wasm) bytes"
