#!/bin/sh
# Builds the programs of src/test/kubernetes, unless ~/.cache/token-sidecar has them, and makes a link to them:
# build-kubernetes.sh LINK
# Needs some Go, and the network for the first build. That takes 4 minutes on two cores, and 4 GB in the caches of Go.
set -eu

link=$1
programs='etcd kube-apiserver kube-controller-manager kube-scheduler kubelet kubectl'
source=$(cd "$(dirname "$0")/../kubernetes" && pwd)

version=$(sed -n 's/^\tk8s\.io\/kubernetes v//p' "$source/go.mod")
# Helm, among others, asks the API server for it
flags="-s -w -X k8s.io/component-base/version.gitVersion=v$version"
contents=$( (cat "$source/main.go" "$source/go.mod" "$source/go.sum" && echo "$flags") | sha256sum | cut -c 1-12)
built=${XDG_CACHE_HOME:-$HOME/.cache}/token-sidecar/kubernetes/$version-$contents

if [ ! -d "$built" ]; then
    echo "building Kubernetes $version, which takes some minutes" >&2
    mkdir -p "${built%/*}"
    new=$(mktemp -d "$built.XXXXXX")
    trap 'rm -rf "$new"' EXIT
    (cd "$source" && nice ../sh/go.sh build -trimpath -buildvcs=false -ldflags "$flags" -o "$new/kubernetes" .)
    for program in $programs; do
        ln -s kubernetes "$new/$program"
    done
    chmod 755 "$new"
    # another build may have been faster; then this one is not needed
    mv -T "$new" "$built" 2>/dev/null || [ -d "$built" ]
fi
mkdir -p "$(dirname "$link")"
ln -sfn "$built" "$link"
