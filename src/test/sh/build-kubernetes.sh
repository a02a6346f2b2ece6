#!/bin/sh
# Builds the programs of src/test/kubernetes, unless ~/.cache/token-sidecar has them, and makes a link to them:
# build-kubernetes.sh LINK
# Needs some Go, and the network for the first build. That takes 4 minutes on two cores, and 4 GB in the caches of Go.
set -eu

link=$1
programs='etcd kube-apiserver kube-controller-manager kube-scheduler kubelet kubectl'
source=$(cd "$(dirname "$0")/../kubernetes" && pwd)

version=$(sed -n 's/^\tk8s\.io\/kubernetes v//p' "$source/go.mod")
contents=$(cat "$source/main.go" "$source/go.mod" "$source/go.sum" | sha256sum | cut -c 1-12)
built=${XDG_CACHE_HOME:-$HOME/.cache}/token-sidecar/kubernetes/$version-$contents

# Go 1.21 and newer fetch the Go that Kubernetes asks for. An older one, as in Debian 12, knows only where modules are, and
# Go is one of them.
toolchain=go1.26.8
fetch_go() {
    case $(uname -m) in
        x86_64) set -- amd64 30c2b1bf7dcc88d3eb0a1364e47ddd9128edb3110a30e8a0ef61cd5856b31de7 ;;
        aarch64) set -- arm64 02b36b6787b3ac767668f630e2998df45a3b1f9ffee08d1bf3ef6487cd658d99 ;;
        *)
            echo "the suite kubernetes needs Go 1.21 or newer on $(uname -m)" >&2
            exit 1
            ;;
    esac
    proxy=$(go env GOPROXY | sed 's/[,|].*//')
    curl -fsSL -o "$new/go.zip" "$proxy/golang.org/toolchain/@v/v0.0.1-$toolchain.linux-$1.zip"
    echo "$2  $new/go.zip" | sha256sum -c --quiet
    unzip -q "$new/go.zip" -d "$new"
    PATH=$new/golang.org/toolchain@v0.0.1-$toolchain.linux-$1/bin:$PATH
    chmod -R u+x "${PATH%%:*}" "${PATH%%/bin:*}/pkg/tool"
}

if [ ! -d "$built" ]; then
    if ! command -v go >/dev/null; then
        echo 'the suite kubernetes needs Go, of any version: install golang-go, for example' >&2
        exit 1
    fi
    echo "building Kubernetes $version, which takes some minutes" >&2
    mkdir -p "${built%/*}"
    new=$(mktemp -d "$built.XXXXXX")
    trap 'rm -rf "$new"' EXIT
    if ! go env GOVERSION | grep -qE '^go1\.(2[1-9]|[3-9][0-9])'; then
        fetch_go
    fi
    (cd "$source" && CGO_ENABLED=0 GOTOOLCHAIN=auto nice go build -trimpath -buildvcs=false -ldflags '-s -w' -o "$new/kubernetes" .)
    rm -rf "$new/go.zip" "$new/golang.org"
    for program in $programs; do
        ln -s kubernetes "$new/$program"
    done
    chmod 755 "$new"
    # another build may have been faster; then this one is not needed
    mv -T "$new" "$built" 2>/dev/null || [ -d "$built" ]
fi
mkdir -p "$(dirname "$link")"
ln -sfn "$built" "$link"
