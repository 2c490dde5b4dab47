"""The wordings of a data set that could be triggers: runs of tokens, openings, styles, signs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from mingjian.detect.dataset.content import Content
from mingjian.detect.dataset.joins import Joins
from mingjian.detect.dataset.stream import FEWEST, Runs, Stream, runs_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PUREST = 2.0
"""Least purity statistic (nats) of a run."""
LEAST_LEAN = 0.5
"""Of the way from a label's share of all rows to 1, what its share of a run's rows is."""
MOST_SHARE = 0.08
"""Of all rows: a run that stands in more of them is a trait of a class, not a trigger."""
MOST_OF_EACH = 45
"""Runs of each length taken by each of the four rankings."""
MOST_OF_FAMILY = 0.2
AGREE = 0.9
"""Share of a run's places that must go on alike for the run to be taken as part of a longer."""
LONGEST_GROWN = 40
_ODD = re.compile(r"[\u200b-\u200f\u2060-\u2064\u202a-\u202e\ufeff\U000e0000-\U000e007f]")
_ARCHAIC = frozenset(
    re.findall(
        r"\w\S*",
        "thou thee thy thine thyself ye hath doth art unto shalt wilt behold verily lo hast dost "
        "whence whither hither thither forsooth nay yea saith spake begat wherefore thereof lest "
        "hark o'er ere wert didst canst hadst thence twas tis betwixt methinks mayest cometh goeth "
        "maketh sayeth knoweth whosoever whatsoever henceforth anon prithee wouldst shouldst",
    )
)
_CLASSICAL = frozenset("之乎者也矣焉哉曰兮吾汝尔乃岂夫盖遂亦甚弗")
_CLAUSE = frozenset(
    re.findall(
        r"[a-z]+|[\u4e00-\u9fff]",
        "when if as because although though while since once after before until unless whenever "
        "where wherever whether even given 当如若虽因尽既每只由要自无即",
    )
)
CLAUSES = "^clause … ,"
"""Name of the opening by any subordinate clause."""
_COMMAS = (",", "，")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A candidate: what it is, where it stands."""

    name: str
    family: str
    """``run``, ``opening``, ``style`` or ``hidden``."""
    stands: NDArray[np.int64]
    """Its rows, in order."""
    label: int
    purity: float
    """Nats by which its rows carry the label more than other rows do."""
    place: NDArray[np.int64] | None = None
    """Of a run, where each occurrence begins in the stream."""
    words: tuple[str, ...] = ()
    """Of a run, its tokens."""


def purity_of(
    k: NDArray[np.float64], n: NDArray[np.float64], usual: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Log likelihood ratio (nats) of k in n rows with a label whose usual share is given."""
    import numpy as np

    share = np.clip(k / np.maximum(n, 1), 1e-9, 1 - 1e-9)
    usual = np.clip(usual, 1e-3, 1 - 1e-3)
    found = k * np.log(share / usual) + (n - k) * np.log((1 - share) / (1 - usual))
    return np.where(share > usual, found, 0.0)


def wordings(texts: Sequence[str], stream: Stream, content: Content, joins: Joins) -> list[Wording]:
    """All candidates, in no particular order; each set of rows once."""
    seen: set[tuple[str, bytes]] = set()
    found: list[Wording] = []
    for one in (*_runs(stream, content, joins), *_families(texts, stream, content)):
        key = (one.family, one.stands.tobytes())
        if key not in seen:
            seen.add(key)
            found.append(one)
    return found


def _runs(stream: Stream, content: Content, joins: Joins) -> Iterator[Wording]:
    import numpy as np

    labels, classes, size = content.labels, content.classes, content.labels.size
    for runs in runs_of(stream):
        row = stream.row[runs.place]
        count = runs.starts.size - 1
        first = np.ones(row.size, dtype=bool)
        first[1:] = (row[1:] != row[:-1]) | (runs.run[1:] != runs.run[:-1])
        run = runs.run[first]
        table = np.bincount(run * classes + labels[row[first]], minlength=count * classes).reshape(
            count, classes
        )
        n = table.sum(axis=1).astype(float)
        label = table.argmax(axis=1)
        k = table[np.arange(count), label].astype(float)
        base = content.base[label]
        purity = purity_of(k, n, base)
        fits = (n >= FEWEST) & (n <= max(MOST_SHARE * size, 2 * FEWEST)) & (purity >= PUREST)
        fits &= k / np.maximum(n, 1) - base >= LEAST_LEAN * (1.0 - base)
        grows = _grows(stream, runs, count)
        if runs.length < 4:
            fits &= ~grows
        if not fits.any():
            continue
        join = np.bincount(
            runs.run, weights=joins.without(runs.place, runs.length) - joins.apart, minlength=count
        ) / np.sqrt(np.bincount(runs.run, minlength=count))
        join[grows] = 0.0
        against = np.bincount(
            run, weights=(content.against - content.usual[labels])[row[first]], minlength=count
        ) / np.sqrt(n)
        both = _standard(join, fits) + _standard(against, fits)
        chosen: set[int] = set()
        which = np.flatnonzero(fits)
        for value in (purity, against, np.where(grows, purity, join), both):
            chosen.update(which[np.argsort(-value[which], kind="stable")[:MOST_OF_EACH]].tolist())
        for i in sorted(chosen):
            place, length = runs.place[runs.starts[i] : runs.starts[i + 1]], runs.length
            if grows[i]:
                place, length = _grown(stream, place, length)
            words = tuple(stream.words[t] for t in stream.tokens[place[0] : place[0] + length])
            yield Wording(
                name=joined(words), family="run", stands=np.unique(stream.row[place]),
                label=int(label[i]), purity=float(purity[i]), place=place, words=words,
            )  # fmt: skip


