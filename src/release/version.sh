#!/usr/bin/env bash
# Prints the version of the POM, or writes another one everywhere: version.sh [NEW]
# VersionTest knows the places. It fails if this leaves one out.
set -euo pipefail
cd "$(dirname "$0")/../.."

old=$(sed -n '/<artifactId>token-sidecar</{n;s/.*<version>\(.*\)<.*/\1/p;q}' pom.xml)
if [[ $# -eq 0 ]]; then
    echo "$old"
    exit
fi
new=$1
[[ $new =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || {
    echo "version.sh: '$new' is not a version: write 1.2.3" >&2
    exit 2
}
quoted=${old//./\\.}
sed -i "/<artifactId>token-sidecar</{n;s/$quoted/$new/}" pom.xml
sed -i "s/^ARG VERSION=$quoted$/ARG VERSION=$new/" Dockerfile.jvm Dockerfile.native
sed -i "s/^\(version\|appVersion\): $quoted$/\1: $new/" charts/token-sidecar/Chart.yaml
sed -i "s/^    version: $quoted$/    version: $new/" docs/kubernetes.md
sed -i "s/newTag: $quoted-native$/newTag: $new-native/" k8s/native/kustomization.yaml
sed -i "s/\(version: \|\"version\" : \"\)$quoted/\1$new/" src/main/resources/openapi.yaml src/main/resources/openapi.json
sed -i "s/CURRENT = \"$quoted\"/CURRENT = \"$new\"/" src/main/java/dev/tokensidecar/cli/Version.java
image='registry\.example\.com/token-sidecar\(-demo\)\?:'
grep -rl --exclude-dir=target "$image$quoted" README.md Dockerfile.* compose.yaml docs k8s examples src/test/sh |
    xargs sed -i "s|\($image\)$quoted|\1$new|g"
