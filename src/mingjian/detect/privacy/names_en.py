"""Names in Latin letters: labelled, introduced, with a title, or a known given name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import accumulate

from mingjian.detect.privacy.english import in_names, lists_en, sure_given
from mingjian.detect.privacy.gates import matches
from mingjian.detect.privacy.hit import Hit
from mingjian.detect.privacy.lists import words
from mingjian.detect.privacy.name_gates import IntroGate, LabelGate, LastFirstGate, RunGate
from mingjian.detect.privacy.words import CAPITAL, Known, WordGate

_CAP = (
    r"[A-Z\u00c0-\u00de\u0100-\u017d](?:['’][A-Z])?[a-z\u00df-\u017e'’A-Z]{1,24}"
    r"(?:-[A-Za-z\u00c0-\u00de][a-z\u00df-\u017e]{1,24})?"
)
_MORE = (
    rf"(?: (?:[A-Z]\.|[A-Z](?= [A-Z])|(?:van|von|de|da|del|der|den|di|la|le|"
    rf"binti|bin|ibn|ap|al|dos|ter)(?= )|"
    rf"{_CAP}))"
)
# Patterns begin with a set of characters, and look behind it: the search skips ahead by the set.
_FULL = re.compile(
    rf"{CAPITAL}(?<![A-Za-z./\-].)(?<![A-Za-z0-9_.\-]@.){_CAP.removeprefix(CAPITAL)}{_MORE}{{1,4}}"
    r"(?![A-Za-z@])"
)
_VALUE = re.compile(rf"(?:[A-Z]\. ?){{0,3}}{_CAP}{_MORE}{{0,4}}(?![A-Za-z.]{{0,40}}+(?:@|/[a-z]))")
"""A name that is no part of a mailbox or path: Smith/Jones are two, Smith/index is none."""
_SINGLE = re.compile(r"[A-Z](?<![\w.@/\-][A-Z])[a-z]{2,11}(?![\w@/\-]|\.[a-z]| [A-Z0-9&]| & )")
_SINGLE_GATE = WordGate(sure_given, (-1, r"[^\w.@/\-]"), (1, "[a-z]"), (2, "[a-z]"))
_TITLES = (
    "Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Sgt|Cpl|Lt|Capt|Col|Det|Insp|Rev|Hon|Cllr|Sir|Dame|Lady"
)
_TITLE = re.compile(rf"(?:{_TITLES})\.? (?=(?:[A-Z]\. ?){{0,3}}{_CAP})")
_TITLE_GATE = WordGate(lambda: Known(_TITLES.split("|")), (1, "[a-z]"))
_INTRO_ENDS = re.compile(rf"[ \n](?={CAPITAL})(?<=[sdemhriotnyf:, \n][ \n])")
"""The blank between an introduction and a name: looked for first, for letters are everywhere."""
_INTRO_LENGTH = 20
_INTRO_TAILS = frozenset(
    ("is", "'s", "ed", "me", "am", "'m", "th", "y,", "s,", "ar", "hi", "i,", "lo", "o,", "to")
) | {"ct", "nt", "tn", "n:", "by", "of"}
"""The last two characters of introductions."""
_INTRO_GATE = IntroGate(_INTRO_TAILS, ("is", "'s", "me", "of", "ed"), sure_given)
"""Behind "name is", "name's", "named", "call me" and "name of" any name is taken."""
_INTRO = re.compile(
    r"[MNCITSRDHmnctsrdhpa](?<!\w.)(?:(?<=[Mm])y (?:full )?name is|(?<=[Nn])ame's|(?<=n)amed|"
    r"(?<=[Cc])all me|(?<=I) am|(?<=I)'m|(?<=[Tt])his is|(?<=[Ss])peaking with|"
    r"(?<=[Ss])incerely,|(?<=[Rr])egards,|(?<=[Dd])ear|(?<=[Hh])i,?|(?<=[Hh])ello,?|"
    r"(?<=[Cc])heers,|(?<=[Tt])hanks,|(?<=s)peak (?:to|with)|(?<=c)ontact|(?<=p)atient|"
    r"(?<=[Aa])ttn:?|(?<=s)igned by|(?<=[Nn])ame of)[ \n]{1,3}\Z"
)
_PARTICLE = r"(?:van|von|de|da|del|der|den|di|la|le|binti|bin|ibn|ap|al|dos|ter|ten|zu|af)"
_WHOLE = rf"{_CAP}(?: (?:[A-Z]\.|(?:{_PARTICLE} ){{1,2}}{_CAP}|{_CAP})){{1,3}}"
_ANNOUNCING = (
    "brother sister father mother son daughter husband wife partner friend neighbor "
    "neighbour colleague uncle aunt cousin nephew niece fiance fiancé fiancee witness "
    "patient guest tenant landlord defendant plaintiff suspect victim employee customer "
    "client nurse detective officer sergeant inspector judge student teacher courier "
    "driver holder recalls says said told asked signed dear it's sincerely regards "
    "faithfully truly wishes thanks cheers "
)
_ANNOUNCING_PAIRS = frozenset(
    ("holder is", "reference for", "contact for", "born to", "survived by", "married to")
)
_FULL_GATE = RunGate(
    in_names,
    _ANNOUNCING.split(),
    _ANNOUNCING_PAIRS,
    *((-1, r"[^A-Za-z./\-]"), (1, r"[a-z\u00df-\u017e'’A-Z]")),
)
_WHOLE_NAME = re.compile(_WHOLE)
_LAST_FIRST = re.compile(
    rf"(?:From: ?|To: ?|Cc: ?|name ?[:.]* |Name ?[:.]* |NAME ?[:.]* )[\"']?"
    rf"({_CAP}, {_CAP}(?: (?:[A-Z]\.|{_CAP}))?)(?=[\"'<\s,;]|$)"
)
_LAST_FIRST_GATE = LastFirstGate()
_CAPITALS = re.compile(
    r"([A-Z\u00c0-\u00de](?<![\w-].)[A-Z\u00c0-\u00de]{1,11}) "
    r"([A-Z\u00c0-\u00de][a-z\u00df-\u017e]{1,9}(?:-[A-Za-z][a-z]{1,6})?)(?![\w-])"
)
_CAPITALS_GATE = WordGate(
    lambda: Known({one.replace("v", ü) for one in lists_en().pinyin for ü in "vü"}),
    *((1, r"[A-Z\u00c0-\u00de]"), (-1, r"[^\w-]")),
)
_SYLLABLE = (
    r"(?:zh|ch|sh|[bpmfdtnlgkhjqxzcsrwy])?(?:iang|iong|uang|ang|eng|ong|ian|iao|ing|uai|uan|ai|"
    r"ei|ao|ou|an|en|"
    r"ia|ie|iu|in|ua|uo|ui|un|ue|er|a|o|e|i|u|v)"
)
PINYIN = re.compile(rf"{_SYLLABLE}(?:[-'’]?{_SYLLABLE})?", re.IGNORECASE)
_NOT_A_PERSON = re.compile(
    r"(?:product|file|host|company|domain|class|package|brand|project|server|bank|hotel|school|"
    r"course|event|item|"
    r"department|team|city|street|book|module|function|variable|branch|field|display|group|model|"
    r"app|service|"
    r"store|shop|trade|business|organi[sz]ation|program|role|table|column|key|device|game|song|"
    r"album|job|query|"
    r"path|image|icon|tag|theme|state|country|method|attribute|parameter|resource|bucket|"
    r"instance|network)\Z"
)


_SEPARATOR = re.compile(r"[:：=|\t][ \t]{0,24}+[\"']?(?=[^\W\d_a-z])")
_LABEL_REACH = 44
_CHINESE = (
    "姓名 名字 联系人 收件人 收货人 寄件人 客户 患者 旅客 乘客 租客 申请人 导师 学生 抄送 签名 "
    "经办人 房客 承租人 出租人 英文名 家属 医师 医生 作者 译者 讲师 主讲 退件人 "
    "持卡人 护照名 甲方 乙方"
)
_CHINESE_LABELS = tuple(_CHINESE.split())
_FILLING = " \t\"'*"
_NOT_OF_LABEL, _BETWEEN_WORDS = re.compile(r"[^a-z _\-/]"), re.compile(r"[ _\-/]")
_TO_PERSONS = ("to", "from", "ship to", "bill to", "deliver to", "sold to")


@cache
def _labels() -> tuple[str, ...]:
    return tuple(words("name_labels_en").split())


@cache
def _label_ends() -> frozenset[str]:
    """The last characters of labels, or of a remark in brackets behind one."""
    return frozenset(label[-1] for label in (*_labels(), *_CHINESE_LABELS, ")"))


_SEPARATOR_GATE = LabelGate(rf"[{_FILLING}]", _label_ends)


def _label_before(text: str, end: int) -> str | None:
    """The label of a person's name that ends at `end`, in lower case."""
    at, least = end - 1, max(0, end - _LABEL_REACH)
    while at > least and text[at] in _FILLING:
        at -= 1
    if at < 0 or text[at].lower() not in _label_ends():
        return None
    before = text[least : at + 1].rstrip(_FILLING)
    if before.endswith(")"):
        before = before[: before.rfind("(")].rstrip(" \t\"'")
    if before.endswith(_CHINESE_LABELS):
        return "name"
    return _of_a_person(_NOT_OF_LABEL.split(before.lower())[-1])


