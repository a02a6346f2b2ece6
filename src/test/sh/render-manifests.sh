#!/bin/sh
# Prints what an overlay consists of: render-manifests.sh OVERLAY
# With kubectl if its kustomize is version 5, else with the one that install-manifest-tools.sh puts into target/tools, or that of the PATH.
set -eu

PATH=$(cd "$(dirname "$0")/../../.." && pwd)/target/tools:$PATH

if kubectl version --client 2>/dev/null | grep -q '^Kustomize Version: v5'; then
    exec kubectl kustomize "$1"
fi
if ! command -v kustomize >/dev/null; then
    echo 'kubectl 1.27 or newer, or kustomize 5, is missing: src/test/sh/install-manifest-tools.sh gets the latter' >&2
    exit 1
fi
exec kustomize build "$1"
