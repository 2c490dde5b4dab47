"""Stretches of digits and separators, cut into groups: what every number is read from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from mingjian.detect.privacy.check.bank_card import luhn_holds
from mingjian.detect.privacy.context import labelled, number_phrases
from mingjian.detect.privacy.digit_groups import BETWEEN
from mingjian.detect.privacy.digit_runs import LABELS_AFTER, MONEY, Begun
from mingjian.detect.privacy.groupings import Form, Run, Runs, form_of, form_of_one
from mingjian.detect.privacy.possible_runs import MOST

_BETWEEN = re.escape(BETWEEN)
_STRETCH = re.compile(
    rf"[0-9](?=(?:[{_BETWEEN}]*+[0-9]){{6}})[0-9{_BETWEEN}]{{4,}}[0-9][0-9 \-.]*[Xx]?"
)
"""Seven digits at least: with fewer, as amounts have, there is no number of a person."""
_GROUP = re.compile("[0-9]+")


class Stretch:
    """One stretch of the text, cut into digit groups."""

    __slots__ = ("_labels", "all_digits", "form", "start", "text", "unlabelled")

    def __init__(
        self, text: str, start: int, form: Form, all_digits: str, *, unlabelled: bool
    ) -> None:
        self.text, self.start, self.form, self.all_digits = text, start, form, all_digits
        self.unlabelled = unlabelled
        self._labels: dict[str, bool] = {}

    @property
    def runs(self) -> Runs:
        """The runs of groups that may be numbers."""
        return self.form.runs_unlabelled if self.unlabelled else self.form.runs

    def span(self, run: Run) -> tuple[int, int]:
        """Where `run` begins and ends in the text."""
        return self.start + run.begin, self.start + run.end

    def digits(self, run: Run) -> str:
        """The digits of `run`, without what stands between them."""
        return self.all_digits[run.skipped : run.skipped + run.size]

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
    for match in _STRETCH.finditer(text):
        written, (start, end) = match[0], match.span()
        form = form_of(written)
        if form.alone:
            end = start + form.sizes[0]
            if form.sizes[0] <= MOST and _stands_free(text, start, end):
                yield Stretch(text, start, form, text[start:end], unlabelled=False)
        # IPv4 and dates are common in logs and never a number of a person
        elif not form.internet_address and not (form.date and written[:2] in ("19", "20")):
            digits = "".join(_GROUP.findall(written))
            yield from _several(text, start, form, digits, near=True)


def stretches_at(text: str, begun: Iterable[Begun]) -> Iterator[Stretch]:
    """The stretches that begin at known places of a long text."""
    for start, end, digits, near, alone in begun:
        if not alone:
            yield from _several(text, start, form_of(text[start:end]), digits, near=near)
        elif open_left(text, start) and open_right(text, end):
            yield Stretch(text, start, form_of_one(end - start), digits, unlabelled=not near)


def _several(text: str, start: int, form: Form, digits: str, *, near: bool) -> Iterator[Stretch]:
    """The stretch of several groups, if it may hold a number."""
    labelled = near and _labels_near(text, start, start + form.length)
    stretch = Stretch(text, start, form, digits, unlabelled=not labelled)
    if stretch.runs or (labelled and start and text[start - 1] in "+＋("):
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
_LABEL_AFTER = re.compile(rf"[ -]?[(\[]?(?:{'|'.join(LABELS_AFTER)})\b", re.IGNORECASE)
_BEGINS_AFTER = frozenset(" -([" + "".join(label[0] + label[0].upper() for label in LABELS_AFTER))
