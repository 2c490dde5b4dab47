"""What a claim names: places, times, numbers and sources, as spans. Rules, no judgement."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from mingjian.detect.claim.words import Speech, any_of, places

ITEMS = ("place", "time", "number", "source")
MOST_OF_ONE = 50
"""Spans of one kind that are kept."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Spans of what a text names. `hearsay` are sources without a name ("a friend said")."""

    place: tuple[Span, ...] = ()
    time: tuple[Span, ...] = ()
    number: tuple[Span, ...] = ()
    source: tuple[Span, ...] = ()
    hearsay: tuple[Span, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """Which of the four are not named."""
        return tuple(item for item in ITEMS if not getattr(self, item))


_H = r"[\u4e00-\u9fff]"
_DIGITS = r"[0-9０-９]{1,8}(?:[.．][0-9０-９]{1,3})?"
_HAN_NUMBER = r"[一二两三四五六七八九十百千万几数]{1,6}"

_TIME_ZH = re.compile(
    r"(?:20[0-9]{2}年)?[0-9]{1,2}月[0-9]{1,2}[日号](?:[0-9]{1,2}[时点:：](?:[0-9]{1,2}分?)?许?)?"
    r"|20[0-9]{2}[-/.][0-9]{1,2}[-/.][0-9]{1,2}(?: [0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)?"
    r"|(?:今|昨|前|明)(?:日|天|早|晚|夜)(?:上午|下午|早上|晚上|凌晨|中午|傍晚)?"
    r"(?:[0-9一二三四五六七八九十两]{1,3}[时点](?:[0-9]{1,2}分|半)?许?)?"
    r"|(?:上午|下午|早上|晚上|凌晨|中午|傍晚|深夜|半夜)"
    r"(?:[0-9一二三四五六七八九十两]{1,3}[时点](?:[0-9]{1,2}分|半)?许?)?"
    r"|[0-9]{1,2}[时点][0-9]{1,2}分|[0-9]{1,2}[:：][0-9]{2}(?::[0-9]{2})?(?![0-9])"
    r"|[0-9一二两三四五六七八九十几半]{1,3}(?:个)?(?:分钟|小时|钟头|天|周|星期)(?:之)?前"
    r"|(?:上|本|这|下)?(?:周|星期)[一二三四五六日天](?:上午|下午|晚上|凌晨|早上)?"
    r"|刚刚|刚才|今晨|日前|近日|前几天|这几天|一夜之间|今年|上个?月"
)
_NUMBER_ZH = re.compile(
    rf"(?:{_DIGITS}|{_HAN_NUMBER})(?:余|多|来)?[万千百]?"
    r"(?:名|人|例|户|间|栋|辆|艘|头|只|亩|起|伤|死|具|级|公里|千米|里|米|度|个|家|口|岁|%|％|亿|元|条|处|班)"
)
_SOURCE_ZH = re.compile(
    r"据[^，。！？；\n据]{1,16}?(?:报道|通报|消息|介绍|透露|测定|称|说)"
    r"|(?:中国地震台网|应急管理[部厅局]|疾控中心|卫健委|公安[部厅局]|派出所|消防救援[支大]队|气象[局台]"
    r"|水利[部厅局]|新华社|央视新闻|央视|人民日报|中新社|日报|晚报|电视台|市政府|县政府|省政府|指挥部)"
    r"[^，。！？；\n]{0,6}?(?:通报|报道|发布|消息|称|正式测定|测定|提醒|介绍|证实|确认)"
    r"|警情通报|警方通报|官方通报|我局接报|消息来源|来源[:：]|记者(?:从|获悉|采访|了解)"
)
_HEARSAY_ZH = re.compile(
    r"(?:朋友|亲戚|同学|同事|邻居|表[哥姐弟妹]|老乡|医生|护士|司机|家里|家人|老师|群里)"
    r"(?:在[^，。！？；\n]{1,10}?(?:上班|工作)，?)?(?:有人)?(?:说|讲|告诉|透露|爆料|发来)"
    r"|在[^，。！？；\n]{2,10}?上班[，,]?(?:说|讲|告诉)|听说|据说|网传|风传|传言|内部消息|内部已经通知|有网友"
)
_SUFFIX = (
    r"(?:自治区|自治州|开发区|风景区|街道|社区|小区|省|市|县|区|镇|乡|村|路|街|大道|国道|省道|高速|水库|大坝|大桥|广场"
    r"|商场|医院|小学|中学|大学|幼儿园|食堂|煤矿|工厂|派出所|车站|地铁站|机场|码头|公园|园区|屯|岛|湖|河|江)"
)
_PLACE_EN_WORD = (
    r"(?:County|City|District|Province|Town|Village|Street|Road|Avenue|Square|Hospital|School|"
    r"Elementary|Primary|University|Station|Airport|Mall|Bridge|Park|Island|River|Lake|Dam|Bay|"
    r"Beach|Valley|Hills|stadium|mall|station|refinery|island)"
)
_NAME_EN = r"[A-Z][a-z']{1,20}\.?"
_TIME_EN = re.compile(
    r"\b(?:just now|right now|today|tonight|yesterday|this (?:morning|afternoon|evening|week)"
    r"|last (?:night|week|month)|(?:on )?(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"(?: (?:morning|afternoon|evening|night))?"
    r"|[0-9]{1,2} (?:minutes|hours|days) ago|an hour ago"
    r"|(?:at )?[0-9]{1,2}(?::[0-9]{2})? ?[ap]\.?m\b|[0-9]{1,2}:[0-9]{2}"
    r"|(?:jan|febr)uary [0-9]{1,2}|(?:march|april|may|june|july|august) [0-9]{1,2}"
    r"|(?:septem|octo|novem|decem)ber [0-9]{1,2}"
    r"|[0-9]{1,2} (?:january|february|march|april|may|june|july|august|september|october"
    r"|november|december)|20[0-9]{2}-[0-9]{2}-[0-9]{2})\b|\bjust (?=felt|happened|heard|saw)",
    re.IGNORECASE,
)
_COUNT_EN = (
    r"(?:[0-9]{1,3}(?:,[0-9]{3}){1,3}|[0-9]{1,9}(?:\.[0-9])?|one|two|three|four|five|six|seven"
    r"|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|dozens|hundreds|thousands|several)"
)
_NUMBER_EN = re.compile(
    rf"\bmagnitude {_COUNT_EN}\b|\b{_COUNT_EN} (?:of )?(?:[a-z]{{2,12}} ){{0,2}}?"
    r"(?:people|persons|dead|killed|injured|wounded|missing|cases|patients|bodies|pupils|students"
    r"|children|kids|men|women|passengers|homes|houses|buildings|villages|trucks|cars|acres|miles"
    r"|km|victims|survivors|workers|residents|families|chickens|girl|boy|year old|year-old)\b",
    re.IGNORECASE,
)
_SOURCE_EN = re.compile(
    r"\baccording to (?:the |local |a )?(?!my |a friend|friends)[a-z ]{3,30}"
    r"|\b(?:police|officials?|authorities|the (?:mayor|governor|ministry|coroner|sheriff|hospital)"
    r"|firefighters|rescuers|health officials|emergency services|reuters|xinhua|bbc|cnn|usgs)"
    r" (?:have |has )?(?:say|says|said|confirm|confirms|confirmed|report|reports|reported|warned)\b"
    r"|\b(?:officials|police) say\b|\bsource:",
    re.IGNORECASE,
)
_HEARSAY_EN = re.compile(
    r"\b(?:my|a) (?:friend|cousin|sister|brother|neighbou?r|colleague|uncle|aunt|mum|mom|dad)\b"
    r"[^.!?\n]{0,30}?\b(?:says?|said|told|works)|\bi heard\b|\bpeople (?:are )?say(?:ing)?\b"
    r"|\brumou?r has it\b|\bapparently\b|\bsources say\b|\bsomeone (?:told|said)\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=2)
def _place(speech: Speech) -> re.Pattern[str]:
    known = places()
    if speech == "zh":
        names = any_of((*known["provinces"], *known["cities"]), "zh")
        start = rf"(?:(?<!{_H})|(?<=[在到于从往至是离向对距和]))"
        return re.compile(
            rf"(?:{names})(?:{_H}{{0,4}}?{_SUFFIX}){{0,3}}"
            r"|地铁[0-9]{1,2}号线"
            rf"|{start}(?![全我本该各某此这那每同有咱一两几多整大家])(?:{_H}{{1,6}}?{_SUFFIX}){{1,3}}"
        )
    names = "|".join(map(re.escape, sorted(known["english"], key=lambda n: (-len(n), n))))
    before = r"(?<=\bin )|(?<=\bat )|(?<=\bnear )|(?<=\bto )|(?<=\bof )|(?<=\boff )|(?<=\bon )"
    return re.compile(
        rf"\b(?:{names})\b|\b(?:{_NAME_EN} ){{1,3}}{_PLACE_EN_WORD}\b"
        rf"|(?:{before})(?!Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"
        rf"{_NAME_EN}(?: {_NAME_EN}){{0,2}}"
    )


def _spans(pattern: re.Pattern[str], text: str) -> tuple[Span, ...]:
    found: list[Span] = []
    for match in pattern.finditer(text):
        found.append(match.span())
        if len(found) >= MOST_OF_ONE:
            break
    return tuple(found)


def _blanked(text: str, spans: tuple[Span, ...]) -> str:
    """`text` with the spans as commas, so that a name does not swallow the time before it."""
    pieces, last = [], 0
    for start, end in spans:
        pieces += [text[last:start], "，" * (end - start)]
        last = end
    return "".join([*pieces, text[last:]])


def times_in(text: str, speech: Speech) -> tuple[Span, ...]:
    """Times, dates and days; at most `MOST_OF_ONE`."""
    return _spans(_TIME_ZH if speech == "zh" else _TIME_EN, text)


def places_in(text: str, speech: Speech) -> tuple[Span, ...]:
    """Names of places; at most `MOST_OF_ONE`."""
    rest = _blanked(text, times_in(text, speech)) if speech == "zh" else text
    return _spans(_place(speech), rest)


def is_tied(text: str, speech: Speech) -> bool:
    """Whether a time, a number or a place stands in `text`."""
    zh = speech == "zh"
    return (
        (_TIME_ZH if zh else _TIME_EN).search(text) is not None
        or (_NUMBER_ZH if zh else _NUMBER_EN).search(text) is not None
        or _place(speech).search(text) is not None
    )


def named(text: str, speech: Speech) -> Named:
    """Everything `text` names; at most `MOST_OF_ONE` spans of a kind."""
    zh = speech == "zh"
    time = times_in(text, speech)
    source = _spans(_SOURCE_ZH if zh else _SOURCE_EN, text)
    rest = _blanked(text, time) if zh else text
    return Named(
        place=_spans(_place(speech), rest),
        time=time,
        number=_spans(_NUMBER_ZH if zh else _NUMBER_EN, rest),
        source=source,
        hearsay=_spans(_HEARSAY_ZH if zh else _HEARSAY_EN, text),
    )
