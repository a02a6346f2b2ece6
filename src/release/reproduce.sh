#!/usr/bin/env bash
# Builds the release of the last commit twice, in different directories, and compares byte by byte: reproduce.sh [DIRECTORY]
# DIRECTORY gets both builds, as one and other; without it they are removed.
set -euo pipefail
cd "$(dirname "$0")/../.."

if [[ $# -gt 0 ]]; then
    directory=$1
else
    directory=$(mktemp -d)
    trap 'rm -rf "$directory"' EXIT
fi
for build in one other; do
    src/release/build.sh "$directory/$build"
done

# Names what differs, also within archives.
differences() {
    local file=$1 one other
    case $file in
        *.tar.gz | *.tgz)
            one=$(mktemp -d) other=$(mktemp -d)
            tar -xzf "$directory/one/$file" -C "$one"
            tar -xzf "$directory/other/$file" -C "$other"
            diff -rq "$one" "$other" | sed "s|$one/||;s|$other/||" || true
            rm -rf "$one" "$other"
            ;;
        *) diff "$directory/one/$file" "$directory/other/$file" | head -20 || true ;;
    esac
}

status=0
for path in "$directory"/one/*; do
    file=${path##*/}
    if cmp -s "$path" "$directory/other/$file"; then
        echo "the same: $file"
    else
        echo "DIFFERENT: $file"
        differences "$file"
        status=1
    fi
done
exit "$status"
