#!/bin/sh
# Takes docs/pictures/report.{zh,en}.png from demo-out (run `make demo` first). Needs Chromium.
set -eu
cd "$(dirname "$0")/.."
browser=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome)}
profile=$(mktemp -d)
trap 'rm -rf "$profile"' EXIT
mkdir -p docs/pictures
for language in zh en; do
    "$browser" --headless --no-sandbox --disable-gpu --hide-scrollbars --force-color-profile=srgb \
        --user-data-dir="$profile" --window-size=1000,1320 \
        --screenshot="$PWD/docs/pictures/report.$language.png" \
        "file://$PWD/demo-out/report.$language.html" 2>/dev/null
    .venv/bin/python - "docs/pictures/report.$language.png" <<'END'
import sys
from PIL import Image

# 64 colours are enough for a page of text, and keep the file small.
Image.open(sys.argv[1]).convert("RGB").quantize(64).save(sys.argv[1], optimize=True)
END
done
ls -l docs/pictures
