#!/bin/sh
# Writes docs/configuration.md and docs/configuration.schema.json from the declarations of the keys, in the classes *Keys of
# src/main/java/dev/tokensidecar/config. ConfigurationDocsTest leaves both files in target.
set -eu

cd "$(dirname "$0")/../../.."
rm -f target/configuration.md target/configuration.schema.json
./mvnw -B -ntp -q test-compile
# fails if the files differ, which is when they are worth copying
./mvnw -B -ntp -q surefire:test -Dtest=ConfigurationDocsTest >/dev/null || true
cp target/configuration.md target/configuration.schema.json docs/
git diff --stat -- docs
