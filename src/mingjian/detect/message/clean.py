"""A message as it is measured: links, numbers and amounts as tokens, the rest made alike.

Collections differ in punctuation, width, script and in how they mask numbers; what is left here
is what a person reads. Every character remembers where in the original it came from.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from mingjian.detect.learned.normal import Normal, normalise

LINK, PHONE, CARD, AMOUNT = "\x01", "\x02", "\x03", "\x04"
TOKENS = {LINK: "link", PHONE: "phone", CARD: "cardno", AMOUNT: "amount"}

# The commonest traditional forms in messages, each with its simplified one.
_SIMPLER = str.maketrans(
    "積兌換帳戶銀匯款電話號碼訊領獎項進網聯繫轉賬驗證簽註冊開門動線個為務請點擊臨時幣買賣優惠"
    "贈籌資產額門戲樂體認凍結過關檢單據發錢錄報見親愛這樣說們幫會對給還歲陽陰風險歡從業機場"
    "親專員獲將數據備級圖視頻術實際經濟總額貸當學師團隊導應該內護壓嚇騙稅費處處補償現帐",
    "积兑换账户银汇款电话号码讯领奖项进网联系转账验证签注册开门动线个为务请点击临时币买卖优惠"
    "赠筹资产额门戏乐体认冻结过关检单据发钱录报见亲爱这样说们帮会对给还岁阳阴风险欢从业机场"
    "亲专员获将数据备级图视频术实际经济总额贷当学师团队导应该内护压吓骗税费处处补偿现账",
)
_TRADITIONAL = re.compile(f"[{''.join(map(chr, _SIMPLER))}]")
_URL = (
    r"(?:https?|hxxps?)\W{1,5}[^\s\u3000-\u9fff<>\"']{1,300}|www\.[^\s\u3000-\u9fff<>\"']{1,300}"
    r"|(?<![a-z0@.\-])[a-z0][a-z0\-]{0,40}(?:\.[a-z0\-]{1,40}){0,4}"
    r"\.(?:com|net|org|cn|cc|top|xyz|vip|info|me|io|co|in|uk|us|ly|gl|tv|club|shop|site|online|app"
    r"|link|icu|win|biz|live|ru|tk|ml|cyou|sbs|cfd|bond|buzz|mobi|wang|ltd|pw|example)(?![a-z])"
    r"(?:/[^\s\u3000-\u9fff<>\"']{0,300})?"
)
_CARD = r"(?<!0)(?:0{15,19}|0{4}[ \-]0{4}[ \-]0{4}[ \-]0{3,7})(?!0)"
_PHONE = (
    r"(?<![0a-z])(?:\+?\(?00?0?\)?[ \-]?)?"
    r"(?:\(?0{3,5}\)?[ \-]?0{3,4}[ \-]?0{3,5}|0{7,12}|[a-z0]?0{3,6}x{3,7})(?![0a-z])"
)
# Atomic: a run of figures is read once, or thirty of them in a row would be split every way.
# Bounded: a long list of them would be read to its end again from each of its figures.
_NUMBER = r"(?>0[0,]{0,40}+(?:\.0{1,40}+)?|digit)"
_MAY_LINK = re.compile(r"[a-z0]\.[a-z]|://|url|www")
_NEVER = r"(?!)"
_HAN_NUMBERS = "一二三四五六七八九十百千两几数"


# In English a lone blank between words stays as it is and needs no match.
_GAP = {
    "zh": r"[^\u3400-\u9fffa-z0\x01-\x04¥]+",
    "en": r" ?[^a-z0\x01-\x04$£€₹ ][^a-z0\x01-\x04$£€₹]*",
}


# The look ahead leaves most characters after one comparison: those that begin no match. Gaps
# are the commonest match and come first, as `blank`, where nothing else can begin.
def _chinese(link: str, letters: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?=[\0-`{{-\u33ff\ua000-\U0010ffff{_HAN_NUMBERS}威薇徽扣{letters}]|[a-z]0)"
        rf"(?:(?P<blank>(?![+(]){_GAP['zh']})|(?P<link>{link})|(?P<cardno>{_CARD}|bank)"
        rf"|(?P<amount>¥{_NUMBER}万?元?|(?:{_NUMBER}{{1,3}}+|[{_HAN_NUMBERS}]{{1,6}})"
        r"[多余来]?[万千百]?"
        r"(?:元|块钱|块(?!地)|人民币|rmb|现金|w(?![a-z])|万(?![人份次件亩平名])))"
        rf"|(?P<phone>{_PHONE}|cellphone0*|hotline0*|phone0*)"
        r"|(?P<contact>wechat|weixin|[vw][x信](?![a-z])|[威薇徽]信|扣扣)"
        rf"|(?P<number>(?:0|digit)+)|(?P<mask>place|name)|(?P<gap>{_GAP['zh']}|¥))"
    )


def _english(link: str, letters: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?=[^a-z ]| [^a-z0\x01-\x04$£€₹ ]|[{letters}]|[a-z]0)"
        rf"(?:(?P<blank>(?![+('’]){_GAP['en']})|(?P<link>{link})|(?P<cardno>{_CARD})"
        rf"|(?P<amount>(?:[$£€₹]|rs\.?|usd|inr|us\$)\s?{_NUMBER}k?"
        r"(?: ?(?:million|lakhs?|crores?|k)\b)?"
        rf"|{_NUMBER} ?k?(?:dollars|bucks|pounds|euros|rupees|lakhs?|crores?|usd|usdt|grand|quid)\b"
        r"|(?:hundred|thousand|million|fifty|twenty|forty) "
        r"(?:dollars|bucks|pounds|rupees|euros)\b)"
        rf"|(?P<phone>{_PHONE})"
        r"|(?P<number>[0][0,.:]*)|(?P<apostrophe>(?<=[a-z])['’](?=[a-z]))"
        rf"|(?P<gap>{_GAP['en']}|[$£€₹]))"
    )


_PATTERNS = {
    ("zh", True): _chinese(rf"{_URL}|url[a-z0]*", "a-z"),
    ("zh", False): _chinese(_NEVER, "bcdhnpvw"),
    ("en", True): _english(_URL, "a-z"),
    ("en", False): _english(_NEVER, "dfhimrtu"),
}
_ONLY_GAPS = {language: re.compile(gap) for language, gap in _GAP.items()}
_MORE_THAN_GAPS = {
    "zh": re.compile(
        rf"[0¥威薇徽扣]|[{_HAN_NUMBERS}万多余来](?:元|块|人民币|rmb|现金|w|万)"
        r"|digit|bank|phone|hotline|wechat|weixin|[vw][x信]|place|name"
    ),
    "en": re.compile(r"[0$£€₹'’]|digit|dollars|bucks|pounds|rupees|euros"),
}
"""What every match has in it that is not a gap (links aside)."""
_TOKEN_OF: dict[str | None, str] = {"link": LINK, "phone": PHONE, "cardno": CARD, "amount": AMOUNT}
_SHOWN: dict[str, dict[str | None, str]] = {
    "zh": {**_TOKEN_OF, "number": "0", "contact": "微信", "mask": "", "gap": "", "blank": ""},
    "en": {
        **{kind: f" {token} " for kind, token in _TOKEN_OF.items()},
        "number": "0",
        "apostrophe": "",
        "gap": " ",
        "blank": " ",
    },
}


@dataclass(frozen=True)
class Clean:
    """A cleaned text, and the way back to the original: worked out only where asked for."""

    text: str
    normal: Normal
    language: Literal["zh", "en"]
    pattern: re.Pattern[str]
    """What was replaced."""

    @cached_property
    def _origins(self) -> list[tuple[int, int, int]]:
        """(place here, place in the normalised text, how long) of each piece; a piece that
        stands for -n characters has the length n < 0."""
        plain, shown = self.normal.text, _SHOWN[self.language]
        found: list[tuple[int, int, int]] = []
        here = last = 0
        only_gaps = not self.pattern.groups
        for match in self.pattern.finditer(plain):
            start, end = match.span()
            if start > last:
                found.append((here, last, start - last))
                here += start - last
            if by := shown["gap" if only_gaps else match.lastgroup]:
                found.append((here, start, start - end))
                here += len(by)
            last = end
        if last < len(plain):
            found.append((here, last, len(plain) - last))
        return found

    def place(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original text behind cleaned characters `start` to `end`."""
        if start >= end or not self._origins:
            return 0, 0
        first = self._before(start, last=False)
        last = self._before(end - 1, last=True)
        return self.normal.place(first, max(last, first + 1))

    def _before(self, position: int, *, last: bool) -> int:
        at = bisect_right(self._origins, position, key=lambda piece: piece[0]) - 1
        here, there, length = self._origins[at]
        if length < 0:  # a token stands for -length characters
            return there - length if last else there
        return there + position - here + (1 if last else 0)


def clean(text: str, language: Literal["zh", "en"]) -> Clean:
    """`text` as it is measured in `language`; linear in its length."""
    if language == "zh" and _TRADITIONAL.search(text):
        text = text.translate(_SIMPLER)
    normal = normalise(text)
    plain, shown = normal.text, _SHOWN[language]
    links = _MAY_LINK.search(plain) is not None
    if not links and not _MORE_THAN_GAPS[language].search(plain):
        pattern = _ONLY_GAPS[language]
        return Clean(pattern.sub(shown["gap"], plain), normal, language, pattern)
    pattern = _PATTERNS[language, links]
    made = pattern.sub(lambda match: shown[match.lastgroup], plain)
    return Clean(made, normal, language, pattern)
