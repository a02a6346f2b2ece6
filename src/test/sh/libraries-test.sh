#!/usr/bin/env bash
# Runs the programs of src/test/libraries/, or some of them: libraries-test.sh authlib nimbus
# Each calls the API of the demo server with a token that its OAuth library gets from the sidecar, and again when that token
# has expired. docs/libraries.md has to show code of these programs, and the versions of their manifests.
# Needs the result of ./mvnw package, cargo, curl, git, go, Node.js 20 or newer, npm, openssl, and Debian's python3, python3-pip,
# podman and prometheus. The first build of kubectl takes some minutes.
# Dependencies come from the registries, into target/libraries and the caches of the tools.
set -euo pipefail
cd "$(dirname "$0")/../../.."

suite=libraries
logs=target/libraries/logs
# shellcheck source=src/test/sh/demo-and-sidecar.sh
. src/test/sh/demo-and-sidecar.sh

page=docs/libraries.md
pages=("$page" docs/commands.md)
sources=src/test/libraries
home=$PWD
built=$home/target/libraries
broker=127.0.0.1:9192
python=/usr/bin/python3
programs=()
declare -A inputs

# Each code block of a page names its file. Its lines have to be in that file, apart from indentation. docs/commands.md has other blocks too.
check_code() { # page
    local page=$1 line file='' block=''
    while IFS= read -r line; do
        case $line in
            '```'*' '*) file=${line##* } block=$'\n' ;;
            '```')
                [[ -z $file || $'\n'$(unindented <"$file")$'\n' = *"$block"* ]] || fail "$page shows lines that $file does not have" "$block"
                file=''
                ;;
            '```'*) [ "$page" = docs/commands.md ] || fail "$page: a code block does not name its file" ;;
            *) [ -z "$file" ] || block+=$(unindented <<<"$line")$'\n' ;;
        esac
    done <"$1"
}

unindented() { sed 's/^[[:space:]]*//'; }

