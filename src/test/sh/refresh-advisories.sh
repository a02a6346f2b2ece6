#!/bin/sh
# Replaces src/test/resources/advisories/advisories.json by what OSV knows of the parts of the application:
#   curl -fO https://osv-vulnerabilities.storage.googleapis.com/Maven/all.zip
#   src/test/sh/refresh-advisories.sh all.zip
# The argument is that zip, or a directory with its files. ./mvnw verify then says what is neither fixed nor explained.
set -eu

[ $# = 1 ] && [ -r "$1" ] || {
    echo "usage: $0 all.zip, or a directory with the files of it" >&2
    exit 2
}
export=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
cd "$(dirname "$0")/../../.."

# makes the list of parts, and compiles the tests
./mvnw -B -ntp -q package -DskipTests org.apache.maven.plugins:maven-dependency-plugin:3.11.0:build-classpath \
    -Dmdep.outputFile=target/advisories-classpath
jdk=$(./mvnw -v | sed -n 's/^Java version: .*, runtime: //p')
"$jdk/bin/java" -cp "target/test-classes:$(cat target/advisories-classpath)" dev.tokensidecar.dependencies.RefreshAdvisories "$export"
