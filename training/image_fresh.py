"""Photographs that no weight and no threshold has seen: those shown in GCompris's activities.

    dpkg-deb -x gcompris-qt-data_3.1-2_all.deb FOLDER/gcompris-qt-data
    python training/image_fresh.py carve FOLDER OUT     write them to OUT, one file each
    mingjian examine OUT --json > TABLE.json
    python training/image_fresh.py measure TABLE.json   how many are flagged or reported

They are of Wikimedia and of contributors (CC BY-SA and freer), mostly saved again as WebP. The
activities keep them in Qt resource files; `image_edited.py collect fresh` forges them.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image, UnidentifiedImageError

RESOURCES = "gcompris-qt-data/usr/share/gcompris-qt/rcc"
ACTIVITIES = (
    *("clickgame", "erase", "explore_farm_animals", "explore_monuments"),
    *("explore_world_animals", "explore_world_music"),
)
"""Those that show photographs; the others are drawn."""
LEAST_SIDE, LEAST_PIXELS = 400, 300_000


def photographs(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each photograph in the unpacked package."""
    for activity in ACTIVITIES:
        whole = (folder / RESOURCES / f"{activity}.rcc").read_bytes()
        number = 0
        for one in carved(whole):
            try:
                with Image.open(io.BytesIO(one)) as image:
                    small = (
                        min(image.size) < LEAST_SIDE or image.width * image.height < LEAST_PIXELS
                    )
                    name = f"{activity}_{number:03}.{(image.format or 'bin').lower()}"
            except UnidentifiedImageError:
                continue
            if not small:
                number += 1
                yield name, one


def carved(resources: bytes) -> Iterator[bytes]:
    """The WebP and JPEG files in a resource file, each with its length before it."""
    at = 0
    while True:
        starts = [resources.find(magic, at) for magic in (b"RIFF", b"\xff\xd8\xff")]
        start = min((place for place in starts if place >= 0), default=-1)
        if start < 0:
            return
        size = int.from_bytes(resources[max(0, start - 4) : start], "big")
        if 100 < size <= len(resources) - start:
            yield resources[start : start + size]
            at = start + size
        else:
            at = start + 1


def measure(examined: dict[str, Any]) -> None:
    """What each detector of pictures says of photographs that are as they are."""
    counts: dict[str, list[int]] = {}
    for item in examined["evidence"]:
        for weight in item["weights"]:
            count = counts.setdefault(f"weight {weight['proposition']}", [0, 0, 0])
            count[0] += weight["opinion"]
            count[1] += weight["flagged"]
            count[2] += 1
            if weight["flagged"]:
                print("flagged:", weight["proposition"], item["path"], weight["log10_lr"])
        for examination in item["examinations"]:
            for finding in examination["findings"]:
                if finding["signal"].startswith("image.") and not finding.get("quiet"):
                    count = counts.setdefault(f"reported {finding['signal']}", [0, 0, 0])
                    count[1] += 1
                    print("reported:", finding["signal"], item["path"], finding["score"])
    print(len(examined["evidence"]), "items")
    for name, (opinion, told, of) in sorted(counts.items()):
        print(name, told, f"of {of}, {opinion} with an opinion" if of else "")


def main() -> None:
    what, *paths = sys.argv[1:]
    if what == "carve":
        folder, out = map(Path, paths)
        out.mkdir(parents=True, exist_ok=True)
        for name, one in photographs(folder):
            (out / name).write_bytes(one)
    else:
        measure(json.loads(Path(paths[0]).read_text("utf-8")))


if __name__ == "__main__":
    main()