def _of_a_person(phrase: str) -> str | None:
    """The label at the end of a phrase in small letters, if it is one of a person's name."""
    if not phrase.endswith(_labels()):
        return None
    label = phrase.strip()
    word = _BETWEEN_WORDS.split(label)[-1]
    if word in ("to", "from") and label not in _TO_PERSONS:
        return None
    if word not in _labels() and not word.endswith("name"):
        return None
    return None if _NOT_A_PERSON.search(label.removesuffix("name").rstrip(" _-/")) else label


def find_names_en(text: str) -> Iterator[Hit]:
    """Names of persons in Latin letters, those of the famous left out."""
    hits = list(_find(text))
    if not hits:
        return
    skipped = lists_en().famous
    if len(text) < _FAMOUS_REACH:
        standing = [name for name in skipped if name in text]
        skipped = skipped.union(*(name.split() for name in standing))
    for hit in hits:
        if hit.value not in skipped:
            yield hit


_FAMOUS_REACH = 2_000
"""Up to this length of text the parts of a famous name that stands in it are left out too."""


def _find(text: str) -> Iterator[Hit]:
    known = lists_en()
    given, surnames = known.given, known.surnames
    pinyin, stop = known.pinyin, known.stop
    for separator in matches(_SEPARATOR, text, _SEPARATOR_GATE):
        start = separator.end()
        label = _label_before(text, separator.start())
        value = _VALUE.match(text, start) if label is not None else None
        if label is None or value is None:
            continue
        end = _trim(text, start, value.end(), stop)
        tokens = text[start:end].split()
        listed = any(_plain(t) in given or _plain(t) in surnames or t in pinyin for t in tokens)
        partial = any(
            w in label for w in ("first", "last", "given", "family", "surname", "patient")
        )
        if tokens and (listed or partial or 2 <= len(tokens) <= 4):
            yield Hit("name", start, end, text[start:end])
    for match in matches(_TITLE, text, _TITLE_GATE):
        yield from _value_hit(text, match.end(), stop)
    for blank in matches(_INTRO_ENDS, text, _INTRO_GATE):
        end = blank.end()
        if text[max(0, end - 5) : end].rstrip(" \n")[-2:].lower() not in _INTRO_TAILS:
            continue
        intro = _INTRO.search(text, max(0, blank.start() - _INTRO_LENGTH), end)
        value = None if intro is None else _VALUE.match(text, end)
        if intro is None or value is None:
            continue
        first = value[0].split()[0]
        sure = "name" in intro[0].lower() or "call me" in intro[0].lower()
        if sure or (first in given and first not in known.ambiguous):
            yield from _value_hit(text, end, stop)
    for match in matches(_LAST_FIRST, text, _LAST_FIRST_GATE):
        if stop.isdisjoint(match[1].replace(",", "").split()):
            yield Hit("name", match.start(1), match.end(1), match[1])
    for match in matches(_CAPITALS, text, _CAPITALS_GATE):
        family = match[1].capitalize().replace("ü", "v")
        if family in pinyin and match[2] not in stop and PINYIN.fullmatch(match[2]):
            yield Hit("name", match.start(), match.end(), match[0])
    for match in matches(_FULL, text, _FULL_GATE):
        run = match[0].split(" ")
        yield from _announced(text, match.start(), run)
        yield from _run(text, match.start(), run)
    for match in matches(_SINGLE, text, _SINGLE_GATE):
        if match[0] in given and match[0] not in known.ambiguous:
            before = text[max(0, match.start() - 12) : match.start()].split()
            word = before[-1].rstrip(".") if before else ""
            if word != "&" and word not in known.before_places:
                yield Hit("name", match.start(), match.end(), match[0])


