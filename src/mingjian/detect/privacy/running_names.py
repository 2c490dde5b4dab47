"""Chinese names in running text that nothing announces, judged by their characters and neighbours.

A weighted sum of what speaks for a name. The weights (`weights` in `data/names_zh.json`) are
those of a logistic regression (`training/privacy_names.py`; see the card). Where the text holds
other personal information less is asked of a name, and of one accepted elsewhere still less.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from mingjian.detect.privacy.hit import Hit
from mingjian.detect.privacy.lists import read_list
from mingjian.detect.privacy.names_zh import BEFORE, characters, is_cjk

ALONE, BESIDE_OTHERS = 1.0, -0.5
"""The least sum in a text without, and with, other personal information."""
_REPEATED = -3.0
"""The least sum for a string accepted as a name elsewhere in the same text."""
_STRONG = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余杜叶程魏苏吕丁沈"
    "姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱侯邹熊孟秦薛阎雷侯郝孔汤尹黎武康贺严覃邵钱龚赖顾"
)
_VERBS = frozenset(
    "说称是在的和与及从曾为被将也就对向告表示认指透介领率带担任兼回接则又还都到出已未能可会当把让因于去来"
)
_ROLES = frozenset("者人师长授员理士官生家手星裁席记帅练导演")
_PERSONAL = re.compile(
    r"[（(，,] ?(?:男|女|[0-9]{2}岁|1[3-9][0-9]|[0-9]{6}|身份证|证件|护照|工号|学号|会员|警号|"
    r"执业|电话|手机|联系|微信|账号|卡号|住|系|[12][0-9]{3}年)"
)


@cache
def _candidate() -> re.Pattern[str]:
    known = characters()
    plain = "".join(sorted(known.surnames - known.wordlike))
    wordlike = "".join(sorted(known.wordlike))
    usual = "".join(sorted(known.given))
    first = "".join(sorted({name[0] for name in known.compound}))
    rare = "".join(sorted(known.given | known.rare))
    compound = "|".join(sorted(known.compound))
    return re.compile(
        f"[{plain}](?=[{rare}])|[{wordlike}](?=[{usual}])|(?=[{first}])(?:{compound})"
    )


@cache
def weights() -> dict[str, float]:
    """What each observation adds."""
    return dict(read_list("names_zh").get("weights", {}))


def find_running_names(text: str, least: float, accepted: Iterable[str] = ()) -> Iterator[Hit]:
    """Names whose sum reaches `least`, and those that repeat one of them or of `accepted`."""
    known = weights()
    sure = set(accepted)
    waiting: list[tuple[int, int]] = []
    at = 0
    search = _candidate().search
    while (match := search(text, at)) is not None:
        start = match.start()
        at = start + 1
        best, end = _REPEATED, 0
        for stop in ends(text, start):
            value = 0.0
            for name in observed(text, start, stop):
                value += known.get(name, 0.0)
            if value > best:
                best, end = value, stop
            elif value > _REPEATED:
                waiting.append((start, stop))
        if best >= least:
            yield Hit("name", start, end, text[start:end])
            sure.add(text[start:end])
            at = end
        elif end:
            waiting.append((start, end))
    for start, end in waiting:
        if text[start:end] in sure:
            yield Hit("name", start, end, text[start:end])


def ends(text: str, start: int) -> Iterator[int]:
    """Where a name that begins at `start` could end, the longest first."""
    known = characters()
    pair = text[start : start + 2]
    barred = pair in known.not_names
    if barred and text[start] not in _STRONG:  # 赵国 is a word, 赵国栋 a name
        return
    size = 2 if pair in known.compound else 1
    for more in (2, 1):
        stop = start + size + more
        given = text[start + size : stop]
        if barred and (more == 1 or given[-1:] not in known.given):
            continue
        if len(given) < more or not is_cjk(given[-1]) or not known.never.isdisjoint(given):
            continue
        if text[start:stop] not in known.not_names and given not in known.follow_words:
            yield stop


def observed(text: str, start: int, end: int) -> list[str]:
    """What speaks for and against a name at `start` to `end`: keys of `weights`."""
    known = characters()
    surname = text[start]
    size = 2 if text[start : start + 2] in known.compound else 1
    two = end - start - size == 1
    seen = ["two" if two else "three"]
    if size == 2:
        seen.append("compound")
    elif surname in known.wordlike:
        seen.append("wordlike two" if two else "wordlike")
    elif surname in _STRONG:
        seen.append("strong")
    for character in text[start + size : end]:
        if character in known.given:
            seen.append("usual, common" if character in known.common else "usual")
        else:
            seen.append("rare" if character in known.rare else "unknown")
    left = text[start - 1] if start else "\n"
    if not is_cjk(left):
        seen.append("left \n" if left in "\n\r" else "left 、" if left == "、" else "left open")
    elif text[start - 2 : start] in known.roles or text[start - 3 : start] in known.roles:
        seen.append("left word")
    elif left in _ROLES:
        seen.append("left role")
    elif left == "的" and text[start - 2 : start - 1] == "岁":
        seen.append("left word")
    elif left in BEFORE:
        seen.append("left before")
    elif left in known.surnames and left not in known.wordlike:
        seen.append("left surname")
    else:
        seen.append("left cjk")
    right = text[end : end + 1] or "\n"
    if not is_cjk(right):
        if right in "（(，," and _PERSONAL.match(text, end) is not None:
            seen.append("right personal")
        else:
            seen.append(
                "right \n" if right in "\n\r" else "right 、" if right == "、" else "right open"
            )
    elif text[end : end + 2] in known.after or text[end : end + 2] in known.follow_words:
        seen.append("right word")
    elif right in _VERBS:
        seen.append("right verb")
    elif right in known.follow or right in known.never:
        seen.append("right follow")
    elif right in known.given:
        seen.append("right given two" if two else "right given")
    else:
        seen.append("right cjk")
    return seen
