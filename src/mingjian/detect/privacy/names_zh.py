"""Chinese names of persons, recognised by what announces them.

A label (姓名：), a self-introduction (我叫), a form of address (先生), a thing that only
persons have (…的身份证), or a neighbouring number. A surname alone (张先生) names nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from mingjian.detect.privacy.hit import Hit
from mingjian.detect.privacy.lists import read_list, words

_CJK = "\u3400-\u9fff"
_BEFORE = frozenset(
    "给为向是叫和与及由对将把找请让帮跟同据经被在从因等有名位的了即并但而据，。、；："
)
_NOT_NAMES = frozenset(
    ["未知", "不详", "保密", "先生", "女士", "必填", "方便", "全部", "任何", "时间", "时候", "方式", "方法", "成功", "成员", "高级", "高中", "任务", "关于", "关键", "关系", "单位", "单独", "应该", "平台", "平时", "安全", "安排", "安装", "项目", "连接", "经理", "经常", "经济", "常见", "常用", "于是", "何时", "明天", "明年", "明确", "明白", "温馨", "温度", "方案", "方向", "方面", "时尚", "马上", "白天", "包括", "包装", "金额", "金融", "黄金", "查询", "查看", "查收", "支付", "付款", "应当", "商品", "原因", "全国", "全体", "国家", "国际", "国内", "都是", "都有", "路上", "车辆", "车站", "文件", "文化", "文章", "花费", "古代", "江苏", "江西", "云南", "贵州", "河南", "安徽", "宁夏", "广州", "苏州", "杭州", "温州", "常州", "郑州", "徐州", "荆州", "福州", "柳州", "郴州", "池州", "万元", "万里", "解决", "解释", "解除", "管理", "管家", "游客", "游戏", "游览", "程序", "程度", "景区", "景点", "景色", "和平", "和谐", "成都", "成立", "成本", "余额", "余下", "双方", "向导", "强烈", "强调", "房东", "房产", "房屋", "师傅", "元素", "步骤", "步行", "满意", "满足", "申请", "申报", "石头", "石油", "严格", "严重", "平均", "平安", "康复", "祝您", "祝福", "计划", "谢谢", "谢绝", "温暖", "高温", "高速", "高铁", "高考", "单元", "时代", "项链", "钟表", "车牌", "车票", "高兴", "那么", "那个", "那里", "费用", "许多", "许可", "党员", "党委", "宫殿", "水平", "水果", "花园", "花样", "蓝色", "白色", "黄色", "金色", "黑色", "江湖", "海关", "海外", "通知", "来自", "来源", "来电", "万一", "万分", "方可", "牛奶", "毛巾", "马路", "马达", "米饭", "田野", "林业", "林区", "段落", "雷达", "龙头", "龙虾", "夏季", "夏天", "秋天", "冬天", "常年", "常务", "易用", "易于", "温泉"]
)


@cache
def _lists() -> tuple[
    frozenset[str], frozenset[str], frozenset[str], frozenset[str], frozenset[str], frozenset[str]
]:
    data = read_list("names_zh")
    return (
        frozenset(data["surnames"]),
        frozenset(data["compound"]),
        frozenset(data["wordlike"]),
        frozenset(data["given"]) - frozenset("三四五六七八九十百千万亿"),
        frozenset(data["two_char_only_follow"]),
        frozenset(data["ambiguous_follow_words"]) | frozenset(words("honorifics").split("|")),
    )


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    surname = "".join(sorted(_lists()[0] | {name[0] for name in _lists()[1]}))
    label = (
        rf"(?:{words('name_labels')})[\"'”]?[ \t\u3000]*(?:[（(][^（()）\n]{{0,8}}[)）])?[ \t\u3000]*"
        rf"([:：=|,\t]|是|为)?[ \t\u3000]*[\"'“【\[]?(?=[{_CJK}])"
    )
    strict = rf"(?:{words('name_labels_strict')})[\"'”]?[ \t]*([:：=\t])[ \t\u3000]*[\"'“【\[]?(?=[{_CJK}])"
    owned = (
        r"(?:的?(?:身份证|手机号|手机|电话|银行卡|卡号|住址|地址|家庭住址|微信号|账号|护照|"
        r"车牌|邮箱|联系方式|病历|诊断|指纹|住院)|[，,、（( ]{1,2}(?:男|女)[，,、；;)） ])"
    )
    return (
        re.compile(label),
        re.compile(strict),
        re.compile(rf"(?:{words('self_intro')})[ ]?[“\"]?(?=[{surname}])"),
        re.compile(rf"(?:{words('honorifics')})(?!们)"),
        re.compile(owned),
        re.compile(rf"(?<![{_CJK}·])[{surname}](?: ?[{_CJK}]){{1,3}}(?![{_CJK}·])"),
        re.compile(rf"[{_CJK}]{{2,8}}[·•・][{_CJK}]{{2,8}}(?:[·•・][{_CJK}]{{1,8}})?"),
        re.compile(rf"[、和与及](?=[{surname}])"),
    )


def _is_cjk(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff"


def name_end(text: str, start: int, *, sure: bool) -> int | None:
    """Where the name that begins at `start` ends, None if there is none.

    `sure`: a label with its colon stands before, so unusual given names are believed.
    """
    surnames, compound, _, given, follow, follow_words = _lists()
    at = start + 2 if text[start : start + 2] in compound else start + 1
    if at == start + 1 and text[start:at] not in surnames:
        return None
    first, second = text[at : at + 1], text[at + 1 : at + 2]
    if not first or not _is_cjk(first) or text[at : at + 2] in follow_words:
        return None
    if text[start : at + 1] in _NOT_NAMES or not (sure or first in given):
        return None
    if not second or not _is_cjk(second):
        return at + 1
    third = text[at + 2 : at + 3]
    if second + third in follow_words:
        return at + 1
    closed = not third or not _is_cjk(third)
    if closed and (sure or second in given):
        return at + 2
    if second in follow:
        return (
            at + 2 if second in given and (third in follow) and second not in "的了是在" else at + 1
        )
    return at + 2 if second in given else at + 1


def isolated_name(text: str) -> bool:
    """The whole of `text` (a table cell) reads as one name."""
    bare = text.replace(" ", "").replace("\u3000", "")
    if not 2 <= len(bare) <= 4 or bare in _NOT_NAMES:
        return _patterns()[6].fullmatch(bare) is not None
    surnames, compound, _, given, _, follow_words = _lists()
    if bare[:2] in compound and len(bare) > 2:
        return all(map(_is_cjk, bare))
    if bare[0] not in surnames or len(bare) > 3 or bare[1:] in follow_words:
        return False
    return bare[1] in given and (len(bare) == 2 or bare[2] in given)


def find_names_zh(text: str) -> Iterator[Hit]:
    """Names announced by a label, an introduction, a form of address or a possession."""
    label, strict, intro, honorific, owned, _, foreign, joined = _patterns()
    found: list[tuple[int, int]] = []
    for match in label.finditer(text):
        end = _labelled(text, match.end(), sure=match[1] is not None, foreign=foreign)
        if end is not None:
            found.append((match.end(), end))
    for match in strict.finditer(text):
        end = _labelled(text, match.end(), sure=False, foreign=foreign)
        if end is not None:
            found.append((match.end(), end))
    for match in intro.finditer(text):
        end = name_end(text, match.end(), sure=False)
        if end is not None and not _common_word(text, match.end(), end):
            found.append((match.end(), end))
    for pattern in (honorific, owned):
        for match in pattern.finditer(text):
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
    if match is not None and sure:
        return match.end()
    end = name_end(text, start, sure=sure)
    if end is None and sure and text[start + 1 : start + 2] == " ":
        # OCR: 张 三
        spaced = re.compile(rf"[{_CJK}](?: [{_CJK}]){{1,2}}(?![{_CJK}])").match(text, start)
        if spaced is not None and isolated_name(spaced[0]):
            return spaced.end()
    return end


def _common_word(text: str, start: int, end: int) -> bool:
    """A surname that is also an everyday word, and only one character after it."""
    wordlike = _lists()[2]
    return text[start] in wordlike and end - start == 2 and _is_cjk(text[end : end + 1] or " ")


def _name_before(text: str, end: int) -> int | None:
    """The start of the name that ends at `end`, judged from what stands before it."""
    surnames, compound, wordlike, given, _, _ = _lists()
    for size in (4, 3):
        start = end - size
        if start >= 0 and text[start : start + 2] in compound:
            return start if all(map(_is_cjk, text[start:end])) else None
    three, two = end - 3, end - 2
    if (
        three >= 0
        and text[three] in surnames
        and text[three + 1] in given
        and text[three + 2] in given
        and (
            three == 0
            or not _is_cjk(text[three - 1])
            or text[three - 1] in _BEFORE
            or text[three] not in wordlike
        )
        and not (text[three] in wordlike and text[two] in surnames and text[two] not in wordlike)
    ):
        return three
    if (
        two >= 0
        and text[two] in surnames
        and text[two + 1] in given
        and text[two:end] not in _NOT_NAMES
    ):
        before = text[two - 1] if two else ""
        if not before or not _is_cjk(before) or before in _BEFORE or text[two] not in wordlike:
            return two
    return None


def names_beside(text: str, hits: list[Hit]) -> Iterator[Hit]:
    """Names that stand alone between separators on the line of a personal number."""
    isolated = _patterns()[5]
    seen: set[int] = set()
    for hit in hits:
        if hit.kind not in ("mobile", "resident_id", "bank_card", "email", "passport", "landline"):
            continue
        left = max(text.rfind("\n", max(0, hit.start - 40), hit.start) + 1, hit.start - 40, 0)
        right = text.find("\n", hit.end, hit.end + 40)
        right = hit.end + 24 if right < 0 else min(right, hit.end + 24)
        for low, high in ((left, hit.start), (hit.end, min(right, len(text)))):
            for match in isolated.finditer(text, low, high):
                if match.start() not in seen and isolated_name(match[0]):
                    seen.add(match.start())
                    yield Hit("name", match.start(), match.end(), match[0].replace(" ", ""))
