#!/usr/bin/env bash
# Builds the image of the last commit for amd64 and arm64, and pushes it, and that of the demo server: image.sh REPOSITORY
# The second one has the name of the first with -demo at its end.
# The base images have to be given by digest, for example BUILD_IMAGE=docker.io/library/maven:...@sha256:... and RUNTIME_IMAGE.
# Needs docker with buildx, and for each architecture a builder: a machine of that kind, or QEMU. The AOT cache is made by a
# training run in the build, so each architecture gets its own.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)

for image in "$BUILD_IMAGE" "$RUNTIME_IMAGE"; do
    [[ $image == *@sha256:* ]] || {
        echo "image.sh: $image has no digest" >&2
        exit 2
    }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git clone -q --no-hardlinks "$root" "$work/source"
cd "$work/source"
version=$(src/release/version.sh)
SOURCE_DATE_EPOCH=$(date -d "$(sed -n 's/.*<project.build.outputTimestamp>\(.*\)<.*/\1/p' pom.xml)" +%s)
export SOURCE_DATE_EPOCH

push() { # repository, options...
    docker buildx build --platform linux/amd64,linux/arm64 --file Dockerfile.jvm \
        --build-arg BUILD_IMAGE="$BUILD_IMAGE" --build-arg RUNTIME_IMAGE="$RUNTIME_IMAGE" \
        --build-arg VERSION="$version" --build-arg REVISION="$(git rev-parse HEAD)" \
        --build-arg SOURCE="${REPOSITORY:-$(git -C "$root" config remote.origin.url)}" \
        --output "type=image,name=$1:$version,push=true,rewrite-timestamp=true" "${@:2}" .
}

push "$1"
push "$1-demo" --target demo
