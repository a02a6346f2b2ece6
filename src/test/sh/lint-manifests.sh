#!/usr/bin/env bash
# Has yamllint read k8s/, and kube-score judge each example as it is rendered. Needs yamllint (Debian) and what install-manifest-tools.sh gets; no network.
set -euo pipefail
cd "$(dirname "$0")/../../.."
PATH=$PWD/target/tools:$PATH

yamllint --strict -c k8s/.yamllint k8s src/test/k8s

left_out=(
    # k8s/sidecar/pod-template.yaml says why there is none
    --ignore-container-cpu-limit
    # the tags are versions, and an image that was pulled once lets a pod start while the registry is down
    --ignore-test container-image-pull-policy
    # the volumes have a size limit; what is left is the log, which the kubelet rotates, and a limit on that would evict the pod
    --ignore-test container-ephemeral-storage-request-and-limit
    # each replica of the StatefulSet has a session of its own, none is there in place of another
    --ignore-test statefulset-has-poddisruptionbudget
    --ignore-test statefulset-has-host-podantiaffinity
)

for example in k8s/examples/*/; do
    [[ $example != */credentials/ ]] || continue
    src/test/sh/render-manifests.sh "$example" |
        kube-score score --kubernetes-version v1.29 --exit-one-on-warning "${left_out[@]}" -
done
