#!/usr/bin/env bash
# Shared by .ci/run and .ci/long: stages with their durations, the installation of missing tools, and a summary at the end.

stage='' started=0

begin() {
    finish
    stage=$1
    started=$SECONDS
    printf '\n===== %s\n' "$stage"
}

finish() {
    [[ -z $stage ]] || printf '===== %s: done in %d s\n' "$stage" $((SECONDS - started))
    stage=''
}

# Prints the totals over the reports of all test classes, unit and packaged.
count() {
    find target/surefire-reports target/failsafe-reports -name 'TEST-*.xml' -exec grep -h -m 1 '<testsuite ' {} + 2>/dev/null |
        awk 'function attribute(name) { return match($0, " " name "=\"[0-9]+") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 3) : 0 }
             { tests += attribute("tests"); failed += attribute("failures") + attribute("errors"); skipped += attribute("skipped") }
             END { printf "%d passed, %d failed, %d skipped\n", tests - failed - skipped, failed, skipped }'
}

summary() {
    local status=$?
    jobs -p | xargs -r kill 2>/dev/null || true
    [[ -z $stage ]] || printf '===== %s: FAILED after %d s\n' "$stage" $((SECONDS - started))
    printf '\n%d s in total\n' "$SECONDS"
    count || true
    exit "$status"
}
trap summary EXIT

# Installs the Debian packages whose command or path is missing: install_missing curl nftables:nft
install_missing() {
    local missing=()
    for tool in "$@"; do
        command -v "${tool#*:}" >/dev/null || [[ -e ${tool#*:} ]] || missing+=("${tool%:*}")
    done
    [[ ${#missing[@]} -gt 0 ]] || return 0
    without_daemons apt_install "${missing[@]}" || { apt-get update -qq && without_daemons apt_install "${missing[@]}"; }
}

apt_install() {
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" >/dev/null
}

# Debian starts a daemon such as nginx as soon as it is installed, unless a policy forbids that. Keeps an existing policy.
without_daemons() {
    local policy=/usr/sbin/policy-rc.d status=0
    [[ ! -e $policy ]] || {
        "$@"
        return
    }
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
    "$@" || status=$?
    rm "$policy"
    return "$status"
}

# Runs one of the slower suites on what was built before, with further properties.
suite() {
    local name=$1
    shift
    ./mvnw -B -ntp verify -Dbuilt -Dsuite="$name" "$@"
}

# Runs that many simulated fleets, from one seed on, on what was built before.
simulate() {
    ./mvnw -B -ntp test -Dbuilt -Dtest=FleetSimulationTest -Dfleet.schedules="$1" -Dfleet.seed="${2:-1}"
}

exec </dev/null
rm -rf target/surefire-reports target/failsafe-reports
