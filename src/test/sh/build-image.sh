#!/usr/bin/env bash
# Builds the JVM image on stand-ins for its base images, from Maven's local repository, and tags it with the name that the
# manifests use: build-image.sh DIRECTORY
set -euo pipefail
cd "$(dirname "$0")/../../.."

export CONTAINERS_CONF=$PWD/src/test/resources/podman/containers.conf
mkdir -p "$1"
src/test/sh/base-images.sh "$1"
podman build --quiet --network=none --pull=never --format=docker --volume "$HOME/.m2:/root/.m2" \
    --file Dockerfile.jvm --tag registry.example.com/token-sidecar:0.1.0 . >"$1/build.log" 2>&1 ||
    { cat "$1/build.log" >&2; exit 1; }
touch "$1/built"
