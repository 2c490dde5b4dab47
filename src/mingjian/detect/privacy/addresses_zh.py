"""Chinese addresses: by grammar, with the label or the numbers that make them exact.

Only an address that reaches a house, a village or a room counts, or one that a label or
"住在" makes somebody's. An organisation's address is reported apart (`business_contact`).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache
from itertools import chain

from mingjian.detect.privacy.context import of_business
from mingjian.detect.privacy.gates import matches
from mingjian.detect.privacy.hit import Hit
from mingjian.detect.privacy.lists import read_list, regions, words
from mingjian.detect.privacy.openings import ANY, Opening, OpeningWords, heads, one_of

_SUFFIX = (
    "自治区|自治州|自治县|省|市|区|县|旗|州|盟|镇|乡|街道|村|屯|庄|路|大街|街|大道|道|巷|弄|胡同|"
    "里|号院|号楼|号|"
    "小区|花园|家园|新村|公寓|大厦|广场|苑|园|庭|府|湾|城|院|楼|栋|幢|座|单元|层|室|房(?![产屋源型])|组|队|社|"
    "户|排|库|铺|段|"
    "期|寓|墅|郡|邸|邨|轩|阁|宿舍|中心|写字楼|学校|大学|医院|工业区|开发区|营|坊|桥|岗|坪|寨|堡|口"
)
_STOP = "的是在于为到了，。；、！？\\s"
_BREAK = (
    "电话|联系|收件|收货|邮编|身份|手机|姓名|性别|有限|公司|版权|客服|邮箱|微信|请|我|您|他|她|"
    "租房|出租|转租|村民|开户|迁往|迁至|搬到|搬至|改为|变更为|年(?!路|街|大街|大道|里)|月(?!坛|亮|湖|牙|桥|季|华)|日(?!坛|新|月)|元(?!通|和|宝|大)"
)
_BREAKS = "".join(sorted({one[0] for one in _BREAK.split("|")}))
_PART = rf"(?:[^\W_{_STOP}{_BREAKS}]|(?!{_BREAK})[{_BREAKS}]){{0,10}}?"
_ENDS = "".join(sorted({one[0] for one in _SUFFIX.split("|")}))
_NUMERAL = r"[0-9A-Za-z一二三四五六七八九十百零〇]"
_GAP = "[ \u3000]{0,4}"
_COMPONENTS = re.compile(
    rf"(?>(?:{_GAP}{_PART}(?=[{_ENDS}])(?:{_SUFFIX})"
    rf"|{_GAP}附?[ ]?[#＃]?{_NUMERAL}{{1,5}}(?:[\-－—]{_NUMERAL}{{1,5}}){{0,3}}[ ]?(?:号楼|号院|号|"
    rf"栋|幢|座|单元|层|楼|室|房|组|弄|巷)"
    r"|(?<=[号楼])之[0-9一二三四五六七八九十]{1,2}(?![0-9])|(?<=[楼层座])[A-Z](?![0-9A-Za-z])"
    r"|(?<=[栋幢座楼层元区号期厦苑园城府湾寓庭轩阁墅郡邸镇居院洲#上])[ ]?[A-Za-z]?[0-9]{1,4}"
    r"(?:-[0-9]{1,4}){0,3}(?![0-9年月日\-:：万亿元个名])|[0-9]{1,3}[#＃](?:楼|单元)?"
    r"|嘎查|苏木|[村居]?委会|校区|驿站)+)"
)
_FINE = re.compile(
    rf"{_NUMERAL}{{1,5}}[ ]?(?:号|弄|栋|幢|座|单元|室|层|楼|组|房|户)"
    rf"|(?<![0-9])[0-9]++(?>(?:-[0-9]+)+)|(?:村|屯|小区|花园|家园|公寓|宿舍|苑|家属[楼院区]|嘎查|社区|"
    r"居委会|[厦苑园城府湾寓庭轩阁][0-9]{2,4}(?![0-9]))"
)
_NEXT_LINE = re.compile(
    rf"{_GAP}\r?\n{_GAP}(?=[甲乙丙丁附]?[0-9一二三四五六七八九十]{{1,5}}"
    r"(?:[\-－—][0-9]{1,4}){0,3}[ ]?(?:[号栋幢座室楼层组房弄巷户]|单元))"
)
"""Where the address goes on in the next line, with a number."""
_TURN = 6
"""Characters to the end of the line at most: blanks and what ends it."""
_UNFINISHED = re.compile(
    rf"(?<=[省市区县镇乡村道旗]){_GAP}\r?\n{_GAP}(?=(?:(?!{_BREAK})[\u4e00-\u9fff]){{1,8}}"
    r"(?:[路街道巷弄村屯寨镇乡区县]|小区|花园))"
)
"""The same for an address without a number so far, broken behind the name of a place."""
_EXACT = re.compile(
    rf"{_NUMERAL}{{1,5}}[ ]?(?:号|弄|栋|幢|座|单元|室|组|房|户)|(?<![0-9])[0-9]++(?>(?:-[0-9]+)+)"
    r"|[0-9]{1,3}[楼层](?:[A-Z](?![A-Za-z])|[0-9]{3})"
)
# Begins with one set of characters, and looks behind it: the search skips ahead by the set.
_ROAD_NUMBER = re.compile(
    r"[路街道巷弄同里村区园苑寓厦场城庄院庭轩墅郡邸小新花公华山岸陇埭圩浜屯](?:"
    r"(?<=[路街道巷弄同里村区园苑寓厦场城庄院岸陇埭圩浜])[ ]?[甲乙丙丁]?"
    r"[0-9一二三四五六七八九十]{1,5}"
    r"(?:[-－—][0-9]{1,4})?[ ]?(?:号|弄|栋|幢|座)"
    r"|(?<=[村屯])[0-9一二三四五六七八九十]{1,3}(?:组(?![长织合成员])|社(?![区会长员]))"
    r"|(?:(?<=[苑园庭轩墅郡邸])|(?<=小)区|(?<=[A-Z]区)|(?<=新)村|(?<=[东西南北]村)|(?<=花)城"
    r"|(?<=公)[寓馆]|(?<=华)府|(?<=山)庄)"
    r"[ ]?[甲乙丙丁A-Za-z]?[0-9]{1,3}[-－—][0-9]{1,4}(?:[-－—][0-9]{1,4}){0,2})"
)
_ROAD_OPEN = Opening(
    lambda: (
        "[路街道巷弄同里村区园苑寓厦场城庄院庭轩墅郡邸小新花公华山岸陇埭圩浜屯]",
        "[ 甲乙丙丁A-Za-z0-9一二三四五六七八九十区村城寓馆府庄]",
    )
)
_THREE = re.compile("-[0-9]{1,2}-[0-9]{3,4}(?![0-9-])")
"""Building, entrance and room (19-2-3301) behind the number of the building."""
_THREE_OPEN = Opening(lambda: ("-", "[0-9]"), (-1, "[0-9]"), (range(2, 4), "-"))
_OF_THINGS = frozenset("号码编型第版卡单次量价约共")
"""Behind these a number with dashes is no house."""
_COUNTY = re.compile("[县旗](?<=[\u4e00-\u9fff]{2}.)(?=[\u4e00-\u9fff]{1,8}?(?:[镇乡]|街道|苏木))")
_COUNTY_OPEN = Opening(lambda: ("[县旗]", "[\u4e00-\u9fff]"), (-1, "[\u4e00-\u9fff]"))
_UNIT = re.compile(
    "[号栋幢单座](?<=[0-9A-Z].)(?:(?<=[0-9]号)楼|(?<=[0-9]单)元|(?<=[0-9][栋幢])|(?<=座)(?=[0-9]))"
)
"""What stands behind the number of a building, from which its digits are looked for."""
_UNIT_OPEN = Opening(lambda: ("[号栋幢单座]", ANY), (-1, "[0-9A-Z]"))
_QUARTERS = re.compile("家属[楼院区]|宿舍|[厦苑园寓庭轩][0-9]{2,4}")
_HOUSE_OF_MANY = re.compile("(?:中心|学校|大学|医院)\\Z")
_ROAD_NAME = re.compile("[东西南北中]?[一二三四]?(?:路|街|大道|大街)")
"""After the name of a province: 北京路, 天河北路."""
_OFFICE = re.compile(
    "(?:局|公司|店|医院|学校|大学|厂|中心|政府|法院|银行|派出所|办事处|委员会|协会|部门|单位|馆|办公|注册|经营)的?"
    "(?:地址|所在地|位于|设于|坐落于)[:：为是]?[ ]?\\Z"
)
_OFFICE_ENDS = frozenset("址地于:：为是 ")
"""What `_OFFICE` ends with."""
_HOME = re.compile(
    "单元|小区|花园|家园|新村|家属[楼院区]|宿舍|[村屯][0-9一二三四五六七八九十]{1,3}组|[苑邨](?=[0-9])"
)
"""Where people live, firms seldom."""
_SHOPS = re.compile("综合楼|商服|底商|商铺|门面|写字楼|商务楼")
_LIVES_BEFORE = re.compile(
    "(?:[，、,]住|(?:上门|通讯|联系|服务|安装|报修)地址|身份证上?的?(?:地址|住址))[:：是为]?[ ]?\\Z"
)
_FIRM_BEFORE = re.compile("公司|店|厂|集团|办公|注册|经营|驿站|门市|学校|医院")
_ADMIN = re.compile("[省市区县旗州盟镇乡村]")
_STILL_LABEL = frozenset("址为是在于：: ")
_DIGITS = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_LOOKBACK = 24
_LONGEST = 80
"""Characters of one address at most: the text is hostile."""
_STOP_BACK = frozenset(
    "的是在于为到了就把被将由住址往至：:，。；、！？ \t\n\"'“”（）()我他她你您请寄送从去年月日午"
)


def _province_names() -> tuple[str, ...]:
    return regions().provinces + regions().districts


def _province_begins() -> tuple[str, str]:
    first, second = (one_of(name[at] for name in _province_names()) for at in (0, 1))
    return first, second


_PROVINCE_OPEN = Opening(_province_begins)


@cache
def _provinces() -> tuple[re.Pattern[str], re.Pattern[str], frozenset[str]]:
    """Two characters a province may begin with, its ending, and all province names."""
    names = _province_names()
    first, second = _province_begins()
    tails = "|".join(read_list("regions")["province_tails"])
    return (
        re.compile(first + second),
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
    for match in matches(pair, text, _PROVINCE_OPEN):
        start = match.start()
        if match[0] not in names and text[start : start + 3] not in names:
            continue
        tail = rest.match(text, match.end())
        if tail is not None and _ROAD_NAME.match(text, match.end()) is None:
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


_LIVES = "|".join(
    f"{before}住(?![了的过店院宿处宅户房所宾酒址])在?" for before in "，。；：,、告人"
)
# Every alternative of a label begins with a plain character: the search skips ahead by it.


@cache
def _label() -> re.Pattern[str]:
    return re.compile(
        rf"(?:{words('address_labels')}|{_LIVES}|[Aa]ddress)[\"'”]?[ \t]*+"
        rf"(?:(?:[:：=|,]|好像是|就是|是|为|在)[ \t]*+)?[\"'“]?[ ]?\Z"
    )


@cache
def _label_forward() -> re.Pattern[str]:
    return re.compile(
        rf"(?:{words('address_labels')}|{_LIVES}|Address|address)[\"'”]?[ \t]*+"
        rf"(?:(?:[:：=|,]|好像是|就是|是|为|在)[ \t]*+)?[\"'“]?"
        r"(?=[\u4e00-\u9fff])"
    )


_LABEL_OPEN = OpeningWords(
    lambda: heads(words("address_labels"), _LIVES) | {"Ad", "ad"}, then="[就在]"
)


def find_addresses_zh(text: str) -> Iterator[Hit]:
    """Chinese addresses: begun by a province or city, by a road and number, or by a label."""
    starts: list[int] = []
    ends: list[int] = []
    for start, named in _starts(text):
        if ends and start < ends[-1]:
            continue
        end = _reach(text, named)
        hit = _judge(text, start, end)
        if hit is not None:
            starts.append(start)
            ends.append(end)
            yield hit

    def taken(place: int) -> bool:
        at = bisect_right(starts, place) - 1
        return at >= 0 and place < ends[at]

    for begun, stop in chain(_counties(text), _numbers(text)):
        start = begun
        if taken(start):
            continue
        while start > 0 and begun - start < _LOOKBACK and text[start - 1] not in _STOP_BACK:
            if not text[start - 1].isalnum():
                break
            start -= 1
        if start < begun:
            hit = _judge(text, start, _reach(text, stop))
            if hit is not None:
                yield hit
    for match in matches(_label_forward(), text, _LABEL_OPEN):
        if not taken(match.end()):
            end = _reach(text, match.end())
            hit = _judge(text, match.end(), end) if end > match.end() else None
            if hit is not None:
                yield hit


def _counties(text: str) -> Iterator[tuple[int, int]]:
    """Counties and banners, which no list names, before a town: 疏附县托克扎克镇."""
    for match in matches(_COUNTY, text, _COUNTY_OPEN):
        yield match.start() - 1, match.end()


def _numbers(text: str) -> Iterator[tuple[int, int]]:
    """Roads and quarters with their numbers, and numbers of buildings behind any other word."""
    ends = set()
    for match in matches(_ROAD_NUMBER, text, _ROAD_OPEN):
        ends.add(match.end())
        yield match.span()
    for match in matches(_UNIT, text, _UNIT_OPEN):
        start = match.start() - 1
        while match.start() - start < 4 and text[start - 1 : start] in _DIGITS:
            start -= 1
        if match.end() not in ends and "\u4e00" <= text[start - 1 : start] <= "\u9fff":
            yield start, match.end()
    for match in matches(_THREE, text, _THREE_OPEN):
        start = match.start()
        while match.start() - start < 3 and text[start - 1 : start] in _DIGITS:
            start -= 1
        before = text[start - 1 : start]
        if match.end() not in ends and "\u4e00" <= before <= "\u9fff" and before not in _OF_THINGS:
            yield start, match.end()


def _reach(text: str, start: int) -> int:
    """Where the parts of an address that follow `start` end; it may go on in the next lines."""
    most = start + _LONGEST
    match = _COMPONENTS.match(text, start, most)
    end = start if match is None else match.end()
    while (
        match is not None
        and "\u4e00" <= text[end - 1] <= "\u9fff"
        and text.find("\n", end, end + _TURN) >= 0
    ):
        turn = _NEXT_LINE.match(text, end, most)
        if turn is None and _FINE.search(text, start, end) is None:
            turn = _UNFINISHED.match(text, end, most)
        match = None if turn is None else _COMPONENTS.match(text, turn.end(), most)
        end = end if match is None else match.end()
    return end


def _judge(text: str, start: int, end: int) -> Hit | None:
    span = text[start:end]
    if len(span) < 5:
        return None
    begun = start
    if len(span) > 6 and span[0] in _STILL_LABEL and _named(text, begun):
        while len(span) > 6 and span[0] in _STILL_LABEL:
            start, span = start + 1, span[1:]
    if _EXACT.search(span) is None and not _fine(text, begun, span):
        return None
    if _of_firm(text, start, end):
        return Hit("business_contact", start, end, span)
    return Hit("address", start, end, "".join(span.split()))


def _named(text: str, start: int) -> bool:
    """A label of addresses stands directly before."""
    return _label().search(text, max(0, start - 16), start) is not None


def _fine(text: str, start: int, span: str) -> bool:
    """Without a number: fine enough to be where somebody lives, or made somebody's by a label."""
    fine = _FINE.search(span) is not None
    levels = len(_ADMIN.findall(span))
    return (
        (fine and levels >= 4 and _HOUSE_OF_MANY.search(span) is None)
        or (levels >= 3 and _QUARTERS.search(span) is not None)
        or ((fine or levels >= 2) and _named(text, start))
    )


def _of_firm(text: str, start: int, end: int) -> bool:
    """An organisation's address: its surroundings name one, and nobody lives there."""
    if text[start - 1 : start] in _OFFICE_ENDS and _OFFICE.search(text, max(0, start - 16), start):
        return True
    line = text.rfind("\n", max(0, start - 24), start) + 1 or max(0, start - 24)
    lived_in = _HOME.search(text, start, end) is not None and not _SHOPS.search(text, start, end)
    if lived_in and _FIRM_BEFORE.search(text, line, start) is None:
        return False
    return of_business(text, start, end) and not _LIVES_BEFORE.search(
        text, max(0, start - 12), start
    )
