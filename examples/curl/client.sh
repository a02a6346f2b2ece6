#!/bin/sh
# Calls an API three times with the sidecar's token. Needs curl 7.55 or newer and sha256sum.
set -eu

token_endpoint=${TOKEN_ENDPOINT:-http://localhost:8191/token}
api=http://localhost:8190/api
newline='
'

# Prints the token, or a replacement for the token with this SHA-256. Called before each request, without a cache: the
# sidecar responds from memory and knows when the token expires.
get_token() { # [sha256 of a rejected token]
    for tries_left in 2 1 0; do
        response=$(curl -sSi --max-time 10 -H 'Accept: text/plain' "$token_endpoint${1:+?rejected=$1}" | tr -d '\r')
        body=${response##*"$newline"}
        case $response in
            'HTTP/1.1 200 '*)
                printf %s "$body"
                return
                ;;
        esac
        pause=$(printf '%s\n' "$response" | sed -n 's/^[Rr]etry-[Aa]fter: //p')
        # Without Retry-After, waiting does not help.
        if [ -z "$pause" ] || [ "$tries_left" = 0 ]; then break; fi
        sleep "$pause"
    done
    echo "no token: $body" >&2
    return 1
}

# Prints the status and the body of the response. Passes the token by standard input, because everybody can read arguments.
call_api() { # token
    response=$(printf 'Authorization: Bearer %s' "$1" | curl -sS --max-time 10 -H @- -w '\n%{http_code}' "$api")
    body=${response%"$newline"*}
    echo "${response##*"$newline"}${body:+ $body}"
}

for _ in 1 2 3; do
    token=$(get_token)
    response=$(call_api "$token")
    echo "$response"
    if [ "${response%% *}" = 401 ]; then
        # Only once: if the API rejects the new token too, expiry is not the problem.
        token=$(get_token "$(printf %s "$token" | sha256sum | cut -d ' ' -f 1)")
        response=$(call_api "$token")
        echo "$response"
    fi
    [ "${response%% *}" = 200 ]
done
