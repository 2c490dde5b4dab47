"""Chinese names of persons, recognised by what announces them.

A label (姓名：), a self-introduction (我叫), a form of address (先生), a thing that only
persons have (…的身份证), or a neighbouring number. A surname alone (张先生) names nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from mingjian.detect.privacy.gates import matches
from mingjian.detect.privacy.hit import Hit
from mingjian.detect.privacy.lists import read_list, words
from mingjian.detect.privacy.openings import OpeningBehind, OpeningWords, heads, one_of

_CJK = "\u3400-\u9fff"
BEFORE = frozenset(
    "给为向是叫和与及由对将把找请让帮跟同据经被在从因等有名位的了即并但而据，。、；："
)


@dataclass(frozen=True, slots=True)
class Characters:
    """What Chinese names are made of, from `data/names_zh.json`."""

    surnames: frozenset[str]
    compound: frozenset[str]
    wordlike: frozenset[str]
    """Surnames that are everyday words or parts of them too."""
    given: frozenset[str]
    rare: frozenset[str]
    never: frozenset[str]
    """Characters that no given name holds."""
    common: frozenset[str]
    """Characters of given names that ordinary words are full of."""
    follow: frozenset[str]
    follow_words: frozenset[str]
    not_names: frozenset[str]
    famous: frozenset[str]
    """Persons of history and of books, and firms and dishes named after somebody."""
    roles: frozenset[str]
    """Words that stand directly before a name: offices, relatives, what is done to somebody."""
    after: frozenset[str]
    """Words that stand directly after one."""
    label_ends: frozenset[str]
    """Last characters of labels that announce persons."""
    sounds: frozenset[str]
    """Characters that write the sounds of foreign names."""
    minority: tuple[str, ...]
    """Parts of Tibetan, Mongolian, Yi, Uyghur and Kazakh names as they are written in Chinese."""


@cache
def characters() -> Characters:
    data = read_list("names_zh")
    return Characters(
        surnames=frozenset(data["surnames"]),
        compound=frozenset(data["compound"]),
        wordlike=frozenset(data["wordlike"]),
        given=frozenset(data["given"]) - frozenset("三四五六七八九十百千万亿"),
        rare=frozenset(data["given_rare"]),
        never=frozenset(data["never"]),
        common=frozenset(data["common"]),
        follow=frozenset(data["two_char_only_follow"]),
        follow_words=frozenset(data["ambiguous_follow_words"])
        | frozenset(words("honorifics").split("|")),
        not_names=frozenset(data["not_names"].split()).union(data["famous"].split()),
        famous=frozenset(data["famous"].split()),
        roles=frozenset(data["roles"].split()),
        after=frozenset(data["after"].split()),
        label_ends=frozenset(data["label_ends"]),
        sounds=frozenset(data["sounds"]),
        minority=tuple(data["minority"].split()),
    )


@cache
def surname_begins() -> str:
    """The class of what surnames begin with."""
    return one_of(characters().surnames | {name[0] for name in characters().compound})


_THINGS = (
    *("身份证", "手机号", "手机", "电话", "银行卡", "卡号", "住址", "地址", "家庭住址"),
    *("微信号", "账号", "护照", "车牌", "邮箱", "联系方式", "病历", "诊断", "指纹", "住院"),
)
_FACTS = "男|女|[0-9]{4}年|[0-9]{2}岁|中国国籍|中国籍|汉族|出生|博士|硕士|本科|研究生"
_PAPERS = "身份证|证件|护照|工号|学号|会员号|警号|执业|电话|手机|1[3-9][0-9]{9}|[0-9]{15}"
_BEHIND_NAMES = (
    "现任",
    "曾任",
    "历任",
    "出生于",
    "毕业于",
    "遗失",
    *(f"之{one}" for one in "夫妻子女父母"),
)
_FACT_BEGINS = " 男女中汉出博硕本研身证护工学会警执电手0123456789"


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    surname = surname_begins()
    label = (
        rf"(?:{words('name_labels')})[\"'”]?[ \t\u3000]*+"
        rf"(?:[（(][^（()）\n]{{0,8}}[)）][ \t\u3000]*+)?"
        rf"(?:([:：=|,]|是|为)[ \t\u3000]*+)?[\"'“【\[]?(?=[{_CJK}])"
    )
    strict = (
        rf"(?:{words('name_labels_strict')})[\"'”]?(?>[ \t]*+[:：=]|[ ]*+\t)"
        rf"[ \t\u3000]*+[\"'“【\[]?(?=[{_CJK}])"
    )
    owned = "|".join(  # each begins with a plain character: the search skips ahead by it
        (
            *(f"的{thing}" for thing in _THINGS),
            *_THINGS,
            *(f"{mark} ?(?:{_FACTS})" for mark in "，,、：:"),
            *(rf"{mark} ?(?:{_FACTS})|{mark}(?:{_PAPERS})" for mark in ("（", r"\(")),
            *(f"{word}(?!间)" if word[0] == "之" else word for word in _BEHIND_NAMES),
        )
    )
    return (
        re.compile(label),
        re.compile(strict),
        re.compile(rf"(?:{words('self_intro')})[ ]?[“\"]?(?={surname})"),
        re.compile(rf"(?:{words('honorifics')})(?!们)"),
        re.compile(owned),
        re.compile(rf"[{_CJK}]{{2,8}}[·•・][{_CJK}]{{2,8}}(?:[·•・][{_CJK}]{{1,8}})?"),
        re.compile(rf"[、和与及](?={surname})"),
    )


def _name_may_end() -> tuple[tuple[int | range, str], ...]:
    return (-1, f"[{_CJK}]"), (range(-4, -1), surname_begins())


_LABEL_OPEN = OpeningWords(lambda: heads(words("name_labels")), then="[ 名件货]")
_STRICT_OPEN = OpeningWords(lambda: heads(words("name_labels_strict")))
_INTRO_OPEN = OpeningWords(
    lambda: heads(words("self_intro")), then=f'(?:{surname_begins()}|[ “"件货])'
)
_HONORIFIC_OPEN = OpeningBehind(lambda: heads(words("honorifics")), _name_may_end, 4)
_OWNED_OPEN = OpeningBehind(
    lambda: (
        *(*_THINGS, *_BEHIND_NAMES, *(f"的{thing}" for thing in _THINGS)),
        *(mark + fact for mark in "，,、：:（(" for fact in _FACT_BEGINS),
    ),
    _name_may_end,
    20,
)

_NOT_LAST = frozenset("市区县省州镇乡村路街店部局院校厅处科室所站行号楼层年月日元的了吗呢吧是男女")
"""Last characters of places, offices and phrases, not of names."""
_ROLES = frozenset(("经理", "主任", "院长", "校长", "总监", "主管", "老板", "师傅"))
"""Forms of address that follow the names of departments too."""


def is_cjk(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff"


def name_end(text: str, start: int, *, sure: bool) -> int | None:
    """Where the name that begins at `start` ends, None if there is none.

    `sure`: a label with its colon stands before, so unusual given names are believed.
    """
    known = characters()
    surnames, compound, given = known.surnames, known.compound, known.given
    follow, follow_words = known.follow, known.follow_words
    at = start + 2 if text[start : start + 2] in compound else start + 1
    if at == start + 1 and text[start:at] not in surnames:
        return None
    first, second = text[at : at + 1], text[at + 1 : at + 2]
    if not first or not is_cjk(first) or text[at : at + 2] in follow_words:
        return None
    if text[start : at + 1] in known.not_names or not (sure or first in given):
        return None
    if first in known.never or text[start : at + 2] in known.not_names:
        return None
    if not second or not is_cjk(second) or second in known.never:
        return at + 1
    third = text[at + 2 : at + 3]
    if second + third in follow_words:
        return at + 1
    closed = not third or not is_cjk(third)
    if closed and (sure or second in given):
        return at + 2
    if second in follow:
        return (
            at + 2 if second in given and (third in follow) and second not in "的了是在" else at + 1
        )
    return at + 2 if second in given else at + 1


_DOT = re.compile("[·•・‧]")
_LONGEST_PART = 8
"""Characters before the dot of a name at most."""


@cache
def _dotted() -> re.Pattern[str]:
    part = rf"[{_CJK}]{{1,{_LONGEST_PART}}}"
    return re.compile(
        rf"{part}[·•・‧]{part}?(?:[·•・‧]{part}?)?"
        rf"(?=[^{_CJK}·•・‧]|$|之[夫妻子女父母弟妹]|{'|'.join(sorted(characters().after))}|"
        r"的|是|在|于|和|与|及|等|说|称|为|向|因|将|被|先生|女士)"
    )


@cache
def _minority() -> tuple[re.Pattern[str], ...]:
    part = "|".join(sorted(characters().minority, key=len, reverse=True))
    return (
        re.compile(rf"(?:{part})(?:[{_CJK}]{{0,2}}?(?:{part})|[{_CJK}]{{1,3}})(?![{_CJK}·])"),
        re.compile(rf"(?:{part})[{_CJK}]?(?:{part})"),
    )


@cache
def minority_parts() -> re.Pattern[str]:
    """One part of a Tibetan, Mongolian, Yi, Uyghur or Kazakh name, and a second if there is."""
    parts = "|".join(sorted(characters().minority, key=len, reverse=True))
    first = "".join(sorted({part[0] for part in characters().minority}))
    second = "".join(sorted({part[1] for part in characters().minority}))
    # The set of first characters stands first, so that the search skips ahead by it.
    begun = "|".join(
        f"(?<={part[0]}){part[1:]}" for part in sorted(characters().minority, key=len, reverse=True)
    )
    return re.compile(rf"[{first}](?=[{second}])(?:{begun})({parts})?(?!·)")


def foreign_name(text: str, start: int) -> int | None:
    """The end of a name with a middle dot, or of a Tibetan, Mongolian or Yi one, at `start`."""
    if _DOT.search(text, start + 1, start + 1 + _LONGEST_PART) is not None:
        match = _dotted().match(text, start)
        if match is not None:
            return match.end()
    if text[start : start + 2] in _minority_begins():
        for pattern in _minority():
            match = pattern.match(text, start)
            if match is not None:
                return match.end()
    return None


@cache
def _minority_begins() -> frozenset[str]:
    return frozenset(part[:2] for part in characters().minority)


def isolated_name(text: str) -> bool:
    """The whole of `text` (a table cell) reads as one name."""
    bare = text.replace(" ", "").replace("\u3000", "")
    if not 2 <= len(bare) <= 4 or bare in characters().not_names:
        return _patterns()[5].fullmatch(bare) is not None
    return lone_name(bare) and all(map(is_cjk, bare))


def lone_name(bare: str) -> bool:
    """Two to four Chinese characters, not known to be something else, read as one name."""
    known = characters()
    if bare in known.not_names:
        return False
    if bare[:2] in known.compound and len(bare) > 2:
        return True
    if bare[0] not in known.surnames or len(bare) > 3 or bare[1:] in known.follow_words:
        return False
    if bare[0] not in known.wordlike:
        return bare[-1] not in _NOT_LAST
    return bare[1] in known.given and (len(bare) == 2 or bare[2] in known.given)


def find_names_zh(text: str) -> Iterator[Hit]:
    """Names announced by a label, an introduction, a form of address or a possession."""
    label, strict, intro, honorific, owned, foreign, joined = _patterns()
    found: list[tuple[int, int]] = []
    for match in matches(label, text, _LABEL_OPEN):
        end = _labelled(text, match.end(), sure=match[1] is not None, foreign=foreign)
        if end is not None:
            found.append((match.end(), end))
    for match in matches(strict, text, _STRICT_OPEN):
        end = _labelled(text, match.end(), sure=False, foreign=foreign)
        if end is not None:
            found.append((match.end(), end))
    for match in matches(intro, text, _INTRO_OPEN):
        end = name_end(text, match.end(), sure=False)
        if end is not None and not _common_word(text, match.end(), end):
            found.append((match.end(), end))
    for pattern, opening in ((honorific, _HONORIFIC_OPEN), (owned, _OWNED_OPEN)):
        for match in matches(pattern, text, opening):
            start = _name_before(text, match.start())
            if start is not None:
                found.append((start, match.start()))
    for start, end in list(found):
        while (link := joined.match(text, end)) is not None:
            start = link.end()
            last = name_end(text, start, sure=False)
            if last is None or last - start < 2 or _common_word(text, start, last):
                break
            found.append((start, last))
            end = last
    for start, end in dict.fromkeys(found):
        yield Hit("name", start, end, text[start:end].replace(" ", ""))


def _labelled(text: str, start: int, *, sure: bool, foreign: re.Pattern[str]) -> int | None:
    match = foreign.match(text, start)
    if match is not None:
        return foreign_name(text, start) or match.end()
    end = name_end(text, start, sure=sure)
    if end is None and sure and text[start + 1 : start + 2] == " ":
        # OCR: 张 三
        spaced = re.compile(rf"[{_CJK}](?: [{_CJK}]){{1,2}}(?![{_CJK}])").match(text, start)
        if spaced is not None and isolated_name(spaced[0]):
            return spaced.end()
    return end


def _common_word(text: str, start: int, end: int) -> bool:
    """A surname that is also an everyday word, and only one character after it."""
    wordlike = characters().wordlike
    return text[start] in wordlike and end - start == 2 and is_cjk(text[end : end + 1] or " ")


def _name_before(text: str, end: int) -> int | None:
    """The start of the name that ends at `end`, judged from what stands before it."""
    known = characters()
    surnames, compound = known.surnames, known.compound
    wordlike, given = known.wordlike, known.given
    for size in (4, 3):
        start = end - size
        if start >= 0 and text[start : start + 2] in compound:
            return start if all(map(is_cjk, text[start:end])) else None
    run = end
    while run > 0 and end - run < 4 and is_cjk(text[run - 1]):
        run -= 1
    if 2 <= end - run <= 3 and text[run] in surnames:  # nothing else stands on this stretch
        name = text[run:end]
        plain = text[run] not in wordlike and text[end : end + 2] not in _ROLES
        if (
            name not in known.not_names
            and name[1:] not in known.follow_words
            and (plain or all(character in given for character in name[1:]))
        ):
            return run
    three, two = end - 3, end - 2
    if (
        three >= 0
        and text[three] in surnames
        and text[three + 1] in given
        and text[three + 2] in given
        and (
            three == 0
            or not is_cjk(text[three - 1])
            or text[three - 1] in BEFORE
            or text[three] not in wordlike
        )
        and not (text[three] in wordlike and text[two] in surnames and text[two] not in wordlike)
    ):
        return three
    if (
        two >= 0
        and text[two] in surnames
        and text[two + 1] in given
        and text[two:end] not in known.not_names
    ):
        before = text[two - 1] if two else ""
        if not before or not is_cjk(before) or before in BEFORE or text[two] not in wordlike:
            return two
    return None