# Each directory has a row in the table of the page, and its manifests name the versions of that row.
check_versions() {
    local directory versions version
    for directory in "$sources"/*/; do
        versions=$(sed -n "s#^| \[[^]]*\](../${directory%/})[^|]*| \([^|]*\) |.*#\1#p" "$page" | tr -d ,)
        [ -n "$versions" ] || fail "$page has no row for ${directory%/}"
        for version in $versions; do
            grep -rqF -- "$version" "$directory" || fail "$page: no manifest in $directory names version $version"
        done
    done
}

changed() { # manifest, directory with what was installed
    ! cmp -s "$1" "$2/installed"
}

build_python() { # name
    local requirements target
    for requirements in "$sources/$1"/requirements*.txt; do
        target=$built/$1/$(basename "$requirements" .txt)
        if changed "$requirements" "$target"; then
            rm -rf "$target"
            "$python" -m pip install -q --disable-pip-version-check --no-deps --root-user-action=ignore \
                --target "$target" -r "$requirements"
            cp "$requirements" "$target/installed"
        fi
    done
}

build_node() { # name
    mkdir -p "$built/$1"
    cp "$sources/$1"/* "$built/$1"
    if changed "$sources/$1/package-lock.json" "$built/$1/node_modules"; then
        (cd "$built/$1" && npm ci --ignore-scripts --no-audit --no-fund >/dev/null)
        cp "$sources/$1/package-lock.json" "$built/$1/node_modules/installed"
    fi
}

build_go() { # name
    (cd "$sources/$1" && "$home/src/test/sh/go.sh" build -o "$built/$1/client" .)
}

# A copy, because cargo writes a lock file beside the manifest.
build_rust() { # name
    mkdir -p "$built/$1"
    cp -p "$sources/$1"/* "$built/$1"
    cargo build -q --manifest-path "$built/$1/Cargo.toml" --target-dir "$built/$1/target"
}

build_java() { # name...
    local name modules
    modules=$(printf ',%s' "$@")
    ./mvnw -B -ntp -q -f "$sources/pom.xml" -pl "${modules#,}" package
    for name in "$@"; do
        [ ! -f "$sources/$name/Client.java" ] ||
            javac -proc:none -d "$built/$name/classes" -cp "$(<"$built/$name/classpath")" "$sources/$name/Client.java"
    done
}

build() { # name...
    local name java=()
    for name in "$@"; do
        mkdir -p "$built/$name"
        [ "$name" != kubectl ] || src/test/sh/build-kubernetes.sh target/kubernetes
        case $(cd "$sources/$name" && echo *) in
            *go.mod*) build_go "$name" ;;
            *client.sh*) ;;
            *package.json*) build_node "$name" ;;
            *requirements*) build_python "$name" ;;
            *Cargo.toml*) build_rust "$name" ;;
            *pom.xml*) java+=("$name") ;;
            *) fail "$sources/$name: unknown kind of program" ;;
        esac
    done
    [ "${#java[@]}" -eq 0 ] || build_java "${java[@]}"
}

# Starts a program. It calls the API once for each line of its input, and prints the result.
launch() { # program, command...
    local input
    mkdir -p "$logs/$1"
    rm -f "$logs/$1/in"
    mkfifo "$logs/$1/in"
    "${@:2}" <"$logs/$1/in" >"$logs/$1/out" 2>"$logs/$1/err" &
    pids+=($!)
    exec {input}>"$logs/$1/in"
    inputs[$1]=$input
    programs+=("$1")
}

java_client() { # name, options and arguments...
    exec java -cp "$built/$1/classes:$(<"$built/$1/classpath")" "${@:2}"
}

launch_all_of() { # name
    local requirements version
    case $1 in
        authlib | requests-oauthlib | librdkafka | google-auth | botocore)
            for requirements in "$built/$1"/requirements*; do
                version=$(basename "$requirements")
                launch "$1${version#requirements}" env PYTHONPATH="$requirements" "$python" "$sources/$1/client.py" "$broker"
            done
            ;;
        simple-oauth2 | openid-client) launch "$1" node "$built/$1/client.mjs" ;;
        go-oauth2) launch "$1" "$built/$1/client" ;;
        rust-oauth2) launch "$1" "$built/$1/target/debug/client" ;;
        quarkus-oidc-client)
            launch "$1" java -Dquarkus.banner.enabled=false -Dquarkus.log.console.stderr=true \
                -jar "$built/$1/quarkus-app/quarkus-run.jar"
            ;;
        kafka-clients)
            launch "$1" java_client "$1" -Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=http://localhost:8191/token \
                Client "$sources/$1/client.properties" "$broker"
            ;;
        kafka-broker) ;;
        git) launch "$1" env GIT_CONFIG_GLOBAL="$sources/$1/gitconfig" "$sources/$1/client.sh" "$built/$1" ;;
        kubectl | opentelemetry-collector | podman | prometheus) launch "$1" "$sources/$1/client.sh" "$built/$1" ;;
        *) launch "$1" java_client "$1" Client ;;
    esac
}

printed_lines() { # program, number of lines
    [ "$(wc -l <"$logs/$1/out")" -ge "$2" ]
}

call() { # program, number of the call
    local expected='200 {"sub":"demo-user"}'
    case $1 in
        kafka-clients | librdkafka) expected=written ;;
        iceberg) expected='[demo-user]' ;;
        botocore | git | google-auth | kubectl | opentelemetry-collector | podman | prometheus) expected=accepted ;;
    esac
    echo call >&"${inputs[$1]}"
    await 60 "$1" printed_lines "$1" "$2"
    [ "$(sed -n "$2p" "$logs/$1/out")" = "$expected" ] || fail "$1: must print $expected, but printed" "$(<"$logs/$1/out")"
}

rejected() { # token
    [ "$(curl -s -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $1" "$demo/api")" = 401 ]
}

# Starts a Kafka broker, whose clients authenticate with tokens of the demo server.
start_broker() {
    local directory=$built/kafka-broker configuration=$sources/kafka-broker/server.properties
    local java=(java -Xmx256m -Dorg.slf4j.simpleLogger.defaultLogLevel=warn
        -Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=http://127.0.0.1:8190/jwks -cp "$(<"$directory/classpath")")
    free "${broker#*:}" || fail "port ${broker#*:} is taken"
    rm -rf "$directory/data"
    "${java[@]}" kafka.tools.StorageTool format -t libraries-test-cluster -c "$configuration" >"$logs/kafka-broker.log" 2>&1
    "${java[@]}" kafka.Kafka "$configuration" >>"$logs/kafka-broker.log" 2>&1 </dev/null &
    pids+=($!)
    await 60 'the Kafka broker' listening
}

listening() { (: <"/dev/tcp/${broker/:/\/}"); }

# Starts the servers of the programs that call no API of the demo server. They ask it whether a token is valid.
start_stand_in() {
    local directory=$built/stand-in port
    for port in 9193 9194; do
        free "$port" || fail "port $port is taken"
    done
    rm -rf "$directory"
    mkdir -p "$directory"
    git init -q --bare "$directory/repository.git"
    git init -q "$directory/work"
    echo accepted >"$directory/work/answer"
    git -C "$directory/work" add answer
    git -C "$directory/work" -c user.name=demo -c user.email=demo@example.com commit -q -m 'An answer'
    git -C "$directory/work" push -q "$directory/repository.git" HEAD
    openssl req -x509 -newkey rsa:2048 -noenc -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 \
        -keyout "$directory/key.pem" -out "$directory/server.pem" 2>/dev/null
    cat "$directory/key.pem" >>"$directory/server.pem"
    "$python" "$sources/stand_in.py" "$directory" >"$logs/stand-in.log" 2>&1 </dev/null &
    pids+=($!)
    await 10 'the stand-in' curl -sk https://127.0.0.1:9194/api/
}

names=("$@")
[ "$#" -gt 0 ] || { names=("$sources"/*/) && names=("${names[@]#"$sources/"}"); }
names=("${names[@]%/}")
case " ${names[*]} " in
    *' kafka-broker '*) ;;
    *kafka*) names+=(kafka-broker) ;;
esac
use_jdk_of_maven
for one in "${pages[@]}"; do check_code "$one"; done
check_versions
build "${names[@]}"

start_demo --access-token-lifetime=30s --jwt=true
start_sidecar
if [[ " ${names[*]} " = *kafka* ]]; then start_broker; fi
start_stand_in
export TOKEN_SIDECAR_HOME=$home/target/quarkus-app GIT_CONFIG_NOSYSTEM=1 GIT_TERMINAL_PROMPT=0
PATH=$home/$sources:$home/$sources/podman:$PATH

for name in "${names[@]}"; do
    launch_all_of "$name"
done
for program in "${programs[@]}"; do
    call "$program" 1
done
# All programs have this token or an older one.
await 60 'the end of a token' rejected "$(token)"
for program in "${programs[@]}"; do
    call "$program" 2
    echo "libraries: $program calls the API, and again after the token has expired"
done
