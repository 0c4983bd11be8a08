#!/usr/bin/env bash
# Builds the example modules, and a new project in each language, and holds each against its fixtures.
#   usage: examples.sh [KOPPELAAR]
# KOPPELAAR is the program; without it, target/release/koppelaar. Installs jco from npm and componentize-py from PyPI,
# in the examples' own folders.
set -euo pipefail
root=$(realpath -m "$(dirname "${BASH_SOURCE[0]}")/../..")
koppelaar=$(realpath "${1:-$root/target/release/koppelaar}")
examples=$root/wasm-rules/examples
export CARGO_TARGET_DIR=$root/wasm-rules/target
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

try() { # FOLDER: builds, checks and tests the project there
  cd "$1"
  local name
  name=$(basename "$1")
  ./build.sh
  if [ -f rules.test.js ]; then node --test >"$work/log" 2>&1 || { cat "$work/log"; return 1; }; fi
  if [ -f test_rules.py ]; then PYTHONPATH=bindings python3 -m unittest --quiet; fi
  "$koppelaar" rules check "$name.wasm" ${2:+--settings "$2"} >"$work/log" || { cat "$work/log"; return 1; }
  "$koppelaar" rules test .
}

for name in sint-niklaas lelystad utrecht-west; do
  settings=
  if [ -f "$examples/$name/settings.json" ]; then settings=settings.json; fi
  try "$examples/$name" "$settings"
  "$koppelaar" demo --posts posts.jsonl --module "$name.wasm" >"$work/demo"
  tail -n 1 "$work/demo"
done

cd "$work"
for language in rust javascript python; do
  "$koppelaar" rules new "new-$language" --language "$language" >/dev/null
done
# What was installed for the examples is the same.
ln -s "$examples/lelystad/node_modules" new-javascript/node_modules
ln -s "$examples/utrecht-west/.venv" new-python/.venv
(cd new-rust && cargo test --quiet >"$work/log" 2>&1) || { cat "$work/log"; exit 1; }
for language in rust javascript python; do
  try "$work/new-$language"
done
