"""Addresses in Chinese and English: by grammar, with the label or the numbers that make them exact.

Only an address that reaches a house, a village or a room counts, or one that a label or
"住在" makes somebody's. An organisation's address is reported apart (`business_contact`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from mingjian.detect.privacy.context import of_business
from mingjian.detect.privacy.hit import Hit
from mingjian.detect.privacy.lists import read_list, regions, words

_SUFFIX = (
    "自治区|自治州|自治县|省|市|区|县|旗|州|盟|镇|乡|街道|村|屯|庄|路|大街|街|大道|道|巷|弄|胡同|里|号院|号楼|号|"
    "小区|花园|家园|新村|公寓|大厦|广场|苑|园|庭|府|湾|城|院|楼|栋|幢|座|单元|层|室|房|组|队|社|户|排|库|铺|段|"
    "期|寓|宿舍|中心|写字楼|学校|大学|医院|工业区|开发区|营|坊|桥|岗|坪|寨|堡|口"
)
_STOP = "的是在于为到了，。；、！？\\s"
_BREAK = "电话|联系|收件|收货|邮编|身份|手机|姓名|性别|有限|公司|版权|客服|邮箱|微信|请|我|您|他|她|年|月|日|元"
_PART = rf"(?:(?!{_BREAK})[^\W_{_STOP}]){{0,10}}?"
_NUMERAL = r"[0-9A-Za-z一二三四五六七八九十百零〇]"
_COMPONENTS = re.compile(
    rf"(?:[ ]?{_PART}(?:{_SUFFIX})|[ ]?[#＃]?{_NUMERAL}{{1,5}}(?:[\-－—]{_NUMERAL}{{1,5}}){{0,3}}(?:号楼|号院|号|栋|幢|座|单元|层|楼|室|房|组|弄|巷)"
    r"|(?<=[栋幢座楼元区号期])[ ]?[0-9]{1,4}(?:-[0-9]{1,4}){0,3}(?![0-9年月日\-:：]))+"
)
_FINE = re.compile(
    rf"{_NUMERAL}{{1,5}}[ ]?(?:号|弄|栋|幢|座|单元|室|层|楼|组|房|户)|[0-9]+(?:-[0-9]+)+|(?:村|屯|小区|花园|家园|公寓|宿舍|苑)"
)
_EXACT = re.compile(rf"{_NUMERAL}{{1,5}}[ ]?(?:号|弄|栋|幢|座|单元|室|组|房|户)|[0-9]+(?:-[0-9]+)+")
_ROAD_NUMBER = re.compile(
    r"[路街道巷弄同里村区园苑寓厦场城庄院][ ]?[0-9一二三四五六七八九十]{1,5}[ ]?(?:号|弄|栋|幢|座)"
    r"|(?<=[\u4e00-\u9fff])[0-9]{1,4}(?:号楼|栋|幢|单元)"
)
_ADMIN = re.compile("[省市区县旗州盟镇乡村]")
_LOOKBACK = 24
_STOP_BACK = frozenset("的是在于为到了住址往至：:，。；、！？ \t\n\"'“”（）()我他她你您请寄送从去")


@cache
def _provinces() -> tuple[re.Pattern[str], re.Pattern[str], frozenset[str]]:
    """Two characters a province may begin with, its ending, and all province names."""
    names = regions().provinces
    first, second = ("".join(sorted({name[i] for name in names})) for i in (0, 1))
    tails = "|".join(read_list("regions")["province_tails"])
    return (
        re.compile(f"[{first}][{second}]"),
        re.compile(rf"(?:[江古])?(?:{tails})?(?=[ ]?[\u4e00-\u9fff])"),
        frozenset(names),
    )


@cache
def _cities() -> frozenset[str]:
    return frozenset(regions().cities)


def _starts(text: str) -> Iterator[tuple[int, int]]:
    """Where a province or a city with its 市 begins and ends, in order of place."""
    pair, rest, names = _provinces()
    places = []
    for match in pair.finditer(text):
        start = match.start()
        if match[0] not in names and text[start : start + 3] not in names:
            continue
        tail = rest.match(text, match.end())
        if tail is not None:
            places.append((start, tail.end()))
    at = text.find("市")
    cities = _cities()
    while at >= 0:
        for size in (2, 3, 4):
            if at >= size and text[at - size : at] in cities:
                places.append((at - size, at + 1))
                break
        at = text.find("市", at + 1)
    places.sort()
    yield from places


@cache
def _label() -> re.Pattern[str]:
    return re.compile(
        rf"(?:{words('address_labels')}|[Aa]ddress)[\"'”]?[ \t]*(?:[:：=|,\t]|是|为|在)?[ \t]*[\"'“]?[ ]?\Z"
    )


@cache
def _label_forward() -> re.Pattern[str]:
    return re.compile(
        rf"(?:{words('address_labels')}|[Aa]ddress)[\"'”]?[ \t]*(?:[:：=|,\t]|是|为|在)?[ \t]*[\"'“]?"
        r"(?=[\u4e00-\u9fff])"
    )


def find_addresses_zh(text: str) -> Iterator[Hit]:
    """Chinese addresses."""
    reached = -1
    for start, named in _starts(text):
        if start < reached:
            continue
        rest = _COMPONENTS.match(text, named)
        end = rest.end() if rest is not None else named
        hit = _judge(text, start, end)
        if hit is not None:
            reached = end
            yield hit
    for match in _ROAD_NUMBER.finditer(text):
        start = match.start()
        while start > 0 and match.start() - start < _LOOKBACK and text[start - 1] not in _STOP_BACK:
            if not ("\u4e00" <= text[start - 1] <= "\u9fff" or text[start - 1].isalnum()):
                break
            start -= 1
        if match.start() - start < 1:
            continue
        rest = _COMPONENTS.match(text, match.end())
        yield from _one(_judge(text, start, rest.end() if rest is not None else match.end()))
    for match in _label_forward().finditer(text):
        rest = _COMPONENTS.match(text, match.end())
        if rest is not None:
            yield from _one(_judge(text, match.end(), rest.end()))


def _one(hit: Hit | None) -> Iterator[Hit]:
    if hit is not None:
        yield hit


def _judge(text: str, start: int, end: int) -> Hit | None:
    span = text[start:end]
    if len(span) < 5:
        return None
    named = _label().search(text, max(0, start - 16), start) is not None
    fine = _FINE.search(span) is not None
    levels = len(_ADMIN.findall(span))
    if not (_EXACT.search(span) or (named and (fine or levels >= 2)) or (fine and levels >= 3)):
        return None
    if of_business(text, start, end):
        return Hit("business_contact", start, end, span)
    return Hit("address", start, end, span.replace(" ", ""))


# ---- English -----------------------------------------------------------------------------

_STREET = (
    "Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Way|Place|Pl|Terrace|Ter|Square|Sq|"
    "Close|Crescent|Cres|Parkway|Pkwy|Highway|Hwy|Circle|Cir|Trail|Trl|Row|Mews|Gardens|Grove|Gate|Alley|Plaza|"
    "Loop|Path|Walk|Rise|Green|Ridge|Crossing|Hollow|Run|Turnpike|Pike|Expressway|Freeway|Broadway|Quay|Wharf"
)
_UNIT = r"(?:,? ?\n?(?:Apt|Apartment|Suite|Ste|Unit|Flat|Floor|Fl|Room|Rm|Building|Bldg|#)\.? ?#?[0-9A-Za-z\-]{1,6})"
_CITY = r"(?:,? ?\n? ?(?:[A-Z][\w'.\-]+[ ]?){1,3})"
_ZIP = r"(?:,? ?\n? ?(?:[A-Z]{2}|[A-Z][a-z]+(?: [A-Z][a-z]+)?),? ?\n? ?[0-9]{5}(?:-[0-9]{4})?|,? ?\n?[A-Z]{1,2}[0-9][0-9A-Z]? [0-9][A-Z]{2})"
_NUMBERED = re.compile(
    rf"(?<![0-9A-Za-z$.,])(?:(?:Flat|Apt|Unit|Suite|Apartment) [0-9A-Z\-]{{1,5}},? )?[0-9]{{1,6}}[A-Za-z]?(?:-[0-9]{{1,4}})?,? "
    rf"(?:(?:N|S|E|W|NE|NW|SE|SW)\.? )?(?:[A-Z0-9][\w'’.\-]* ){{1,4}}?(?:{_STREET})(?![a-z])\.?(?: (?:N|S|E|W|NE|NW|SE|SW|North|South|East|West)\b)?"
    rf"{_UNIT}?(?:{_CITY}{_UNIT}?{_ZIP}|{_ZIP})?"
)
_MONTHS = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* [0-9]"
_ABROAD = re.compile(
    rf"(?<![0-9A-Za-z$.,])[0-9]{{1,5}} (?!{_MONTHS})(?:[^\W\d_a-z][\w'’\-]* ){{1,3}}[0-9]{{1,4}}(?:{_UNIT}|,? ?\n ?[A-Z]|, [A-Z])"
    rf"(?:[\w'.\-]*(?: [A-Z][\w'.\-]*){{0,2}}{_ZIP})?"
)
_BOX = re.compile(
    rf"(?<![A-Za-z])(?:P\.? ?O\.? Box [0-9]{{1,6}}|PSC [0-9]{{2,5}},? Box [0-9]{{2,5}}|Unit [0-9]{{3,5}},? Box [0-9]{{2,5}})"
    rf"(?:{_ZIP}|,?[ \n](?:APO|FPO|DPO) A[AEP] [0-9]{{5}}|{_CITY}{_ZIP})?"
)
_LABEL_EN = re.compile(
    r"(?:[Aa]ddr(?:ess)?|ADDR(?:ESS)?)(?:[ _]?(?:[Ll]ine)?[ _]?1)?(?: of [\w .']{2,40})?[\"']?[ \t]*"
    r"(?:[:=|\t]|is(?: now)?|to)[ \t\n]*[\"']?(?=[^\W_])"
    r"|\b(?:lives?|living|resid(?:es?|ing)|located|based|moved|ship(?:ped)? it|send (?:it|one)|new one)"
    r" (?:at|to) (?=[0-9])"
)
_AFTER_LABEL = re.compile(
    r"(?:[0-9]{1,6}[A-Za-z]?,? [^\W_][^\n;|\"<>{}]{3,70}|[^\W\d_][^\n;|\"<>{}]{2,60} [0-9]{1,5}[A-Za-z]?(?![0-9:])[^\n;|\"<>{}]{0,40})"
    r"(?:\n[ ]{0,6}(?:[A-Z\u00c0-\u017f][^\n:|@=]{1,40}|[0-9]{4,6}[^\n:|@=]{0,24})(?![:|@=])(?=\n|\Z|[.;,])){0,4}"
)
_SENTENCE = re.compile(r"[.?!](?: [A-Z]| ?$)|, (?:and|but|so|please|my|the|tel|phone)\b|\)")


def find_addresses_en(text: str) -> Iterator[Hit]:
    """Addresses in English, and labelled ones in other Latin-letter languages."""
    for pattern in (_NUMBERED, _ABROAD, _BOX):
        for match in pattern.finditer(text):
            yield _latin(text, match.start(), match.end())
    for match in _LABEL_EN.finditer(text):
        value = _AFTER_LABEL.match(text, match.end())
        if value is not None:
            cut = _SENTENCE.search(text, match.end() + 6, value.end())
            end = cut.start() if cut is not None else value.end()
            if any(c.isdigit() for c in text[match.end() : end]):
                yield _latin(text, match.end(), end)


def _latin(text: str, start: int, end: int) -> Hit:
    while end > start and text[end - 1] in " ,\n\t":
        end -= 1
    kind = "business_contact" if of_business(text, start, end) else "address"
    return Hit(kind, start, end, " ".join(text[start:end].lower().replace(",", " ").split()))
