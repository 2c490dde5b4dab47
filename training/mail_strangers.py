"""Genuine mails that nothing was learnt from: the letters that free software sends.

    python training/mail_strangers.py FOLDER [FOLDER ...]

Each folder holds unpacked packages (`pip download --no-deps django-allauth pretix weblate indico`,
`apt-get download mailman3 redmine`). What lies in them as mail templates, and what their
translations hold as whole letters, is filled with a plain word and examined by `mail.phishing`; how
many are flagged, and how high they measure, is printed by language. Nothing of their text is kept.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from mail_letter_text import entries

from mingjian.detect.mail.acts import made_alike
from mingjian.detect.mail.phishing import Phishing
from mingjian.detect.mail.tongue import tongue_of
from mingjian.domain.evidence import EvidenceKind
from mingjian.testing import evidence_from
from mingjian.weigh.scale import load_scales

_PLACE = re.compile(r"(?:e-?mails?|mails?|notif\w*|invit\w*|reset|subscri\w*)", re.I)
_ENDINGS = {".txt", ".html", ".eml", ".mail", ".tpl", ".j2", ".jinja2", ".jinja", ".erb", ".twig"}
_CODE = re.compile(r"\{%.{0,400}?%\}|<%.{0,400}?%>|\{#.{0,400}?#\}", re.S)
_SLOT = re.compile(r"\{\{?.{0,120}?\}\}?|%\([a-zA-Z_.]{1,40}\)[sd]|\$\{?[a-zA-Z_.]{2,40}\}?|%s")
_TAG = re.compile(r"<style.{0,20000}?</style>|<[^<>]{1,2000}>", re.S | re.I)
_LETTER = re.compile(r"\b(?:hello|hi|dear|regards|sincerely|thank(?:s| you))\b", re.I)
_WORDS = 12
"""Fewest words of a letter."""
_MOST = 120
"""Letters of one language that are measured, drawn evenly."""
_FOLDER = Path(__file__).parents[1] / "src/mingjian/detect/mail"


def plain(text: str) -> str:
    """A template as its reader would see it, more or less."""
    text = _TAG.sub(" ", _SLOT.sub("Ada", _CODE.sub(" ", text)))
    return "\n".join(" ".join(line.split()) for line in text.splitlines() if line.strip())


def templates(folder: Path) -> Iterator[tuple[str, str]]:
    """(place, text) of every mail template below a folder."""
    for path in sorted(folder.rglob("*")):
        if path.suffix not in _ENDINGS or not path.is_file() or path.is_symlink():
            continue
        place = str(path.relative_to(folder))
        if _PLACE.search(place) and path.stat().st_size < 60_000:
            yield place, path.read_text("utf-8", "replace")


def translations(folder: Path) -> Iterator[tuple[str, str]]:
    """(place, text) of every letter in the translations below a folder, and of its original."""
    for path in sorted(folder.rglob("*.mo")):
        for key, text in entries(path).items():
            if isinstance(key, str) and key.count("\n") > 1 and _LETTER.search(key):
                yield str(path.relative_to(folder)), text
                yield str(path.relative_to(folder)), key


def main(folders: list[str]) -> None:
    files = [path for path in _FOLDER.iterdir() if path.name.endswith(".scale.json")]
    scales = load_scales(files)["mail.phishing"]
    detector = Phishing({})
    texts = {
        plain(text): place
        for folder in map(Path, folders)
        for source in (templates(folder), translations(folder))
        for place, text in source
    }
    by_tongue: dict[str, list[str]] = defaultdict(list)
    for text in texts:
        if len(text.split()) >= _WORDS:
            by_tongue[tongue_of(made_alike(text).text)].append(text)
    known = {tongue: rows for tongue, rows in by_tongue.items() if tongue != "other"}
    drawn = [text for rows in known.values() for text in rows[:: 1 + len(rows) // _MOST]]
    found: dict[str, list[tuple[float, float, bool, str]]] = defaultdict(list)
    for text in drawn:
        evidence = evidence_from(text.encode(), declared=EvidenceKind.MAIL)[0]
        (finding,) = detector.examine(evidence)
        ratios = [scale.ratio(finding) for scale in scales]
        ratio = next((r for r in ratios if r.opinion), None)
        if ratio is None or finding.score is None:
            continue
        row = finding.score, ratio.log10_lr, ratio.flagged, f"{texts[text]}: {text[:60]!r}"
        found[str(finding.context["language"])].append(row)
    for language, rows in sorted(found.items()):
        weights = np.array([weight for _, weight, _, _ in rows])
        print(
            f"{language} {len(rows)} letters, flagged {sum(row[2] for row in rows)}, log10 LR: "
            f"median {np.median(weights):+.2f}, above 0 {np.mean(weights > 0):.3f}, "
            f"highest {weights.max():+.2f}"
        )
        for score, _, _, place in sorted(rows)[::-1][:6]:
            print(f"   {score:+.1f} {place}")


if __name__ == "__main__":
    main(sys.argv[1:])
