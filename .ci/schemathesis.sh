#!/usr/bin/env bash
# Runs schemathesis against the playground with the API description. Wants the built binary; installs schemathesis
# into a virtual environment of its own. KOPPELAAR_SCHEMATHESIS_EXAMPLES is the number of cases per operation.
set -euo pipefail
cd "$(dirname "$0")/.."

binary=${KOPPELAAR_BINARY:-target/release/koppelaar}
port=${KOPPELAAR_SCHEMATHESIS_PORT:-18431}
examples=${KOPPELAAR_SCHEMATHESIS_EXAMPLES:-100}
venv=target/ci/schemathesis
url=http://127.0.0.1:$port

if [[ ! -x $venv/bin/st ]]; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check 'schemathesis==4.32.5'
fi

"$binary" playground --listen "127.0.0.1:$port" >/dev/null &
server=$!
trap 'kill "$server" 2>/dev/null || true' EXIT

client=(-d client_id=sint-niklaas -d client_secret=playground-sint-niklaas)
answer=$(curl --silent --show-error --fail --retry 50 --retry-delay 1 --retry-connrefused \
    "$url/oauth/token" -d grant_type=client_credentials "${client[@]}")
token=$(python3 -c 'import json, sys; print(json.load(sys.stdin)["access_token"])' <<<"$answer")

# The conversation that the operations on conversations are tried on.
curl --silent --show-error --fail --output /dev/null "$url/v1/conversations" \
    -H "Authorization: Bearer $token" -H 'Idempotency-Key: schemathesis-first' --json \
    '{"recipient_id":"concierge-sint-niklaas","text":"Hallo","client_reference":"schemathesis-first"}'

"$venv/bin/st" --config-file .ci/schemathesis.toml run connector/platform-api.yaml --url "$url" \
    --header "Authorization: Bearer $token" --seed 1 --max-examples "$examples" --generation-database none
