#!/usr/bin/env bash
# Starts the demo as a new user does, with ./mvnw quarkus:dev and nothing to install, and runs what its console suggests.
set -euo pipefail

cd "$(dirname "$0")/../../.."
log=target/dev-mode-smoke.log
timeout=${1:-240}
group=

fail() {
    echo "dev mode: $1" >&2
    [ ! -f "$log" ] || { echo "--- the last lines of $log" >&2; tail -n 60 "$log" >&2; }
    exit 1
}

refused() { # port; succeeds if nothing listens on it, on IPv4 or IPv6
    for host in 127.0.0.1 '[::1]'; do
        status=0
        curl -s -o /dev/null --max-time 5 "http://$host:$1/" || status=$?
        [ "$status" -eq 7 ] || return 1
    done
}

ports_free() { refused 8190 && refused 8191 && refused 8192 && refused 9191; }

running() { kill -0 "-$group" 2>/dev/null; }

stop() {
    [ -n "$group" ] || return 0
    kill -TERM "-$group" 2>/dev/null || true
    seconds=0
    while running && [ "$seconds" -lt 30 ]; do
        sleep 1
        seconds=$((seconds + 1))
    done
    kill -KILL "-$group" 2>/dev/null || true
    group=
}

ports_free || fail 'one of the ports 8190, 8191, 8192, 9191 is taken'
mkdir -p target
trap stop EXIT
trap 'exit 130' INT TERM HUP

# In its own process group: Maven starts the application as a child, and both must end.
set -m
./mvnw -B -ntp quarkus:dev -Dquarkus.console.enabled=false >"$log" 2>&1 </dev/null &
group=$!
set +m

seconds=0
until curl -sf -o /dev/null --max-time 5 http://localhost:8191/token; do
    running || fail 'it ended unexpectedly'
    [ "$seconds" -lt "$timeout" ] || fail "no token after $timeout s"
    sleep 1
    seconds=$((seconds + 1))
done
echo "dev mode: the first token after $seconds s"

hosts=127.0.0.1
if grep -qs '^00000000000000000000000000000001 ' /proc/net/if_inet6; then hosts="$hosts [::1]"; fi
for host in $hosts; do
    token=$(curl -sf --max-time 5 -H 'Accept: text/plain' "http://$host:8191/token") || fail "no token at $host"
    code=$(curl -s -o /dev/null -w '%{http_code}' --max-time 5 -H "Authorization: Bearer $token" http://localhost:8190/api)
    [ "$code" = 200 ] || fail "the API answered $code to the token from $host"
    echo "dev mode: the token from $host works at the API"
    curl -sf --max-time 5 "http://$host:8192/demo/api" | grep -q '"sub"' || fail "nothing is forwarded from $host"
    echo "dev mode: forwarding from $host works"
done

# tokens are short-lived here, so the file may have a newer token than the last response: ask the API, do not compare
code=$(curl -s -o /dev/null -w '%{http_code}' --max-time 5 -H "Authorization: Bearer $(cat target/demo/access-token)" http://localhost:8190/api)
[ "$code" = 200 ] || fail "the API answered $code to the token in the file"
echo 'dev mode: the token in the file works at the API'

code=$(curl -s -o /dev/null -w '%{http_code}' --max-time 5 http://localhost:8190/api)
[ "$code" = 401 ] || fail "the API answered $code to a request without a token"

# the console blocks after the first: a user logs in, her token is exchanged, and a request is forwarded on her behalf
commands=$(awk '/^```console$/ { block++ } block >= 2 && sub(/^\$ /, "")' docs/on-behalf-of.md)
exchanged=$(bash -euc "$commands")
[[ $exchanged = *'"issued_token_type":"urn:ietf:params:oauth:token-type:access_token"'*'{"sub":"anna"}'* ]] || fail "docs/on-behalf-of.md gets $exchanged"
echo 'dev mode: docs/on-behalf-of.md does what it says'

# the same with the token that a user sends to the application
commands=$(awk '/^```console$/ { block++ } block == 2 && sub(/^\$ /, "")' docs/introspection.md)
answer=$(bash -euc "$commands")
[[ $answer = '{"active":true,'*'"sub":"anna"'* ]] || fail "docs/introspection.md gets $answer"
echo 'dev mode: docs/introspection.md does what it says'

for place in http://localhost:9191/ 'curl http://localhost:8192/demo/api' 'curl http://localhost:8191/token' 'cat target/demo/access-token'; do
    grep -qF "$place" "$log" || fail "the console does not name $place"
done
! grep -E ' (WARN|ERROR|FATAL) ' "$log" || fail 'a healthy start warns'
echo 'dev mode: the console says where to look, and warns of nothing'

break_something() { # runs that console block of docs/demo.md and prints what it prints
    sleep 2 # callers force one refresh a second, and a reader is slower than that
    bash -euc "$(awk -v wanted="$1" '/^```console$/ { block++ } block == wanted && sub(/^\$ /, "")' docs/demo.md)"
}

recovers() {
    for _ in $(seq 30); do
        if curl -sf -o /dev/null --max-time 5 http://localhost:8192/demo/api; then return; fi
        sleep 1
    done
    fail "nothing is forwarded 30 s after $1"
}

answer=$(break_something 1)
[[ $answer = *' 50 200'*'"reuse_detections":0}' ]] || fail "fifty callers with a revoked token get $answer"
answer=$(break_something 2)
[[ $answer = *'"error":"temporarily_unavailable"'*'[{"fault":"status","status":503,"always":true}]' ]] || fail "a caller without a server gets $answer"
recovers 'the faults are cleared'
answer=$(break_something 3)
[[ $answer = '401'*'"state":"dead"'* ]] || fail "a caller without a session gets $answer"
recovers 'the new login'
echo 'dev mode: docs/demo.md breaks and repairs what it says'

# As the page sends it: with the headers of a browser, and with a body or an empty one.
press() { # method, path, body
    curl -s -o /dev/null -w '%{http_code}' --max-time 20 -X "$1" -d "$3" -H 'Origin: http://localhost:9191' -H 'Sec-Fetch-Site: same-origin' "http://localhost:9191/demo/$2"
}
status=$(curl -s -o /dev/null -w '%{http_code}' --max-time 5 -H 'Sec-Fetch-Site: cross-site' http://localhost:9191/)
[ "$status" = 403 ] || fail "a page from elsewhere gets $status instead of 403"
for button in callers admin/revoke-access-tokens admin/kill-sessions admin/new-session; do
    status=$(press POST "$button" '')
    [[ $status = 20[0-9] ]] || fail "the button $button gets $status"
done
recovers 'the button of the new login'
status="$(press POST admin/faults '{"fault":"status","status":503}') $(press DELETE admin/faults '')"
[[ $status = '20'[0-9]' 20'[0-9] ]] || fail "a fault, set and cleared on the page, gets $status"
echo 'dev mode: the buttons of the page work'

stop
ports_free || fail 'a port is still taken after the end'
echo 'dev mode: stopped, its ports are free'