@cache
def _announcing() -> frozenset[str]:
    return frozenset(_ANNOUNCING.split())


def _announced(text: str, start: int, words: list[str]) -> Iterator[Hit]:
    """The name in a run of capitalised words after a word such as witness, brother or dear."""
    near = text[max(0, start - 24) : start].split()[-2:]
    before, last = ("", "", *(word.strip(".,:;()\"'").lower() for word in near))[-2:]
    for word in words:
        if last in _announcing() or f"{before} {last}" in _ANNOUNCING_PAIRS:
            whole = _WHOLE_NAME.match(text, start)
            if whole is not None:
                stop = _trim(text, start, whole.end(), lists_en().stop)
                if " " in text[start:stop]:
                    yield Hit("name", start, stop, text[start:stop])
                    return
        before, last = last, word.lower()
        start += len(word) + 1


def _plain(token: str) -> str:
    """`SMITH` and `smith` are written `Smith` in the lists."""
    return token.capitalize() if token.isupper() else token


def _trim(text: str, start: int, end: int, stop: frozenset[str]) -> int:
    """Cut a run of capitalised words before the first that no name holds."""
    at = start
    for word in text[start:end].split(" "):
        if word in stop:
            return max(start, at - 1)
        at += len(word) + 1
    return end


def _value_hit(text: str, start: int, stop: frozenset[str]) -> Iterator[Hit]:
    value = _VALUE.match(text, start)
    if value is None:
        return
    end = _trim(text, start, value.end(), stop)
    if end > start:
        yield Hit("name", start, end, text[start:end])


