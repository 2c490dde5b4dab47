"""Invented texts with marked personal information, one family a way of writing.

Values are drawn at random and hold their check digits; nobody's data is in them. A family is a
source for the scale: a scale fitted on some families is measured on the others.
"""

from __future__ import annotations

from collections.abc import Callable

from privacy_draw import Draw, Span, Text
from privacy_lookalikes import LOOKALIKES

__all__ = ["FAMILIES", "LOOKALIKES", "Draw", "Span", "Text"]


def form_zh(d: Draw) -> Text:
    t = Text()
    fields = [
        ("姓名", "name", d.name()),
        ("性别", "", d.r.choice("男女")),
        ("身份证号", "resident_id", d.resident_id()),
        ("联系电话", "mobile", d.r.choice([d.mobile(), d.mobile_spaced()])),
        ("家庭住址", "address", d.address()),
        ("银行卡号", "bank_card", d.r.choice([d.card(), d.card_spaced()])),
        ("邮箱", "email", d.email()),
        ("车牌号", "plate", d.plate()),
        ("护照号", "passport", d.passport()),
    ]
    sep, end = d.r.choice(["：", ":", "： "]), d.r.choice(["\n", "，", "；", "  "])
    for label, kind, value in d.r.sample(fields, d.r.randrange(3, 8)):
        t.say(label + sep)
        t.put(kind, value) if kind else t.say(value)
        t.say(end)
    return t


def chat_zh(d: Draw) -> Text:
    t = Text()
    for _ in range(d.r.randrange(1, 4)):
        k = d.r.randrange(8)
        if k == 0:
            t.say("你好，我叫").put("name", d.name()).say("，我的手机号是").put(
                "mobile", d.mobile()
            ).say("，麻烦加一下\n")
        elif k == 1:
            t.say("快递寄到").put("address", d.address()).say("，收件人写").put(
                "name", d.name()
            ).say("就行\n")
        elif k == 2:
            t.say("钱打到这张卡：").put("bank_card", d.r.choice([d.card(), d.card_spaced()])).say(
                " 户名"
            ).put("name", d.name()).say("\n")
        elif k == 3:
            t.say("她身份证").put("resident_id", d.resident_id()).say("，帮忙查一下\n")
        elif k == 4:
            t.say("有事打").put("mobile", d.mobile_spaced()).say("找").put("name", d.name()).say(
                "\n"
            )
        elif k == 5:
            t.put("name", d.name()).say(" ").put("mobile", d.mobile()).say(" ").put(
                "address", d.address()
            ).say("\n")
        elif k == 6:
            t.say("车主").put("name", d.name()).say("，车牌").put("plate", d.plate()).say(
                "，已挪车\n"
            )
        else:
            t.say("发我邮箱吧 ").put("email", d.email()).say(" 谢谢\n")
    return t


def story_zh(d: Draw) -> Text:
    t = Text()
    k = d.r.randrange(5)
    if k == 0:
        t.say("2023年5月12日，被害人").put("name", d.name()).say("（身份证号：").put(
            "resident_id", d.resident_id()
        ).say("）报案称，其接到陌生来电后向尾号账户").put("bank_card", d.card()).say("转账三万元。")
    elif k == 1:
        t.say("我是").put("name", d.name()).say("，住在").put("address", d.address()).say(
            "，今年四十二岁，平时做点小生意，电话"
        ).put("mobile", d.mobile()).say("一直没换过。")
    elif k == 2:
        t.say("患者").put("name", d.name()).say(
            "，女，36岁，因反复咳嗽两周入院，联系人为其丈夫"
        ).put("name", d.name()).say("，电话").put("mobile", d.mobile()).say("。")
    elif k == 3:
        t.put("name", d.name()).say("先生您好，您尾号的车辆").put("plate", d.plate()).say(
            "年检将于下月到期，请携带本人证件（"
        ).put("resident_id", d.resident_id()).say("）办理。")
    else:
        t.say("房东").put("name", d.name()).say("把位于").put("address", d.address()).say(
            "的房子租给了"
        ).put("name", d.name()).say("，双方约定每月押一付三。")
    return t


def csv_zh(d: Draw) -> Text:
    t = Text()
    sep = d.r.choice([",", "\t", "|"])
    columns = d.r.sample(
        [
            ("姓名", "name"),
            ("手机号", "mobile"),
            ("身份证号", "resident_id"),
            ("住址", "address"),
            ("卡号", "bank_card"),
            ("邮箱", "email"),
            ("车牌", "plate"),
        ],
        d.r.randrange(3, 6),
    )
    t.say(sep.join(["序号", *(c for c, _ in columns)]) + "\n")
    for i in range(d.r.randrange(2, 9)):
        t.say(str(i + 1))
        for _, kind in columns:
            t.say(sep).put(
                kind,
                {
                    "name": d.name,
                    "mobile": d.mobile,
                    "resident_id": d.resident_id,
                    "address": d.address,
                    "bank_card": d.card,
                    "email": d.email,
                    "plate": d.plate,
                }[kind](),
            )
        t.say("\n")
    return t


