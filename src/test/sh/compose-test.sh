#!/usr/bin/env bash
# Starts compose.yaml as the README says, with podman instead of docker, and the images of build-image.sh instead of a build.
# Needs root, podman, curl, and Debian's python3 and python3-pip; podman-compose comes from PyPI into target/compose.
set -euo pipefail
cd "$(dirname "$0")/../../.."

version=1.6.0
installed=$PWD/target/compose
api='{"sub":"demo-user"}'
export CONTAINERS_CONF=$PWD/src/test/resources/podman/containers.conf
export PYTHONPATH=$installed

fail() {
    echo "compose: $1" >&2
    compose logs >&2 || true
    exit 1
}

compose() { /usr/bin/python3 -m podman_compose "$@" 2>>"$installed/compose.log"; }

stop() { compose down --volumes >/dev/null; }

stats() { curl -sf http://localhost:8190/admin/stats; }

call() { compose exec -T application wget -qO- http://localhost:8192/demo/api; }

if [[ $(cat "$installed/version" 2>/dev/null) != "$version" ]]; then
    rm -rf "$installed"
    /usr/bin/python3 -m pip install --quiet --disable-pip-version-check --root-user-action ignore --target "$installed" \
        "podman-compose==$version"
    echo "$version" >"$installed/version"
fi

trap stop EXIT
compose up --detach --no-build >/dev/null
left=120
until [[ $(compose logs application) = *"$api"* ]]; do
    [[ $left -gt 0 ]] || fail 'the application gets no response'
    sleep 0.5
    left=$((left - 1))
done
echo 'compose: the application gets responses'

[[ $(call) = "$api" ]] || fail 'the command of the README prints something else'
requests=$(stats | sed 's/.*"token_requests":\([0-9]*\).*/\1/')
curl -sf -X POST http://localhost:8190/admin/revoke-access-tokens
[[ $(call) = "$api" ]] || fail 'no response after the tokens were revoked'
[[ $(stats) =~ \"token_requests\":([0-9]+).*\"errors\":0,.*\"reuse_detections\":0 ]] || fail "$(stats)"
[[ ${BASH_REMATCH[1]} -gt $requests ]] || fail 'no token request after the tokens were revoked'
echo 'compose: a revoked token is replaced, and nobody notices'

trap - EXIT
stop
[[ -z $(podman ps --all --quiet --filter label=io.podman.compose.project=token-sidecar) ]] || fail 'containers remain'
[[ -z $(podman volume ls --quiet --filter label=io.podman.compose.project=token-sidecar) ]] || fail 'volumes remain'
echo 'compose: nothing remains'
