#!/usr/bin/env bash
# Makes everything of a release but the images, from the last commit: build.sh DIRECTORY
# Two runs have to make the same bytes, wherever they run; reproduce.sh compares them. Needs a JDK and helm (src/test/sh/install-manifest-tools.sh).
#   token-sidecar-VERSION-application.tar.gz   the application, for a JVM
#   token-sidecar-VERSION.tgz                  the Helm chart
#   token-sidecar-VERSION.cdx.json             the SBOM, in the format of CycloneDX
#   token-sidecar-VERSION-licenses.md          the licence of each library
#   token-sidecar-VERSION.intoto.json          provenance: in-toto statement, predicate of SLSA 1.0. BUILDER_ID says who builds.
#   SHA256SUMS
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
PATH=$root/target/tools:$PATH
mkdir -p "$1"
directory=$(cd "$1" && pwd)
rm -rf "${directory:?}"/*
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

git clone -q --no-hardlinks "$root" "$work/source"
cd "$work/source"
version=$(src/release/version.sh)
commit=$(git rev-parse HEAD)
repository=${REPOSITORY:-$(git -C "$root" config remote.origin.url || echo "$root")}
# the time of the entries in the jars
time=$(sed -n 's/.*<project.build.outputTimestamp>\(.*\)<.*/\1/p' pom.xml)
name=$directory/token-sidecar-$version

archive() {
    tar --sort=name --mtime="$time" --owner=0 --group=0 --numeric-owner --mode=u+rwX,go+rX,go-w -cf - "$@" | gzip -n -9
}

./mvnw -B -ntp -q package -Dmaven.test.skip=true
archive -C target --transform 's/^quarkus-app/token-sidecar/' quarkus-app >"$name-application.tar.gz"
cp target/sbom.json "$name.cdx.json"
cp docs/licenses.md "$name-licenses.md"

# helm takes the times of the files over
find charts k8s -exec touch -h -d "$time" {} +
helm package --destination "$directory" charts/token-sidecar >/dev/null 2>"$work/helm" || {
    cat "$work/helm" >&2
    exit 1
}

cd "$directory"
subjects=$(sha256sum ./* | sed 's|^\([0-9a-f]*\) .\./\(.*\)|    {"name": "\2", "digest": {"sha256": "\1"}},|')
cat >"$name.intoto.json" <<EOF
{
  "_type": "https://in-toto.io/Statement/v1",
  "subject": [
${subjects%,}
  ],
  "predicateType": "https://slsa.dev/provenance/v1",
  "predicate": {
    "buildDefinition": {
      "buildType": "$repository/blob/v$version/src/release/build.sh",
      "externalParameters": {"repository": "$repository", "version": "$version"},
      "resolvedDependencies": [
        {"uri": "git+$repository@refs/tags/v$version", "digest": {"gitCommit": "$commit"}}
      ]
    },
    "runDetails": {
      "builder": {"id": "${BUILDER_ID:-$repository/blob/v$version/RELEASING.md#by-hand}"}
    }
  }
}
EOF
sha256sum -- * >"$work/sums"
mv "$work/sums" SHA256SUMS
