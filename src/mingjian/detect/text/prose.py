"""A text as prose: its sentences with their places, cleaned of how it was typed and stored.

What a collection does to its texts (spaces round quotation marks, lost line breaks, full or half
width, mark-up, a cut in the middle of the last sentence) says nothing of who wrote them, so it is
taken away here, for training and at run time alike.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST = 12_000
"""Characters read; a longer text is measured by its beginning."""

_SENTENCE = re.compile(
    r"[^.!?。！？；;…\n]{1,2000}(?:[.!?。！？；;…]{1,6}[\"'”’」』）)\]*]{0,3})?|[.!?。！？；;…]{1,2000}"
)
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\"'“])(?:mr|mrs|ms|dr|prof|st|vs|etc|e\.g|i\.e|eg|ie|fig|no|al|jr|sr|inc|ltd|co|"
    r"dept|approx|u\.s|u\.k|[a-z]|\d+)\.$",
    re.IGNORECASE,
)
_URL = re.compile(r"(?:https?://|www\.)[^\s<>，。]{1,300}")
_MAIL = re.compile(r"\b[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,30}){1,4}")
_MARKUP = re.compile(r"[*_`#>|~]{1,8}|^\s{0,8}(?:[-•·●▪◦]|\d{1,2}[.)、])\s+", re.MULTILINE)
_BULLET = re.compile(r"^[ \t\u3000]{0,8}(?:[-*•●▪◦]|\d{1,2}[.)、．])\s*\S", re.MULTILINE)
_HEADING = re.compile(r"^[ \t]{0,3}#{1,6} |^\*\*[^*\n]{1,80}\*\*[:：]?\s*$", re.MULTILINE)
_BOLD = re.compile(r"\*\*[^*\n]{1,120}\*\*")
_QUOTES = {
    **{ord(char): '"' for char in "“”„‟«»「」『』＂″"},
    **{ord(char): "'" for char in "‘’‚‛`´＇"},
    **{ord(char): "—" for char in "–—―─－"},
    **{ord(char): "" for char in "\u200b\u200c\u200d\ufeff\u2060\u00ad"},
    ord("…"): "...",
    0xA0: " ",
}
_BEFORE = re.compile(r"(?<!\s)\s++(?=[,.;:!?%)\]])|(?<=[(\[$£])\s++")
_CLITIC = re.compile(r"(?i)\b(\w+) ?n ?' ?t\b|\s?'\s?(s|re|ve|ll|d|m)\b")
_SPACED_QUOTE = re.compile(r'"\s++|(?<!\s)\s++"')
_NO_SPACE = re.compile(r"(?<=[a-z0-9][.!?])(?=[A-Z][a-z])|(?<=[a-z],)(?=[a-z])")
_DASH = re.compile(r"(?<!\s)\s++(?:--+|—+)\s*|(?:--+|—+)\s*| - ")
_SPACE = re.compile(r"\s+")
_HALF = str.maketrans(
    {
        **{0xFF01 + i: 0x21 + i for i in range(94)},
        0x3000: 0x20,
    }
)
_STOP_ZH = re.compile(r"(?<=[\u3400-\u9fff\"')\]])[.](?!\d)")
_SPACE_ZH = re.compile(r"(?<=[^a-z0-9]) | (?=[^a-z0-9])")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: its place in the original text, and its cleaned form."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Prose:
    """A cleaned text. `clean` is the sentences' cleaned forms, joined."""

    language: str
    sentences: tuple[Sentence, ...]
    clean: str
    starts: tuple[int, ...]
    """Where each sentence begins in `clean`."""
    paragraphs: tuple[int, ...]
    """Cleaned characters in each paragraph."""
    marks: int
    """List items, headings and bold passages of mark-up."""
    size: int
    """Words (English) or Han characters (Chinese) of the cleaned text."""


def _without_addresses(text: str, link: str, mail: str) -> str:
    if "://" in text or "www." in text:
        text = _URL.sub(link, text)
    if "@" in text:
        text = _MAIL.sub(mail, text)
    return _MARKUP.sub(" ", text)


def _clean_en(text: str) -> str:
    # The tests before the patterns only save time: most sentences hold none of these signs.
    text = _without_addresses(text, " weblink ", " mailaddress ")
    if not text.isascii() or "`" in text:
        text = text.translate(_QUOTES)
    if "-" in text or "—" in text:
        text = _DASH.sub(" — ", text)
    text = _NO_SPACE.sub(" ", text)
    if "'" in text:
        text = _CLITIC.sub(lambda m: f"{m[1]}n't" if m[1] else f"'{m[2]}", text)
    text = _BEFORE.sub("", text)
    if '"' in text:
        text = _SPACED_QUOTE.sub(' " ', text)
    return _SPACE.sub(" ", text).strip()


def _clean_zh(text: str) -> str:
    text = _without_addresses(text, " ", " ").translate(_QUOTES).translate(_HALF)
    text = _STOP_ZH.sub("。", text).replace("...", "…")
    return _SPACE_ZH.sub("", _SPACE.sub(" ", text.lower())).strip()


_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[A-Za-z]+(?:'[a-z]+)?")


def _pieces(text: str) -> list[tuple[int, int]]:
    """Places of sentences; an abbreviation's full stop does not end one."""
    found: list[tuple[int, int]] = []
    for match in _SENTENCE.finditer(text):
        start, end = match.span()
        if not text[start:end].strip():
            continue
        if found:
            first, last = found[-1]
            before = text[first:last]
            if end - first < 2000 and (
                (before.endswith(".") and _ABBREVIATION.search(before[-12:]))
                or (before[-2:-1].isdigit() and before.endswith(".") and text[start].isdigit())
                or not any(char.isalnum() for char in text[start:end])
            ):
                found[-1] = (first, end)
                continue
        found.append((start, end))
    return found


def prose(text: str, language: str) -> Prose:
    """The first `MOST` characters of `text` as prose in `language` (zh or en).

    A last sentence that breaks off is left out where others remain, since a cut comes from a
    limit and not from a writer.
    """
    head = text[:MOST]
    clean_one = _clean_zh if language == "zh" else _clean_en
    sentences: list[Sentence] = []
    paragraphs: list[int] = []
    new = True
    for start, end in _pieces(head):
        cleaned = clean_one(head[start:end])
        if not any(char.isalnum() for char in cleaned):
            continue
        if new:
            paragraphs.append(0)
        paragraphs[-1] += len(cleaned)
        sentences.append(Sentence(start, end, cleaned))
        new = head[end : end + 1] == "\n"
    if len(sentences) > 3 and not re.search(r"[.!?。！？;；…\"'”’」）)]\s*$", sentences[-1].text):
        paragraphs[-1] -= len(sentences.pop().text)
    joint = "" if language == "zh" else " "
    starts, at = [], 0
    for sentence in sentences:
        starts.append(at)
        at += len(sentence.text) + len(joint)
    clean = joint.join(sentence.text for sentence in sentences)
    counted = _HAN if language == "zh" else _WORD
    return Prose(
        language=language,
        sentences=tuple(sentences),
        clean=clean,
        starts=tuple(starts),
        paragraphs=tuple(n for n in paragraphs if n > 0),
        marks=len(_BULLET.findall(head)) + len(_HEADING.findall(head)) + len(_BOLD.findall(head)),
        size=len(counted.findall(clean)),
    )
