#!/bin/sh
# Installs the server of src/test/js/oidc-provider and its packages in a directory: install-oidc-provider.sh DIRECTORY
# Needs the network only if the packages there are missing, or are not those of the lock file.
set -eu

source=$(cd "$(dirname "$0")/../js/oidc-provider" && pwd)
directory=$1

needed='the suite e2e needs Node.js 20 or newer and npm (Debian 13: apt-get install nodejs npm; the Node.js of Debian 12 is too old)'

for tool in node npm; do
    if ! command -v "$tool" >/dev/null; then
        echo "$tool is missing: $needed" >&2
        exit 1
    fi
done
if ! node -e 'process.exit(process.versions.node.split(".")[0] >= 20 ? 0 : 1)'; then
    echo "Node.js $(node --version) is too old: $needed" >&2
    exit 1
fi

mkdir -p "$directory"
cp "$source"/*.mjs "$source"/package*.json "$directory"
cd "$directory"
if ! cmp -s package-lock.json node_modules/installed-lock.json; then
    npm ci --ignore-scripts --no-audit --no-fund
    cp package-lock.json node_modules/installed-lock.json
fi
