"""Instructions meant to take over a language model: typed to it, or planted in a document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from operator import mul
from typing import ClassVar

from mingjian.detect.contract import NotApplicable
from mingjian.detect.learned import store
from mingjian.detect.learned.language import Tongue, language_of
from mingjian.detect.prompt.gauge import Gauge, columns
from mingjian.detect.prompt.hidden import WAYS, Passage
from mingjian.detect.prompt.planted import LONG, LONG_MESSAGE, Planted, long_enough
from mingjian.detect.prompt.reading import HIDDEN, LONGEST, Heard, Reading, read
from mingjian.detect.prompt.reasons import REQUEST, Reason, quiet_sentence, reasons, sentence, shown
from mingjian.detect.prompt.second import PACKAGE, Second
from mingjian.domain.evidence import READABLE_KINDS, Evidence, EvidenceKind
from mingjian.domain.finding import Finding, TableExhibit, TextExhibit, TextSpan
from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair
from mingjian.intake.text import decode

MODEL = "injection"
INJECTION = PropositionPair(
    id="prompt.injection",
    h1=Message(
        "该文本带有意在接管语言模型、使其背离运营者或用户的指令（注入或越狱）",
        "the text carries instructions meant to take over a language model against its operator "
        "or user (injection or jailbreak)",
    ),
    h2=Message("该文本不带有此类指令", "the text carries no such instructions"),
)
_WHERE = {
    "prompt": Message("这段输入", "this input"),
    "document": Message("这份文档", "this document"),
    "hidden": Message("这段隐藏的文字", "this hidden text"),
}
_QUIET = {name: quiet_sentence(where) for name, where in _WHERE.items()}
_WORDS = """
der die das und ist nicht ein eine ich du mit für auf les des est une que qui pour dans vous
et la el los las por una para como con il che di della per non sono het een van niet voor je
o os um uma não com em do da och att det är
"""
_FOREIGN = frozenset(_WORDS.split())
_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]+")


def tongue(text: str) -> Tongue:
    """`language_of`, but Latin text without foreign function words (a table of names, words
    written with digits) counts as English: that is what it was measured with."""
    found = language_of(text)
    if found != "other":
        return found
    words = _WORD.findall(text[:4000])
    letters = sum(map(len, words))
    others = sum(c.isalpha() for c in text[:4000]) - letters
    if others * 3 > letters or not words:
        return "other"
    foreign = sum(word.lower() in _FOREIGN for word in words)
    return "other" if foreign * 10 >= len(words) else "en"


_BARE = frozenset({EvidenceKind.TEXT, EvidenceKind.MESSAGE})
"""Kinds that need not be a document: somebody may have typed them to a model."""


class Injection:
    """Measures takeover in prompts and documents; shows hidden and disguised text decoded."""

    name: ClassVar[str] = "prompt.injection"
    version: ClassVar[str] = store.version("12", PACKAGE, MODEL)
    accepts: ClassVar[frozenset[EvidenceKind]] = READABLE_KINDS | {EvidenceKind.HTML}
    propositions: ClassVar[tuple[PropositionPair, ...]] = (INJECTION,)

    def __init__(self, options: Mapping[str, str]) -> None:
        arrays = store.load(PACKAGE, MODEL)
        self._gauge = Gauge.of(arrays)
        self._window: list[float] = arrays["window_last"].tolist()
        self._last: dict[str, tuple[list[float], float, float]] = {}
        """By form: coefficients, intercept, and the score from which a finding is of note."""
        self._second, self._again = Second(arrays), Planted(arrays)
        for form in ("prompt", "document"):
            numbers = arrays[f"{form}_last"]
            self._last[form] = (numbers[2:].tolist(), float(numbers[0]), float(numbers[1]))

    def examine(self, evidence: Evidence) -> Iterable[Finding]:
        text = evidence.text
        if text is None:
            text, _ = decode(evidence.content, 4 * LONGEST, evidence.identity.encoding)
        form = "prompt" if evidence.kind is EvidenceKind.PROMPT else "document"
        reading = read(text, self._gauge, whole=form == "prompt")
        if evidence.kind in _BARE and self._by_itself(reading):
            form = "prompt"
        if not reading.windows and not reading.heard:
            raise NotApplicable(
                Message("文本中没有可测量的文字。", "The text holds no words to measure.")
            )
        veiled = evidence.derivation is not None and evidence.derivation.step == "hidden-text"
        looks = self._looks(reading) if form == "document" else reading.takeover
        numbers = (
            reading.prompt_numbers()
            if form == "prompt"
            else reading.document_numbers(looks, veiled)
        )
        score, notable = self._first(form, numbers)
        twice = form == "prompt"
        if twice:
            score = self._second.measure(score, reading.passage())
        elif len(reading.windows) > 1:
            least = LONG_MESSAGE if evidence.kind is EvidenceKind.MESSAGE else LONG
            twice = long_enough(reading.normal.text, least)
            if twice:
                score, looks = self._read_again(reading, looks, score)
        where = "hidden" if veiled else form
        yield _measurement(text, reading, form, where, looks, score, twice, score < notable)
        passages = [heard.passage for heard in reading.heard]
        hidden = [p for p in passages if p.way in HIDDEN]
        disguised = [p for p in passages if p.way not in HIDDEN]
        if hidden:
            loud = any(
                h.passage.way not in ("comment", "attribute") or h.takeover > 0
                for h in reading.heard
                if h.passage.way in HIDDEN
            )
            yield _shown("prompt.hidden_text", hidden, _HIDDEN, quiet=not loud)
        if disguised:
            yield _shown("prompt.disguised_text", disguised, _DISGUISED, quiet=False)

    def _by_itself(self, reading: Reading) -> bool:
        """Whether a text is one window that, taken as said to a model, is of note at first: there
        is nothing around it in which it could be planted, so it is measured as a prompt."""
        if len(reading.windows) != 1 or reading.heard:
            return False
        score, notable = self._first("prompt", reading.prompt_numbers())
        return score >= notable

    def _first(self, form: str, numbers: Sequence[float]) -> tuple[float, float]:
        """The first measure of a text in this form, and from which it is of note."""
        coefficients, intercept, notable = self._last[form]
        return float(sum(map(mul, coefficients, numbers))) + intercept, notable

    def _read_again(
        self, reading: Reading, looks: Sequence[float], score: float
    ) -> tuple[float, list[float]]:
        """The measure of both readings of a document, and how planted each window now looks."""
        texts, numbers = zip(*reading.again(looks), strict=True)
        score, said = self._again.measure(score, texts, [looks[i] for i in numbers])
        anew = [min(said)] * len(looks)
        for i, planted in zip(numbers, said, strict=True):
            anew[i] = max(anew[i], planted)
        return score, anew

    def _looks(self, reading: Reading) -> list[float]:
        """How planted each window looks: unlike the rest, and addressed to a model."""
        if len(reading.windows) < 2:
            return reading.takeover
        intercept, *weights = self._window
        return [sum(map(mul, weights, row)) + intercept for row in reading.window_numbers()]


def _measurement(
    text: str,
    reading: Reading,
    form: str,
    where: str,
    looks: Sequence[float],
    score: float,
    twice: bool,
    quiet: bool,
) -> Finding:
    context: dict[str, str | float] = {
        "form": form,
        "language": tongue(reading.normal.text),
        "length": float(len(text)),
    }
    if quiet:
        return Finding(
            signal="prompt.injection",
            because=_QUIET[where],
            score=score,
            proposition=INJECTION.id,
            quiet=True,
            context=context,
            details={"windows": len(reading.windows), "cut": reading.cut, "read_twice": twice},
        )
    spans, found, heard = _strongest(reading, looks)
    excerpt = heard.passage.text if heard else text[spans[0].start : spans[0].end]
    title = Message("最有力的一处", "the most telling passage")
    if heard:
        way = WAYS[heard.passage.way]
        title = Message(f"解码后的文字（{way.zh}）", f"decoded text ({way.en})")
    because = sentence(found, _WHERE[where])
    if reading.cut:
        because = Message(
            f"{because.zh}只读取了前 {LONGEST} 个字符。",
            f"{because.en} Only the first {LONGEST} characters were read.",
        )
    return Finding(
        signal="prompt.injection",
        because=because,
        score=score,
        proposition=INJECTION.id,
        where=tuple(spans),
        exhibits=(TextExhibit(title=title, text=shown(excerpt)),),
        context=context,
        details={
            "windows": len(reading.windows),
            "cut": reading.cut,
            "read_twice": twice,
            "reasons": [reason.en for reason in found],
        },
    )


def _strongest(
    reading: Reading, looks: Sequence[float]
) -> tuple[list[TextSpan], list[Reason], Heard | None]:
    """Up to three passages that moved the measurement, the reasons, and the decoded passage
    where one moved it most."""
    takeover, loudest = reading.takeover, reading.loudest
    if loudest is not None:
        text = loudest.passage.text.lower()
        span = TextSpan(loudest.passage.start, loudest.passage.end)
        return [span], reasons(text, (), columns()), loudest
    order = sorted(range(len(looks)), key=lambda i: -looks[i])
    least = max(looks) - 1.5
    found: list[Reason] = []
    spans = []
    for i in order[:3]:
        if i != order[0] and (looks[i] < least or takeover[i] < 0.3):
            continue
        window = reading.windows[i]
        spans.append(TextSpan(*reading.normal.place(window.start, window.end)))
        part = reading.normal.text[window.start : window.end]
        found += [r for r in reasons(part, reading.marks[i], columns()) if r not in found]
    if takeover[order[0]] < 0.5 and len(order) > 1:
        found.insert(0, REQUEST)
    return spans, found, None


_HIDDEN = (
    Message("隐藏文字", "Hidden text"),
    "有 {n} 处文字对读者不可见而模型可以读到，已解码列出。{more}",
    "{n} passages cannot be seen by a reader but can be read by a model; they are listed "
    "decoded.{more}",
)
_DISGUISED = (
    Message("换了写法的文字", "Disguised text"),
    "有 {n} 处文字换了写法（编码、移位、倒写等），已解码列出。{more}",
    "{n} passages are written in a disguised form (encoded, shifted, reversed …); they are "
    "listed decoded.{more}",
)
_COLUMNS = (
    Message("方式", "how"),
    Message("起", "from"),
    Message("止", "to"),
    Message("解码后的文字", "decoded text"),
)
_ROWS = 20


def _shown(
    signal: str, passages: list[Passage], words: tuple[Message, str, str], *, quiet: bool
) -> Finding:
    title, zh, en = words
    count = len(passages)
    rows = tuple((WAYS[p.way], str(p.start), str(p.end), shown(p.text)) for p in passages[:_ROWS])
    more = (
        ("", "")
        if count <= _ROWS
        else (f"表中为前 {_ROWS} 处。", f" The table holds the first {_ROWS}.")
    )
    return Finding(
        signal=signal,
        because=Message(zh.format(n=count, more=more[0]), en.format(n=count, more=more[1])),
        quiet=quiet,
        where=tuple(TextSpan(p.start, p.end) for p in passages),
        exhibits=(TableExhibit(title=title, columns=_COLUMNS, rows=rows),),
        details={"ways": sorted({p.way for p in passages})},
    )
