#!/bin/sh
# Lists the tags of a repository in a registry for each line of its input: client.sh DIRECTORY
# Debian 12 has Podman 4.3.1.
set -eu

while read -r _; do
    podman search --list-tags --tls-verify=false --authfile "$(dirname "$0")/auth.json" docker://127.0.0.1:9193/app >"$1/tags"
    sed -n 's/.* accepted *$/accepted/p' "$1/tags"
done
