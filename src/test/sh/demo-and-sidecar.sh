# shellcheck shell=bash
# Shared by examples-test.sh and libraries-test.sh: starts the demo server and the sidecar as processes, and ends them.
# Needs the result of ./mvnw package, and curl.
# Before this file is sourced, $suite names the caller in messages, and $logs is its directory for output.

demo=http://localhost:8190
sidecar=http://localhost:8191
jars=target/quarkus-app/lib
pids=()

fail() { # problem, output...
    printf '%s\n' "$suite: $1" "${@:2}" >&2
    exit 1
}

# A pid with a minus is that of a process group.
stop() {
    for pid in "${pids[@]}"; do
        kill -- "$pid" 2>/dev/null || true
        wait "${pid#-}" || true
    done
}
trap stop EXIT
trap 'exit 130' INT TERM HUP

all_run() {
    local pid
    for pid in "${pids[@]}"; do
        kill -0 -- "$pid" 2>/dev/null || return 1
    done
}

await() { # seconds, name, command
    local left=$(($1 * 10)) name=$2
    shift 2
    until "$@" >/dev/null 2>&1; do
        all_run || fail "a process ended unexpectedly, see $logs"
        [ "$left" -gt 0 ] || fail "$name: not ready in time, see $logs"
        sleep 0.1
        left=$((left - 1))
    done
}

free() { # port; succeeds if nothing listens on it
    local status=0
    curl -s -o /dev/null --max-time 5 "http://localhost:$1/" || status=$?
    [ "$status" -eq 7 ]
}

start_demo() { # options of the demo server...
    local port
    [ -f target/quarkus-app/quarkus-run.jar ] || fail 'target/quarkus-app is missing: run ./mvnw package'
    for port in 8190 8191 8192 9191; do
        free "$port" || fail "port $port is taken"
    done
    java -cp "target/demo-classes:$jars/main/*:$jars/boot/*" dev.tokensidecar.demo.DemoMain "$@" \
        >"$logs/demo.log" 2>&1 </dev/null &
    pids+=($!)
    await 30 'the authorization server' grep -q '^refresh-token-file=' "$logs/demo.log"
}

# The profile has the configuration of dev mode. Two things differ: the issuer of this server is an IP address, and the
# reports of rejected tokens follow each other within seconds.
start_sidecar() {
    local issuer=http://127.0.0.1:8190
    QUARKUS_PROFILE=dev \
        SIDECAR_TOKEN_AUTHORIZATION_SERVER_ISSUER=$issuer \
        SIDECAR_TOKENS_ORDERS_AUTHORIZATION_SERVER_ISSUER=$issuer \
        SIDECAR_INTROSPECTION_DEMO_ISSUER=$issuer \
        SIDECAR_TOKEN_REFRESH_REJECTED_INTERVAL=0s \
        java -jar target/quarkus-app/quarkus-run.jar >"$logs/sidecar.log" 2>&1 </dev/null &
    pids+=($!)
    await 60 'the first token' curl -sf "$sidecar/token"
}

token() { curl -sf -H 'Accept: text/plain' "$sidecar/token"; }

# Puts the JDK that ./mvnw uses first in the PATH.
use_jdk_of_maven() {
    local jdk
    jdk=$(./mvnw -v 2>/dev/null | sed -n 's/^Java version: .*, runtime: //p')
    [ -x "$jdk/bin/java" ] || fail './mvnw -v names no JDK'
    PATH=$jdk/bin:$PATH
}

mkdir -p "$logs"