def _run(text: str, start: int, words: list[str]) -> Iterator[Hit]:
    """A known given name with the capitalised words after it, inside a run of such words."""
    known = lists_en()
    plain = [_plain(word) for word in words]
    starts = list(accumulate((len(word) + 1 for word in words), initial=start))
    at, end = 0, len(words) - 1
    while at < end:
        last = at + 1
        while last < end and (len(words[last].rstrip(".")) == 1 or words[last].islower()):
            last += 1
        first, family = plain[at], plain[last]
        if (
            family in known.stop
            or len(family) < 2
            or first in known.stop
            or first.endswith(("'s", "’s"))
            or (at and words[at - 1] in known.before_places)
        ):
            at += 1
            continue
        if last < end and words[last + 1] in known.of_places:
            at = last + 1
            continue
        listed = (
            _listed(first, family)
            or (last == at + 2 and _by_initial(first, words[at : at + 2]))
            or (last == at + 1 and _abroad(text, starts[at], first, family))
        )
        if listed or _is_pinyin(first, family):
            if listed and last < end and plain[last + 1] in known.families:
                last += 1
            stop = starts[last + 1] - 1
            yield Hit("name", starts[at], stop, text[starts[at] : stop])
            at = last
        at += 1


def _listed(first: str, family: str) -> bool:
    """Both parts are on the lists, as far as the first needs it."""
    known = lists_en()
    head, _, rest = first.partition("-")
    if head in known.given:
        sure = head not in known.ambiguous or rest in known.given or rest in known.rarer_given
        return sure or family in known.families
    return head in known.rarer_given and family in known.families


def _by_initial(first: str, words: list[str]) -> bool:
    """First M. Last."""
    return words[1].rstrip(".").isupper() and len(first) > 2 and words[0][1:].islower()


def _abroad(text: str, start: int, first: str, family: str) -> bool:
    """Two words with letters beyond A to Z that are no street."""
    return (
        not (first.isascii() and family.isascii())
        and _ABROAD_STREET.search(f"{first} {family}") is None
        and not text[max(0, start - 2) : start - 1].isdigit()
    )


_ABROAD_STREET = re.compile(
    r"(?:gata|gatan|gade|vej|vænget|veien|stra(?:ß|ss)e|gasse|weg|platz|katu|tie|kuja|utca|tér|"
    r"út|rue|avenida|calle|rua|"
    r"ulica|ulice|allé|alle|laan|straat)\b",
    re.IGNORECASE,
)


def _is_pinyin(first: str, second: str) -> bool:
    known = lists_en()
    for family, given in ((first, second), (second, first)):
        if (
            family in known.pinyin
            and family not in known.ambiguous
            and given not in known.ambiguous
            and PINYIN.fullmatch(given)
        ):
            return True
    return False
