#!/usr/bin/env bash
# Builds @NAME@.wasm beside this script. Keep package-lock.json: it pins what the build depends on.
set -euo pipefail
cd "$(dirname "$0")"
[ -d node_modules ] || npm install --silent --no-audit --no-fund --ignore-scripts
# The QuickJS engine, with its system interface stubbed: a rule module may ask for nothing.
npx jco componentize rules.js --wit wit/v1 --world-name rules --backend quickjs \
  --backend-qjs-disable-async --backend-qjs-stub-wasi --out @NAME@.wasm >&2
echo "@NAME@.wasm $(stat -c %s @NAME@.wasm) bytes"
