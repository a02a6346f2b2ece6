#!/bin/sh
# Clones a repository for each line of its input, and prints a file of it: client.sh DIRECTORY
# Debian 12 has Git 2.39.5.
set -eu

clone=$1/clone
while read -r _; do
    rm -rf "$clone"
    git clone -q http://127.0.0.1:9193/repository.git "$clone"
    cat "$clone/answer"
done
