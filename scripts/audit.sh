#!/bin/sh
# Looks every pinned package up in PyPI's advisories: audit.sh PIP_AUDIT FILE...
# Exit 1: a known fault, or in CI no answer. Where the advisories cannot be had, it says so.
set -eu
audit=$1
shift
answer=$(mktemp)
trap 'rm -f "$answer"' EXIT
faulty= unaudited=
for file in "$@"; do
    status=0
    "$audit" --progress-spinner off --disable-pip --require-hashes --strict --requirement "$file" \
        >"$answer" 2>&1 || status=$?
    if [ $status = 0 ]; then
        echo "$file: no known vulnerability"
    elif grep -q '^Found [0-9]* known vulnerabilit' "$answer"; then
        echo "$file:"
        cat "$answer"
        faulty=1
    else
        echo "$file: not audited: $(tail -n 1 "$answer" | cut -c 1-160)"
        unaudited=1
    fi
done
if [ -n "$faulty" ]; then
    echo "next: lift the packages, then make lock ARGS='--upgrade-package NAME'" >&2
    exit 1
fi
if [ -n "$unaudited" ]; then
    echo "PyPI's advisories cannot be reached from here; run make audit where they can" >&2
    [ -z "${CI:-}" ] || exit 1
fi