def dump_zh(d: Draw) -> Text:
    """Lines of a leaked list without a header."""
    t = Text()
    sep = d.r.choice(["----", "    ", " ", "\t", ",", "|"])
    for _ in range(d.r.randrange(2, 9)):
        t.put("name", d.name()).say(sep).put("resident_id", d.resident_id()).say(sep).put(
            "mobile", d.mobile()
        ).say(sep).put("bank_card", d.card()).say("\n")
    return t


def json_mixed(d: Draw) -> Text:
    t = Text()
    for _ in range(d.r.randrange(1, 4)):
        zh = d.r.random() < 0.6
        t.say('{"id": ' + d.digits(6) + ', "name": "').put(
            "name", d.name() if zh else d.name_en()
        ).say('", "phone": "').put(
            "mobile" if zh else "phone", d.mobile() if zh else d.phone_us()
        ).say('", "email": "').put("email", d.email()).say('", "address": "').put(
            "address", d.address() if zh else d.address_en()
        ).say('", "created_at": "2024-03-0' + str(d.r.randrange(1, 9)) + 'T08:12:33Z"}\n')
    return t


_WIDE = str.maketrans(
    "0123456789XABCDEFGHJKLMNPQRSTUVWYZ",
    "０１２３４５６７８９ＸＡＢＣＤＥＦＧＨＪＫＬＭＮＰＱＲＳＴＵＶＷＹＺ",
)


def scanned_zh(d: Draw) -> Text:
    """As OCR gives it: full-width digits, or spaces inside numbers."""
    t = Text()
    if d.r.random() < 0.5:
        t.say("姓 名 ").put("name", d.name()).say("\n公民身份号码 ").put(
            "resident_id", d.resident_id().translate(_WIDE)
        ).say("\n电话 ").put("mobile", d.mobile().translate(_WIDE)).say("\n")
    else:
        i, c = d.resident_id(), d.card_spaced()
        t.say("姓名 ").put("name", d.name()).say("\n公民身份号码 ").put(
            "resident_id", f"{i[:6]} {i[6:14]} {i[14:]}"
        ).say("\n卡号 ").put("bank_card", c).say("\n")
    return t


def form_en(d: Draw) -> Text:
    t = Text()
    fields = [
        ("Name", "name", d.name_en()),
        ("Phone", "phone", d.phone_us()),
        ("Email", "email", d.email()),
        ("Address", "address", d.address_en()),
        ("Card number", "bank_card", d.luhn(d.r.choice(["4", "52"]), 16)),
        ("Passport No", "passport", d.digits(9)),
        ("IBAN", "iban", d.iban()),
        (
            "SSN",
            "ssn",
            f"{d.r.randrange(100, 600)}-{d.r.randrange(10, 99)}-{d.r.randrange(1000, 9999)}",
        ),
    ]
    for label, kind, value in d.r.sample(fields, d.r.randrange(3, 7)):
        t.say(label + d.r.choice([": ", " : ", "= "])).put(kind, value).say("\n")
    return t


def story_en(d: Draw) -> Text:
    t = Text()
    k = d.r.randrange(5)
    if k == 0:
        t.say("Hi, my name is ").put("name", d.name_en()).say(" and you can reach me at ").put(
            "phone", d.phone_us()
        ).say(" after six.")
    elif k == 1:
        t.say("Please ship the parcel to ").put("name", d.name_en()).say(", ").put(
            "address", d.address_en()
        ).say(", and email ").put("email", d.email()).say(" once it leaves.")
    elif k == 2:
        t.say("Yesterday ").put("name", d.name_en()).say(
            " told the officer that the money went to "
        ).put("iban", d.iban()).say(" within minutes.")
    elif k == 3:
        t.say("Patient ").put("name", d.name_en()).say(", diagnosed with diabetes, lives at ").put(
            "address", d.address_en()
        ).say(".")
    else:
        t.say("Dear ").put("name", d.name_en()).say(", your card ").put(
            "bank_card", d.luhn("4", 16)
        ).say(" was charged twice; call ").put("name", d.name_en()).say(" on ").put(
            "phone", d.phone_us()
        ).say(".")
    return t


FAMILIES: dict[str, Callable[[Draw], Text]] = {
    f.__name__: f
    for f in (
        form_zh,
        chat_zh,
        story_zh,
        csv_zh,
        dump_zh,
        json_mixed,
        scanned_zh,
        form_en,
        story_en,
    )
}
