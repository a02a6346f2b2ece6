#!/bin/sh
# Calls an API three times with the token that the sidecar keeps. Needs curl 7.55 or newer and sha256sum.
set -eu

token_endpoint=${TOKEN_ENDPOINT:-http://localhost:8191/token}
api=http://localhost:8190/api
newline='
'

# Prints the token, or one in place of the token with this SHA-256. Asked before each call and kept nowhere: the sidecar
# has it in memory, and knows when it ends.
get_token() { # [sha256 of a rejected token]
    for tries_left in 2 1 0; do
        answer=$(curl -sSi --max-time 10 -H 'Accept: text/plain' "$token_endpoint${1:+?rejected=$1}" | tr -d '\r')
        body=${answer##*"$newline"}
        case $answer in
            'HTTP/1.1 200 '*)
                printf %s "$body"
                return
                ;;
        esac
        pause=$(printf '%s\n' "$answer" | sed -n 's/^[Rr]etry-[Aa]fter: //p')
        # an error without Retry-After is one that waiting does not mend
        if [ -z "$pause" ] || [ "$tries_left" = 0 ]; then break; fi
        sleep "$pause"
    done
    echo "no token: $body" >&2
    return 1
}

# Prints the status of the answer and its body. The token goes by standard input: everybody can read arguments.
call_api() { # token
    answer=$(printf 'Authorization: Bearer %s' "$1" | curl -sS --max-time 10 -H @- -w '\n%{http_code}' "$api")
    body=${answer%"$newline"*}
    echo "${answer##*"$newline"}${body:+ $body}"
}

for _ in 1 2 3; do
    token=$(get_token)
    answer=$(call_api "$token")
    echo "$answer"
    if [ "${answer%% *}" = 401 ]; then
        # Once: if the API does not take the new token either, it is not a matter of expiry.
        token=$(get_token "$(printf %s "$token" | sha256sum | cut -d ' ' -f 1)")
        answer=$(call_api "$token")
        echo "$answer"
    fi
    [ "${answer%% *}" = 200 ]
done
