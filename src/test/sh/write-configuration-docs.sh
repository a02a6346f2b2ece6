#!/bin/sh
# Writes docs/configuration.md, docs/configuration.schema.json and the chart's values.schema.json from the declarations of the
# keys, in the classes *Keys of src/main/java/dev/tokensidecar/config. ConfigurationDocsTest leaves the files in target.
set -eu

cd "$(dirname "$0")/../../.."
rm -f target/configuration.md target/configuration.schema.json target/values.schema.json
./mvnw -B -ntp -q test-compile
# fails if the files differ, which is when they are worth copying
./mvnw -B -ntp -q surefire:test -Dtest=ConfigurationDocsTest >/dev/null || true
cp target/configuration.md target/configuration.schema.json docs/
cp target/values.schema.json charts/token-sidecar/
git diff --stat -- docs charts
