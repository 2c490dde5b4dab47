# ruff: noqa: E501 - lists are easier to read on one line
"""Draws invented values of personal information, with check digits that hold."""

from __future__ import annotations

import random

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
CITIES = [
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
ROADS = [
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
        city, district = self.r.choice(CITIES)
        n = self.r.randrange
        tail = self.r.choice(
            [
                f"{self.r.choice(ROADS)}{n(1, 900)}号",
                f"{self.r.choice(ROADS)}{n(1, 900)}号{self.r.choice(_ESTATES)}{n(1, 30)}栋{n(1, 5)}单元{n(101, 2902)}室",
                f"{self.r.choice(_ESTATES)}{n(1, 30)}号楼{n(101, 2902)}",
                f"{self.r.choice(ROADS)}{n(1, 900)}弄{n(1, 90)}号{n(101, 2902)}室",
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
