"""Chinese names that vouch for one another: enumerations, numbered lists, columns set by blanks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from mingjian.detect.privacy.gates import matches
from mingjian.detect.privacy.hit import Hit
from mingjian.detect.privacy.names_zh import (
    characters,
    foreign_name,
    is_cjk,
    isolated_name,
    minority_parts,
)
from mingjian.detect.privacy.openings import Opening, OpeningWords

_REMARK = r"(?:[（(][^（()）\n]{1,40}[)）])?"
_JOINED = re.compile(
    rf"{_REMARK}[ \t]?(?:[、／/｜|]|以?及|和|与|，(?=[^，。；\n]{{2,4}}[，、和]))[ \t]?"
)
_JOINED_BEFORE = re.compile(rf"{_REMARK}[ \t]?[、和与及][ \t]?\Z")
_JOINTS = frozenset("、和与及")
_BLANKS = frozenset(" \t")
_JOINED_BEGINS = frozenset("（(、／/｜|以及和与，")
"""What `_JOINED` begins with, or goes on with behind a blank."""
_STOP = re.compile(
    r"[、，。；：！？\s（）()《》“”\"'｜|/,;:.!?]|等|和|与|及|以及|为|的|是|在|于|均|都|共|已|因|对|将"
)
_NUMBERED = re.compile(
    r"^[ \t]*[（(]?[0-9]{1,3}[.、)）．:：,， \t\u3000]{1,2}[ \t\u3000]*([\u3400-\u9fff·]{2,12})"
    r"(?=[ \t\u3000]*$|[ \t\u3000]+|[+（(，,：:—\-]|[0-9])",
    re.MULTILINE,
)
_NUMBERED_OPEN = Opening(lambda: ("[ \t（(0-9]", "[ \t（(0-9.、)）．:：,，\u3000]"), (-1, "\n"))
_DOT = re.compile("[·•・‧](?<=[\u3400-\u9fff].)(?=[\u3400-\u9fff])")
_DOT_OPEN = Opening(lambda: ("[·•・‧]", "[\u3400-\u9fff]"), (-1, "[\u3400-\u9fff]"))
_PART_OPEN = OpeningWords(lambda: characters().minority)
_BOOKS = ("《", "〈", "「", "『")
_BEHIND = frozenset("的和与及说称在是向将把被于等让给对因")
"""What may stand directly behind a name."""
_TITLES = frozenset(
    ("先生", "女士", "老师", "医生", "大夫", "师傅", "同学", "同志", "兄弟", "夫妇", "大叔")
)
_LEAST = 3
"""Lines of a numbered list from which it counts."""
_HEADER = re.compile("姓[ \u3000]?名(?=[ \t\u3000]+[\u3400-\u9fffA-Za-z])")
_HEADER_LENGTH = 160
_OTHER_HEADER = re.compile(
    "号|别|龄|话|机|址|职|门|位|级|绩|分|试|语|数学|英语|期|注|额|日|间|科|籍|族|类|况|码|证|Name|Sex|Tel"
)
_ENUMERATED = re.compile("(?:[\u3400-\u9fff]{2,4}、){2,40}[\u3400-\u9fff]{2,4}")
_BETWEEN_JOINTS = re.compile("、[\u3400-\u9fff]{2,4}、")
_BLANK = re.compile(r"[ \t\u3000]+")


def find_rosters(text: str, hits: Iterable[Hit]) -> Iterator[Hit]:
    """Names that stand in a list with others; `hits` are those already found."""
    names = [hit for hit in hits if hit[0] == "name"]
    if names and ("、" in text or "和" in text or "与" in text):
        yield from _neighbours(text, names)
    yield from _numbered(text)
    if "、" in text:
        yield from _enumerated(text)
    yield from _foreign_names(text, beside=bool(names))
    if "姓" in text:
        yield from _columns(text)


def _neighbours(text: str, names: list[Hit]) -> Iterator[Hit]:
    known = {start for _, start, _, _ in names} | {-end for _, _, end, _ in names}
    for _, start, end, _ in names:
        first = start
        while (link := _link(text, end)) is not None and link.end() not in known:
            start = link.end()
            stop = listed(text, start)
            if stop is None:
                break
            known.add(start)
            known.add(-stop)
            yield _hit(text, start, stop)
            end = stop
        start = first
        blank = text[start - 1 : start] in _BLANKS
        if text[start - 1 - blank : start - blank] not in _JOINTS:
            continue
        while (link := _JOINED_BEFORE.search(text, max(0, start - 44), start)) is not None:
            stop = link.start()
            if -stop in known:
                break
            begin = listed_before(text, stop)
            if begin is None:
                break
            known.add(begin)
            known.add(-stop)
            yield _hit(text, begin, stop)
            start = begin


def _link(text: str, end: int) -> re.Match[str] | None:
    """What joins a name that ends at `end` to the next."""
    blank = text[end : end + 1] in _BLANKS
    begins = text[end + blank : end + blank + 1] in _JOINED_BEGINS
    return _JOINED.match(text, end) if begins else None


def _hit(text: str, start: int, end: int) -> Hit:
    return Hit("name", start, end, text[start:end].replace(" ", "").replace("\u3000", ""))


def listed(text: str, start: int) -> int | None:
    """The end of the name that fills a place of an enumeration from `start`."""
    if not is_cjk(text[start : start + 1]):
        return None
    foreign = foreign_name(text, start)
    if foreign is not None:
        return foreign
    after = characters().after
    for size in (4, 3, 2):
        stop = start + size
        closed = stop == len(text) or _STOP.match(text, stop) is not None
        if (closed or text[stop : stop + 2] in after) and plausible(text[start:stop]):
            return stop
    return None


def listed_before(text: str, stop: int) -> int | None:
    roles = characters().roles
    for size in (4, 3, 2):
        start = stop - size
        if start < 0 or not plausible(text[start:stop]):
            continue
        left = text[start - 1 : start]
        if (
            not left
            or not is_cjk(left)
            or left in "是有由为请向对与和及即员者人师长"
            or text[start - 2 : start] in roles
        ):
            return start
    return None


def plausible(name: str) -> bool:
    """`name` has a surname, no character that names never hold, and is no common word."""
    known = characters()
    size = 2 if name[:2] in known.compound and len(name) > 2 else 1
    if len(name) < 2 or (size == 1 and (name[0] not in known.surnames or len(name) > 3)):
        return False
    if not all(map(is_cjk, name)):
        return False
    given = name[size:]
    return (
        known.never.isdisjoint(given)
        and name not in known.not_names
        and (name[:2] not in known.not_names or (len(name) == 3 and name[2] in known.given))
        and given not in known.follow_words
        and name[-1] not in "人者"
        and (name[0] not in known.wordlike or all(c in known.given for c in given))
    )


def _has_surname(name: str) -> bool:
    known = characters()
    return name[0] in known.surnames or name[:2] in known.compound


def _numbered(text: str) -> Iterator[Hit]:
    """Runs of numbered lines most of which begin with a name."""
    lines = list(matches(_NUMBERED, text, _NUMBERED_OPEN))
    if len(lines) < _LEAST:
        return
    flags = [(m, plausible(m[1]) or foreign_name(text, m.start(1)) == m.end(1)) for m in lines]
    if 5 * sum(flag for _, flag in flags) < 3 * len(flags):
        return
    for match, good in flags:
        if good:
            yield _hit(text, match.start(1), match.end(1))


def _enumerations(text: str) -> Iterator[re.Match[str]]:
    """Words joined by 、, found from the joints: these are rare, and every character is not."""
    at = 0
    while (joint := _BETWEEN_JOINTS.search(text, at)) is not None:
        start = joint.start()
        while start > max(at, joint.start() - 4) and is_cjk(text[start - 1]):
            start -= 1
        match = _ENUMERATED.match(text, start)
        if match is None:
            at = joint.start() + 1
        else:
            at = match.end()
            yield match


def _enumerated(text: str) -> Iterator[Hit]:
    """Three or more joined by 、, of which most are names by their characters."""
    known = characters()
    for match in _enumerations(text):
        place = match.start()
        found = []
        pieces = match[0].split("、")
        hopeful = sum(map(_has_surname, pieces[1:-1])) + 2
        if 4 * hopeful < 3 * len(pieces):
            continue
        for number, piece in enumerate(pieces):
            begin, stop = place, place + len(piece)
            place = stop + 1
            if number == 0:
                first = listed_before(text, stop)
                begin = stop if first is None else first
            elif number == len(pieces) - 1:
                stop = listed(text, begin) or begin
            name = text[begin:stop]
            if plausible(name) and all(c in known.given or c in known.rare for c in name[-2:][1:]):
                found.append((begin, stop, name[0] not in known.wordlike))
        if 4 * len(found) >= 3 * len(pieces) and 2 * sum(f[2] for f in found) >= len(found):
            for begin, stop, _ in found:
                yield _hit(text, begin, stop)


def _foreign_names(text: str, *, beside: bool) -> Iterator[Hit]:
    """Names with a middle dot, and those of two parts that minority languages use."""
    known = characters()
    at = 0
    for dot in matches(_DOT, text, _DOT_OPEN):
        if dot.start() < at:
            continue
        start = dot.start()
        while start > 0 and dot.start() - start < 8 and is_cjk(text[start - 1]):
            start -= 1
        for cut in range(dot.start() - 1, start, -1):
            if text[cut - 2 : cut] in known.roles or text[cut - 1] in "是由为请向对和与及的人者员":
                start = cut
                break
        else:
            heard = dot.start()
            while heard > start and text[heard - 1] in known.sounds:
                heard -= 1
            start = heard if dot.start() - heard > 1 else start
        end = foreign_name(text, start) or foreign_name(text, max(start, dot.start() - 1))
        if end is None or end <= dot.end():
            continue
        end = _heard(text, dot.end(), end)
        name = text[start:end]
        if name in known.not_names or text[start - 1 : start] in _BOOKS:
            continue
        sounds = sum(c in known.sounds for c in name) / (len(name) - 1)
        if (
            sounds >= 0.9
            or (beside and sounds >= 0.6)
            or any(part in name for part in known.minority)
        ):
            yield _hit(text, start, end)
            at = end
    for match in matches(minority_parts(), text, _PART_OPEN):
        if match[1] is not None:
            yield _hit(text, match.start(), match.end())
        elif (end := _begun(text, match.start(), match.end())) is not None:
            yield _hit(text, match.start(), end)


def _heard(text: str, start: int, end: int) -> int:
    """The end of a foreign name whose last part begins at `start`: where its sounds end."""
    sounds = characters().sounds
    start = max(text.rfind(dot, start, end) for dot in "·•・‧") + 1 or start
    heard = start
    while heard < end and text[heard] in sounds:
        heard += 1
    return heard if heard - start >= 2 and end - heard >= 2 else end


def _begun(text: str, start: int, end: int) -> int | None:
    """The end of a name of which only one part is known, behind a role or with nothing before."""
    known = characters()
    left = text[max(0, start - 4) : start]
    led = left[-2:] in known.roles or left[-3:] in known.roles
    if not led and left and (is_cjk(left[-1]) or left[-1].isalnum()) and left[-1] not in "叫是由据":
        return None
    for stop in range(end, min(end + 3, len(text) + 1)):
        right = text[stop : stop + 1]
        if (
            (not right or not is_cjk(right) or (right in _BEHIND and led))
            or text[stop : stop + 2] in known.after
            or text[stop : stop + 2] in _TITLES
        ):
            lone = not led and text[stop : stop + 2] not in known.after
            good = stop - start >= (3 if lone else 2)
            return stop if good and right != "·" else None
        if right in _BEHIND or right in known.never:
            return None
    return None


def _columns(text: str) -> Iterator[Hit]:
    """The cells below 姓名 where columns are set apart by blanks."""
    for header in _HEADER.finditer(text):
        begin, last = text.rfind("\n", 0, header.start()) + 1, text.find("\n", header.end())
        if last < 0 or last - begin > _HEADER_LENGTH:
            continue
        line = text[begin:last]
        cells = [cell.strip(":：") for cell in _BLANK.split(line.strip())]
        at = next((i for i, cell in enumerate(cells) if cell.endswith(("姓名", "名"))), None)
        others = [cell for cell in cells if _OTHER_HEADER.search(cell) is not None]
        if at is None or not others or any(c.isdigit() for c in line):
            continue
        place = last + 1
        while place < len(text):
            stop = text.find("\n", place)
            stop = len(text) if stop < 0 else stop
            spans = [m.span() for m in re.finditer(r"[^ \t\u3000\r\n]+", text[place:stop])]
            if not 2 <= len(spans) <= len(cells) + 2:
                break
            row = [text[place + a : place + b] for a, b in spans]
            chosen = at if len(row) == len(cells) and _cell(row[at], sure=True) else None
            if chosen is None:
                chosen = next((i for i, cell in enumerate(row) if _cell(cell, sure=False)), None)
            if chosen is not None:
                a, b = spans[chosen]
                yield _hit(text, place + a, place + b)
            elif not any(c.isdigit() for cell in row for c in cell):
                break
            place = stop + 1


def _cell(cell: str, *, sure: bool) -> bool:
    return (
        isolated_name(cell)
        or foreign_name(cell, 0) == len(cell)
        or (sure and 2 <= len(cell) <= 4 and all(map(is_cjk, cell)))
    )
