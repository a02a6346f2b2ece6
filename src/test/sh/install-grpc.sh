#!/bin/sh
# Builds the programs of src/test/grpc, whose libraries come from their registries: install-grpc.sh DIRECTORY
# Makes DIRECTORY/go and DIRECTORY/python. Needs any Go, Debian's curl, unzip, python3 and python3-pip, and the network unless these versions are there.
set -eu

directory=$1
tests=$(cd "$(dirname "$0")/.." && pwd)
requirements=$tests/grpc/python/requirements.txt

mkdir -p "$directory"
(cd "$tests/grpc/go" && "$tests/sh/go.sh" build -o "$directory/go" .)

! cmp -s "$requirements" "$directory/requirements.txt" || exit 0
rm -rf "$directory/python"
/usr/bin/python3 -m pip install --quiet --disable-pip-version-check --root-user-action ignore --no-deps --require-hashes \
    --target "$directory/python" --requirement "$requirements"
cp "$requirements" "$directory/requirements.txt"
