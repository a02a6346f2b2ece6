#!/bin/sh
# Writes what docs/configuration.md and docs/configuration.schema.json take from the declarations of the keys, the classes *Keys of
# src/main/java/dev/tokensidecar/config. ConfigurationDocsTest leaves both in target.
set -eu

cd "$(dirname "$0")/../../.."
rm -f target/configuration.md target/configuration.schema.json
./mvnw -B -ntp -q test-compile
# fails where there is something to copy
./mvnw -B -ntp -q surefire:test -Dtest=ConfigurationDocsTest >/dev/null || true
cp target/configuration.md target/configuration.schema.json docs/
git diff --stat -- docs
