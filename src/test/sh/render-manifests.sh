#!/bin/sh
# Prints the manifests of an overlay: render-manifests.sh OVERLAY
# Uses kubectl if its kustomize is version 5, otherwise the kustomize in target/tools (see install-manifest-tools.sh) or the PATH.
set -eu

PATH=$(cd "$(dirname "$0")/../../.." && pwd)/target/tools:$PATH

if kubectl version --client 2>/dev/null | grep -q '^Kustomize Version: v5'; then
    exec kubectl kustomize "$1"
fi
if ! command -v kustomize >/dev/null; then
    echo 'kubectl 1.27 or newer, or kustomize 5, is missing: src/test/sh/install-manifest-tools.sh installs the latter' >&2
    exit 1
fi
exec kustomize build "$1"
