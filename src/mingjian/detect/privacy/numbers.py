"""Numbers made of digits: identity numbers, cards and telephones, however they are spaced.

Runs of neighbouring digit groups are tried as numbers. A run must use groupings people write
(138 0013 8000; 6222 0212 3456 7890 123), unless its label or its check digits speak for it.
"""

from __future__ import annotations

from operator import itemgetter

from mingjian.detect.privacy.certain_numbers import certain_numbers
from mingjian.detect.privacy.check.bank_card import card_issuer
from mingjian.detect.privacy.check.phone import is_cn_mobile
from mingjian.detect.privacy.check.resident_id import is_old_resident_id, is_resident_id
from mingjian.detect.privacy.context import mentioned, not_a_card
from mingjian.detect.privacy.digits import Stretch, open_right, stretches, stretches_at
from mingjian.detect.privacy.gates import LONG
from mingjian.detect.privacy.groupings import Run
from mingjian.detect.privacy.hit import Hit
from mingjian.detect.privacy.telephones import (
    international,
    mobile,
    prefixed_mobile,
    telephone,
)

_START = itemgetter(1)
_RANKS = {"resident_id": 3, "bank_card": 2, "mobile": 1}
"""Which of several readings that begin at one place is taken; telephones come last."""
_ENOUGH = (11, 12, 17, 20)
"""Digits of the shortest number that ranks above, by rank."""


def find_numbers(text: str) -> list[Hit]:
    """Every identity number, card and telephone number in `text`, in order of place."""
    hits: list[Hit] = []
    read = stretches(text)
    if len(text) >= LONG:
        hits, begun = certain_numbers(text)
        read = stretches_at(text, begun)
    for stretch in read:
        hits += [_with_bracket(text, hit) for hit in _read(stretch)]
    hits.sort(key=_START)
    return hits


def _read(stretch: Stretch) -> list[Hit]:
    free, hits = 0, []
    if _after_plus(stretch):
        hit, last = international(stretch)
        if hit is not None:
            hits.append(hit)
            free = last + 1
    for begun in stretch.runs:
        if begun[0].first < free:
            continue
        best: Hit | None = None
        enough = 0
        for run in reversed(begun):  # of two that count alike the longer is taken
            if run.size < enough:
                break
            hit = _classify(stretch, run, stretch.digits(run))
            if hit is not None and (best is None or _rank(hit) > _rank(best)):
                best, free, enough = hit, run.last + 1, _ENOUGH[_rank(hit)]
        if best is not None:
            hits.append(best)
    return hits


def _after_plus(stretch: Stretch) -> bool:
    """A plus sign stands before the first group: no other can follow one."""
    text, start = stretch.text, stretch.start
    return start > 0 and (
        text[start - 1] in "+＋"
        or (start > 1 and text[start - 1] == "(" and text[start - 2] == "+")
    )


def _with_bracket(text: str, hit: Hit) -> Hit:
    bracket = hit.start - 1
    if bracket >= 0 and text[bracket] == "(" and ")" in text[hit.start : hit.end]:
        return hit._replace(start=bracket)
    return hit


def _rank(hit: Hit) -> int:
    return _RANKS.get(hit.kind, 0)


def _classify(stretch: Stretch, run: Run, digits: str) -> Hit | None:
    size = run.size
    if size >= 15:
        return _long_number(stretch, run, digits)
    if size >= 12:
        hit = prefixed_mobile(stretch, run, digits)
        if hit is not None:
            return hit
        text, (start, end) = stretch.text, stretch.span(run)
        if (
            size >= 13
            and card_issuer(digits)
            and run.one_gap
            and mentioned(text, start, end, "bank_card")
            and not not_a_card(text, start)
            and stretch.free(run)
        ):
            return Hit("bank_card", start, end, digits)
        if size == 12 and card_issuer(digits) and stretch.label(run, "bank_card"):
            return Hit("bank_card", start, end, digits) if stretch.free(run) else None
    if size == 11 and digits[0] == "1" and is_cn_mobile(digits) and run.shape != (1, 3, 3, 4):
        return mobile(stretch, run, digits, run.shape)
    return telephone(stretch, run, digits)


def _long_number(stretch: Stretch, run: Run, digits: str) -> Hit | None:
    size, text, form = run.size, stretch.text, stretch.form
    start, end = stretch.span(run)
    if size == 15 and digits.startswith("0086"):
        return prefixed_mobile(stretch, run, digits)
    if size == 17 and form.x_end and run.last == len(form.sizes) - 1:
        end = stretch.start + form.length
        if is_resident_id(digits + "X") and open_right(text, end):
            return Hit("resident_id", start, end, digits + "X")
        return None
    if size == 18 and is_resident_id(digits) and run.one_gap:
        return Hit("resident_id", start, end, digits) if stretch.free(run) else None
    if run.first and not run.usual:
        return None  # only a label, which stands before the first group, allows other groupings
    issuer = card_issuer(digits)
    if issuer is not None and stretch.free(run) and run.one_gap:
        sure = size >= 16 or issuer in ("American Express", "JCB, early")
        if (
            run.usual
            and not not_a_card(text, start)
            and not (size == 18 and stretch.label(run, "resident_id"))
            and (sure or mentioned(text, start, end, "bank_card"))
        ) or stretch.label(run, "bank_card"):
            return Hit("bank_card", start, end, digits)
    old = size == 15 and len(run.shape) == 1 and is_old_resident_id(digits)
    if old and stretch.free(run) and mentioned(text, start, end, "resident_id"):
        return Hit("resident_id", start, end, digits)
    return None
