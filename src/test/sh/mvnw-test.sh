#!/bin/sh
# Tests mvnw with fake JDKs, Mavens and downloads. Uses no network, and changes nothing outside a temporary directory.
set -eu

root=$(cd "$(dirname "$0")/../../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
maven=apache-maven-3.9.16
passed=0 failed=0

# --- the parts of a test

# Creates a home directory with a space in its name, a PATH with the usual tools but without java and mvn, and a copy of
# mvnw that looks for JDKs in a directory of the test instead of /usr/lib/jvm, and expects the checksum of the test's archive.
arrange() {
    rm -rf "$work/case"
    home="$work/case/a home" bin=$work/case/bin jvm=$work/case/jvm old="$work/case/old maven"
    repository=$work/case/repository
    mkdir -p "$home" "$bin" "$jvm" "$old/conf" "$repository" "$work/case/a project"
    for tool in sh env sed mktemp mv rm mkdir ln tar gzip curl sha512sum basename dirname cat chmod cp sleep; do
        ln -s "$(command -v "$tool")" "$bin/$tool"
    done
    archive=$repository/org/apache/maven/apache-maven/3.9.16/$maven-bin.tar.gz
    mkdir -p "$(dirname "$archive")"
    maven_at "$work/case/$maven/bin/mvn" 3.9.16
    mkdir "$work/case/$maven/conf"
    tar -czf "$archive" -C "$work/case" "$maven"
    sum=$(sha512sum "$archive")
    mvnw="$work/case/a project/mvnw"
    sed -e "s|/usr/lib/jvm/|$jvm/|" -e "s|^maven_sha512=.*|maven_sha512=${sum%% *}|" "$root/mvnw" >"$mvnw"
    chmod +x "$mvnw"
}

executable() {
    mkdir -p "$(dirname "$1")"
    cat >"$1"
    chmod +x "$1"
}

jre_at() { # home
    executable "$1/bin/java" <<END
#!/bin/sh
echo '    java.home = $1' >&2
END
}

jdk_at() { # home, version
    jre_at "$1"
    executable "$1/bin/javac" <<END
#!/bin/sh
echo 'Picked up JAVA_TOOL_OPTIONS: -Dx=99' >&2
echo 'javac $2'
END
}

# A fake Maven that prints its arguments. An old one can also fetch the archive of the pinned version, slowly.
maven_at() { # path, version
    executable "$1" <<END
#!/bin/sh
case "\$*" in
    '-q -v') echo '$2' ;;
    '-v') echo 'Apache Maven $2'; echo 'Maven home: $old' ;;
    *:copy*)
        [ ! -f '$old/broken' ] || { echo 'no such repository' >&2; exit 1; }
        for arg; do case \$arg in -DoutputDirectory=*) to=\${arg#*=} ;; esac; done
        sleep 0.2
        cp '$archive' "\$to"
        ;;
    *)
        echo "maven $2, JAVA_HOME=\$JAVA_HOME, MAVEN_OPTS=\${MAVEN_OPTS:-}"
        for arg; do echo "argument [\$arg]"; done
        case "\$*" in *fail*) exit 7 ;; esac
        ;;
esac
END
}

run() { # environment..., then the arguments of mvnw after --
    i=$#
    while [ "$i" -gt 0 ]; do
        if [ "$1" = -- ]; then set -- "$@" "$mvnw"; else set -- "$@" "$1"; fi
        shift
        i=$((i - 1))
    done
    status=0
    env -i HOME="$home" PATH="$bin" "$@" >"$work/case/out" 2>&1 </dev/null || status=$?
}

ok() { # sentence, condition as a command
    sentence=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
        echo "ok      $sentence"
    else
        failed=$((failed + 1))
        echo "FAILED  $sentence (exit status $status)"
        sed 's/^/        /' "$work/case/out"
    fi
}

ends_with() { # status, texts that must all be in the output
    [ "$status" -eq "$1" ] || return 1
    shift
    for text; do grep -qF -- "$text" "$work/case/out" || return 1; done
}

nothing_installed() { [ -z "$(ls -A "$home/.m2/wrapper/dists" 2>/dev/null)" ]; }

# --- which JDK

arrange
jdk_at "$jvm/java-21" 21.0.9
jdk_at "$home/own jdk" 25.0.1
maven_at "$bin/mvn" 3.9.9
run JAVA_HOME="$home/own jdk" -- verify
ok 'JAVA_HOME is used if it is new enough' ends_with 0 "JAVA_HOME=$home/own jdk,"

arrange
jdk_at "$jvm/java-17-openjdk" 17.0.15
jdk_at "$jvm/temurin-25" 25.0.1
ln -s "$jvm/java-17-openjdk/bin/java" "$bin/java"
maven_at "$bin/mvn" 3.9.9
run -- verify
ok 'a JDK 17 on the PATH is passed over for a newer one in /usr/lib/jvm' ends_with 0 "JAVA_HOME=$jvm/temurin-25,"

run JAVA_HOME="$jvm/java-17-openjdk" -- verify
ok 'a JAVA_HOME that is too old is passed over, with a message' \
    ends_with 0 "JAVA_HOME=$jvm/java-17-openjdk is not a JDK 21 or newer, using $jvm/temurin-25" "JAVA_HOME=$jvm/temurin-25,"

