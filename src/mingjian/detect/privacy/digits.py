"""Stretches of digits and separators, cut into groups: what every number is read from."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from mingjian.detect.privacy.check.bank_card import luhn_holds
from mingjian.detect.privacy.context import labelled, may_be_labelled

MOST_GROUPS = 20
"""Groups of one number at most: each digit of a card on its own."""
_STRETCH = re.compile(r"[0-9][0-9 \-.()\u00a0\u2009\u3000·•–—（）]{4,}[0-9][0-9 \-.]*[Xx]?")
_GROUP = re.compile(r"[0-9]+")
_ADDRESS_OR_DATE = re.compile(
    r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}[ \-.]*|(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}(?: [0-9]{2})?"
)
"""Stretches that are common in logs and never a number of a person: IPv4 and dates."""
_MONEY = "$¥￥€£"


class Stretch:
    """One stretch of the text, cut into digit groups."""

    __slots__ = (
        "_labels",
        "dotted",
        "ends",
        "gaps",
        "groups",
        "short",
        "starts",
        "text",
        "x_end",
    )

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text = text
        self.groups: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        for match in _GROUP.finditer(text, start, end):
            self.groups.append(match[0])
            self.starts.append(match.start())
            self.ends.append(match.end())
        self.gaps = [text[a:b] for a, b in zip(self.ends, self.starts[1:], strict=False)]
        self.short = sum(len(group) < 11 for group in self.groups)
        self.dotted = "." in self.gaps
        self.x_end = end if text[end - 1] in "Xx" else 0
        self._labels: dict[str, bool] = {}

    def label(self, first: int, kind: str) -> bool:
        """A label of `kind` stands before group `first`, or one of telephones behind the last."""
        if first:
            return False
        if kind == "phone" and _LABEL_AFTER.match(self.text, self.ends[-1]):
            return True
        known = self._labels.get(kind)
        if known is None:
            known = self._labels[kind] = labelled(self.text, self.starts[0], kind)
        return known

    def free(self, first: int, last: int) -> bool:
        """The run is not the inside of a longer number or word."""
        text = self.text
        if first:
            gap = self.gaps[first - 1]
            if gap in ("-", ".", "–", "—", "·") and len(self.groups[first - 1]) != 11:
                return False
        elif not open_left(text, self.starts[0]):
            return False
        if last + 1 < len(self.groups):
            gap = self.gaps[last]
            return gap not in (".", "–", "·") and (gap != "-" or len(self.groups[last + 1]) >= 11)
        end = self.ends[last]
        return open_right(text, end)

    def alone(self, first: int, last: int) -> bool:
        """No other short groups stand beside the run, as they do in rows of figures."""
        inside = sum(len(group) < 11 for group in self.groups[first : last + 1])
        return self.short - inside <= 1 and not self.dotted

    def one_gap(self, first: int, last: int) -> bool:
        """The groups of the run are all separated alike."""
        return len(set(self.gaps[first:last])) <= 1


def stretches(text: str, likely: Callable[[str], bool]) -> Iterator[Stretch]:
    """Every stretch that may hold a number, in order of place.

    Where no label can stand beside a stretch of several groups, `likely` says whether it may.
    """
    for match in _STRETCH.finditer(text):
        start, end = match.span()
        whole = match[0]
        if whole.isdecimal():
            if (
                not 7 <= end - start <= 19
                or not (open_left(text, start) and open_right(text, end))
                or not _may_be_one(text, start, end, whole)
            ):
                continue
        elif _ADDRESS_OR_DATE.fullmatch(whole) is not None or not (
            _labels_near(text, start, end) or likely(whole)
        ):
            continue
        yield Stretch(text, start, end)


def _labels_near(text: str, start: int, end: int) -> bool:
    """False is certain: no label of any number and no plus sign before, no label behind."""
    return (
        (start > 0 and text[start - 1] in "+＋")
        or may_be_labelled(text, start)
        or (end < len(text) and _LABEL_AFTER.match(text, end) is not None)
    )


def _may_be_one(text: str, start: int, end: int, digits: str) -> bool:
    """A plain run of digits that has a number's form, or a label beside it.

    Only what no reader of stretches would accept is turned away: it saves their work on the
    orders, amounts and codes that pages and tables are full of.
    """
    size, head = end - start, digits[0]
    if start and text[start - 1] in "+＋(":
        return True
    if size >= 15:
        return (
            (size == 18 and digits[6:8] in ("18", "19", "20"))
            or size == 15
            or digits.startswith("0086")
            or luhn_holds(digits)
        )
    if head == "0" or (head == "1" and size == 11) or digits.startswith("86"):
        return True
    if size >= 12 and luhn_holds(digits):
        return True
    return may_be_labelled(text, start) or (
        end < len(text) and _LABEL_AFTER.match(text, end) is not None
    )


def open_left(text: str, start: int) -> bool:
    """A number may begin here: no word, price or longer code runs into it."""
    if start == 0:
        return True
    before = text[start - 1]
    if before.isascii() and (before.isalnum() or before == "_"):
        return _LETTER_LABEL.search(text, max(0, start - 12), start) is not None
    if before in "-./" and start > 1:
        far = text[start - 2]
        if before == "/":
            return True
        return not (far.isascii() and far.isalnum())
    return before not in _MONEY


_LETTER_LABEL = re.compile(
    r"(?<![A-Za-z])(?:tel|phone|mobile|cell|fax|id|card|cc|no|sfz|ph|account|acc|ssn)\Z",
    re.IGNORECASE,
)


def open_right(text: str, end: int) -> bool:
    """A number may end here."""
    if end >= len(text):
        return True
    after = text[end]
    if after.isascii() and (after.isalnum() or after in "_-"):
        return _EXTENSION.match(text, end) is not None or (
            after == "-"
            and not (text[end + 1 : end + 2].isascii() and text[end + 1 : end + 2].isalnum())
        )
    return True


_EXTENSION = re.compile(
    r" ?-?(?:x|ext\.? ?)[0-9]{1,6}(?![0-9A-Za-z])|-(?:office|fax|mobile|home|work|cell)\b",
    re.IGNORECASE,
)
_LABEL_AFTER = re.compile(
    r"[ -]?[(\[]?(?:office|fax|mobile|home|work|cell|手机|座机|办公|家)\b", re.IGNORECASE
)
