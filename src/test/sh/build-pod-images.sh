#!/usr/bin/env bash
# Builds the images of pods on stand-ins for their base images, and writes them as one archive, which containerd can import:
# build-pod-images.sh DIRECTORY. That archive is DIRECTORY/pods.tar. Needs what build-image.sh needs.
set -euo pipefail
cd "$(dirname "$0")/../../.."

export CONTAINERS_CONF=$PWD/src/test/resources/podman/containers.conf
image=registry.example.com/token-sidecar:0.1.0
demo=registry.example.com/token-sidecar-demo:0.1.0

# another suite may have built it already
if [[ ! -e $1/built ]] || ! podman image exists "$image" || ! podman image exists "$demo" ||
    [[ -n $(find Dockerfile.jvm pom.xml src/main -newer "$1/built" -print -quit) ]]; then
    src/test/sh/build-image.sh "$1"
fi

# the process that keeps the namespaces of a pod while its containers start and end
podman build --quiet --network=none --pull=never --format=docker --tag registry.k8s.io/pause:3.10 - >/dev/null <<'END'
FROM docker.io/library/busybox:1.37
ENTRYPOINT ["sleep", "2147483647"]
END

# what an update brings
next=${image%:*}:next
podman tag "$image" "$next"

rm -f "$1/pods.tar"
podman save --quiet --multi-image-archive --output "$1/pods.tar" \
    "$image" "$next" "$demo" docker.io/library/busybox:1.37 registry.k8s.io/pause:3.10
