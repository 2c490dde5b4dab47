"""A text as the token ids a watermark was keyed on, as nearly as the examiner's files allow."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

MAX_VOCABULARY = 64 << 20
"""Bytes of a vocabulary file."""
MOST_TOKENS = 20_000

_IDS = re.compile(r"[\s,\[\]]*+(?>(?:\d{1,9}+[\s,\[\]]++)*)\d{0,9}+[\s,\[\]]*+")
Tokenise = Callable[[str], list[int]]


def read_vocabulary(path: Path) -> dict[str, int]:
    """Token to id from a JSON object, a ``tokenizer.json``, or a list with one token a line.

    The marks of byte-level and sentence-piece vocabularies for a blank (Ġ, ▁) and a line break
    (Ċ) are read as such. Raises `ValueError` where it is none of these.
    """
    with path.open("rb") as file:
        data = file.read(MAX_VOCABULARY + 1)
    if len(data) > MAX_VOCABULARY:
        raise ValueError("vocabulary file is too large")
    text = data.decode("utf-8-sig")
    if text.lstrip().startswith("{"):
        told = json.loads(text)
        if "model" in told and isinstance(told["model"], dict):
            told = told["model"].get("vocab")
        if isinstance(told, list):
            told = {entry[0]: at for at, entry in enumerate(told)}
        if not isinstance(told, dict):
            raise ValueError("no vocabulary in this JSON file")
        pairs = {str(token): int(number) for token, number in told.items()}
    else:
        pairs = {token: at for at, token in enumerate(text.splitlines())}
    if not pairs:
        raise ValueError("the vocabulary is empty")
    found: dict[str, int] = {}
    for token, number in pairs.items():
        plain = token.replace("Ġ", " ").replace("▁", " ").replace("Ċ", "\n")
        found.setdefault(plain, number)
    return found


def by_vocabulary(vocabulary: dict[str, int]) -> Tokenise:
    """Longest match first: near a byte-pair tokenizer's cut, and not always the same."""
    longest = min(64, max(map(len, vocabulary)))

    def tokenise(text: str) -> list[int]:
        ids: list[int] = []
        at = 0
        while at < len(text) and len(ids) < MOST_TOKENS:
            for size in range(min(longest, len(text) - at), 0, -1):
                known = vocabulary.get(text[at : at + size])
                if known is not None:
                    ids.append(known)
                    at += size
                    break
            else:
                at += 1
        return ids

    return tokenise


def given_ids(text: str) -> list[int]:
    """Ids written out as numbers, made with the provider's own tokenizer: the exact way.

    Raises `ValueError` where the text is not a list of numbers.
    """
    head = text[: MOST_TOKENS * 8]
    if not _IDS.fullmatch(head):
        raise ValueError("not a list of token ids")
    return [int(number) for number in re.findall(r"\d+", head)][:MOST_TOKENS]


def characters(text: str) -> list[int]:
    """One token a character, its code point the id: for watermarks keyed on characters."""
    return [ord(char) for char in text[:MOST_TOKENS]]
