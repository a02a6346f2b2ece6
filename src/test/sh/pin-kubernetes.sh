#!/bin/sh
# Writes go.mod and go.sum of src/test/kubernetes for a version of Kubernetes: pin-kubernetes.sh 1.36.3
# Needs the network, and Go 1.21 or newer (which gets the Go that this Kubernetes asks for).
set -eu

version=$1
cd "$(dirname "$0")/../kubernetes"

rm -f go.mod go.sum
go mod init token-sidecar/kubernetes
go mod edit -require "k8s.io/kubernetes@v$version"
pinned=$(go mod download -json "k8s.io/kubernetes@v$version" | sed -n 's/^\t"GoMod": "\(.*\)",*$/\1/p')
go mod edit -go "$(sed -n 's/^go //p' "$pinned")"
# Kubernetes finds its libraries by path, within its repository. They are published too: those of 1.x.y as 0.x.y.
# shellcheck disable=SC2013 # one word a line
for library in $(sed -n 's/^\t\(k8s\.io\/[a-z-]*\) => \.\/staging\/.*/\1/p' "$pinned"); do
    go mod edit -replace "$library=$library@v0.${version#*.}"
done
go mod tidy
