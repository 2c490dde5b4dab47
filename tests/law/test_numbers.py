"""Every number that is said to be read from a text stands in that text."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from mingjian.law.entry import Article, Version
from mingjian.law.library import library
from mingjian.law.official import OfficialText
from mingjian.law.penalty import Penalty

DIGITS = "零一二三四五六七八九"
MULTIPLES = {
    "二倍": 2,
    "五倍": 5,
    "十倍": 10,
    "二十五倍": 25,
    "一半": 0.5,
    "百分之五十": 0.5,
    "百分之八十": 0.8,
}


def chinese(number: int) -> str:
    """A whole number below 10^8 as statutes write it."""
    if number >= 10_000:
        rest = number % 10_000
        gap = "零" if 0 < rest < 1_000 else ""
        return chinese(number // 10_000) + "万" + (gap + chinese(rest) if rest else "")
    said, started = "", False
    for unit, word in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            said += DIGITS[digit] + word
            started = True
        elif started and number % unit and not said.endswith("零"):
            said += "零"
    return said[1:] if said.startswith("一十") else said


def plain(said: str) -> int:
    """The number of an article, as `第二十九条` writes it."""
    total = digit = 0
    for char in said:
        if char in DIGITS:
            digit = DIGITS.index(char)
        else:
            total += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[char]
            digit = 0
    return total + digit


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (3, "三"),
        (10, "十"),
        (15, "十五"),
        (20, "二十"),
        (105, "一百零五"),
        (500, "五百"),
        (5000, "五千"),
        (25000, "二万五千"),
        (100000, "十万"),
        (10000000, "一千万"),
    ],
)
def test_the_converter_itself(number: int, said: str) -> None:
    assert chinese(number) == said


def test_numbers_of_articles_are_read_back() -> None:
    assert [plain(said) for said in ("二十九", "六十一", "二百五十三", "一百零五")] == [
        29,
        61,
        253,
        105,
    ]


def _stands(number: float, text: str) -> bool:
    """`number` itself, or a number of the text times a multiple the text names."""
    factors = [1.0, *(by for word, by in MULTIPLES.items() if word in text)]
    factors += [a * b for a in factors for b in factors]
    for by in factors:
        base = round(number / by, 6)
        if base == int(base) and base > 0:
            said = chinese(int(base))
            if re.search(
                rf"(?<![一二三四五六七八九十百千万]){said}(?![一二三四五六七八九十百千万])", text
            ):
                return True
    return False


def test_thresholds_stand_in_the_text_of_their_source(official: dict[str, OfficialText]) -> None:
    shelf = library()
    wrong, seen = [], 0
    for article in shelf.all_articles():
        for version in article.versions:
            for threshold in (t for band in version.bands for t in band.thresholds):
                if threshold.checked != "text":
                    continue
                source = shelf.statutes[threshold.source.split("/")[0]]
                text = official.get(source.official or "")
                if not threshold.at:
                    continue
                assert text is not None, threshold.source
                whole = "\n".join(text.articles.values())
                for number in (*threshold.at.values(), *threshold.to.values()):
                    seen += 1
                    if not _stands(number, whole):
                        wrong.append((article.ref, threshold.source, number))
    assert wrong == []
    assert seen > 200


def _numbers(penalty: Penalty) -> Iterator[tuple[float, str]]:
    for span, unit in (
        (penalty.prison_years, "年"),
        (penalty.detention_days, "日"),
        (penalty.fine_cny, "元"),
        (penalty.responsible_cny, "元"),
        (penalty.gain_times, "倍"),
    ):
        for end in span or ():
            if end is not None:
                yield end, unit


def _own_and_cited(article: Article, text: OfficialText) -> str:
    own = text.article(article.official_no) or ""
    cited = {str(plain(said)) for said in re.findall(r"第([一二三四五六七八九十百零]+)条", own)}
    return own + "".join(text.articles.get(no, "") for no in cited)


def test_penalties_stand_in_the_text_of_their_article(official: dict[str, OfficialText]) -> None:
    wrong, seen = [], 0
    for article in library().all_articles():
        statute = library().statutes[article.statute]
        text = official.get(statute.official or "")
        if text is None or statute.jurisdiction != "CN":
            continue
        words = _own_and_cited(article, text)
        for version in _read(article):
            for band in version.bands:
                for number, unit in _numbers(band.penalty):
                    seen += 1
                    said = (chinese(int(number)) + unit, f"{int(number) // 10_000}万{unit}")
                    if not any(item in words for item in said):
                        wrong.append((article.ref, number, unit))
                for there, word in (
                    (band.penalty.life, "无期徒刑"),
                    (band.penalty.short_detention, "拘役"),
                    (band.penalty.control, "管制"),
                    (band.penalty.rights, "剥夺政治权利"),
                    (band.penalty.confiscation, "没收财产"),
                    (band.penalty.fine is not None, "罚金"),
                    (band.penalty.forfeit, "没收违法所得"),
                ):
                    if there and word not in words:
                        wrong.append((article.ref, 0, word))
    assert wrong == []
    assert seen > 150


def _read(article: Article) -> Iterator[Version]:
    return (item for item in article.versions if item.checked == "text")
