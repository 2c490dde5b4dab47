#!/bin/sh
# Renews base.txt, dev.txt and bench.txt: every package with its hashes, no index address anywhere.
set -eu
cd "$(dirname "$0")/.."
tool=$(mktemp -d); trap 'rm -rf "$tool"' EXIT
# The oldest Python 3.11 there is: markers of packages are decided by the one that runs.
python=/usr/bin/python3.11; [ -x "$python" ] || python=python3.11
"$python" -m venv "$tool/venv"
"$tool/venv/bin/pip" --quiet install pip-tools
for name in base dev bench; do
    "$tool/venv/bin/pip-compile" --quiet --generate-hashes --no-emit-index-url \
        --no-emit-find-links --no-emit-trusted-host --strip-extras --allow-unsafe \
        --no-header --no-annotate --output-file "requirements/$name.txt" "requirements/$name.in"
done
