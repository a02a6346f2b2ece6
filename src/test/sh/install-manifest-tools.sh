#!/bin/sh
# Installs kustomize and kube-score in target/tools, built with Go 1.19 or newer (Debian: apt-get install golang-go). They are
# the oldest versions that k8s/ supports, and the newest that the Go of Debian 12 can build.
# Needs the network only for a tool that is not installed yet.
set -eu

GOBIN=$(cd "$(dirname "$0")/../../.." && pwd)/target/tools
export GOBIN

[ -x "$GOBIN/kustomize" ] || go install sigs.k8s.io/kustomize/kustomize/v5@v5.0.1
[ -x "$GOBIN/kube-score" ] || go install github.com/zegl/kube-score/cmd/kube-score@v1.16.1
