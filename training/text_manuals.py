"""Pieces of Debian's manuals as records: people's prose that no text model here was learnt from.

    dpkg-deb -x debian-handbook_*.deb FOLDER/debian-handbook      (and the others below)
    python training/text_manuals.py FOLDER PIECES.jsonl
    mingjian examine --records PIECES.jsonl --text-field text --id-field id --out RESULT.jsonl
    python training/text_manuals.py RESULT.jsonl      how many are flagged, by manual and length

Packages: debian-handbook, debian-reference-zh-cn, maint-guide-zh-cn, harden-doc (GPL; handbook also
CC BY-SA), gnome-user-docs (CC BY-SA). Written or translated by people before 2023. Nothing is
learnt from them: they say how often something else than what detectors were made for is flagged.
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

MANUALS = {
    "handbook zh": "debian-handbook/usr/share/doc/debian-handbook/html/zh-CN/*.html",
    "reference zh": "debian-reference-zh-cn/usr/share/debian-reference/*zh-cn.html",
    "packaging zh": "maint-guide-zh-cn/usr/share/doc/**/*.html",
    "desktop zh": "gnome-user-docs/usr/share/help/zh_CN/gnome-help/*.page",
    "handbook en": "debian-handbook/usr/share/doc/debian-handbook/html/en-US/*.html",
    "hardening en": "harden-doc/usr/share/doc/harden-doc/html/en*/*.html",
}
LENGTHS = {"zh": {"long": 400, "short": 120}, "en": {"long": 900, "short": 350}}
"""Characters from which paragraphs put together are a piece."""
MOST = 150
_HAN = re.compile("[\u4e00-\u9fff]")


class Paragraphs(HTMLParser):
    """The paragraphs of a page, without tables and listings."""

    _BREAKS = frozenset(("p", "div", "li", "dt", "dd", "h1", "h2", "h3", "td", "br", "blockquote"))
    _LEFT_OUT = frozenset(("pre", "script", "style", "table", "head"))

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._text = ""
        self._inside = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._inside += tag in self._LEFT_OUT
        self._end(tag)

    def handle_endtag(self, tag: str) -> None:
        self._inside = max(0, self._inside - (tag in self._LEFT_OUT))
        self._end(tag)

    def handle_data(self, data: str) -> None:
        if not self._inside:
            self._text += data

    def _end(self, tag: str) -> None:
        if tag not in self._BREAKS:
            return
        text = " ".join(self._text.split())
        if len(text) > (25 if _HAN.search(text) else 60):
            self.found.append(text)
        self._text = ""


def pieces(page: Path, size: int) -> Iterator[str]:
    """Neighbouring paragraphs, put together until they have `size` characters."""
    reader = Paragraphs()
    reader.feed(page.read_text("utf-8", "replace"))
    piece = ""
    for paragraph in reader.found:
        piece = f"{piece}\n{paragraph}".strip()
        if len(piece) >= size:
            if len(piece) < 3.5 * size:
                yield piece
            piece = ""


def write(folder: Path, out: Path) -> None:
    rows = []
    for manual, pattern in MANUALS.items():
        language = manual[-2:]
        for length, size in LENGTHS[language].items():
            found = [piece for page in sorted(folder.glob(pattern)) for piece in pieces(page, size)]
            if language == "zh":
                found = [piece for piece in found if 2 * len(_HAN.findall(piece)) > len(piece)]
            random.Random(f"{manual} {length}").shuffle(found)
            for number, piece in enumerate(found[:MOST]):
                rows.append({"id": f"{manual}, {length}|{number}", "text": piece})
    with out.open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def measure(result: Path) -> None:
    counts: dict[tuple[str, str], Counter[str]] = {}
    for line in result.read_text("utf-8").splitlines():
        record = json.loads(line)
        for weight in record["weights"]:
            key = weight["proposition"], record["id"].partition("|")[0]
            count = counts.setdefault(key, Counter())
            count.update(opinion=int(weight["opinion"]), flagged=int(weight["flagged"]))
    for (proposition, manual), count in sorted(counts.items()):
        if count["opinion"]:
            print(
                f"{proposition:20} {manual:22} {count['flagged']:3} flagged of {count['opinion']}"
            )


if __name__ == "__main__":
    paths = [Path(one) for one in sys.argv[1:]]
    if len(paths) == 2:
        write(*paths)
    else:
        measure(paths[0])