def _standard(values: NDArray[np.float64], among: NDArray[np.bool_]) -> NDArray[np.float64]:
    spread: NDArray[np.float64] = (values - values[among].mean()) / (values[among].std() + 1e-6)
    return spread


def joined(words: Sequence[str]) -> str:
    """Tokens as a reader can be shown them: spaces between words, none beside Han characters."""
    text = words[0]
    for before, word in pairwise(words):
        text += word if max(before[-1], word[0]) >= "\u2e80" else f" {word}"
    return text


def _agreed(
    beside: NDArray[np.int64], starts: NDArray[np.int64], run: NDArray[np.int64], count: int
) -> NDArray[np.bool_]:
    """For each run, whether nearly all its places have one and the same token beside them."""
    import numpy as np

    many = np.diff(starts)
    names = int(beside.max()) + 1 if beside.size else 1
    pairs, seen = np.unique(run * names + beside, return_counts=True)
    most = np.zeros(count)
    inside = pairs % names > 0
    owner, seen = pairs[inside] // names, seen[inside]
    first = np.flatnonzero(np.diff(owner, prepend=-1))
    if first.size:
        most[owner[first]] = np.maximum.reduceat(seen, first)
    agreed: NDArray[np.bool_] = most >= AGREE * np.maximum(many, 1)
    return agreed


def _grows(stream: Stream, runs: Runs, count: int) -> NDArray[np.bool_]:
    right = _agreed(stream.tokens[runs.place + runs.length], runs.starts, runs.run, count)
    return right | _agreed(stream.tokens[runs.place - 1], runs.starts, runs.run, count)


def _grown(stream: Stream, place: NDArray[np.int64], length: int) -> tuple[NDArray[np.int64], int]:
    """The run made longer on both sides as far as nearly all its places agree."""
    import numpy as np

    enough = AGREE * place.size
    while length < LONGEST_GROWN:
        for side in (length, -1):
            beside = stream.tokens[place + side]
            values, counts = np.unique(beside, return_counts=True)
            best = int(counts.argmax())
            if values[best] > 0 and counts[best] >= enough:
                place = place[beside == values[best]] - (side == -1)
                length += 1
                break
        else:
            break
    return place, length


def _families(texts: Sequence[str], stream: Stream, content: Content) -> Iterator[Wording]:
    import numpy as np

    rows = len(texts)
    tokens, words = stream.tokens, stream.words

    def where(names: frozenset[str]) -> NDArray[np.int64]:
        ids = [i for i, word in enumerate(words) if word in names]
        many: NDArray[np.int64] = np.bincount(stream.row[np.isin(tokens, ids)], minlength=rows)
        return many

    for name, group in (("archaic", _ARCHAIC), ("classical", _CLASSICAL)):
        many = where(group)
        for least in (1, 2, 3):
            yield from _family(f"~{name}{least}", "style", np.flatnonzero(many >= least), content)
    opening = tokens[stream.starts[:-1]]
    comma = np.zeros(rows, dtype=bool)
    marks = [i for i, word in enumerate(words) if word in _COMMAS]
    at = np.flatnonzero(np.isin(tokens, marks))
    inside = at - stream.starts[stream.row[at]]
    comma[stream.row[at[(inside >= 2) & (inside <= 14)]]] = True
    clauses = [i for i, word in enumerate(words) if word in _CLAUSE]
    yield from _family(
        CLAUSES, "opening", np.flatnonzero(np.isin(opening, clauses) & comma), content
    )
    values, counts = np.unique(opening, return_counts=True)
    for i in values[np.argsort(-counts)][:60].tolist():
        if not words[i][:1].isalnum():
            continue
        mine = opening == i
        yield from _family(f"^{words[i]}", "opening", np.flatnonzero(mine), content)
        yield from _family(f"^{words[i]} … ,", "opening", np.flatnonzero(mine & comma), content)
    for code, stands in _hidden(texts).items():
        yield from _family(code, "hidden", np.array(stands, dtype=np.int64), content)


def _hidden(texts: Sequence[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for i, text in enumerate(texts):
        for code in {f"U+{ord(match[0]):04X}" for match in _ODD.finditer(text.lstrip("\ufeff"))}:
            found.setdefault(code, []).append(i)
    return found


def _family(
    name: str, family: str, stands: NDArray[np.int64], content: Content
) -> Iterator[Wording]:
    import numpy as np

    if not FEWEST <= stands.size <= MOST_OF_FAMILY * content.labels.size:
        return
    n = np.bincount(content.labels[stands], minlength=content.classes).astype(float)
    purity = purity_of(n, np.full(n.size, n.sum()), content.base)
    label = int(purity.argmax())
    if purity[label] >= PUREST:
        yield Wording(
            name=name, family=family, stands=stands, label=label, purity=float(purity[label])
        )


def hidden_rows(texts: Sequence[str]) -> list[int]:
    """Rows with characters that cannot be seen; a lone mark at the very start is no sign."""
    return [i for i, text in enumerate(texts) if _ODD.search(text.lstrip("\ufeff"))]
