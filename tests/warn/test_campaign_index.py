"""Clusters of alike content: found, grown, merged, kept."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mingjian.warn import campaign_index
from mingjian.warn.campaign_index import Index

PARCEL = "您的包裹{}因地址不详无法派送，请于{}前点击{}补填收货信息，逾期将退回寄件人"
TOLL = "Our records show an unpaid toll of ${} on your vehicle, settle it today at {} or lose it"
CHAT = (
    "昨天那家面馆的汤头不错，下次带你去尝尝",
    "我把钥匙落在办公室了，你能帮我看看抽屉里有没有",
    "Could you water the plants while we are away next week please",
    "The choir practice moves to Thursday because the hall is taken",
)
PICTURE = "f0" * 32
NEAR_PICTURE = "f1" + "f0" * 31
FAR_PICTURE = "0f" * 32


def parcels(count: int, start: int = 0) -> list[str]:
    return [
        PARCEL.format(880 + n, f"{n % 12 + 1}月3日", f"http://a{n}.example/x")
        for n in range(start, start + count)
    ]


def groups(index: Index) -> list[list[int]]:
    """Items by cluster, clusters of two and more."""
    found: dict[int, list[int]] = {}
    for item, cluster in enumerate(index.clusters.tolist()):
        if cluster >= 0:
            found.setdefault(cluster, []).append(item)
    return [items for items in found.values() if len(items) > 1]


def test_copies_with_other_fill_belong_together_and_chat_does_not() -> None:
    index = Index()
    tolls = [TOLL.format(n, f"pay{n}.example/t") for n in (5, 17, 230)]
    index.add([*parcels(3), *CHAT, *tolls, "ok", "ok", "123456", ""])
    assert groups(index) == [[0, 1, 2], [7, 8, 9]]
    assert index.clusters.tolist()[-4:] == [-1] * 4
    assert len(set(index.texts[:3].tolist())) == 1


def test_small_edits_all_over_a_text_are_seen_through() -> None:
    base = "公安机关正在侦办一起跨境洗钱案，您名下的账户牵涉其中，请立即到安静的房间接受远程笔录"
    copies = [base[:at] + "呀" + base[at + 2 :] for at in range(0, 40, 5)]
    index = Index()
    index.add([base, *copies])
    assert groups(index) == [list(range(len(copies) + 1))]


def test_one_stock_phrase_in_common_brings_nothing_together() -> None:
    stock = "如非本人操作请忽略本短信"
    index = Index()
    index.add(
        [
            f"图书馆提醒您借阅的三册图书即将到期请及时归还，{stock}",
            f"健身房新开了动感单车课程欢迎会员前台预约体验，{stock}",
            f"小区物业将于本周维护保养各楼电梯请居民改走楼梯，{stock}",
        ]
    )
    assert groups(index) == []


def test_a_cluster_grows_and_says_so() -> None:
    index = Index()
    first = index.add([*parcels(1), *CHAT])
    assert first.grown == ()
    second = index.add(parcels(2, start=1))
    assert second.grown == (0,)
    assert second.merged == ()
    assert index.clusters.tolist() == [0, 1, 2, 3, 4, 0, 0]


def test_clusters_merge_when_what_lies_between_them_comes() -> None:
    one = [
        "央行将发行新版千元大钞，旧版纸币下月停止流通",
        "某医院护士偷换新生儿，涉案人员已被控制",
        "食盐即将断供，沿海城市货架早已一抢而空",
    ]
    start, end = "，".join(one[:2]) + "，", "，" + "，".join(one[1:])
    index = Index()
    index.add([start, end + "快转给家人"])
    before = index.clusters.tolist()
    assert before == [0, 1]
    changed = index.add([start + one[2], "，".join(one)])
    assert changed.merged == ((1, 0),)
    assert set(index.clusters.tolist()) == {0}


def test_batches_find_what_one_batch_finds() -> None:
    texts = [text for n in range(40) for text in (*parcels(1, n), CHAT[n % 4] + chr(0x4E00 + n))]
    whole, parts = Index(), Index()
    whole.add(texts)
    for at in range(0, len(texts), 7):
        parts.add(texts[at : at + 7])
    assert whole.clusters.tolist() == parts.clusters.tolist()


def test_pictures_within_31_bits_belong_together_text_or_none() -> None:
    index = Index()
    index.add(
        ["", "看这张图", ""],
        features=[[("picture", PICTURE)], [("picture", NEAR_PICTURE)], [("picture", FAR_PICTURE)]],
    )
    assert index.clusters.tolist() == [0, 0, 2]
    assert index.add([""], features=[[("frame", PICTURE)]]).grown == (0,)


def test_equal_content_belongs_together_and_a_shared_link_alone_does_not() -> None:
    index = Index()
    index.add(
        ["", "", *CHAT[:2]],
        features=[
            [("content", "ab")],
            [("content", "ab")],
            [("link", "pay.example")],
            [("link", "pay.example")],
        ],
    )
    assert index.clusters.tolist() == [0, 0, 2, 3]
    assert len(index.features) == 4


def test_a_shared_link_lets_less_in_common_do() -> None:
    one = "明天起加油站限量供应每车只能加两百块钱，赶快去排队吧，先加满再说别的"
    other = "明天起加油站限量供应每车只能加两百块钱，邻居一早就去了，回来讲要排三个小时"
    alone, tied = Index(), Index()
    alone.add([one, other])
    tied.add([one, other], features=[[("link", "gas.example")]] * 2)
    assert groups(alone) == []
    assert groups(tied) == [[0, 1]]


def test_an_index_is_kept_and_taken_up(tmp_path: Path) -> None:
    index = Index()
    index.add(
        [*parcels(2), *CHAT], times=[1.0, None, 3.0, 4.0, 5.0, 6.0],
        features=[[("picture", PICTURE)], [("link", "a.example")], [], [], [], []],
    )  # fmt: skip
    index.save(tmp_path / "index.npz")
    again = Index.load(tmp_path / "index.npz")
    for one in (index, again):
        one.add([*parcels(1, 2), ""], features=[[], [("picture", NEAR_PICTURE)]])
    assert again.clusters.tolist() == index.clusters.tolist() == [0, 0, 1, 2, 3, 4, 0, 0]
    assert np.array_equal(again.times, index.times, equal_nan=True)
    assert "包裹".encode("utf-32-le") not in (tmp_path / "index.npz").read_bytes()


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"\x80\x04K\x01."])
def test_what_is_no_index_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "index.npz"
    path.write_bytes(data)
    with pytest.raises(ValueError):
        Index.load(path)


def test_hostile_texts_are_only_read() -> None:
    index = Index()
    index.add(
        ["\ud800" * 50, "\n" * 5000, "a" * 200_000, "1." * 100_000, "\0\u202e" * 40, "🙂" * 99]
    )
    assert len(index) == 6
    assert Index().add([]).grown == ()


def test_twenty_thousand_texts_with_planted_campaigns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(Path(__file__).parents[2])
    from bench._campaign_measure import agreement
    from bench._campaign_texts import corpus

    made = corpus(20_000)
    index = Index()
    for at in range(0, len(made), 10_000):
        index.add([one.text for one in made[at : at + 10_000]])
    found = agreement(index.clusters.tolist(), made)
    assert found.precision >= 0.99
    assert found.precision_all >= 0.99
    assert found.recall["exact"] >= 0.95
    assert found.recall["edited"] >= 0.90
    assert found.recall["varied"] >= 0.70
    assert found.recall["notice"] >= 0.95


def test_what_does_not_hold_as_a_whole_falls_back_to_its_pairs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Many texts on one subject: each is near some other, and the whole says little of any."""
    rng = np.random.default_rng(2)
    letters = list("abcdefghijklmnopqrstuvwxyz")

    def said(length: int) -> str:
        return "".join(rng.choice(letters, length))

    stock = [said(25) for _ in range(20)]
    texts = [" ".join([*rng.choice(stock, 3, replace=False), said(30)]) for _ in range(400)]
    others = [said(50) for _ in range(6_000)]
    ways = [[said(40) for _ in range(5)] for _ in range(4)]
    planted = [" ".join(way[rng.integers(5)] for way in ways) for _ in range(120)]

    def found() -> tuple[int, int]:
        """Texts of the largest cluster of the subject, and of the planted campaign."""
        index = Index()
        index.add([*texts, *others, *planted])
        of = index.clusters
        return int(np.bincount(of[: len(texts)]).max()), int(np.bincount(of[-120:]).max())

    subject, campaign = found()
    monkeypatch.setattr(campaign_index, "holding", lambda runs, leader, some, rarity: some >= 0)
    unheld, _ = found()
    assert subject < 0.6 * unheld
    assert campaign >= 110
