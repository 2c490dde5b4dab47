"""Chinese names after any label that ends as words for persons do (报案人：, 房东 Landlord:)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mingjian.detect.privacy.gates import matches
from mingjian.detect.privacy.hit import Hit
from mingjian.detect.privacy.names_zh import characters, foreign_name, is_cjk
from mingjian.detect.privacy.openings import Opening
from mingjian.detect.privacy.rosters import listed, plausible

_COLON = re.compile("[:：][ \t\u3000]*[\"'“【\\[]?(?=[\u3400-\u9fff])")
_COLON_OPEN = Opening(
    lambda: ("[:：]", "[ \t\u3000\"'“【\\[\u3400-\u9fff]"),
    (range(2, 4), "[ \t\u3000·•・‧\u3400-\u9fff]"),
    (-1, "[\u3400-\u9fffA-Za-z.)） \t\u3000\"'/]"),
)
"""Behind the colon stand two characters of a name, before it a label or its translation."""
_BLANK = re.compile('[人者员名方主]"?[ \t\u3000]{1,8}(?=[\u3400-\u9fff])')
_BLANK_OPEN = Opening(lambda: ("[人者员名方主]", '["\\s]'))
_KEY = re.compile(
    '[nN亲尊DGTP](?:(?:(?<=[nN])ame|(?<=N)AME)"?[ ]?[:=][ ]?["\']?(?=[\u3400-\u9fff])|'
    "(?:(?<=亲)爱的|(?<=尊)敬的|(?<=D)ear|(?<=G)uest|(?<=T)enant|(?<=P)atient)[ \u3000]+"
    "(?=[\u3400-\u9fff]))"
)
_KEY_OPEN = Opening(lambda: ("[nN亲尊DGTP]", "[aA爱敬eu]"), (2, "[mM的aent]"))
_ASSIGNED = re.compile("[=:]['\"]?(?=[\u3400-\u9fff])")
"""Between a key of a log or an object and its Chinese value: consignee=张伟."""
_ASSIGNED_OPEN = Opening(lambda: ("[=:]", "['\"\u3400-\u9fff]"), (-1, "[A-Za-z'\"]"))
_NO_LETTER = re.compile("[^a-z]")
_KEYS_OF_PERSONS = (
    "consignee receiver recipient sender agent person contact owner author driver patient student "
    "operator assignee visitor applicant payee payer holder teacher doctor customer user tenant "
    "guest member employee staff client buyer seller creator editor reviewer approver realname "
    "fullname nickname truename customername username"
)
_OF_PERSONS = frozenset(_KEYS_OF_PERSONS.split())
_ABOVE = re.compile(
    "(?:姓 ?名|人|者|签名|签字)(?:[ ]?/?[ ]?[A-Za-z][A-Za-z ]{2,20})?[:：]?[ \t\u3000]*\r?\n"
    "[ \t\u3000]*(?=[\u3400-\u9fff])"
)
_ABOVE_OPEN = Opening(lambda: ("[姓人者签]", "[ 名字/A-Za-z:：\t\u3000\r\n]"))
_TRANSLATED = re.compile(
    r"(?:[（(][^（()）\n]{1,16}[)）]|(?<![ /])[ /]*+[A-Za-z][A-Za-z .']{1,24})[ \t]*\Z"
)
_SPACED = re.compile("[\u3400-\u9fff](?:[ \u3000][\u3400-\u9fff]){1,3}(?![\u3400-\u9fff])")
_RUN = re.compile("[\u3400-\u9fff]{2,6}(?![\u3400-\u9fff·])")
_NO_PERSON = re.compile(
    "(?:商品|产品|品|公司|单位|项目|文件|企业|店铺?|学校|机构|域|书|地|菜|歌|队|课程|药|别|物料|资产|"
    "品牌|设备|银行|货|栏目|模型|版本|库|表|包|组|群)名|多方|地方|学生|医生|(?:官|对|双|三)方"
)


def find_labelled_names(text: str) -> Iterator[Hit]:
    """Names behind a label on the same line, or filling the line below one."""
    ends = characters().label_ends
    for match in matches(_COLON, text, _COLON_OPEN):
        label = _label(text, match.start())
        if label and label[-1] in ends and _NO_PERSON.search(label) is None:
            yield from _value(text, match.end(), sure=label.endswith(("姓名", "名字")))
    for match in matches(_BLANK, text, _BLANK_OPEN):
        label = text[max(0, match.start() - 3) : match.start() + 1]
        stop = listed(text, match.end())
        if (
            stop is not None
            and _NO_PERSON.search(label) is None
            and text[stop : stop + 1] in "\n \t\u3000"
        ):
            yield _hit(text, match.end(), stop)
        elif label.endswith("姓名"):
            yield from _value(text, match.end(), sure=True)
    for match in matches(_KEY, text, _KEY_OPEN):
        yield from _value(text, match.end(), sure=text[match.end() - 1] in "\"'")
    for match in matches(_ASSIGNED, text, _ASSIGNED_OPEN):
        before = text[max(0, match.start() - 16) : match.start()].rstrip("\"'").lower()
        if _NO_LETTER.split(before)[-1] in _OF_PERSONS:
            yield from _value(text, match.end(), sure=match[0][-1] in "\"'")
    for match in matches(_ABOVE, text, _ABOVE_OPEN):
        yield from _value(text, match.end(), sure=match[0].startswith("姓"))


def _label(text: str, end: int) -> str:
    """The Chinese word before `end`, without blanks and without its translation."""
    before = text[max(0, end - 40) : end].rpartition("\n")[2].rstrip(" \t\u3000\"'")
    if characters().label_ends.isdisjoint(before):
        return ""
    if before and not is_cjk(before[-1]):
        before = _TRANSLATED.sub("", before).rstrip(" \t\u3000/")
    return before[-12:].replace(" ", "").replace("\u3000", "")[-5:]


def _value(text: str, start: int, *, sure: bool) -> Iterator[Hit]:
    known = characters()
    foreign = foreign_name(text, start)
    if foreign is not None:
        yield _hit(text, start, foreign)
        return
    run = _RUN.match(text, start)
    if run is not None and (
        plausible(run[0])
        or (
            sure
            and known.never.isdisjoint(run[0])
            and run[0] not in known.not_names
            and len(run[0]) <= (5 if text[run.end() : run.end() + 1] in "\"'" else 4)
        )
    ):
        yield _hit(text, start, run.end())
        return
    if run is not None and _sounds(text, start, run.end()):
        yield _hit(text, start, run.end())
        return
    spaced = _SPACED.match(text, start)
    if spaced is not None and plausible(spaced[0].replace(" ", "").replace("\u3000", "")):
        yield _hit(text, start, spaced.end())
        return
    stop = listed(text, start)
    if stop is not None:
        yield _hit(text, start, stop)


def _sounds(text: str, start: int, end: int) -> bool:
    """A surname that the list lacks, before two usual characters of given names."""
    known = characters()
    given = text[start + 1 : end]
    return (
        end - start == 3
        and text[start:end] not in known.not_names
        and all(c in known.given and c not in known.common for c in given)
    )


def _hit(text: str, start: int, end: int) -> Hit:
    return Hit("name", start, end, text[start:end].replace(" ", "").replace("\u3000", ""))
