"""How far names are words, and that the sentence says so where it counted."""

from __future__ import annotations

from time import process_time

import pytest

from mingjian.detect.contract import Unavailable
from mingjian.detect.learned import store
from mingjian.detect.link import wordlike as module
from mingjian.detect.link.address import read_address
from mingjian.detect.link.features import A_WORD, NAMES, measure
from mingjian.detect.link.phishing import Phishing
from mingjian.detect.link.wordlike import Wordlike, table, wordlike
from mingjian.domain.evidence import EvidenceKind
from mingjian.domain.finding import Finding
from mingjian.testing.promise import as_accepted

DETECTOR = Phishing({})


def finding(text: str) -> Finding:
    (found,) = DETECTOR.examine(as_accepted(text.encode(), EvidenceKind.LINK, "url"))
    return found


@pytest.mark.parametrize("name", ["harbor-cafe", "bankofamerica", "paypal", "rotterdam"])
def test_words_cover_names(name: str) -> None:
    assert wordlike(name).share > 0.8
    assert not wordlike(name).no_word


@pytest.mark.parametrize("name", ["gongjijin", "zhanghu", "mingjian", "xian-lvyou", "jiafang123"])
def test_pinyin_is_read(name: str) -> None:
    assert wordlike(name).pinyin
    assert not wordlike(name).no_word


@pytest.mark.parametrize("name", ["hbtldrmm", "xqvbtklm", "zk-vwq-xrtp8"])
def test_letters_at_random_are_no_word(name: str) -> None:
    found = wordlike(name)
    assert found.no_word
    assert not found.pinyin
    assert found.usual < wordlike("harbor").usual - 1
    assert found.oddest < found.usual + 1


def test_initials_of_chinese_names_are_more_usual_than_letters_at_random() -> None:
    for name in ("gxzyy", "sxsjyj", "bjtzgs", "szjyw"):
        assert wordlike(name).usual > wordlike("xqvbtklm").usual + 2


@pytest.mark.parametrize("name", ["", "12306", "51", "中文", "rsj", "icbc"])
def test_figures_and_initials_are_not_called_no_word(name: str) -> None:
    assert not wordlike(name).no_word


def test_what_holds_no_letters_counts_as_words() -> None:
    assert wordlike("12306") == Wordlike(0, 0, False, 0.0, 0.0)
    assert wordlike("12306").share == 1.0


def test_words_are_laid_out_so_that_most_is_covered() -> None:
    # “there” leaves “in” over; “therein” does not. “expert” and “exchange” share no letters.
    assert wordlike("expertsexchange").covered == 15
    assert wordlike("xqexpertxq").covered == 6
    assert wordlike("expert-exchange") == wordlike("expert.exchange")


def test_signs_part_a_name() -> None:
    assert wordlike("bank1of2america").covered == wordlike("bankofamerica").covered
    assert wordlike("a").letters == 1


def test_long_names_are_read_in_part_and_soon() -> None:
    start = process_time()
    for text in ("a" * 1_000_000, "-" * 1_000_000, "zhuang" * 100_000, "x1" * 500_000):
        assert wordlike(text).letters <= 60
    assert process_time() - start < 0.5


def test_a_missing_table_makes_the_detector_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "NAME", "link_nothing")
    table.cache_clear()
    try:
        with pytest.raises(Unavailable):
            Phishing({})
    finally:
        monkeypatch.undo()
        table.cache_clear()


def test_the_version_names_both_files() -> None:
    for name in ("link_phishing", "link_names"):
        told = store.note("mingjian.detect.link", name)
        assert str(told["sha256"])[:8] in Phishing.version


def test_the_numbers_of_a_word_are_those_of_the_name() -> None:
    assert {NAMES[at].partition("_")[0] for at in A_WORD} == {"name"}
    address = read_address("https://harbor.example.com/")
    assert address is not None
    numbers = measure(address).numbers
    assert numbers[NAMES.index("name_worded")] == A_WORD[NAMES.index("name_worded")]
    assert numbers[NAMES.index("name_uncovered")] == 0.0


@pytest.mark.parametrize("text", ["http://hbtldrmm.shop/", "http://xqvbtklm.top/login"])
def test_a_name_that_counted_is_told(text: str) -> None:
    found = finding(text)
    assert "unreadable_name" in found.details["facts"]
    assert "不成词" in found.because.zh
    assert "测量值因此升高" in found.because.zh
    assert "which raised the measurement" in found.because.en
    (span, *_) = found.where or ()
    assert text[span.start : span.end] == text[7:15]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "text",
    [
        "https://www.12306.cn", "icbc.com.cn", "taobao.com", "http://gongjijin.example.cn/",
        "https://www.harbor-cafe.example/menu", "http://www.jiafangwang.cn/item/3.html",
        "http://alipay-tuikuan.vip/h5/", "http://www.gxzfzy.com/", "http://www.hzsjyj.gov.cn/",
    ],
)  # fmt: skip
def test_words_and_pinyin_are_not_called_no_word(text: str) -> None:
    assert "不成词" not in finding(text).because.zh


@pytest.mark.parametrize(
    "text",
    [
        "http://www.hangzhoufabu.cn/", "http://www.51zhaopin.cn/", "http://www.zjzwfw.gov.cn/",
        "https://gjj.beijing.gov.cn/web/zwgk61/index.html", "http://www.xinhuanet.cn/",
        "http://www.cnki.com.cn/", "http://www.39yiyuan.cn/jibing/", "http://hrss.gd.gov.cn/",
        "http://www.lyzx100.com.cn/news/12.html", "http://www.dianping.cn/shop/88321",
        "https://www.szjyw.com.cn/", "http://nongye.example.cn/jiage/2024/", "http://bjtzgs.com.cn/",
    ],
)  # fmt: skip
def test_ordinary_chinese_sites_do_not_lean(text: str) -> None:
    found = finding(text)
    assert found.quiet, found.score
