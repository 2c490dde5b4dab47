"""What is found where, in the ways people write."""

import json
from pathlib import Path

import pytest

from mingjian.detect.privacy.scan import scan

PAGES = json.loads(Path(__file__).with_name("benign_pages.json").read_text("utf-8"))["pages"]


def found(text: str) -> list[tuple[str, str]]:
    return [(hit.kind, text[hit.start : hit.end]) for hit in scan(text)[0]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("身份证号：11010519491231002X。", ("resident_id", "11010519491231002X")),
        ("公民身份号码 110105 19491231 002X", ("resident_id", "110105 19491231 002X")),
        (
            "身份证１１０１０５１９４９１２３１００２Ｘ",
            ("resident_id", "１１０１０５１９４９１２３１００２Ｘ"),
        ),
        ("老身份证 110105491231002 还能用吗", ("resident_id", "110105491231002")),
        ("手机138-0013-8000", ("mobile", "138-0013-8000")),
        ("打 +86 13800138000 给我", ("mobile", "+86 13800138000")),
        ("tel:0086 13800138000", ("mobile", "0086 13800138000")),
        ("账号13800138000@139.com吗", ("email", "13800138000@139.com")),
        ("家里座机：0571-88886666", ("landline", "0571-88886666")),
        ("卡 6222 0212 3456 7890 128 收款", ("bank_card", "6222 0212 3456 7890 128")),
        ("card 4111-1111-1111-1111 exp", ("bank_card", "4111-1111-1111-1111")),
        ("京A·12345停在门口", ("plate", "京A·12345")),
        ("绿牌粤BD12345", ("plate", "粤BD12345")),
        ("护照号码：E12345678", ("passport", "E12345678")),
        ("Passport No: 123456789", ("passport", "123456789")),
        ("pay to GB29 NWBK 6016 1331 9268 19 today", ("iban", "GB29 NWBK 6016 1331 9268 19")),
        ("SSN: 219-09-9999", ("ssn", "219-09-9999")),
        ("mail zhang.san＠example.org ok", ("email", "zhang.san＠example.org")),
        ("call (415) 555-2671 now", ("phone", "(415) 555-2671")),
        ("London office mobile +44 20 7946 0958", ("phone", "+44 20 7946 0958")),
        ("QQ：123456789", ("account", "123456789")),
        ("密码：abc123456", ("credential", "abc123456")),
        ("我叫李明，很高兴认识大家", ("name", "李明")),
        ("收件人：欧阳娜娜", ("name", "欧阳娜娜")),
        ("患者 阿依古丽·买买提：入院", ("name", "阿依古丽·买买提")),
        ("感谢王小明先生支持", ("name", "王小明")),
        ("My name is John Smith.", ("name", "John Smith")),
        ("Customer: Szabina Gelencsér, paid", ("name", "Szabina Gelencsér")),
        ("Li Wei asked for it", ("name", "Li Wei")),
        ("家住北京市海淀区中关村大街27号", ("address", "北京市海淀区中关村大街27号")),
        ("寄到阳光花园3栋2单元501室吧", ("address", "阳光花园3栋2单元501室")),
        ("住址：河北省福州县高坪李街m座 936617", ("address", "河北省福州县高坪李街m座")),
        (
            "Ship to 12 Oak Avenue, Apt 4, Austin, TX 78701 please",
            ("address", "12 Oak Avenue, Apt 4, Austin, TX 78701"),
        ),
    ],
)
def test_found(text: str, expected: tuple[str, str]) -> None:
    assert expected in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "身份证号：110105194912310021",  # wrong check character
        "卡号 4111111111111112",  # wrong Luhn digit
        "订单号 6222021234567890128",  # right Luhn digit, but an order
        "价格13800138000元",
        "abc13800138000def",
        "178.255.215.83",
        "GB28 NWBK 6016 1331 9268 19",
        "http://example.com/a?t=1755077641668",
    ],
)
def test_not_found(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize("page", PAGES)
def test_benign_pages_hold_nobody(page: str) -> None:
    personal = [
        hit for hit in found(page) if hit[0] not in ("business_contact", "organisation_code")
    ]
    assert personal == []


def test_organisation_is_kept_apart() -> None:
    text = (
        "统一社会信用代码：91110000600037341L 客服 info@example.com 公司电话：010-62345678 有限公司"
    )
    assert {kind for kind, _ in found(text)} == {"organisation_code", "business_contact"}


def test_table_columns_name_their_values() -> None:
    text = "姓名,联系地址,护照号\n敷衍,古镇东头老王家隔壁第2户,E12345678\n"
    kinds = [kind for kind, _ in found(text)]
    assert kinds == ["name", "address", "passport"]


def test_table_goes_on_in_the_next_block() -> None:
    head, rest = "姓名\t住址\n张三\t东街12号\n", "李四\t西街13号院\n"
    hits, table = scan(head)
    assert table is not None
    more, _ = scan(rest, table)
    whole, _ = scan(head + rest)
    assert [h.value for h in hits + more] == [h.value for h in whole]


def test_markers_need_a_person_and_a_value() -> None:
    assert ("health", "诊断") in found("患者王小明，诊断：高血压")
    assert ("biometric", "指纹模板") in found("李明 11010519491231002X 指纹模板：A1B2C3D4")
    assert ("whereabouts", "车次") in found("王芳 13800138000 车次：G1234")
    assert ("property", "余额") in found("户名：王芳 卡号 4111111111111111 余额：5,000")
    assert found("诊断：高血压的常见误区") == []
    assert not any(kind == "biometric" for kind, _ in found("李明说手机支持指纹解锁"))


def test_rows_of_figures_hold_no_number_and_amounts_are_not_looked_at() -> None:
    assert found("307;453;860.070;816.167\n195.045;83;64;51113694\n") == []
    assert found("10.157.47.221 2024-03-10 1738651955172 sku 41913 53021") == []
    assert ("landline", "010-62345678") in found("office 010-62345678")
    assert found("编号 12345678") == []
    assert ("landline", "62345678") in found("电话\n62345678")


def test_no_item_ends_behind_the_text() -> None:
    text = "姓名：史文博\n13800138000，史文"
    assert all(hit.end <= len(text) for hit in scan(text)[0])
