#!/bin/sh
# Installs the tools for k8s/ and charts/ in target/tools. They are built with Go, of any version (Debian: golang-go).
#   kustomize, kube-score   the oldest versions that k8s/ supports, which any Go from 1.19 on can build
#   helm, actionlint        the versions that charts/ and .github/workflows were tested with
#   admission               of src/test/kubernetes: what an API server does with a pod
# Needs the network only for a tool that is not installed yet. The first build takes some minutes.
set -eu

cd "$(dirname "$0")/../../.."
GOBIN=$PWD/target/tools
export GOBIN

[ -x "$GOBIN/kustomize" ] || go install sigs.k8s.io/kustomize/kustomize/v5@v5.0.1
[ -x "$GOBIN/kube-score" ] || go install github.com/zegl/kube-score/cmd/kube-score@v1.16.1
[ -x "$GOBIN/helm" ] || src/test/sh/go.sh install -trimpath helm.sh/helm/v4/cmd/helm@v4.3.2
[ -x "$GOBIN/actionlint" ] || src/test/sh/go.sh install -trimpath github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
# the same flags as for Kubernetes, so that it finds most of its packages in the cache of Go
(cd src/test/kubernetes && ../sh/go.sh build -trimpath -buildvcs=false -ldflags '-s -w' -o "$GOBIN/admission" ./admission)
