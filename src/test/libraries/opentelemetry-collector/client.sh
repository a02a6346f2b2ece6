#!/bin/bash
# Runs a collector that exports while its client waits, and sends it a span for each line of its input: client.sh DIRECTORY
set -euo pipefail

"$1/client" --config="$(dirname "$0")/collector.yaml" >"$1/collector.log" 2>&1 </dev/null &
server=$!
trap 'kill "$server"; wait "$server" || true' EXIT

span='{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b174","name":"call","kind":1,
    "startTimeUnixNano":"1","endTimeUnixNano":"2"}'

# Succeeds if the API has accepted the span.
exported() {
    curl -sf --retry 50 --retry-delay 1 --retry-connrefused -H 'Content-Type: application/json' -o /dev/null \
        -d "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[$span]}]}]}" http://127.0.0.1:9196/v1/traces
}

while read -r _; do
    exported && echo accepted
done
