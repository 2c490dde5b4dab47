# ruff: noqa: E501 - templates and lists are easier to read on one line
"""Invented texts with marked personal information, one family a way of writing.

Values are drawn at random and hold their check digits; nobody's data is in them. A family is a
source for the scale: a scale fitted on some families is measured on the others.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from mingjian.detect.privacy.check.credit_code import check_character as credit_check
from mingjian.detect.privacy.check.resident_id import check_character as id_check

Span = tuple[int, int, str]
_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
_GIVEN1 = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉兰红梅鑫鹏飞燕玲峰斌宇浩凯俊"
_GIVEN2 = [
    "建国",
    "志强",
    "秀英",
    "桂兰",
    "子涵",
    "雨桐",
    "浩然",
    "一诺",
    "思远",
    "嘉怡",
    "晓东",
    "文博",
    "海燕",
    "永刚",
    "丽华",
    "国栋",
    "梓萱",
    "宇航",
    "欣怡",
    "俊杰",
    "春梅",
    "玉珍",
    "天佑",
    "佳琪",
    "晨曦",
    "振华",
    "婷婷",
    "小红",
    "德胜",
    "诗涵",
]
_CITIES = [
    ("北京市", "海淀区"),
    ("上海市", "浦东新区"),
    ("广东省深圳市", "南山区"),
    ("浙江省杭州市", "西湖区"),
    ("四川省成都市", "武侯区"),
    ("湖北省武汉市", "洪山区"),
    ("江苏省南京市", "鼓楼区"),
    ("陕西省西安市", "雁塔区"),
    ("河南省郑州市", "金水区"),
    ("湖南省长沙市", "岳麓区"),
    ("山东省青岛市", "市南区"),
    ("福建省厦门市", "思明区"),
    ("重庆市", "渝北区"),
    ("天津市", "南开区"),
    ("辽宁省大连市", "中山区"),
    ("广西壮族自治区南宁市", "青秀区"),
    ("云南省昆明市", "五华区"),
    ("安徽省合肥市", "蜀山区"),
    ("贵州省贵阳市", "云岩区"),
    ("黑龙江省哈尔滨市", "道里区"),
]
_ROADS = [
    "中山路",
    "人民路",
    "解放大道",
    "建设街",
    "文三路",
    "科技园南路",
    "长江路",
    "和平里西街",
    "友谊路",
    "天府大道",
    "世纪大道",
    "南京东路",
    "珞喻路",
    "高新大道",
    "环城北路",
]
_ESTATES = [
    "阳光花园",
    "金色家园",
    "翠湖小区",
    "绿地城",
    "万科城市花园",
    "锦绣华庭",
    "幸福里小区",
    "龙湖时代",
    "恒大绿洲",
    "保利香槟",
]
_EN_GIVEN = [
    "James",
    "Mary",
    "Robert",
    "Patricia",
    "Michael",
    "Jennifer",
    "David",
    "Linda",
    "Thomas",
    "Susan",
    "Daniel",
    "Karen",
    "Kevin",
    "Laura",
    "Brian",
    "Emily",
    "Steven",
    "Rachel",
    "Eric",
    "Hannah",
    "Oliver",
    "Sophie",
    "Aisha",
    "Carlos",
    "Priya",
    "Diego",
]
_EN_FAMILY = [
    "Smith",
    "Johnson",
    "Brown",
    "Taylor",
    "Anderson",
    "Thompson",
    "Martinez",
    "Clark",
    "Lewis",
    "Walker",
    "Hall",
    "Young",
    "Wright",
    "Hill",
    "Scott",
    "Green",
    "Baker",
    "Nelson",
    "Carter",
    "Mitchell",
    "Patel",
    "Khan",
    "Garcia",
    "Novak",
    "Whitfield",
    "Okonkwo",
    "Harrington",
    "Delacroix",
]
_EN_STREETS = [
    "Main Street",
    "Oak Avenue",
    "Maple Drive",
    "Cedar Lane",
    "Elm Street",
    "Washington Blvd",
    "Lake View Road",
    "Sunset Court",
    "Park Place",
    "Hillcrest Way",
    "King's Road",
    "Station Road",
    "Church Lane",
]
_EN_CITIES = [
    "Springfield, IL 62704",
    "Portland, OR 97205",
    "Austin, TX 78701",
    "Denver, CO 80202",
    "Madison, WI 53703",
    "Columbus, OH 43215",
    "Tampa, FL 33602",
]


class Draw:
    """Random values of each kind."""

    def __init__(self, seed: int) -> None:
        self.r = random.Random(seed)

    def digits(self, n: int) -> str:
        return "".join(str(self.r.randrange(10)) for _ in range(n))

    def name(self) -> str:
        given = self.r.choice(_GIVEN2) if self.r.random() < 0.6 else self.r.choice(_GIVEN1)
        return self.r.choice(_SURNAMES) + given

    def name_en(self) -> str:
        middle = f" {self.r.choice('ABCDEFGHJKLMNPRST')}." if self.r.random() < 0.15 else ""
        return f"{self.r.choice(_EN_GIVEN)}{middle} {self.r.choice(_EN_FAMILY)}"

    def mobile(self) -> str:
        return self.r.choice(
            [
                "134",
                "135",
                "136",
                "137",
                "138",
                "139",
                "150",
                "151",
                "152",
                "158",
                "159",
                "166",
                "173",
                "177",
                "180",
                "186",
                "187",
                "188",
                "189",
                "191",
                "198",
                "199",
            ]
        ) + self.digits(8)

    def mobile_spaced(self) -> str:
        m = self.mobile()
        return self.r.choice(
            [
                f"{m[:3]}-{m[3:7]}-{m[7:]}",
                f"{m[:3]} {m[3:7]} {m[7:]}",
                f"+86 {m}",
                f"+86-{m}",
                f"86{m}",
                f"(+86){m}",
                f"0086 {m}",
            ]
        )

    def resident_id(self) -> str:
        region = self.r.choice(
            [
                "110105",
                "310104",
                "440305",
                "330106",
                "510107",
                "420111",
                "320106",
                "610113",
                "410105",
                "430104",
                "370202",
                "350203",
                "500112",
                "120104",
            ]
        )
        body = f"{region}{self.r.randrange(1950, 2008)}{self.r.randrange(1, 13):02}{self.r.randrange(1, 29):02}{self.digits(3)}"
        return body + id_check(body)

    def luhn(self, prefix: str, size: int) -> str:
        body = prefix + self.digits(size - len(prefix) - 1)
        total = sum(sum(divmod(int(d) * (2 - i % 2), 10)) for i, d in enumerate(reversed(body)))
        return body + str(-total % 10)

    def card(self) -> str:
        prefix, size = self.r.choice(
            [
                ("622202", 19),
                ("621700", 19),
                ("622848", 19),
                ("621661", 19),
                ("622588", 16),
                ("4", 16),
                ("53", 16),
                ("625965", 16),
            ]
        )
        return self.luhn(prefix, size)

    def card_spaced(self) -> str:
        c = self.card()
        return " ".join(c[i : i + 4] for i in range(0, len(c), 4))

    def address(self) -> str:
        city, district = self.r.choice(_CITIES)
        n = self.r.randrange
        tail = self.r.choice(
            [
                f"{self.r.choice(_ROADS)}{n(1, 900)}号",
                f"{self.r.choice(_ROADS)}{n(1, 900)}号{self.r.choice(_ESTATES)}{n(1, 30)}栋{n(1, 5)}单元{n(101, 2902)}室",
                f"{self.r.choice(_ESTATES)}{n(1, 30)}号楼{n(101, 2902)}",
                f"{self.r.choice(_ROADS)}{n(1, 900)}弄{n(1, 90)}号{n(101, 2902)}室",
            ]
        )
        return (city if self.r.random() < 0.85 else "") + district + tail

    def address_en(self) -> str:
        unit = self.r.choice(
            ["", "", f", Apt {self.r.randrange(1, 60)}", f", Suite {self.r.randrange(100, 900)}"]
        )
        return f"{self.r.randrange(1, 9900)} {self.r.choice(_EN_STREETS)}{unit}, {self.r.choice(_EN_CITIES)}"

    def email(self) -> str:
        return f"{self.r.choice(['zhang', 'li', 'wang', 'sunny', 'tom', 'amy', 'xiao'])}{self.r.choice(['', '.', '_'])}{self.digits(3)}@{self.r.choice(['qq.com', '163.com', 'gmail.com', 'outlook.com', 'example.org', 'sina.com.cn'])}"

    def landline(self) -> str:
        return self.r.choice(
            [
                f"010-{self.r.choice('2345678')}{self.digits(7)}",
                f"021-{self.r.choice('2345678')}{self.digits(7)}",
                f"0755-{self.r.choice('2345678')}{self.digits(7)}",
                f"(0571){self.r.choice('2345678')}{self.digits(7)}",
            ]
        )

    def phone_us(self) -> str:
        a, b = (
            f"{self.r.choice('23456789')}{self.r.choice('0123456789')}{self.r.choice('23456789')}",
            f"{self.r.choice('2345678')}{self.r.choice('023456789')}{self.digits(1)}",
        )
        while a in (
            "400",
            "500",
            "600",
            "700",
            "800",
            "822",
            "833",
            "844",
            "855",
            "866",
            "877",
            "888",
            "900",
        ):
            a = "415"
        c = self.digits(4)
        return self.r.choice([f"({a}) {b}-{c}", f"{a}-{b}-{c}", f"{a}.{b}.{c}", f"+1 {a} {b} {c}"])

    def passport(self) -> str:
        return self.r.choice("EG") + self.digits(8)

    def plate(self) -> str:
        letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
        head = self.r.choice("京沪粤浙苏川鲁豫鄂湘闽皖") + self.r.choice("ABCDEFGH")
        return head + self.r.choice(
            [
                self.digits(5),
                self.r.choice(letters) + self.digits(4),
                "D" + self.digits(5),
                self.digits(5) + "F",
            ]
        )

    def iban(self) -> str:
        body = "".join(self.r.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ") for _ in range(4)) + self.digits(
            14
        )
        number = int("".join(str(int(c, 36)) for c in body + "GB00"))
        code = f"GB{98 - number % 97:02}{body}"
        return code if self.r.random() < 0.5 else " ".join(code[i : i + 4] for i in range(0, 22, 4))

    def credit_code(self) -> str:
        body = (
            "91"
            + self.r.choice(["110108", "440305", "310115"])
            + "MA"
            + "".join(self.r.choice("0123456789ABCDEFGH") for _ in range(7))
        )
        return body + credit_check(body)


class Text:
    """A text under construction; `put` marks what it appends."""

    def __init__(self) -> None:
        self.text, self.spans = "", list[Span]()

    def say(self, words: str) -> Text:
        self.text += words
        return self

    def put(self, kind: str, value: str) -> Text:
        self.spans.append((len(self.text), len(self.text) + len(value), kind))
        self.text += value
        return self


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


# ---- look-alikes: digits, codes and contacts that are nobody's --------------------------------


def footer_zh(d: Draw) -> Text:
    """The foot of a company's or an authority's page."""
    city, district = d.r.choice(_CITIES)
    return Text().say(
        f"{d.r.choice(['联系我们', '关于我们', '网站地图'])} 客服热线：{d.r.choice(['400', '800'])}-{d.digits(3)}-{d.digits(4)} "
        f"{d.r.choice(['', '传真：' + d.landline() + ' '])}公司地址：{city}{district}{d.r.choice(_ROADS)}{d.r.randrange(1, 900)}号 "
        f"邮编：{d.digits(6)} {d.r.choice(['京', '粤', '沪', '浙'])}ICP备{d.digits(8)}号-{d.r.randrange(1, 9)} "
        f"{d.r.choice(['信达', '恒通', '华信', '云图'])}科技有限公司 版权所有 service@example.com"
    )


def orders_zh(d: Draw) -> Text:
    t = Text()
    for _ in range(d.r.randrange(1, 6)):
        t.say(
            f"订单编号：{d.digits(d.r.choice([16, 18, 19, 20]))} 下单时间：2024-0{d.r.randrange(1, 9)}-1{d.r.randrange(9)} "
            f"1{d.r.randrange(9)}:{d.r.randrange(10, 59)}:{d.r.randrange(10, 59)} 实付：¥{d.r.randrange(10, 9999)}.{d.digits(2)} 商品条码：69{d.digits(11)} "
            f"运单号：SF{d.digits(13)}\n"
        )
    return t


def machine_log(d: Draw) -> Text:
    t = Text()
    for _ in range(d.r.randrange(2, 9)):
        hexes = "".join(d.r.choice("0123456789abcdef") for _ in range(32))
        uuid = f"{hexes[:8]}-{hexes[8:12]}-4{hexes[13:16]}-a{hexes[17:20]}-{hexes[20:]}"
        t.say(
            f"2024-03-1{d.r.randrange(9)}T08:{d.r.randrange(10, 59)}:12.{d.digits(6)}Z INFO [worker-{d.r.randrange(9)}] "
            f"req={uuid} took {d.digits(4)} ns ts=17{d.digits(11)} from 10.{d.r.randrange(255)}.{d.r.randrange(255)}.{d.r.randrange(255)}:{d.r.randrange(1024, 65535)} "
            f"sha256:{hexes}{hexes[::-1]} v{d.r.randrange(9)}.{d.r.randrange(30)}.{d.r.randrange(300)}\n"
        )
    return t


def numbers_table(d: Draw) -> Text:
    t = Text()
    sep = d.r.choice([",", "\t", " ", ";"])
    width = d.r.randrange(4, 12)
    for _ in range(d.r.randrange(3, 30)):
        t.say(
            sep.join(
                d.r.choice(
                    [
                        d.digits(d.r.randrange(1, 6)),
                        f"{d.r.randrange(1000)}.{d.digits(3)}",
                        d.digits(8),
                    ]
                )
                for _ in range(width)
            )
            + "\n"
        )
    return t


def products_en(d: Draw) -> Text:
    t = Text()
    for _ in range(d.r.randrange(1, 7)):
        t.say(
            f"SKU {d.digits(8)} UPC {d.digits(12)} model {d.r.choice('ABCX')}{d.digits(4)}-{d.digits(2)} price ${d.r.randrange(5, 900)}.{d.digits(2)} "
            f"order #{d.digits(3)}-{d.digits(7)}-{d.digits(7)} tracking 1Z{d.digits(3)}AA{d.digits(10)}; call 1-800-{d.digits(3)}-{d.digits(4)} or mail support@example.com\n"
        )
    return t


LOOKALIKES: dict[str, Callable[[Draw], Text]] = {
    f.__name__: f for f in (footer_zh, orders_zh, machine_log, numbers_table, products_en)
}
