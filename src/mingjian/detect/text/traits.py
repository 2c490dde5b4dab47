"""Named traits of style: numbers that mean the same in texts of any length and topic."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from math import log, sqrt

from mingjian.detect.text.discourse import discourse
from mingjian.detect.text.discourse import names as discourse_names
from mingjian.detect.text.families import count_chinese, count_english, families
from mingjian.detect.text.flow import flow
from mingjian.detect.text.flow import names as flow_names
from mingjian.detect.text.phrasing import names as phrasing_names
from mingjian.detect.text.phrasing import phrasing
from mingjian.detect.text.prose import Prose
from mingjian.domain.message import Message

WORD = re.compile(r"[A-Za-z]+(?:'[a-z]+)?|\d[\d.,:]*|[^\sA-Za-z\d]")
_TAIL = re.compile(r", (?:[a-z]+ly )?[a-z]{3,20}ing\b")
_TRIPLE = re.compile(
    r"\b[A-Za-z-]{1,30}(?: [a-z-]{1,30}){0,2}, [a-z-]{1,30}(?: [a-z-]{1,30}){0,2}, and [a-z-]"
)
_NOT_ONLY = re.compile(
    r"\bnot (?:only|just|merely|about)\b|\bwhether\b.{3,60}? or \b|\bmore than just\b"
)
_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[a-z]")
_DIGIT = re.compile(r"\d")
_ZH_TRIPLE = re.compile(
    r"[\u3400-\u9fff]{1,8}、[\u3400-\u9fff]{1,8}(?:、[\u3400-\u9fff]{1,8}){0,4}(?:和|以及|与|及|等)"
)
_ZH_NOT_ONLY = re.compile(
    r"不仅[^。!?]{2,40}?[,，](?:更|还|也|而且|同时)|既[^。,]{1,20}[,，]?[又也]|无论[^。]{2,30}还是|不是[^。]{2,30}而是"
)
_ABSTRACT_END = re.compile(r"(?:tion|sion|ment|ness|ity|ance|ence|ship|ism)s?$")

Named = tuple[str, Message, Message]
"""Id of a trait, and what it says of a text where it is high, and where it is low."""


def _m(zh: str, en: str) -> Message:
    return Message(zh, en)


_SHARED: tuple[Named, ...] = (
    ("sentence_mean", _m("句子偏长", "long sentences"), _m("句子偏短", "short sentences")),
    ("sentence_spread", _m("句子长短参差", "uneven sentence lengths"),
     _m("句子长短均匀", "even sentence lengths")),
    ("sentence_step", _m("相邻句长短跳动大", "neighbouring sentences differ much in length"),
     _m("相邻句长短相近", "neighbouring sentences are alike in length")),
    ("short_share", _m("短句多", "many short sentences"),
     _m("少有短句", "hardly a short sentence")),
    ("clause_mean", _m("逗号之间的片段长", "long stretches between commas"),
     _m("逗号之间的片段短", "short stretches between commas")),
    ("clause_spread", _m("片段长短参差", "uneven stretches between commas"),
     _m("片段长短均匀", "even stretches between commas")),
    ("comma", _m("逗号密", "many commas"), _m("逗号疏", "few commas")),
    ("colon", _m("冒号分号多", "many colons and semicolons"), _m("冒号分号少", "few colons")),
    ("question", _m("有问句、感叹句", "questions and exclamations"),
     _m("没有问句、感叹句", "no questions or exclamations")),
    ("quote", _m("引号多", "much quoted speech"), _m("少有引语", "little quoted speech")),
    ("bracket", _m("括号多", "many brackets"), _m("没有括号", "no brackets")),
    ("dash", _m("破折号、省略号多", "many dashes and dots"),
     _m("没有破折号、省略号", "no dashes")),
    ("digit", _m("数字多", "many figures"), _m("少有具体数字", "few figures")),
    ("variety", _m("用词变化多", "varied wording"), _m("用词重复", "repeated wording")),
    ("once", _m("只用一次的词多", "many words used once"),
     _m("只用一次的词少", "few used once")),
    ("repeat", _m("词组重复", "repeated phrases"), _m("词组不重复", "no repeated phrases")),
    ("packed", _m("内容不易压缩", "text that packs badly"),
     _m("内容易压缩", "text that packs well")),
    ("opening", _m("句子开头多变", "varied sentence openings"),
     _m("句子开头雷同", "like sentence openings")),
    ("triple", _m("三项并列多", "lists of three"), _m("少有三项并列", "few lists of three")),
    ("not_only", _m("“不仅……更……”一类对举", "“not only … but” pairs"),
     _m("没有“不仅……更……”", "no “not only … but”")),
)  # fmt: skip
_EN: tuple[Named, ...] = (
    ("word_length", _m("用词偏长", "long words"), _m("用词偏短", "short words")),
    ("long_words", _m("长词多", "many words of nine letters or more"),
     _m("长词少", "few long words")),
    ("tail", _m("逗号后接 -ing 尾巴", "“, …ing” tails"),
     _m("没有 -ing 尾巴", "no “, …ing” tails")),
    ("name", _m("专名多", "many proper names"), _m("专名少", "few proper names")),
    ("contraction", _m("缩写形式多", "contractions"), _m("没有缩写形式", "no contractions")),
    ("ly", _m("-ly 副词多", "many -ly adverbs"), _m("-ly 副词少", "few -ly adverbs")),
    ("ing", _m("-ing 形式多", "many -ing forms"), _m("-ing 形式少", "few -ing forms")),
    ("ed", _m("-ed 形式多", "many -ed forms"), _m("-ed 形式少", "few -ed forms")),
    ("abstract_end", _m("抽象后缀名词多", "many abstract nouns"),
     _m("抽象名词少", "few abstract nouns")),
    ("plural", _m("复数多", "many plurals"), _m("复数少", "few plurals")),
    ("link_start", _m("句首连接语多", "sentences that open with a connective"),
     _m("句首少连接语", "few opening connectives")),
    ("lower_start", _m("句首小写", "sentences that start in lower case"),
     _m("句首都大写", "every sentence starts with a capital")),
)  # fmt: skip
_ZH: tuple[Named, ...] = (
    ("pause", _m("顿号多", "many enumeration commas"), _m("顿号少", "few enumeration commas")),
    ("title", _m("书名号多", "book-title marks"), _m("没有书名号", "no book-title marks")),
    ("latin", _m("夹有外文字母", "Latin letters"), _m("没有外文字母", "no Latin letters")),
    ("char_variety", _m("单字变化多", "varied characters"), _m("单字重复", "repeated characters")),
    ("link_start", _m("句首连接语多", "sentences that open with a connective"),
     _m("句首少连接语", "few opening connectives")),
)  # fmt: skip
_LINKS = """
additionally moreover furthermore however overall ultimately consequently therefore meanwhile
similarly finally thus despite while although as in by with this these such through from when
"""
LINKS_EN = frozenset(_LINKS.split())
_LINK_ZH = re.compile(
    r"首先|其次|再次|最后,|此外|另外|同时|与此同时|因此|然而|总之|综上|通过|随着|在这|这一|这种|这些|这不仅|"
    r"为了|对于|作为|总的来说|不仅|未来|值得|让我们|我们|他们|它|为此|对此|尽管|虽然|无论|只有"
)


def names(language: str) -> tuple[Named, ...]:
    """What the numbers of `traits` are, in their order."""
    own = _EN if language == "en" else _ZH
    family = tuple(
        (
            one.id,
            _m(f"{one.name.zh}多", f"many uses of {one.name.en}"),
            _m(f"{one.name.zh}少", f"few uses of {one.name.en}"),
        )
        for one in families()[language]
    )
    further = phrasing_names() + flow_names() + discourse_names() if language == "zh" else ()
    return _SHARED + own + family + further


def traits(text: Prose) -> list[float]:
    """The traits of a text of at least a sentence or two, in the order of `names`."""
    if text.language == "zh":
        return _chinese(text)
    return _english(text)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _spread(values: Sequence[float]) -> float:
    mean = _mean(values)
    if len(values) < 2 or not mean:
        return 0.5
    return sqrt(sum((value - mean) ** 2 for value in values) / len(values)) / mean


def _step(values: Sequence[float]) -> float:
    if len(values) < 2:
        return 0.5
    return _mean([abs(a - b) / (a + b) for a, b in pairwise(values) if a + b])


def _variety(units: Sequence[str], window: int) -> float:
    """Mean share of distinct units in windows of a fixed size, so that length does not count."""
    if len(units) <= window:
        return len(set(units)) / max(1, len(units)) * float(pow(len(units) / window, 0.12))
    step = max(1, window // 2)
    return _mean(
        [
            len(set(units[at : at + window])) / window
            for at in range(0, len(units) - window + 1, step)
        ]
    )


def _repeat(units: Sequence[str], n: int, most: int) -> float:
    """Share of n-grams, among the first `most`, that were there before."""
    grams = [tuple(units[at : at + n]) for at in range(min(len(units), most) - n + 1)]
    return 1 - len(set(grams)) / len(grams) if grams else 0.0


def _packed(clean: str, size: int) -> float:
    """Bits a character in the first `size` characters after packing, length-matched."""
    data = clean[:size].lower().encode()
    bits = 8 * len(zlib.compress(data, 6)) / max(1, len(clean[:size]))
    return bits * float(pow(min(len(clean), size) / size, 0.15))


def _per(count: float, base: float) -> float:
    """Root of a rate in 100: a use more counts less, the more there are."""
    return sqrt(100 * count / base) if base else 0.0


def _shape(
    clean: str, lengths: Sequence[float], clauses: Sequence[float], base: float
) -> list[float]:
    count = clean.count
    mean = _mean(lengths)
    return [
        log(1 + mean),
        _spread(lengths),
        _step(lengths),
        sum(length < 0.5 * mean for length in lengths) / len(lengths),
        log(1 + _mean(clauses)),
        _spread(clauses),
        _per(count(","), base),
        _per(count(":") + count(";"), base),
        _per(count("?") + count("!"), base),
        _per(count('"'), base),
        _per(count("("), base),
        _per(count("—") + count("…") + count("..."), base),
        _per(len(_DIGIT.findall(clean)), base),
    ]


def _english(text: Prose) -> list[float]:
    per_sentence = [WORD.findall(sentence.text) for sentence in text.sentences]
    words = [token for one in per_sentence for token in one if token[0].isalpha()]
    lower = [word.lower() for word in words] or ["-"]
    n = len(lower)
    lengths = [float(sum(token[0].isalpha() for token in one)) for one in per_sentence] or [1.0]
    clauses = [float(len(part.split())) for part in re.split(r"[,;:.!?—]+ ?", text.clean) if part]
    starts = [next((t for t in one if t[0].isalpha()), "") for one in per_sentence]
    inner = sum(
        token[0].isupper() and token not in ("I", "I'm", "I've", "I'll", "I'd")
        for one in per_sentence
        for token in one[1:]
    )
    opening = len({start.lower() for start in starts}) / max(1, len(starts)) ** 0.85
    counts = Counter(lower[:400])
    shared = [
        *_shape(text.clean, lengths, clauses or [1.0], n),
        _variety(lower, 80),
        sum(v == 1 for v in counts.values()) / len(lower[:400]) * (len(lower[:400]) / 150) ** 0.25,
        _repeat(lower, 3, 250),
        _packed(text.clean, 1200),
        opening,
        _per(len(_TRIPLE.findall(text.clean)), n),
        _per(len(_NOT_ONLY.findall(text.clean)), n),
    ]

    tally = Counter(lower).items()

    def ends(*suffixes: str) -> float:
        return _per(sum([c for w, c in tally if len(w) > 4 and w.endswith(suffixes)]), n)

    own = [
        sum([len(w) * c for w, c in tally]) / n,
        sum([c for w, c in tally if len(w) >= 9]) / n,
        _per(len(_TAIL.findall(text.clean)), n),
        _per(inner, n),
        _per(sum([c for w, c in tally if "'" in w]), n),
        ends("ly"),
        ends("ing"),
        ends("ed"),
        _per(sum([c for w, c in tally if len(w) > 5 and _ABSTRACT_END.search(w)]), n),
        _per(
            sum([c for w, c in tally if len(w) > 4 and w.endswith("s") and not w.endswith("ss")]),
            n,
        ),
        sum(start.lower() in LINKS_EN for start in starts) / max(1, len(starts)),
        sum(start[:1].islower() for start in starts) / max(1, len(starts)),
    ]
    return [*shared, *own, *(_per(c, n) for c in count_english(lower))]


def _chinese(text: Prose) -> list[float]:
    clean = text.clean
    han = _HAN.findall(clean) or ["一"]
    n = len(han)
    lengths = [float(len(sentence.text)) for sentence in text.sentences] or [1.0]
    clauses = [float(len(part)) for part in re.split(r"[,;:。.!?—…\"]+", clean) if part]
    pairs = [a + b for a, b in pairwise(han)]
    starts = [sentence.text[:2] for sentence in text.sentences]
    counts = Counter(pairs[:300])
    linked = sum(_LINK_ZH.match(sentence.text) is not None for sentence in text.sentences)
    shared = [
        *_shape(clean, lengths, clauses or [1.0], n),
        _variety(pairs, 120),
        sum(v == 1 for v in counts.values())
        / max(1, len(pairs[:300]))
        * (min(n, 300) / 150) ** 0.15,
        _repeat(han, 3, 400),
        _packed(clean, 500),
        len(set(starts)) / max(1, len(starts)) ** 0.9,
        _per(len(_ZH_TRIPLE.findall(clean)), n),
        _per(len(_ZH_NOT_ONLY.findall(clean)), n),
    ]
    own = [
        _per(clean.count("、"), n),
        _per(clean.count("《"), n),
        _per(len(_LATIN.findall(clean)), n),
        _variety(han, 150),
        linked / max(1, len(starts)),
    ]
    families_found = (_per(c, n) for c in count_chinese(clean))
    return [
        *shared, *own, *families_found, *phrasing(clean, han), *flow(text), *discourse(text),
    ]  # fmt: skip
