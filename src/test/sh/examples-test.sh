#!/usr/bin/env bash
# Runs the commands in the READMEs of examples/ and in docs/migrating.md, or in some of them:
# examples-test.sh curl go docs/migrating.md
# Each command has to print what the page shows below it. Instead of ./mvnw quarkus:dev, this script starts the sidecar and
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
api_port=8193
api=http://localhost:$api_port

token_requests() { curl -sf "$demo/admin/stats" | sed 's/.*"token_requests":\([0-9]*\).*/\1/'; }

revoke() { curl -sf -X POST "$demo/admin/revoke-access-tokens"; }

# Replaces the token of the sidecar after a revocation that no client has reported.
renew() { curl -sf -o /dev/null "$sidecar/token?rejected=$(token | sha256sum | cut -d ' ' -f 1)"; }

log_in() { # user
    curl -sf -X POST "$demo/users/$1/token" | sed 's/.*"access_token":"\([^"]*\)".*/\1/'
}

exchanged() { # token of a user; prints the one that the sidecar has for it
    curl -sf "$sidecar/tokens/orders" -d grant_type=urn:ietf:params:oauth:grant-type:token-exchange \
        --data-urlencode "subject_token=$1" | sed 's/.*"access_token":"\([^"]*\)".*/\1/'
}

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

logs_in() { [[ $1 =~ ^[a-z]+=[$]\( ]]; } # command

# Keeps the token of a user for the commands that follow. Sets $user to the name of its variable.
keep() { # command such as anna=$(...)
    user=${1%%=*}
    eval "export $1"
    [ -n "${!user}" ] || fail "$1: no token"
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

# Starts an API in a process group of its own, because go run starts another process.
start_api() { # command
    free "$api_port" || fail "port $api_port is taken"
    : >"$logs/api.log" # await must not find the line of the API before
    set -m
    bash -c "$1" >"$logs/api.log" 2>&1 </dev/null &
    set +m
    pids+=("-$!")
    await 60 "$1" grep -q "^$api is ready" "$logs/api.log"
}

stop_api() {
    kill -- "${pids[-1]}"
    wait "${pids[-1]#-}" || true
    unset 'pids[-1]'
    await 10 'the end of the API' free "$api_port"
}

# Several commands of this README start an API, one in each language. The other commands have to print the same with each.
run_readme_of_apis() { # example
    local index start command user starts=0 readme=examples/$1/README.md
    read_transcript "$readme"
    for start in "${commands[@]}"; do
        [[ $start = *"examples/$1/"* ]] || continue
        [[ $start =~ ^[^#]*[^#\ ] ]] # without the comment
        start=${BASH_REMATCH[0]}
        starts=$((starts + 1)) users=()
        start_api "$start"
        for index in "${!commands[@]}"; do
            command=${commands[index]}
            if logs_in "$command"; then
                keep "$command"
                users+=("$user")
            elif [[ $command != *"examples/$1/"* ]]; then
                run "$command" || fail "$command: failed" "$output"
                [ "$printed" = "${printouts[index]}" ] || fail "$command: must print" "${printouts[index]}" '--- but printed' "$output"
            fi
        done
        check_failures "$start"
        [ "$(grep -c 'answered 401: report' "$logs/api.log")" -ge 1 ] || fail "$start: reports no token" "$(<"$logs/api.log")"
        for user in "${users[@]}"; do
            [[ $(<"$logs/api.log") != *"${!user}"* ]] || fail "$start: prints the token of a user"
        done
        stop_api
        renew
        echo "examples: $start does what $readme says"
    done
    [ "$starts" -eq 3 ] || fail "$readme has $starts commands that start an API"
}

# A fault of the authorization server, and the status and Retry-After with which the API answers a user after it.
check_failures() { # command that has started the API
    local user
    check_failure "$1" "$(log_in dora)" '{"fault":"error","status":400,"error":"access_denied"}' '^403 $'
    check_failure "$1" "$(log_in emil)" '{"fault":"with","field":"access_token","value":"no-good","times":2}' '^502 $'
    user=$(log_in carla)
    check_failure "$1" "$user" '{"fault":"status","status":503}' '^503 ([0-9]+)$'
    sleep "${BASH_REMATCH[1]}"
    answer=$(curl -s -H "Authorization: Bearer $user" "$api/")
    [ "$answer" = '{"user":"carla","orders":{"sub":"carla"}}' ] || fail "$1: does not recover, but answers $answer" "$(<"$logs/api.log")"
    [[ $(<"$logs/api.log") != *"$(exchanged "$user")"* ]] || fail "$1: prints a token"
}

check_failure() { # command, token of a user, fault, pattern
    curl -sf "$demo/admin/faults" -d "$3"
    answer=$(curl -s -o /dev/null -w '%{http_code} %header{retry-after}' -H "Authorization: Bearer $2" "$api/")
    [[ $answer =~ $4 ]] || fail "$1: must answer $4 after $3, but answered $answer" "$(<"$logs/api.log")"
    [[ $(<"$logs/api.log") != *"$2"* ]] || fail "$1: prints the token of a user"
}

# Runs the commands of a page. In what it shows, ... stands for anything.
run_page() { # file
    local index command pattern user
    read_transcript "$1"
    for index in "${!commands[@]}"; do
        command=${commands[index]}
        if logs_in "$command"; then
            keep "$command"
            continue
        fi
        run "$command" || fail "$1: $command: failed" "$output"
        pattern=$(sed 's/[][*?\\]/\\&/g; s/\.\.\./*/g' <<<"${printouts[index]}")
        # shellcheck disable=SC2053
        [[ $printed = $pattern ]] || fail "$1: $command: must print" "${printouts[index]}" '--- but printed' "$output"
    done
    [ "${#commands[@]}" -gt 0 ] || fail "$1 has no commands"
    echo "examples: $1 does what it says"
}

examples=("$@")
[ "$#" -gt 0 ] || { examples=(examples/*/) && examples=("${examples[@]#examples/}" docs/migrating.md); }
# Debian's Python has Debian's library, and may not be the first Python in the PATH
PATH=/usr/bin:$PATH
use_jdk_of_maven
start_demo --access-token-lifetime=10m
start_sidecar

clients=()
for example in "${examples[@]%/}"; do
    case $example in
        forward) run_readme "$example" ;;
        gateways) ;; # configurations and no commands: GatewaysIT and EnvoyIT run them
        on-behalf-of) run_readme_of_apis "$example" ;;
        docs/*) run_page "$example" ;;
        *)
            run_readme "$example"
            check_retry_after "$example"
            clients+=("$example")
            ;;
    esac
done
curl -sf -X POST "$demo/admin/kill-sessions"
for example in "${clients[@]}"; do
    check_ended_session "$example"
done
