#!/usr/bin/env bash
# Builds sint-niklaas.wasm beside this script.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
eval "$("$here/../../build/wasm-target.sh")"
# Not the workspace's own target directory, so that this does not wait for other builds.
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$here/../../target}
export CARGO_PROFILE_RELEASE_OPT_LEVEL=s CARGO_PROFILE_RELEASE_LTO=true CARGO_PROFILE_RELEASE_PANIC=abort
export CARGO_PROFILE_RELEASE_CODEGEN_UNITS=1 CARGO_PROFILE_RELEASE_STRIP=symbols
cargo build --quiet --locked --release --target wasm32-unknown-unknown --lib --manifest-path "$here/Cargo.toml"
cp "$CARGO_TARGET_DIR/wasm32-unknown-unknown/release/sint_niklaas.wasm" "$here/sint-niklaas.wasm"
echo "sint-niklaas.wasm $(stat -c %s "$here/sint-niklaas.wasm") bytes"
