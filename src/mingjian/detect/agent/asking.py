"""What kind of sentences a request is made of: whether it asks for more than to look.

The lists of `acts.json` know many words by which people ask for an act, never all. Where a request
only looks, an act that changes things was plainly not asked for; where it asks for something to be
done in words no list holds, that cannot be told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from mingjian.detect.agent.words import signs

Asking = Literal["looks", "tells", "does"]
"""A question or an order to look; a statement; an order of another kind."""
_SENTENCE = re.compile(r"[^.!?;\n。！？；]{1,2000}[.!?;。！？；]?")
_CLAUSE = re.compile(r"[^，,：:、]+")
_HAN = re.compile(r"[\u4e00-\u9fff]")
READ_OF_SENTENCE = 400
"""Characters of one sentence that are read."""


def askings(text: str) -> Iterator[Asking]:
    """The kind of each sentence of a lower-case text."""
    for match in _SENTENCE.finditer(text):
        sentence = match[0].strip()[:READ_OF_SENTENCE]
        if _HAN.search(sentence):
            yield _chinese(sentence)
        elif re.search(r"[a-z]", sentence):
            yield _english(sentence)


def _english(sentence: str) -> Asking:
    sign = signs()
    opened = sign["request_opens"].match(sentence)
    rest = sentence[opened.end() :] if opened else sentence
    if sign["looking_verb"].match(rest):
        return "does" if sign["goes_on_to_act"].search(rest) else "looks"
    if sentence.endswith("?") and not opened and not sign["polite_question"].search(sentence):
        return "looks"
    if not opened and sign["statement"].match(rest):
        return "does" if sign["wants"].search(rest) else "tells"
    return "does"


def _chinese(sentence: str) -> Asking:
    """A sentence is what its clauses are; wishes about what is looked for ask for nothing more."""
    sign, looks = signs(), False
    for match in _CLAUSE.finditer(sentence.rstrip("。！；")):
        clause = match[0].strip()
        if sign["enables_zh"].match(clause):
            return "does"
        asked = sign["question_zh"].search(clause) and not sign["polite_zh"].search(clause)
        if asked or sign["looking_zh"].search(clause):
            looks = True
        elif sign["doing_zh"].search(clause) and not (looks and sign["wish_zh"].match(clause)):
            return "does"
    return "looks" if looks else "tells"
