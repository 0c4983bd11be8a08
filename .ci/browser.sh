#!/usr/bin/env bash
# Runs browser.py against the served demo: the real connector, the playground and its page.
set -euo pipefail
cd "$(dirname "$0")/.."

binary=${KOPPELAAR_BINARY:-target/release/koppelaar}
port=${KOPPELAAR_BROWSER_PORT:-18432}
shots=${1:-target/ci/shots}
axe=target/ci/axe/node_modules/axe-core/axe.min.js

mkdir -p "$shots"
"$binary" demo --serve --listen "127.0.0.1:$port" >target/ci/served.txt &
server=$!
trap 'kill "$server" 2>/dev/null || true' EXIT
curl --silent --fail --retry 60 --retry-delay 1 --retry-connrefused --output /dev/null "http://127.0.0.1:$port/"
for _ in $(seq 120); do
    grep -q '^Open http' target/ci/served.txt && break
    sleep 0.5
done
python3 .ci/browser.py "http://127.0.0.1:$port" "$shots" $([ -f "$axe" ] && echo --axe "$axe")
