"""Names in Latin letters that no list knows, by what stands around them.

Two to four capitalised words are a name where a role, a relative or a verb of speech says so,
where they stand in a list with names, in a line of their own above a title, or once more.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache

from mingjian.detect.privacy.english import lists_en
from mingjian.detect.privacy.gates import matches
from mingjian.detect.privacy.hit import Hit
from mingjian.detect.privacy.lists import read_list
from mingjian.detect.privacy.name_gates import FollowedGate
from mingjian.detect.privacy.words import CAPITAL

_WORD = (
    CAPITAL + r"(?:['’][A-Z])?[a-z\u00df-\u017e]{1,20}"
    r"(?:['’-][A-Za-z\u00c0-\u017e][a-z\u00df-\u017e]{1,20})?"
)
_PARTICLE = (
    r"(?:van der|van den|van|von|de la|de|da|del|der|den|di|la|le|el|al|binti|bin|bint|ibn|ap|ten|"
    r"ter|zu|dos)"
)
_NAME = re.compile(
    rf"{CAPITAL}(?<![A-Za-z0-9.@/\-'’&].)(?<!& .){_WORD.removeprefix(CAPITAL)}"
    rf"(?: (?:[A-Z]\.|{_WORD})){{0,2}} "
    rf"(?:{_PARTICLE} )?(?:Mc|Mac)?{_WORD}(?![A-Za-z0-9@/\-]|\.[A-Za-z]| &|['’][A-RT-Za-rt-z])"
)
_NAME_GATE = FollowedGate((-1, r"[^A-Za-z0-9.@/\-'’&]"), (1, r"['’a-z\u00df-\u017e]"))
_BEFORE = re.compile(
    r"(?:\b(?:[Mm]ayor|[Cc]ouncil(?:man|woman|lor|or)|[Ss]enator|[Gg]overnor|[Jj]udge|[Jj]ustice|"
    r"[Oo]fficer|[Dd]etective|[Ss]ergeant|[Ll]ieutenant|[Cc]aptain|[Cc]olonel|[Gg]eneral|"
    r"[Ii]nspector|[Cc]onstable|[Cc]oach|[Gg]oalkeeper|[Mm]idfielder|[Ss]triker|[Dd]efender|"
    r"[Dd]octor|[Nn]urse|[Ss]urgeon|[Pp]rofessor|[Tt]eacher|[Aa]ttorney|[Ll]awyer|[Pp]rosecutor|"
    r"[Mm]inister|[Pp]resident|[Cc]hairman|[Cc]hairwoman|[Dd]irector|[Ee]ditor|[Rr]eporter|"
    r"[Aa]uthor|[Ss]inger|[Aa]ctor|[Aa]ctress|[Cc]hef|[Pp]astor|[Rr]everend|[Ff]ather|[Ss]ister|"
    r"[Bb]rother|[Mm]other|[Ss]on|[Dd]aughter|[Hh]usband|[Ww]ife|[Pp]artner|[Uu]ncle|[Aa]unt|"
    r"[Cc]ousin|[Nn]ephew|[Nn]iece|[Gg]rand(?:father|mother|son|daughter)|[Ff]iancée?|"
    r"[Nn]eighbou?r|[Cc]olleague|[Ff]riend|[Ff]lat ?mate|[Rr]oommate|[Mm]anager|[Ss]upervisor|"
    r"[Aa]gent|[Aa]ssistant|[Ss]ecretary|[Tt]reasurer|[Cc]hief executive|[Ff]ounder|[Oo]wner|"
    r"[Dd]river|[Cc]ourier|[Tt]enant|[Ll]andlord|[Pp]atient|[Vv]ictim|[Ww]itness|[Ss]uspect|"
    r"[Dd]efendant|[Pp]laintiff|[Ee]mployee|[Ss]tudent|[Cc]ustomer|[Cc]lient|[Gg]uest|"
    r"[Ee]xecutor|[Bb]eneficiary|[Cc]ontractor|named|called|by the name of|on behalf of|"
    r"identified as|signed by|approved by|reviewed by|assigned to|reported? to|reporting to|"
    r"[Bb]y|managed by|written by|edited by|photos? by|witnessed by|referred by|prepared by|"
    r"married|survived by|born to|under|certify that|confirm that|managed|ask for|asked|told|"
    r"(?:[Hh]is|[Hh]er|[Tt]heir|full|[Ll]egal|[Mm]aiden|real) name|[Nn]ext of kin|[Mm]ortgagor|"
    r"[Ll]ess(?:ee|or)|[Gg]rant(?:ee|or)|[Dd]ebtor|[Cc]reditor|[Cc]laimant|[Rr]espondent|"
    r"[Aa]ppell(?:ant|ee)|[Pp]etitioner|[Dd]eceased|[Cc]onsignee|[Aa]ddressee|[Nn]ominee|"
    r"[Ii]nterviewee|[Cc]andidate|[Ss]kipper|[Rr]ider|[Mm]idwife|[Cc]aller|[Ii]nformant|"
    r"[Oo]ccupant|[Rr]esident|[Ll]odger|[Dd]onor|[Ss]ponsor|[Oo]rganiser|[Ii]nstructor|"
    r"thanks? to|met|with|from|between|by|remember|remembers|for|and|than|like|about|against|"
    r"seen?|saw|knows?|knew|found|welcome|emailed|texted|rang|phoned|paid|owes?|owed|invited?|"
    r"helped|tell|tells|hired?|fired|sued|beat|beats|dated?|thank|bless|congratulate|replaces?|"
    r"replaced|nominated?|elected|appointed|arrested|charged|convicted)(?: is| was|,|:)? "
    r"|said |says |wrote |added |recalls |whether |that |and I, |[“\"(] ?)\Z"
)
_WEAK_BEFORE = re.compile(
    r"(?:with|from|between|by|met|asked|told|under|managed|that|remembers?|for|and|than|like|about|"
    r"against|seen?|saw|knows?|knew|found|welcome|emailed|texted|rang|phoned|paid|owes?|owed|"
    r"invited?|helped|tells?|hired?|fired|sued|beats?|dated?|thank|bless|congratulate|replaced?s?|"
    r"nominated?|elected|appointed|arrested|charged|convicted|[“\"(]) ?\Z"
)
_AFTER = re.compile(
    r"(?:,? (?:who|whose)\b|,? \(?(?:aged )?[0-9]{2}\b(?![:.,][0-9])|"
    r", (?:a|an|the|his|her|their|my|our) [a-z]"
    r"| (?:said|says|told|asked|added|recalled|wrote|called|lives?|resided|resides|joined|"
    r"scored|saved|"
    r"disagreed|abstained|admitted|testified|pleaded|denied|married|graduated|resigned|retired|"
    r"died|passed away|was (?:born|arrested|charged|admitted|sentenced|appointed|elected|named|"
    r"promoted|seen|found|employed)|has been|will (?:own|call|join|lead|present|handle|take|send|"
    r"countersign|officiate)|handles?|presented|proposed|seconded|replied|agreed|laughed|smiled|"
    r"nodded|shrugged|thinks|wants|knows|loves|hates|owes|owns|works?|worked|moved|phoned|rang|"
    r"emailed|texted|complained|apologised|apologized|insisted|claimed|explained|confirmed|refused|"
    r"promised|forgot|arrived|paid|signed|wrote|taught|studied|suffered|inherited|"
    r"is (?:out|on leave|away|interested|a|an|our|my|the))\b"
    r"| ?\((?:spouse|wife|husband|mother|father|sister|brother|son|daughter|partner|parent|"
    r"guardian|friend|chair|secretary|treasurer|she|he|they)\b| ?[£$€][0-9])"
)
_JOINT = re.compile(
    r"(?:\([^()\n]{1,30}\)|<[^<>\n]{3,60}>)?"
    r"(?:[,;/] ?|,? and |,? & |\n(?:[-*•] ?|[0-9]{1,3}[.)] )?)"
)
_JOINT_REACH, _JOINT_BEFORE_REACH = 90, 6
_JOINT_BEFORE, _JOINT_ENDS = re.compile(r"(?:[,;/] ?|,? and |,? & )\Z"), (",", ";", "/", " ")
_BEFORE_ADDRESS = re.compile(r",?[ ]?\n?(?:c/o |of |at )?")
_PLACE_WORD = re.compile(
    r"(?:Cottage|House|Court|Park|Hall|Farm|Lodge|Villas?|Gardens?|Estate|Centre|Center|Hospital|"
    r"Clinic|Surgery|School|College|Church|Hotel|Inn|Bank|Store|Stores|Shop|Works|Mills?|Road|Street|"
    r"Lane|Avenue|Limited|Group|Partners|Services|Textiles|Trading|Station|Library|Museum|Theatre)\b"
)
"""Words of names of places and firms, which stand before an address too."""
_LABEL = re.compile(
    r"(?:attendees|apologies|present|participants|attendance|absent|members|authors?|speakers?|"
    r"cc|bcc|attn|witness(?:es)?|signed|signature|name|chair|team|contacts?|crew|cast|players|"
    r"students?|guests?|tenants?|renters?|passengers?|supervisor|manager|approver|reviewer|"
    r"references?|referees?|executor|trustee|beneficiary|payee|driver|physician|doctor|landlord)"
    r"(?: ?/[^:\n]{1,12}| [\u4e00-\u9fff]{1,6})?[ ]?[:：][ \t]*\Z",
    re.IGNORECASE,
)
_ALONE_BELOW = re.compile(
    r",?[ \t]*\n+[ \t]*(?:[0-9]{1,6} [A-Z]|[^\n]{0,40}(?:Manager|Director|Officer|Engineer|"
    r"Lead|Partner|Consultant|Coordinator|Treasurer|Secretary|Counsel|Head of|Owner|"
    r"Associate|Assistant|Analyst|President|Professor|Editor|Adviser|Advisor|LLP|Ltd|Inc|\||@|"
    r"\+[0-9]))|, (?:Admissions|HR|Treasurer|Secretary|Manager|Director|CEO|CFO|CTO|PhD|MD|Esq)\b"
)
_KOREAN_FAMILIES = (
    "Kim Lee Park Choi Jung Jeong Kang Cho Yoon Jang Lim Han Oh Seo Shin Kwon Hwang "
    "Ahn Song Ryu Hong Jeon Moon Son Bae Baek Heo Nam Noh Ha Joo Koo Min Yoo Cha"
)
_KOREAN = frozenset(_KOREAN_FAMILIES.split())
_LONGEST_LIST = 400


@cache
def _roles() -> frozenset[str]:
    """Words for what somebody is; a name often stands behind them (Coach Dana Reyes)."""
    return frozenset(read_list("names_en")["roles"].split())


@cache
def _lists() -> tuple[frozenset[str], frozenset[str], frozenset[str], frozenset[str]]:
    data, more = read_list("names_en"), read_list("names_en_more")
    stop = frozenset(data["stop"].split()) | frozenset(data["places"].split())
    lone = frozenset(data["not_in_names"].split()).union(data["of_places"].split())
    return (
        frozenset(data["given"].split()).union(more["given"].split()),
        frozenset(data["surnames"].split()).union(
            data["pinyin_surnames"].split(), more["surnames"].split()
        ),
        stop | lone,
        frozenset(data["famous"].split("|")),
    )


def find_neighbours_en(text: str, hits: list[Hit]) -> Iterator[Hit]:
    """Names beside, or announced otherwise than, the `hits` already found (all kinds)."""
    named = [(start, end) for kind, start, end, _ in hits if kind == "name"]
    possible = list(_possible(text, named))
    if not possible:
        return
    known = {text[start:end] for start, end in named}
    addresses = {start for kind, start, _, _ in hits if kind == "address"}
    waiting: list[tuple[int, int]] = []
    found: list[tuple[int, int]] = []
    for start, end, weight in possible:
        value = text[start:end]
        if addresses and (joint := _BEFORE_ADDRESS.match(text, end)) is not None:
            weight += joint.end() in addresses and not _PLACE_WORD.search(value)
        if value in known or weight + _context(text, start, end) >= 2:
            known.add(value)
            found.append((start, end))
        else:
            waiting.append((start, end))
    if waiting:
        found += _in_lists(text, sorted(named + found), waiting)
    for start, end in dict.fromkeys(found):
        yield Hit("name", start, end, text[start:end])


def _possible(text: str, named: list[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """Start, end and weight of words that may be a name and are in none of the `named`."""
    ends, starts = dict(named), {end: start for start, end in named}
    for match in matches(_NAME, text, _NAME_GATE):
        start, end = match.span()
        start, led = _without_head(match[0], start)
        if ends.get(start, 0) >= end or starts.get(end, end) <= start:
            continue
        weight = _weight(text[start:end])
        if weight >= 0:
            yield start, end, weight + led


def _without_head(value: str, start: int) -> tuple[int, int]:
    """Where the name begins behind words no name holds, and 2 if the last is a role (Coach)."""
    stop, led = _lists()[2], 0
    words = value.split(" ")
    while len(words) > 2 and (words[0] in stop or words[0].lower() in _roles()):
        led = 2 if words[0].lower() in _roles() else 0
        start += len(words.pop(0)) + 1
    return start, led


def _weight(value: str) -> int:
    """-1: no name; 0: nothing known of it; 1: one word is known as a given name or a surname."""
    given, surnames, stop, famous = _lists()
    words = value.split(" ")
    if value in famous or not stop.isdisjoint(words) or words[0] in lists_en().before_places:
        return -1
    if words[0] in given or words[-1] in surnames or words[-1] in given:
        return 1
    return 1 if "-" in words[0] and words[-1] in _KOREAN else 0


def could_be_a_name(value: str) -> bool:
    """No word of it is one that names never hold, and it is nobody famous."""
    return _weight(value) >= 0


def _context(text: str, start: int, end: int) -> int:
    value = 0
    left = text[max(0, start - 40) : start]
    before = _BEFORE.search(left)
    words = left[-24:].replace(",", " ").replace(":", " ").split()
    if words and left[-1:] in " :(" and words[-1].strip('("“').lower() in _roles():
        value += 2
    elif before is not None:
        value += 1 if _WEAK_BEFORE.search(left) is not None else 2
    if _LABEL.search(left.rpartition("\n")[2]) is not None:
        value += 2
    if _AFTER.match(text, end) is not None:
        value += 1
    if (not left or left.endswith("\n")) and _ALONE_BELOW.match(text, end, end + 120) is not None:
        value += 1
    if text[start - 1 : start] == "\n" and text[end : end + 1] in ("", "\n") and _closing(left):
        value += 2
    first = text[start:end].split(" ", 1)[0]
    return value + ("-" in first and text[start:end].rsplit(" ", 1)[-1] in _KOREAN)


def _closing(left: str) -> bool:
    low = left.rstrip().rstrip(",").lower()
    return low.endswith(
        (
            "regards",
            "sincerely",
            "faithfully",
            "truly",
            "wishes",
            "thanks",
            "cheers",
            "best",
            "yours",
        )
    )


def _in_lists(
    text: str, sure: list[tuple[int, int]], waiting: list[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """Those of `waiting` that a comma, "and" or a new line joins to a name."""
    ends, starts = dict(waiting), {end: start for start, end in waiting}
    firsts, lasts = list(ends), list(starts)
    for start, end in sure:
        at = bisect_left(firsts, end)
        if at < len(firsts) and firsts[at] <= end + _JOINT_REACH:
            yield from _listed_behind(text, start, end, ends)
        at = bisect_left(lasts, start)
        if at and lasts[at - 1] >= start - _JOINT_BEFORE_REACH:
            yield from _listed_before(text, start, end, starts)


def _listed_behind(
    text: str, start: int, end: int, ends: dict[int, int]
) -> Iterator[tuple[int, int]]:
    while (joint := _JOINT.match(text, end, end + _JOINT_REACH)) is not None:
        begin = joint.end()
        if begin not in ends or begin - start > _LONGEST_LIST:
            return
        end = ends[begin]
        if "\n" in joint[0] and text[end : end + 1] not in ("", "\n", ","):
            return
        yield begin, end


def _listed_before(
    text: str, start: int, end: int, starts: dict[int, int]
) -> Iterator[tuple[int, int]]:
    while text[start - 1 : start] in _JOINT_ENDS:
        joint = _JOINT_BEFORE.search(text[max(0, start - _JOINT_BEFORE_REACH) : start])
        if joint is None:
            return
        stop = start - len(joint[0])
        if stop not in starts or end - stop > _LONGEST_LIST:
            return
        start = starts[stop]
        yield start, stop
