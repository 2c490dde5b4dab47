"""Bands follow the numbers: more is never less, an unknown is never a zero."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingjian.law.entry import Article, Version
from mingjian.law.facts import Facts, FactsRefused, facts_from
from mingjian.law.library import library
from mingjian.law.reach import Reach, reach

SHELF = library()
BANDED = [
    (article, version)
    for article in SHELF.all_articles()
    for version in article.versions
    if any(threshold.at for band in version.bands for threshold in band.thresholds)
]
ORDER = ("not_enough_facts", "below", "depends", "reached")


def _rank(found: Reach) -> tuple[int, int]:
    """The band reached for certain, then the one that depends on the province."""
    certain = -1
    perhaps = -1
    if found.band is not None:
        perhaps = found.band.index
        if found.state in ("reached", "open"):
            certain = found.band.index
    for item in found.may_reach:
        if item.state == "depends":
            perhaps = max(perhaps, item.index)
    return certain, max(certain, perhaps)


@st.composite
def _more(draw: st.DrawFn) -> tuple[Article, Version, Facts, Facts]:
    article, version = draw(st.sampled_from(BANDED))
    thresholds = [t for band in version.bands for t in band.thresholds]
    kinds = sorted({kind for item in thresholds for kind in item.at})
    names = sorted({name for item in thresholds for name in (*item.given, *item.unless)})
    numbers = st.one_of(
        st.integers(0, 10**7),
        st.sampled_from(
            sorted({int(n) + d for t in thresholds for n in t.at.values() for d in (-1, 0, 1)})
        ),
    )
    counts = {kind: draw(numbers) for kind in draw(st.sets(st.sampled_from(kinds), min_size=1))}
    counts = {kind: max(0, number) for kind, number in counts.items()}
    circumstances = frozenset(draw(st.sets(st.sampled_from(names))) if names else ())
    raised = draw(st.sampled_from(sorted(counts)))
    larger = {**counts, raised: counts[raised] + draw(st.integers(0, 10**6))}
    base = {"conducts": (), "date": date(2026, 6, 1), "circumstances": circumstances}
    return article, version, Facts(counts=counts, **base), Facts(counts=larger, **base)


@settings(max_examples=300, deadline=None)
@given(_more())
def test_a_larger_number_never_reaches_less(
    case: tuple[Article, Version, Facts, Facts],
) -> None:
    article, version, less, more = case
    before, after = reach(version, less, SHELF), reach(version, more, SHELF)
    assert _rank(after) >= _rank(before), article.ref
    assert _rank(after)[1] >= _rank(before)[1], article.ref


@settings(max_examples=150, deadline=None)
@given(_more())
def test_nothing_is_reached_without_facts(case: tuple[Article, Version, Facts, Facts]) -> None:
    _, version, _, _ = case
    found = reach(version, Facts(conducts=()), SHELF)
    if version.bands[0].thresholds and all(
        item.at or item.given for item in version.bands[0].thresholds
    ):
        assert found.state == "not_enough_facts"
        assert found.missing


@pytest.mark.parametrize(
    ("ref", "kind", "number", "band"),
    [
        ("criminal-law/253-1", "personal_information.sensitive", 50, 0),
        ("criminal-law/253-1", "personal_information.important", 500, 0),
        ("criminal-law/253-1", "personal_information.other", 5000, 0),
        ("criminal-law/253-1", "personal_information.sensitive", 500, 1),
        ("criminal-law/246", "views", 5000, 0),
        ("criminal-law/246", "forwards", 500, 0),
        ("criminal-law/285(2)", "hosts", 20, 0),
        ("criminal-law/285(2)", "hosts", 100, 1),
        ("criminal-law/285(2)", "credentials.payment", 10, 0),
        ("criminal-law/285(2)", "gain", 5000, 0),
        ("criminal-law/285(2)", "loss", 50000, 1),
        ("criminal-law/286(1)", "service_users", 10000, 0),
        ("criminal-law/266", "amount", 500000, 2),
        ("criminal-law/274", "amount", 500000, 2),
        ("criminal-law/287-1", "followers", 30000, 0),
    ],
)
def test_the_number_itself_counts_and_one_less_does_not(
    ref: str, kind: str, number: int, band: int
) -> None:
    version = SHELF.in_force(ref, date(2026, 6, 1))
    assert version is not None
    at = reach(version[1], Facts(conducts=(), counts={kind: number}), SHELF)
    short = reach(version[1], Facts(conducts=(), counts={kind: number - 1}), SHELF)
    assert at.band is not None
    assert (at.state, at.band.index) == ("reached", band)
    assert short.band is None or short.band.index < band or short.state == "depends"


def test_a_province_decides_within_its_span() -> None:
    version = SHELF.in_force("criminal-law/266", date(2026, 6, 1))
    assert version is not None
    found = reach(version[1], Facts(conducts=(), counts={"amount": 5000}), SHELF)
    assert found.state == "depends"
    assert "province" in found.missing


@pytest.mark.parametrize(
    "value",
    [
        [],
        {},
        {"conducts": []},
        {"conducts": ["no.such"]},
        {"conducts": "fraud.deepfake"},
        {"conducts": ["fraud.deepfake"], "date": "yesterday"},
        {"conducts": ["fraud.deepfake"], "amount": -1},
        {"conducts": ["fraud.deepfake"], "amount": float("nan")},
        {"conducts": ["fraud.deepfake"], "amount": True},
        {"conducts": ["fraud.deepfake"], "counts": {"no.such": 1}},
        {"conducts": ["fraud.deepfake"], "counts": [1]},
        {"conducts": ["fraud.deepfake"], "circumstances": ["no.such"]},
        {"conducts": ["fraud.deepfake"], "circumstances": ["unit"], "excluded": ["unit"]},
        {"conducts": ["fraud.deepfake"], "circumstances": "graver"},
        {"conducts": ["fraud.deepfake"], "circumstances": ["graver@no-law/1"]},
        {"conducts": ["fraud.deepfake"], "jurisdictions": ["US"]},
        {"conducts": ["fraud.deepfake"], "surprise": 1},
    ],
)
def test_facts_that_cannot_be_read_are_refused_in_both_languages(value: object) -> None:
    with pytest.raises(FactsRefused) as refused:
        facts_from(value, SHELF)
    assert refused.value.why.zh
    assert refused.value.why.en
