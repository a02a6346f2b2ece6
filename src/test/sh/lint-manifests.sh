#!/usr/bin/env bash
# Runs yamllint on k8s/ and the chart's values, helm lint on the chart, and kube-score on each rendered example. Needs yamllint (Debian) and the tools that
# install-manifest-tools.sh installs; no network.
set -euo pipefail
cd "$(dirname "$0")/../../.."
PATH=$PWD/target/tools:$PATH

yamllint --strict -c k8s/.yamllint k8s src/test/k8s charts/token-sidecar/{Chart,values}.yaml
helm lint --strict --quiet charts/token-sidecar

left_out=(
    # k8s/sidecar/pod-template.yaml says why the sidecar has no CPU limit
    --ignore-container-cpu-limit
    # the tags are versions, and with an image that is already on the node a pod starts while the registry is down
    --ignore-test container-image-pull-policy
    # the volumes have a size limit; the rest is the log, which the kubelet rotates, and a limit on the log would evict the pod
    --ignore-test container-ephemeral-storage-request-and-limit
    # each replica of the StatefulSet has its own session, so no replica can stand in for another
    --ignore-test statefulset-has-poddisruptionbudget
    --ignore-test statefulset-has-host-podantiaffinity
)

for example in k8s/examples/*/; do
    [[ $example != */credentials/ ]] || continue
    src/test/sh/render-manifests.sh "$example" |
        kube-score score --kubernetes-version v1.29 --exit-one-on-warning "${left_out[@]}" -
done
