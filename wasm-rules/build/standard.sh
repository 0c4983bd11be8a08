#!/usr/bin/env bash
# Builds wasm-rules/standard/standard.wasm, the standard rule module, so that everybody gets the same bytes.
#   usage: standard.sh [--check | --any-std]
# --check leaves the committed file alone and exits with 3 when it differs.
# --any-std builds with whichever standard library this machine can have, for where the one above is not to be had: the
# bytes differ then. Prints the file's path and leaves the committed one alone.
set -euo pipefail
rust=1.95.0
root=$(realpath -m "$(dirname "${BASH_SOURCE[0]}")/../..")
committed=$root/wasm-rules/standard/standard.wasm
# Crate hashes, and with them the order of functions, depend on where std was built: one place for everybody.
std=/var/tmp/koppelaar-wasm-$rust

case "${1:-}" in
  "" | --check) source=1 ;;
  --any-std) source=0 ;;
  *) echo "usage: standard.sh [--check | --any-std]" >&2; exit 2 ;;
esac
if [ "$(rustc --version | cut -d' ' -f2)" != "$rust" ]; then
  export RUSTUP_TOOLCHAIN=$rust
  rustc --version >/dev/null || { echo "the standard module is built with rustc \`$rust\` only: run \`rustup toolchain install $rust\`" >&2; exit 1; }
fi

# Settings of whoever calls must not change the bytes.
unset RUSTFLAGS CARGO_ENCODED_RUSTFLAGS CARGO_BUILD_RUSTFLAGS RUSTC_WRAPPER RUSTC_WORKSPACE_WRAPPER CARGO_INCREMENTAL
exports=$(WASM_TARGET_FROM_SOURCE=$source "$root/wasm-rules/build/wasm-target.sh" "$std")
eval "$exports"
cargo_home=${CARGO_HOME:-$HOME/.cargo}
export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS="${CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS:-} --remap-path-prefix=$root=/koppelaar --remap-path-prefix=$cargo_home=/cargo"
export CARGO_PROFILE_RELEASE_PANIC=abort CARGO_PROFILE_RELEASE_OPT_LEVEL=3 CARGO_PROFILE_RELEASE_LTO=fat
export CARGO_PROFILE_RELEASE_CODEGEN_UNITS=1 CARGO_PROFILE_RELEASE_DEBUG=false CARGO_PROFILE_RELEASE_STRIP=symbols
export CARGO_PROFILE_RELEASE_INCREMENTAL=false
# Not the workspace's own target directory: the profile differs, and both would rebuild each other's files.
# From scratch: cargo does not notice when the standard library was built anew.
export CARGO_TARGET_DIR=$root/wasm-rules/target
rm -rf "$CARGO_TARGET_DIR"
cargo build --quiet --locked --release --target wasm32-unknown-unknown --package koppelaar-standard --lib \
  --manifest-path "$root/Cargo.toml"
built=$CARGO_TARGET_DIR/wasm32-unknown-unknown/release/koppelaar_standard.wasm

if [ "${1:-}" = --check ]; then
  if ! cmp -s "$built" "$committed"; then
    echo "\`wasm-rules/standard/standard.wasm\` is not what its source builds: $(sha256sum <"$committed" | cut -c1-16) committed, $(sha256sum <"$built" | cut -c1-16) built" >&2
    echo "hint: run \`wasm-rules/build/standard.sh\` and commit the file" >&2
    exit 3
  fi
elif [ "${1:-}" = --any-std ]; then
  echo "$built"
  exit
else
  cp "$built" "$committed"
fi
echo "standard.wasm $(stat -c %s "$committed") bytes, sha256 $(sha256sum <"$committed" | cut -d' ' -f1)"
