#!/bin/sh
# Puts kustomize and kube-score into target/tools, built by Go 1.19 or newer (Debian: apt-get install golang-go). These are the oldest versions that k8s/ is meant for and the newest that Debian 12's Go builds.
# Needs the network only for what is not there yet.
set -eu

GOBIN=$(cd "$(dirname "$0")/../../.." && pwd)/target/tools
export GOBIN

[ -x "$GOBIN/kustomize" ] || go install sigs.k8s.io/kustomize/kustomize/v5@v5.0.1
[ -x "$GOBIN/kube-score" ] || go install github.com/zegl/kube-score/cmd/kube-score@v1.16.1
