#!/usr/bin/env bash
# Builds @NAME@.wasm beside this script.
set -euo pipefail
cd "$(dirname "$0")"
eval "$(./wasm-target.sh)"
cargo build --quiet --release --target wasm32-unknown-unknown --lib
cp "${CARGO_TARGET_DIR:-target}/wasm32-unknown-unknown/release/@CRATE@.wasm" @NAME@.wasm
echo "@NAME@.wasm $(stat -c %s @NAME@.wasm) bytes"
