#!/usr/bin/env bash
# Makes stand-ins for the base images of the Dockerfiles and manifests, under the same names, for machines that cannot pull
# images: base-images.sh DIRECTORY. They show that the steps of a Dockerfile work and that the result needs nothing but glibc.
# They say nothing about the contents of the real images. Needs root, podman and debootstrap.
set -euo pipefail
cd "$(dirname "$0")/../../.."

directory=$1
debian=$directory/debian

# Prints the default of an ARG in a Dockerfile.
default() {
    sed -n "s/^ARG $2=//p" "$1"
}

import() {
    local root=$1 name=$2
    shift 2
    tar -C "$root" -c . | podman import --quiet "$@" - "$name" >/dev/null
    printf 'stand-in for %s\n' "$name"
}

# A root file system with the libraries of glibc and no executable.
glibc_only() {
    local root=$1
    local libraries=usr/lib/x86_64-linux-gnu
    mkdir -p "$root"/{etc/ssl,lib64,tmp,$libraries}
    for library in ld-linux-x86-64.so.2 libc.so.6 libdl.so.2 libm.so.6 libnss_dns.so.2 libnss_files.so.2 libpthread.so.0 libresolv.so.2 librt.so.1; do
        cp -L "$debian/$libraries/$library" "$root/$libraries/"
    done
    ln -s usr/lib "$root/lib"
    ln -s "../$libraries/ld-linux-x86-64.so.2" "$root/lib64/"
    printf 'root:x:0:0:root:/root:/none\nnonroot:x:65532:65532:nonroot:/home/nonroot:/none\n' >"$root/etc/passwd"
    cp -aL /etc/ssl/certs "$root/etc/ssl/certs"
    chmod 1777 "$root/tmp"
}

# Adds the JDK and the Maven that ./mvnw uses on this machine, in the directories of the real image.
with_maven() {
    local root=$1 versions
    versions=$(./mvnw -v)
    cp -a "$debian/." "$root"
    mkdir -p "$root/opt/java" "$root/usr/share"
    cp -aL "$(sed -n 's/.*runtime: //p' <<<"$versions")" "$root/opt/java/openjdk"
    cp -a "$(sed -n 's/^Maven home: //p' <<<"$versions")" "$root/usr/share/maven"
    ln -s ../share/maven/bin/mvn "$root/usr/bin/mvn"
}

# Adds the dynamically linked busybox: glibc's name resolution does not work in Debian's static one.
with_busybox() {
    local root=$1
    glibc_only "$root"
    mkdir "$root/bin"
    cp "$debian/bin/busybox" "$root/bin/"
    "$debian/bin/busybox" --list | grep -vx busybox | xargs -I '{}' ln -s busybox "$root/bin/{}"
}

# shellcheck source=/dev/null
. /etc/os-release
[[ -d $debian ]] || debootstrap --variant=minbase --include=busybox "$VERSION_CODENAME" "$debian" >"$directory/debootstrap.log"
stand_in() {
    local kind=$1 root
    shift
    root=$(mktemp -d "$directory/root.XXXXXX")
    chmod 755 "$root"
    "$kind" "$root"
    import "$root" "$@"
    rm -r "$root"
}

stand_in glibc_only "$(default Dockerfile.jvm RUNTIME_IMAGE)"
stand_in with_maven "$(default Dockerfile.jvm BUILD_IMAGE)" \
    --change 'ENV JAVA_HOME=/opt/java/openjdk' --change 'ENV PATH=/opt/java/openjdk/bin:/usr/sbin:/usr/bin:/sbin:/bin'
stand_in with_busybox docker.io/library/busybox:1.37 --change 'ENV PATH=/bin'
