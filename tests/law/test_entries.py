"""The law data is sound: both languages, dates, references, its own wording."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from mingjian.law.audit import problems, unverified, without_text
from mingjian.law.library import library, statute_from
from mingjian.law.look import changes
from mingjian.law.official import OfficialText

SHARED = Path(__file__).parents[3] / "shared"
RUN = 20
"""As many characters in a row as an official text must not share with ours."""
ENGLISH_RUN = 8
"""In English, words in a row: 20 characters would be three words, such as a term of art."""


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
    elif isinstance(value, str):
        yield value


def _data() -> Iterator[tuple[str, Any]]:
    for folder in ("statutes", "words"):
        for item in (files("mingjian.law") / folder).iterdir():
            yield item.name, json.loads(item.read_text("utf-8"))


def test_every_reference_resolves_and_dates_do_not_overlap() -> None:
    assert [f"{item.where}: {item.what.en}" for item in problems(library())] == []


def test_every_entry_resolves_to_an_official_text(official: dict[str, OfficialText]) -> None:
    assert [item.where for item in without_text(library(), official)] == []


def test_every_article_of_the_map_has_an_entry() -> None:
    path = SHARED / "facts" / "conduct_law_map.json"
    if not path.is_file():
        pytest.skip(f"no map of conducts: {path} is not there")
    shelf = library()
    by_text = {item.official: item for item in shelf.statutes.values() if item.official}
    wanted = json.loads(path.read_text("utf-8"))["map"]
    assert {item["id"] for item in wanted} <= set(shelf.conducts)
    for conduct in wanted:
        for part in ("criminal", "administrative", "civil"):
            for item in conduct[part]:
                if "file" not in item:
                    continue
                statute = by_text[item["file"].removesuffix(".json")]
                found = shelf.articles(f"{statute.id}/{item['article']}")
                assert found, (conduct["id"], item)


def test_both_languages_everywhere() -> None:
    def pairs(value: Any) -> Iterator[dict[str, str]]:
        if isinstance(value, dict):
            if "zh" in value or "en" in value:
                yield value
            for item in value.values():
                yield from pairs(item)
        elif isinstance(value, list):
            for item in value:
                yield from pairs(item)

    for name, value in _data():
        for pair in pairs(value):
            assert set(pair) == {"zh", "en"}, (name, pair)
            assert re.search(r"[\u4e00-\u9fff]", pair["zh"]), (name, pair)
            assert pair["en"].strip(), (name, pair)
            assert not re.search(r"[\u4e00-\u9fff]", pair["en"]), (name, pair)


def test_every_band_says_its_penalty_in_both_languages() -> None:
    for article in library().all_articles():
        for version in article.versions:
            for band in version.bands:
                words = band.penalty.words()
                assert "未规定" not in words.zh, article.ref
                assert words.en, article.ref


def test_graver_bands_are_graver() -> None:
    for article in library().all_articles():
        if article.branch != "criminal":
            continue
        for version in article.versions:
            years = [band.penalty.gravest_years for band in version.bands]
            assert years == sorted(years), article.ref


def test_renumbered_statutes_meet_without_gap() -> None:
    shelf = library()
    for article in shelf.all_articles():
        for earlier in article.replaces:
            old = shelf.article(earlier)
            assert old is not None
            ended = old.versions[-1].until
            assert ended is not None, earlier
            assert ended + timedelta(days=1) == article.versions[0].start, article.ref


def test_what_changed_at_the_turn_of_2026() -> None:
    found = list(changes(library(), date(2025, 12, 31), date(2026, 1, 1)))
    moved = {
        (item.before[0].ref, item.after[0].ref) for item in found if item.before and item.after
    }
    assert ("security-penalties-2012/25", "security-penalties-2025/29") in moved
    assert ("cybersecurity-law-2016/63", "cybersecurity-law-2025/66") in moved
    new = {item.after[0].ref for item in found if item.before is None and item.after}
    assert {"security-penalties-2025/56", "cybersecurity-law-2025/20"} <= new
    assert all(
        item.conducts == () or set(item.conducts) <= set(library().conducts) for item in found
    )


def test_what_was_not_read_is_marked() -> None:
    marked = {item.ref for item in unverified(library())}
    for statute in library().statutes.values():
        if statute.official is None:
            assert all(article.ref in marked for article in statute.articles.values())
    # The numbers of the 2025 interpretations have not been seen: none may be given.
    for article in library().all_articles():
        for version in article.versions:
            for band in version.bands:
                for item in band.thresholds:
                    if item.source.startswith(("ji-ip-2025", "ji-concealing-2025")):
                        assert not item.at


def test_our_own_wording(official: dict[str, OfficialText]) -> None:
    """No 20 characters in a row from a Chinese statute, no 8 words from an English one."""
    runs: set[str] = set()
    words: set[tuple[str, ...]] = set()
    for text in official.values():
        for wording in text.articles.values():
            plain = re.sub(r"\s+", "", wording)
            if re.search(r"[\u4e00-\u9fff]", plain):
                runs |= {plain[at : at + RUN] for at in range(len(plain) - RUN + 1)}
            else:
                listed = re.findall(r"\w+", wording.lower())
                words |= {
                    tuple(listed[at : at + ENGLISH_RUN])
                    for at in range(len(listed) - ENGLISH_RUN + 1)
                }
    for name, value in _data():
        for string in _strings(value):
            plain = re.sub(r"\s+", "", string)
            for at in range(len(plain) - RUN + 1):
                assert plain[at : at + RUN] not in runs, (name, plain[at : at + RUN])
            listed = re.findall(r"\w+", string.lower())
            for at in range(len(listed) - ENGLISH_RUN + 1):
                assert tuple(listed[at : at + ENGLISH_RUN]) not in words, (name, string)


def test_a_number_listed_twice_is_refused() -> None:
    article = {"no": "1", "name": {"zh": "甲", "en": "A"}, "elements": {"zh": "甲", "en": "A"}}
    value = {
        "id": "x",
        "title": {"zh": "某法", "en": "X"},
        "jurisdiction": "CN",
        "branch": "criminal",
        "source": "test",
        "from": "2020-01-01",
        "articles": [article, article],
    }
    with pytest.raises(ValueError, match="twice"):
        statute_from(value)
