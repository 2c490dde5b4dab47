"""Addresses in the forms that texts give them, names in small letters, and hostile text."""

import time

import pytest

from mingjian.detect.privacy.scan import scan


def found(kind: str, text: str) -> list[str]:
    return [text[hit.start : hit.end] for hit in scan(text)[0] if hit.kind == kind]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("她在水仙路西巷6-2号住过", "水仙路西巷6-2号"),
        ("送到紫藤苑9-2-604，谢谢", "紫藤苑9-2-604"),
        ("户籍地址甘肃省民勤县苏武镇泉水村三社", "甘肃省民勤县苏武镇泉水村三社"),
        ("被告住青河县阿热勒镇克孜勒村委会。", "青河县阿热勒镇克孜勒村委会"),
        ("to Flat 3, 19 Lavender Row, Hull HU5 2QT.", "Flat 3, 19 Lavender Row, Hull HU5 2QT"),
        ("of Heron Cottage, Back Lane, Diss IP22 4ZZ", "Heron Cottage, Back Lane, Diss IP22 4ZZ"),
        ("voter 77 N ELDER AVE APT 4 MESA AZ 85201", "77 N ELDER AVE APT 4 MESA AZ 85201"),
        ("drop it at flat 2, 31 heather rd please", "flat 2, 31 heather rd"),
        ("writes from Fjellveien 12, 5019 Bergen", "Fjellveien 12, 5019 Bergen"),
        ("rents 12 Broadway, Apt 4, Salem, NY 10001", "12 Broadway, Apt 4, Salem, NY 10001"),
        ("我住大庙子12栋3单元，来吧", "大庙子12栋3单元"),
        ("业主：碧水湾A区6-1203 已交", "碧水湾A区6-1203"),
        ("放到云顶国际二期11-2-1806，谢谢", "云顶国际二期11-2-1806"),
        ("他家在白马镇清溪村七组，养鱼", "白马镇清溪村七组"),
        ("客服中心上门地址：长沙市雨花区万家丽路9号3栋501", "长沙市雨花区万家丽路9号3栋501"),
        ("Ann Hale,14 Orchard Road,Bath", "14 Orchard Road"),
        ("To:\nAnn Hale\n8 Beech Way\nOlton\nLeeds LS7 4AB", "8 Beech Way\nOlton\nLeeds LS7 4AB"),
        ("at Plot 9, Harbour Way, Ikoyi, Lagos.", "Plot 9, Harbour Way, Ikoyi, Lagos"),
    ],
)  # fmt: skip
def test_an_address_is_found(text: str, expected: str) -> None:
    assert expected in found("address", text)


@pytest.mark.parametrize(
    "text",
    [
        "上海、江苏两地的房价都涨了，北京路步行街人很多。",
        "街道办事处地址：和顺路9号办公楼2层",
        "The museum is at 40 Linden Avenue.",
        "it is a 5 minute drive and a 2 lane road",
        "Walk down Baker Street, then Oxford Street.",
        "The season had 5 Broadway shows and 12 Broadway musicals.",
    ],
)
def test_a_place_is_nobodys_address(text: str) -> None:
    assert found("address", text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hi, my name is gregory holloway", "gregory holloway"),
        ("i'll text zhang lihua on monday", "zhang lihua"),
        ("@Monica Fairbanks can you look?", "Monica Fairbanks"),
        ("姓名(Name)：Pemba Lhamo　国籍：尼泊尔", "Pemba Lhamo"),
        ("记者多吉次旺报道", "多吉次旺"),
        ("客户弗雷德·哈蒙德（德国）来电", "弗雷德·哈蒙德"),
    ],
)
def test_a_name_is_found(text: str, expected: str) -> None:
    assert expected in found("name", text)


@pytest.mark.parametrize(
    "text",
    [
        "will may be able to grant access, mark it as read and chase the bill",
        "San Diego, Saint Paul, Hurricane Katrina and the Rosa Parks Transit Center",
        "they practise tai chi and sing song after song in the long run",
        "《红楼梦》里的贾宝玉和林黛玉",
    ],
)
def test_what_is_nobodys_name(text: str) -> None:
    assert found("name", text) == []


@pytest.mark.parametrize("piece", ["A1 2BC, Abc Def, ", "AZ 12345 ", ", 12345 Aaaa", "12 Aa Rd, "])
def test_postcodes_in_runs_are_read_in_bounded_time(piece: str) -> None:
    start = time.process_time()
    scan(piece * (30_000 // len(piece)))
    assert time.process_time() - start < 5
