#!/bin/sh
# Reads a namespace for each line of its input, with both kinds of kubeconfig: client.sh DIRECTORY
# The build of Kubernetes in src/test/kubernetes has kubectl 1.36.3.
set -eu

cp "$(dirname "$0")"/*.kubeconfig "$1"
# the file of this sidecar
sed -i "s#/run/token/access-token#$PWD/target/demo/access-token#" "$1/file.kubeconfig"
ln -sfn "$PWD/target/libraries/stand-in/server.pem" "$1/server.pem"
while read -r _; do
    for kubeconfig in exec file; do
        target/kubernetes/kubectl --kubeconfig "$1/$kubeconfig.kubeconfig" get --raw /api/v1/namespaces/default >"$1/answer"
        grep -q '"name":"default"' "$1/answer"
    done
    echo accepted
done
