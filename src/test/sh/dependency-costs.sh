#!/bin/sh
# Prints what each family of libraries costs: jars, classes and KiB in target/quarkus-app, after ./mvnw package.
# docs/dependencies.md has the table.
set -eu
cd "$(dirname "$0")/../../.."

lib=target/quarkus-app/lib
[ -d "$lib" ] || {
    echo "$0: run ./mvnw package first" >&2
    exit 2
}

count() {
    jars=0 classes=0 bytes=0
    for jar in "$@"; do
        jars=$((jars + 1))
        classes=$((classes + $(unzip -Z1 "$jar" | grep -c '\.class$' || true)))
        bytes=$((bytes + $(wc -c <"$jar")))
    done
    printf '| %s | %d | %d | %d |\n' "$name" "$jars" "$classes" $((bytes / 1024))
}

family() {
    name=$1
    shift
    patterns=$*
    set --
    for pattern in $patterns; do
        # the pattern has to be expanded
        # shellcheck disable=SC2231
        for jar in "$lib"/*/$pattern-[0-9]*.jar; do
            [ ! -e "$jar" ] || set -- "$@" "$jar"
        done
    done
    count "$@"
}

printf '| family | jars | classes | KiB |\n|---|---|---|---|\n'
family Quarkus 'io.quarkus.*' 'org.jboss.threads.*' 'org.wildfly.common.*' 'org.crac.*'
family Netty 'io.netty.*'
family Vert.x 'io.vertx.*'
family 'SmallRye and Mutiny' 'io.smallrye.*' 'org.reactivestreams.*' 'org.jctools.*'
family Jackson 'com.fasterxml.*'
family Micrometer 'io.micrometer.*' 'io.prometheus.*' 'org.hdrhistogram.*' 'org.latencyutils.*'
family OpenTelemetry 'io.opentelemetry.*'
family 'gRPC and protobuf' 'io.grpc.*' 'io.perfmark.*' 'com.google.*'
family jose4j 'org.bitbucket.*' 'org.slf4j.*'
family 'JBoss Logging' 'org.jboss.log*' 'org.jboss.slf4j.*'
family 'Jakarta and MicroProfile' 'jakarta.*' 'org.eclipse.*'
family Brotli4j 'com.aayushatharva.*'
family picocli 'info.picocli.*'
family JSpecify 'org.jspecify.*'
name='**all**'
count "$lib"/*/*.jar
