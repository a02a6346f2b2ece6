#!/bin/bash
# Runs a Prometheus, and reads the result of its latest scrape for each line of its input: client.sh DIRECTORY
# Debian 12 has Prometheus 2.42.0.
set -euo pipefail

rm -rf "$1/data"
prometheus --config.file="$(dirname "$0")/prometheus.yml" --storage.tsdb.path="$1/data" --web.listen-address=127.0.0.1:9195 \
    >"$1/prometheus.log" 2>&1 </dev/null &
server=$!
trap 'kill "$server"; wait "$server" || true' EXIT

# The latest successful scrape: both have to be later than the request.
scraped() {
    curl -sG http://127.0.0.1:9195/api/v1/query --data-urlencode "query=timestamp(up{job=\"api\"} == 1) > bool $1" | grep -q '"1"]'
}

while read -r _; do
    asked=$(date +%s)
    for ((left = 300; left > 0; left--)); do
        scraped "$asked" && break
        sleep 0.1
    done
    ((left > 0)) && echo accepted
done
