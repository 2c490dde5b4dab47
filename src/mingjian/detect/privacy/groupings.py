"""How people group the digits of numbers, and what all stretches of one form have in common.

Tables and logs repeat few forms (00.00.00.00, 0000-00-00, 000 0000 0000) with ever other digits:
what can be said of a form alone is worked out once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, cached_property, lru_cache

MOST_GROUPS = 20
"""Groups of one number at most: each digit of a card on its own."""
MOBILE_GROUPS = frozenset(
    {(11,), (3, 4, 4), (3, 8), (7, 4), (3, 3, 5), (4, 4, 3), (5, 6), (1,) * 11}
)
UK_GROUPS = frozenset({(5, 6), (3, 4, 4), (4, 3, 4), (5, 3, 3), (4, 7), (5, 5), (3, 8), (4, 6)})
CN_LANDLINE_GROUPS = frozenset({(3, 8), (4, 7), (4, 8), (3, 4, 4), (4, 4, 4)})
KNOWN_GROUPS = (
    MOBILE_GROUPS
    | UK_GROUPS
    | CN_LANDLINE_GROUPS
    | {(2, *shape) for shape in MOBILE_GROUPS | CN_LANDLINE_GROUPS}
    | {(3, 3, 4), (1, 3, 3, 4), (2, 2, 8), (2, 3, 7), (10,), (12,), (13,), (14,)}
)
"""How people group the digits of a telephone number, with and without a country code."""
CARD_GROUPS = frozenset({(4, 6, 5), (4, 6, 4), (6, 10), (6, 13), (8, 8), (4, 4, 5), (3, 4, 4, 4)})
DOTTED_GROUPS = frozenset({(3, 4, 4), (3, 3, 4), (1, 3, 3, 4), (2, 2, 2, 2, 2)})
_LONG_GROUPS = {
    *CARD_GROUPS,
    *((4,) * count + (rest,) for count in (3, 4) for rest in (1, 2, 3, 4)),
    *((1,) * count for count in (15, 16, 17, 18, 19)),
    *((count,) for count in range(7, 20)),
    *(
        (*shape[:-1], shape[-1] - less)
        for shape in ((6, 8, 4), (6, 4, 4, 4), (3, 3, 4, 4, 4), (6, 12), (14, 4), (6, 4, 2, 2, 4))
        for less in (0, 1)
    ),
    (6, 6, 3),
}
"""How people group the digits of cards and identity numbers (without a final X)."""
_BEGINNINGS = frozenset(
    shape[:size] for shape in _LONG_GROUPS | KNOWN_GROUPS for size in range(1, len(shape) + 1)
)
"""What a number that does not begin its stretch, where no label can stand, may begin with."""
UNLABELLED = CN_LANDLINE_GROUPS | UK_GROUPS | {(3, 3, 4), (1, 3, 3, 4)}
"""Groupings of telephone numbers that are believed without a label, mobiles aside."""
_TOKEN = re.compile(r"[0-9]+|[.+(]")
_GROUP = re.compile(r"[0-9]+")
_ADDRESS = re.compile(r"0{1,3}(?:\.0{1,3}){3}[ \-.]*")
_DATE = re.compile(r"0000-00-00(?: 00)?")
_ANY_DIGIT = dict.fromkeys(map(ord, "123456789"), "0")
_LETTERS = {token: token for token in ".+("}
_LONGEST_FORM = 100
"""Longer forms hardly come twice, and are not remembered."""

_APART = frozenset("-.–—·")
_DASHES = frozenset(("-", " - ", "–", "—"))


class Run:
    """Neighbouring groups that may be one number, and all that their form alone says of them."""

    __slots__ = (
        *("_after", "_behind", "alone", "apart", "begin", "end", "first", "gaps", "last"),
        *("one_gap", "shape", "size", "skipped", "spaced", "usual"),
    )

    def __init__(self, form: Form, first: int, last: int) -> None:
        sizes, gaps = form.sizes, form.gaps
        self.first, self.last = first, last
        self.shape = shape = sizes[first : last + 1]
        self.size = sum(shape)
        """Digits."""
        self.skipped = sum(sizes[:first])
        """Digits of the stretch before it."""
        self.begin, self.end = form.starts[first], form.ends[last]
        """Its place in the stretch."""
        self.gaps = between = gaps[first:last]
        self.one_gap = between.count(between[0]) == len(between) if between else True
        """The groups are all separated alike."""
        self.spaced = " " in "".join(between)
        self.alone = not form.dotted and form.short - sum([n < 11 for n in shape]) <= 1
        """No other short groups stand beside the run, as they do in rows of figures."""
        if last + 1 < len(sizes):
            self._behind, self._after = behind, after = gaps[last], sizes[last + 1]
        else:
            self._behind, self._after = behind, after = "", 0
        self.apart = (
            (not first or gaps[first - 1] not in _APART or sizes[first - 1] == 11)
            and behind not in (".", "–", "·")
            and (behind != "-" or after >= 11)
        )
        """What stands between it and its neighbours leaves it a number of its own."""
        if shape in CARD_GROUPS:
            self.usual = self.alone
        else:
            self.usual = len(shape) == 1 or set(shape[:-1]) in ({4}, {1})
        """Grouped as cards are."""

    @property
    def extended(self) -> bool:
        """What follows is a short extension: 010-62345678-801."""
        return self._behind in _DASHES and 1 <= self._after <= 5


Runs = tuple[tuple[Run, ...], ...]
"""Those that begin with the same group together."""


class Form:
    """What is the same in all stretches that differ only in their digits."""

    def __init__(self, masked: str) -> None:
        spans = [match.span() for match in _GROUP.finditer(masked)]
        self._masked = masked
        self.length = len(masked)
        self.x_end = masked[-1] in "Xx"
        self.starts = [start for start, _ in spans]
        self.ends = [end for _, end in spans]
        self.gaps = [masked[a:b] for a, b in zip(self.ends, self.starts[1:], strict=False)]
        self.sizes = sizes = tuple(end - start for start, end in spans)
        self.alone = len(spans) == 1 and not self.x_end
        """One group of digits, with separators behind it at most."""
        self.short = sum(size < 11 for size in sizes)
        self.dotted = "." in self.gaps

    @cached_property
    def internet_address(self) -> bool:
        return _ADDRESS.fullmatch(self._masked) is not None

    @cached_property
    def date(self) -> bool:
        return _DATE.fullmatch(self._masked) is not None

    @cached_property
    def runs(self) -> Runs:
        """What to look at as a number where a label may stand before the first group."""
        return tuple(_runs(self, unlabelled=False))

    @cached_property
    def runs_unlabelled(self) -> Runs:
        """What to look at without one; most rows of figures are done with here."""
        return tuple(_runs(self, unlabelled=True)) if _likely(self._masked) else ()


def form_of(stretch: str) -> Form:
    """The form of a stretch of digits and separators."""
    if len(stretch) > _LONGEST_FORM:
        return Form(stretch.translate(_ANY_DIGIT))
    return _known_form(stretch.translate(_ANY_DIGIT))


_known_form = lru_cache(maxsize=4096)(Form)


@cache
def form_of_one(digits: int) -> Form:
    """The form of so many digits alone."""
    return Form("0" * digits)


def _likely(masked: str) -> bool:
    """Some of the groups stand as people group numbers (labels aside)."""
    shape = "".join(
        [_LETTERS.get(token) or chr(48 + len(token)) for token in _TOKEN.findall(masked)]
    )
    return _shapes().search(shape) is not None


@cache
def _shapes() -> re.Pattern[str]:
    """Shapes as `_likely` writes them; shorter ones that begin another are enough."""
    known = {
        "".join(chr(48 + count) for count in shape)
        for shape in (_LONG_GROUPS | KNOWN_GROUPS) - {(count,) for count in range(7)}
        if sum(shape) >= 7
    }
    known |= {".".join(str(count) for count in shape) for shape in DOTTED_GROUPS}
    known |= {".".join(str(c) for c in shape).replace(".", "", 1) for shape in DOTTED_GROUPS}
    known |= {"+", "("}
    shortest = {k for k in known if not any(k != o and k.startswith(o) for o in known)}
    return re.compile("|".join(re.escape(k) for k in sorted(shortest)))


def _runs(form: Form, *, unlabelled: bool) -> Iterator[tuple[Run, ...]]:
    """The runs of groups to look at, by their sizes and gaps alone."""
    sizes, count, first = form.sizes, len(form.sizes), 0
    while first < count:
        if sizes[first] == 1:
            after = first + 1
            while after < count and sizes[after] == 1:
                after += 1
            if after - first > MOST_GROUPS:  # a row of figures, and no number
                first = after - 1
        runs = tuple([Run(form, first, last) for last in _lasts(form, first, unlabelled)])
        if runs:
            yield runs
        first += 1


def _lasts(form: Form, first: int, unlabelled: bool) -> Iterator[int]:
    """The last groups of the runs that begin with group `first`."""
    sizes, gaps, size = form.sizes, form.gaps, 0
    for last in range(first, min(len(sizes), first + MOST_GROUPS)):
        size += sizes[last]
        if size > 19 or (last > first and len(gaps[last - 1]) > 3):
            break
        shape = sizes[first : last + 1]
        if first and shape not in _BEGINNINGS:
            break
        if size < 7 or (first and size < 15 and shape not in KNOWN_GROUPS):
            continue  # a label, which allows any grouping, can only stand before the first group
        if unlabelled and size <= 10 and shape not in UNLABELLED:
            continue  # only a label beside it would make it a number
        if not form.dotted or _dotted_well(shape, gaps[first:last]):
            yield last


def _dotted_well(shape: tuple[int, ...], gaps: list[str]) -> bool:
    """Without dots inside, or with dots where telephone numbers have them."""
    if "." not in gaps:
        return True  # else an internet address, a version or a decimal
    return shape in DOTTED_GROUPS and set(gaps[shape[0] == 1 :]) == {"."}
