#!/usr/bin/env bash
# Runs the commands in the READMEs of examples/, or of some examples: examples-test.sh curl go
# Each command has to print what the README shows below it. Instead of ./mvnw quarkus:dev, this script starts the sidecar and
# the demo server as processes: that is faster, and tokens live long enough not to expire in between.
# Needs the result of ./mvnw package, curl, go, Node.js 20 or newer, and Debian's python3 and python3-requests-oauthlib.
set -euo pipefail
cd "$(dirname "$0")/../../.."

suite=examples
logs=target/examples
# shellcheck source=src/test/sh/demo-and-sidecar.sh
. src/test/sh/demo-and-sidecar.sh

revocation="curl -X POST $demo/admin/revoke-access-tokens"
declare -A last_command last_printout

token_requests() { curl -sf "$demo/admin/stats" | sed 's/.*"token_requests":\([0-9]*\).*/\1/'; }

revoke() { curl -sf -X POST "$demo/admin/revoke-access-tokens"; }

# Reads the commands in the console blocks of a README, and the output that it shows for each.
read_transcript() { # file
    local line
    commands=() printouts=()
    while IFS= read -r line; do
        case $line in
            '$ ./mvnw quarkus:dev'*) ;;
            '$ '*) commands+=("${line#'$ '}") printouts+=('') ;;
            *) printouts[-1]+=${printouts[-1]:+$'\n'}$line ;;
        esac
    done < <(awk '/^```/ { inside = $0 == "```console"; next } inside' "$1")
}

# Runs a command. Sets $printed to its standard output, and $output to that plus its standard error.
run() { # command
    local status=0
    timeout 120 bash -c "$1" >"$logs/out" 2>"$logs/err" </dev/null || status=$?
    printed=$(<"$logs/out")
    output=$printed$'\n'$(<"$logs/err")
    return "$status"
}

# Runs a command that has to succeed, print this text and cause this many token requests. Its output must not contain a token.
expect() { # command, printout, token requests
    local before token_before token_after requests
    before=$(token_requests) token_before=$(token)
    run "$1" || fail "$1: failed" "$output"
    token_after=$(token) requests=$(($(token_requests) - before))
    [ "$printed" = "$2" ] || fail "$1: must print" "$2" '--- but printed' "$output"
    [ "$requests" -eq "$3" ] || fail "$1: caused $requests token requests, not $3"
    if [[ $output = *"$token_before"* || $output = *"$token_after"* ]]; then fail "$1: prints a token"; fi
}

# After the revocation the API rejects all earlier tokens. So a client that gets 200 from it has obtained a new one.
run_readme() { # example
    local index readme=examples/$1/README.md command printout requests=0 revocations=0 calls=0
    [ -f "$readme" ] || fail "$readme is missing"
    read_transcript "$readme"
    for index in "${!commands[@]}"; do
        command=${commands[index]} printout=${printouts[index]}
        expect "$command" "$printout" "$requests"
        requests=0
        if [ "$command" = "$revocation" ]; then
            requests=1
            revocations=$((revocations + 1))
        elif [[ $command = *"examples/$1/"* && $printout = *'200 {"sub":"demo-user"}' ]]; then
            last_command[$1]=$command last_printout[$1]=$printout
            calls=$((calls + 1))
        fi
    done
    [ "$calls" -gt 0 ] || fail "$readme has no command that calls the API with the client beside it"
    if [ "$revocations" -eq 0 ] || [ "$requests" -ne 0 ]; then fail "$readme does not say what happens after $revocation"; fi
    echo "examples: $1 does what its README says, with one refresh for its 401"
}

# The authorization server fails once, so the sidecar has no new token until Retry-After has passed.
check_retry_after() { # example
    curl -sf "$demo/admin/faults" -d '{"fault":"status","status":503}'
    revoke
    expect "${last_command[$1]}" "${last_printout[$1]}" 2
    echo "examples: $1 waits as long as Retry-After says"
}

# The session has ended, and somebody has to log in again.
check_ended_session() { # example
    local detail
    detail=$(curl -s "$sidecar/token?rejected=$(token | sha256sum | cut -d ' ' -f 1)" | sed -n 's/.*"detail":"\([^"]*\)".*/\1/p')
    [ -n "$detail" ] || fail 'the sidecar does not say why it has no new token'
    if run "${last_command[$1]}"; then fail "$1 succeeds without a session" "$output"; fi
    [[ $output = *"$detail"* ]] || fail "$1 must print: $detail" '--- but printed' "$output"
    [[ $output != *"$(token)"* ]] || fail "$1 prints a token"
    echo "examples: $1 says why it gets no token"
}

examples=("$@")
[ "$#" -gt 0 ] || { examples=(examples/*/) && examples=("${examples[@]#examples/}"); }
# Debian's Python has Debian's library, and may not be the first Python in the PATH
PATH=/usr/bin:$PATH
use_jdk_of_maven
start_demo --access-token-lifetime=10m
start_sidecar

for example in "${examples[@]%/}"; do
    run_readme "$example"
    [ "$example" = forward ] || check_retry_after "$example"
done
curl -sf -X POST "$demo/admin/kill-sessions"
for example in "${examples[@]%/}"; do
    [ "$example" = forward ] || check_ended_session "$example"
done
