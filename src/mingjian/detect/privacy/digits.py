"""Stretches of digits and separators, cut into groups: what every number is read from."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mingjian.detect.privacy.check.bank_card import luhn_holds
from mingjian.detect.privacy.context import labelled, number_phrases
from mingjian.detect.privacy.digit_runs import AFTER_BEGINS, BETWEEN, MONEY, MOST_DIGITS, begun
from mingjian.detect.privacy.gates import LONG
from mingjian.detect.privacy.groupings import Form, Run, Runs, form_of, form_of_one

_BETWEEN = re.escape(BETWEEN)
_STRETCH = re.compile(
    rf"[0-9](?=(?:[{_BETWEEN}]*+[0-9]){{6}})[0-9{_BETWEEN}]{{4,}}[0-9][0-9 \-.]*[Xx]?"
)
"""Seven digits at least: with fewer, as amounts have, there is no number of a person."""
_GROUP = re.compile("[0-9]+")


class Stretch:
    """One stretch of the text, cut into digit groups."""

    __slots__ = ("_labels", "form", "start", "text", "unlabelled")

    def __init__(self, text: str, start: int, form: Form, *, unlabelled: bool) -> None:
        self.text, self.start, self.form = text, start, form
        self.unlabelled = unlabelled
        self._labels: dict[str, bool] = {}

    @property
    def runs(self) -> Runs:
        """The runs of groups that may be numbers."""
        return self.form.runs_unlabelled if self.unlabelled else self.form.runs

    def span(self, run: Run) -> tuple[int, int]:
        """Where `run` begins and ends in the text."""
        return self.start + self.form.starts[run.first], self.start + self.form.ends[run.last]

    def digits(self, run: Run) -> str:
        """The digits of `run`, without what stands between them."""
        start, end = self.span(run)
        written = self.text[start:end]
        return written if len(run.shape) == 1 else "".join(_GROUP.findall(written))

    def groups(self) -> list[str]:
        """The digits of every group."""
        return _GROUP.findall(self.text, self.start, self.start + self.form.length)

    def label(self, run: Run, kind: str) -> bool:
        """A label of `kind` stands before the run, or one of telephones behind the stretch."""
        if run.first or self.unlabelled:
            return False
        if kind == "phone" and _label_after(self.text, self.start + self.form.ends[-1]):
            return True
        known = self._labels.get(kind)
        if known is None:
            known = self._labels[kind] = labelled(self.text, self.start, kind)
        return known

    def free(self, run: Run) -> bool:
        """The run is not the inside of a longer number or word."""
        form = self.form
        return form.alone or (  # one that is not free would not have been made a stretch
            run.apart
            and (run.first > 0 or open_left(self.text, self.start))
            and (
                run.last + 1 < len(form.sizes)
                or open_right(self.text, self.start + form.ends[run.last])
            )
        )


def stretches(text: str) -> Iterator[Stretch]:
    """Every stretch that may hold a number, in order of place.

    One of several groups beside which no label can stand is left out where its form says enough.
    """
    if len(text) >= LONG:
        yield from _from_arrays(text)
        return
    for match in _STRETCH.finditer(text):
        form, start = form_of(match[0]), match.start()
        if not form.alone:
            yield from _several(text, match, form, near=True)
            continue
        end = start + form.sizes[0]
        if end - start <= MOST_DIGITS and _stands_free(text, start, end):
            yield Stretch(text, start, form, unlabelled=False)


def _from_arrays(text: str) -> Iterator[Stretch]:
    for start, end, near, alone, sure in begun(text):
        if not alone:
            match = _STRETCH.match(text, start)
            if match is not None:
                yield from _several(text, match, form_of(match[0]), near=near)
        elif sure or _stands_free(text, start, end):
            yield Stretch(text, start, form_of_one(end - start), unlabelled=not near)


def _several(text: str, match: re.Match[str], form: Form, *, near: bool) -> Iterator[Stretch]:
    """The stretch of several groups at `match`, if it may hold a number."""
    start, end = match.span()
    # IPv4 and dates are common in logs and never a number of a person
    if form.internet_address or (form.date and text[start : start + 2] in ("19", "20")):
        return
    stretch = Stretch(text, start, form, unlabelled=not (near and _labels_near(text, start, end)))
    if stretch.runs or (not stretch.unlabelled and start and text[start - 1] in "+＋("):
        yield stretch


def _labels_near(text: str, start: int, end: int) -> bool:
    """False is certain: no label of any number and no plus sign before, no label behind."""
    return (
        (start > 0 and text[start - 1] in "+＋")
        or number_phrases().may_end(text, start)
        or _label_after(text, end)
    )


def _label_after(text: str, end: int) -> bool:
    return text[end : end + 1] in _BEGINS_AFTER and _LABEL_AFTER.match(text, end) is not None


def _stands_free(text: str, start: int, end: int) -> bool:
    return _may_be_one(text, start, end) and open_left(text, start) and open_right(text, end)


def _may_be_one(text: str, start: int, end: int) -> bool:
    """A plain run of digits that has a number's form, or a label beside it.

    Only what no reader of stretches would accept is turned away: it saves their work on the
    orders, amounts and codes that pages and tables are full of.
    """
    digits, size = text[start:end], end - start
    if start and text[start - 1] in "+＋(":
        return True
    if size >= 15:
        return (
            (size == 18 and digits[6:8] in ("18", "19", "20"))
            or size == 15
            or digits.startswith("0086")
            or luhn_holds(digits)
        )
    if size == 11 and digits[0] == "1":
        return True
    if size >= 12 and (digits.startswith(("86", "086", "0086")) or luhn_holds(digits)):
        return True
    return number_phrases().may_end(text, start) or _label_after(text, end)


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
    return before not in MONEY


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
_BEGINS_AFTER = frozenset(" -([" + AFTER_BEGINS)
_LABEL_AFTER = re.compile(
    r"[ -]?[(\[]?(?:office|fax|mobile|home|work|cell|手机|座机|办公|家)\b", re.IGNORECASE
)