arrange
jdk_at "$home/jdk on path" 21-ea
ln -s "$home/jdk on path/bin/java" "$bin/java"
jdk_at "$jvm/temurin-25" 25.0.1
maven_at "$bin/mvn" 3.9.9
run -- verify
ok 'the JDK of the java on the PATH comes before the usual places' ends_with 0 "JAVA_HOME=$home/jdk on path,"

for place in .sdkman/candidates/java .jdks; do
    arrange
    jdk_at "$home/$place/jdk 21" 21.0.9
    maven_at "$bin/mvn" 3.9.9
    run -- verify
    ok "a JDK is found in ~/$place" ends_with 0 "JAVA_HOME=$home/$place/jdk 21,"
done

arrange
jre_at "$jvm/jre-25"
jdk_at "$jvm/java-8" 1.8.0_452
maven_at "$bin/mvn" 3.9.9
run -- verify
ok 'without a JDK the message says what to install; a JRE does not count' ends_with 1 'no JDK 21 or newer' 'openjdk-21-jdk'

# --- which Maven

arrange_jdk() {
    arrange
    jdk_at "$jvm/java-21" 21.0.9
}

arrange_jdk
maven_at "$bin/mvn" 3.9.0
run MAVEN_OPTS='-Xmx1g -Da=b' -- verify '-Dx=a  b' '' '*' "\$HOME"
ok 'a Maven 3.9 on the PATH gets arguments and MAVEN_OPTS untouched' ends_with 0 \
    'maven 3.9.0' 'MAVEN_OPTS=-Xmx1g -Da=b' 'argument [-Dx=a  b]' 'argument []' 'argument [*]' "argument [\$HOME]"
ok 'and nothing is fetched' nothing_installed

run -- fail
ok 'the exit status is that of Maven' ends_with 7 'argument [fail]'

arrange_jdk
maven_at "$bin/mvn" 4.0.0-rc-4
run -- verify
ok 'a Maven 4 on the PATH is used' ends_with 0 'maven 4.0.0-rc-4'

arrange_jdk
maven_at "$bin/mvn" 3.8.7
echo '<settings/>' >"$old/conf/settings.xml"
run -- verify
ok 'an older Maven fetches the pinned one' ends_with 0 'mvn is older than 3.9' 'maven 3.9.16' 'argument [verify]'
pinned="$home/.m2/wrapper/dists/$maven-token-sidecar"
ok 'which uses the global settings of the older one' cmp -s "$old/conf/settings.xml" "$pinned/conf/settings.xml"
touch "$old/broken"
run -- verify
ok 'and remains installed' ends_with 0 'maven 3.9.16'

arrange_jdk
maven_at "$bin/mvn" 3.8.7
touch "$old/broken"
run -- verify
ok 'if an older Maven cannot fetch it, the message says what to check' ends_with 1 \
    'no such repository' 'could not fetch Maven 3.9.16' 'check the repositories in'
ok 'and nothing is left behind' nothing_installed

arrange_jdk
maven_at "$bin/mvn" 3.8.7
echo 'something else' >>"$archive"
run -- verify
ok 'an archive with another SHA-512, fetched by an older Maven, is rejected' ends_with 1 \
    "the SHA-512 of what $bin/mvn fetched" 'nothing was installed'
ok 'and not unpacked' nothing_installed

arrange_jdk
maven_at "$bin/mvn" 3.8.7
rm "$bin/sha512sum"
run -- verify
ok 'without a tool to check it, the archive is rejected' ends_with 1 'no sha512sum or shasum'
ok 'and not installed' nothing_installed

arrange_jdk
maven_at "$bin/mvn" 3.8.7
pids=
for n in 1 2 3; do
    env -i HOME="$home" PATH="$bin" "$mvnw" "run$n" >"$work/case/out$n" 2>&1 </dev/null &
    pids="$pids $!"
done
status=0
for pid in $pids; do wait "$pid" || status=$?; done
cat "$work"/case/out? >"$work/case/out"
ok 'three at the same time all run' ends_with 0 'argument [run1]' 'argument [run2]' 'argument [run3]'
ok 'and leave one Maven' [ "$(cd "$home/.m2/wrapper/dists" && find . -name 'tmp*' -o -name mvn)" = "./$maven-token-sidecar/bin/mvn" ]

arrange_jdk
run MVNW_REPOURL="file://$repository" -- verify
ok 'without any Maven it is downloaded, and its checksum is verified' ends_with 0 'downloading file://' 'maven 3.9.16'

arrange_jdk
echo 'something else' >>"$archive"
run MVNW_REPOURL="file://$repository/" -- verify
ok 'a download with another SHA-512 is rejected' ends_with 1 'the SHA-512 of' 'nothing was installed'
ok 'and removed' nothing_installed

arrange_jdk
run MVNW_REPOURL=http://127.0.0.1:9 -- verify
ok 'if the download fails, the message says what to do' ends_with 1 'could not download http://127.0.0.1:9/' 'install Maven 3.9 or newer'
ok 'and leaves no trace' nothing_installed

arrange_jdk
rm "$bin/curl"
executable "$bin/wget" <<'END'
#!/bin/sh
[ "$1 $2" = '-q -O' ] && cp "${4#file://}" "$3"
END
run MVNW_REPOURL="file://$repository" -- verify
ok 'wget stands in for curl' ends_with 0 'maven 3.9.16'

arrange_jdk
rm "$bin/curl"
run -- verify
ok 'without both, the message says what to install' ends_with 1 'no curl and no wget' 'install Maven 3.9 or newer, or curl'

echo "mvnw: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
