#!/bin/sh
# Replaces src/test/resources/advisories/advisories.json with what OSV knows about the libraries of the application:
#   curl -fO https://osv-vulnerabilities.storage.googleapis.com/Maven/all.zip
#   src/test/sh/refresh-advisories.sh all.zip
# The argument is that zip, or a directory with its files. Afterwards ./mvnw verify reports what is neither fixed nor explained.
set -eu

if [ $# != 1 ] || [ ! -r "$1" ]; then
    echo "usage: $0 all.zip, or a directory with its files" >&2
    exit 2
fi
export=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
cd "$(dirname "$0")/../../.."

# generates the SBOM, and compiles the tests
./mvnw -B -ntp -q package -DskipTests org.apache.maven.plugins:maven-dependency-plugin:3.11.0:build-classpath \
    -Dmdep.outputFile=target/advisories-classpath
jdk=$(./mvnw -v | sed -n 's/^Java version: .*, runtime: //p')
"$jdk/bin/java" -cp "target/test-classes:$(cat target/advisories-classpath)" dev.tokensidecar.dependencies.RefreshAdvisories "$export"
