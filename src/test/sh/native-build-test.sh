#!/usr/bin/env bash
# Runs the RUN line of Dockerfile.native with a stand-in for native-image, in a copy of the files that .dockerignore admits.
# Checks the arguments, the jar, the objects that the build initialises, and the contents of the image. Then runs some of the
# *IT against the stand-in's executable, by -Dnative.binary. It cannot show how native-image itself deals with all that.
# Needs the result of ./mvnw package.
set -euo pipefail
cd "$(dirname "$0")/../../.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
project=$work/project
mkdir -p "$project" "$work/graalvm/bin"
export STAND_IN=$work

ok() { # sentence, condition as a command
    local sentence=$1
    shift
    if "$@" >/dev/null; then
        echo "ok      $sentence"
    else
        echo "FAILED  $sentence" >&2
        exit 1
    fi
}

# Prints its version as Mandrel 25 does. Otherwise it records its directory and its arguments, and makes an executable that runs
# the given jar on the JVM. Like an executable of native-image, that one handles -X options itself.
cat >"$work/graalvm/bin/native-image" <<'OUTER'
#!/bin/sh
if [ "$1" = --version ]; then
    echo 'native-image 25.0.1 2025-10-21'
    echo 'OpenJDK Runtime Environment Mandrel-25.0.1.0-Final (build 25.0.1+8-LTS)'
    echo 'OpenJDK 64-Bit Server VM Mandrel-25.0.1.0-Final (build 25.0.1+8-LTS, mixed mode)'
    exit
fi
pwd >"$STAND_IN/directory"
printf '%s\n' "$@" >"$STAND_IN/arguments"
while [ "$#" -gt 3 ]; do shift; done
cat >"$1" <<INNER
#!/bin/bash
echo "\$*" >>'$STAND_IN/starts'
options=()
while [[ \${1:-} == -X* ]]; do options+=("\$1"); shift; done
exec '$JAVA_HOME/bin/java' "\${options[@]}" -jar '$PWD/$3' "\$@"
INNER
chmod +x "$1"
OUTER
chmod +x "$work/graalvm/bin/native-image"

command=$(sed -n 's/^RUN //p' Dockerfile.native)
ok 'Dockerfile.native has one RUN' [ "$(grep -c '^RUN ' Dockerfile.native)" = 1 ]
mapfile -t context < <(sed -n 's/^!//p' .dockerignore)
cp -R --parents "${context[@]}" "$project"
echo "$command"
(cd "$project" && GRAALVM_HOME=$work/graalvm sh -c "$command") >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }

# --- how native-image was called

argument() { grep -qxF -- "$1" "$work/arguments"; }

ok 'native-image was called' [ -s "$work/arguments" ]
for expected in --no-fallback --link-at-build-time -H:+ReportExceptionStackTraces --enable-url-protocols=http,https \
    -R:MaximumHeapSizePercent=40 -R:+ExitOnOutOfMemoryError; do
    ok "with $expected" argument "$expected"
done
mapfile -t last < <(tail -n 3 "$work/arguments")
jar=$(<"$work/directory")/${last[2]}
ok 'with the name of the executable, and the jar last' \
    [ "${last[*]}" = "${last[0]} -jar ${last[0]}.jar" ]

# --- what is in the jar

entry() { unzip -p "$jar" "$1"; }

for library in dev.tokensidecar/token-sidecar com.github.ben-manes.caffeine/caffeine; do
    metadata=META-INF/native-image/$library/reachability-metadata.json
    ok "the jar has our metadata of $library" cmp -s <(entry "$metadata") "src/main/resources/$metadata"
done
ok 'the metadata of Netty for the Unix domain socket is on its class path' \
    grep -q epoll <(unzip -p "${jar%/*}"/lib/io.netty.netty-transport-classes-epoll-*.jar 'META-INF/native-image/*')
for library in x86_64 aarch_64; do
    ok "and its library for $library" \
        unzip -t "${jar%/*}/lib/"io.netty.netty-transport-native-epoll-*-linux-$library.jar "META-INF/native/*$library.so"
done
entry META-INF/native-image/reflect-config.json >"$work/reflection"
for type in api.TokenJson api.ExchangedTokenJson api.StatusJson "api.StatusJson\$Token" "api.StatusJson\$Login" ingress.Problem; do
    ok "Jackson may inspect $type" grep -qF "\"dev.tokensidecar.$type\"" "$work/reflection"
done

# --- what the build initialises

java=$(sed -n "s/^exec '\([^']*\)'.*/\1/p" "$project/app/token-sidecar")
ok 'the build initialises nothing that depends on one machine or run' \
    "$java" -Djava.util.logging.manager=org.jboss.logmanager.LogManager -cp "$jar" src/test/native/BuildTime.java "$jar"

# --- what the image gets

ok 'the image gets the executable' [ -x "$project/app/token-sidecar" ]
ok 'from where it was put' grep -qx 'COPY --from=build /project/app /app' Dockerfile.native
ok 'and starts it' grep -qx 'ENTRYPOINT \["/app/token-sidecar"\]' Dockerfile.native
# a real executable has libraries, the stand-in has none
cp "$(command -v curl)" "$project"/target/*-runner
"$project/src/main/native/assemble" "$work/with-libraries"
ok 'the image gets a library that the executable needs' [ -s "$work/with-libraries/lib/libz.so.1" ]
ok 'but not glibc' [ ! -e "$work/with-libraries/lib/libc.so.6" ]

# --- the suites against it

suites=ShutdownIT,GuardIT,ConfigurationIT
./mvnw -B -ntp verify -Dbuilt -DskipUnitTests -Dit.test="$suites" -Dnative.binary="$project/app/token-sidecar"
ok "$suites ran against the executable" grep -q '^-Xmx128m$' "$work/starts"
