#!/usr/bin/env bash
# Builds the JVM image and that of the demo server on stand-ins for their base images, from Maven's local repository, and tags
# them with the names that the manifests use: build-image.sh DIRECTORY
set -euo pipefail
cd "$(dirname "$0")/../../.."

export CONTAINERS_CONF=$PWD/src/test/resources/podman/containers.conf
mkdir -p "$1"
src/test/sh/base-images.sh "$1"
build() { # image, options...
    podman build --quiet --network=none --pull=never --format=docker --volume "$HOME/.m2:/root/.m2" \
        --file Dockerfile.jvm --tag "$1" "${@:2}" . >>"$log" 2>&1 ||
        { cat "$log" >&2; exit 1; }
}

log=$1/build.log
: >"$log"
build registry.example.com/token-sidecar:0.1.0
build registry.example.com/token-sidecar-demo:0.1.0 --target demo
touch "$1/built"
