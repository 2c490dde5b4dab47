"""Names of persons in the forms that texts give them, and what only looks like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjian.detect.privacy.scan import scan


def names(text: str) -> set[str]:
    return {text[hit.start : hit.end] for hit in scan(text)[0] if hit.kind == "name"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1. 陈美玲\n2. 许志强\n3. 何雨桐\n", {"陈美玲", "许志强", "何雨桐"}),
        ("编号　姓名　班级\n01　邓雅琴　三班\n02　罗建军　二班\n", {"邓雅琴", "罗建军"}),
        ("（记者赵明辉、孙莉）从会上获悉", {"赵明辉", "孙莉"}),
        ("复核人：周文静", {"周文静"}),
        ("委托方：马国强\n", {"马国强"}),
        ("收 货 人 ： 王 丽 华\n", {"王 丽 华"}),
        ("姓名\n林晓峰\n", {"林晓峰"}),
        ('{"name":"郑淑珍","age":61}', {"郑淑珍"}),
        ("公司决定任命徐志远为技术顾问。", {"徐志远"}),
        ("当事人买买提·艾力到场", {"买买提·艾力"}),
        ("From: Peterson, Laura <x@example.com>", {"Peterson, Laura"}),
        ("The witness Harriet van Doren spoke first.", {"Harriet van Doren"}),
        ("Tenants: Alan Turner/Mary Turner", {"Alan Turner"}),
        ("my full name  is\nGregor", set()),
        ("hello, my full name is\n\nGregor", {"Gregor"}),
        ("会后，贺建平表示，明年还会再来，同行的廖春梅也点头。", {"贺建平", "廖春梅"}),
        ("听完介绍，欧阳文静笑着说：我和邵磊是老乡。", {"欧阳文静", "邵磊"}),
        ("Coach Wendeline Abernoty praised Seo-jun Kang.", {"Wendeline Abernoty"}),
        ("Apologies: Hannah Smith, Zbignie Orlowicz\n", {"Hannah Smith", "Zbignie Orlowicz"}),
        ("Read out by P. Kowalski and A. K. Pemberlow.", {"P. Kowalski", "A. K. Pemberlow"}),
        ("BOARDING MORGENSTERN/GRETA MS SEAT 4C", {"MORGENSTERN/GRETA MS"}),
        ("Margaret “Meg” Holloway is ill", {"Margaret “Meg” Holloway"}),
        ("MURPHY, PATRICK J; 12 votes", {"MURPHY, PATRICK J"}),
        ("the grantor: Desmond Pellegrew, a widower", {"Desmond Pellegrew"}),
        ("shipping consignee=段晓丽 status=ok", {"段晓丽"}),
        ("听说龚小艳要去深圳了，她表姐倪丹也去", {"龚小艳", "倪丹"}),
        ("外卖由骑手武建新配送", {"武建新"}),
        ("Ann Miller\t4\nJohn Baker\t5\nQuilla Overdene\t9\n", {"Quilla Overdene"}),
        ("王丽华 98\n李建国 87\n朵以宁 91\n", {"朵以宁"}),
    ],
)
def test_found(text: str, expected: set[str]) -> None:
    assert expected <= names(text)


@pytest.mark.parametrize(
    "text",
    [
        "1. 安全检查\n2. 高温预警\n3. 方案审批\n",
        "苹果、香蕉、黄瓜、金枣都有",
        "负责人：待定",
        "姓名 性别 年龄\n",
        "房东：房子在二楼",
        "Isaac Newton and Marie Curie are in the textbook.",
        "Call Morgan Stanley or Charles Schwab.",
        "高温天气持续，应当注意防暑，安排好作息。",
        "支付流水和经营状况都正常，任何变更须及时公示。",
        "Check-in Desk, Lost Property and Ticket Office are in the Main Hall.",
        "name: John/home/docs and user: Anna/app.py",
        "Calvin Klein, Hugo Boss and Estee Lauder open on Second Floor.",
        "J. P. Morgan and W. H. Smith, both near Ben & Jerry's.",
        "GRANT APPLICATION FORM, PAGE TWO. SANTA ROSA, San Jose and Santa Monica.",
        "开户行：交通银行；安检员两名；曾用名一栏不填",
        "茉莉、龙舌兰、罗汉松、杜鹃花、金银花，都要晒太阳",
        "《左传·哀公六年》与《春秋·隐公》",
    ],
)
def test_not_a_name(text: str) -> None:
    assert names(text) == set()


def test_a_name_accepted_once_is_found_again() -> None:
    text = "报警人赵国栋（电话13800138000）到所。其后赵国栋又离开。"
    found = [hit for hit in scan(text)[0] if hit.kind == "name"]
    assert [text[hit.start : hit.end] for hit in found] == ["赵国栋", "赵国栋"]


@given(
    st.text(
        st.sampled_from("王李·、：:（）()\n\t 　姓名者伟芳之扎西卓玛.1,，ABab'\"-"), max_size=120
    )
)
def test_any_arrangement_of_names_and_marks_is_read(text: str) -> None:
    for hit in scan(text)[0]:
        assert 0 <= hit.start < hit.end <= len(text)
