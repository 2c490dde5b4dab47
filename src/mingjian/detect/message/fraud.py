"""Fraud and extortion in messages, calls and chats, by what is said and in which order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from mingjian.detect.contract import NotApplicable, NotExaminable
from mingjian.detect.learned import store
from mingjian.detect.learned.language import language_of
from mingjian.detect.message.acts import Language, Reading, known_acts, made_of
from mingjian.detect.message.handles import KINDS, handles
from mingjian.detect.message.reading import Gathered, read_turns
from mingjian.detect.message.stages import STAGES, Step, pivotal, steps, table
from mingjian.detect.message.turns import LONGEST, Spoken, spoken
from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.domain.finding import Finding, Member, Place, TableExhibit, TextSpan
from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair

FRAUD = PropositionPair(
    id="message.fraud",
    h1=Message(
        "该消息或对话的内容是诈骗、勒索，或以违法交易（赌博、假证假票、色情、买卖账户等）招揽",
        "the message or dialogue carries a fraud or an extortion, or solicits an unlawful trade "
        "(gambling, forged papers, paid sex, accounts for sale)",
    ),
    h2=Message(
        "该消息或对话是普通往来、服务通知、正常推销或防骗提醒",
        "the message or dialogue is an ordinary one: private, a service notice, ordinary "
        "marketing, or a warning of fraud",
    ),
)
MODEL = "fraud"
_TALK_FROM = {"zh": 260, "en": 500}
"""Characters from which a text without named speakers may be a call's transcript."""
_GREETING = re.compile(
    r"\W{0,4}(?:hello|hi|hey|good (?:morning|afternoon|evening)|thank you for calling"
    r"|您好|你好|喂)",
    re.I,
)
_WRONG_KIND = Message("没有可读的文字", "there is no text to be read")
_OTHER_TONGUE = Message(
    "只检验中文和英文；该文本不属于这两种语言",
    "only Chinese and English are measured; this text is in neither",
)


class MessageFraud:
    """Measures acts and wording of fraud, and shows the stages with the request they lead to."""

    name: ClassVar[str] = "message.fraud"
    version: ClassVar[str] = store.version("9", __package__, MODEL)
    accepts: ClassVar[frozenset[EvidenceKind]] = frozenset(
        {EvidenceKind.TEXT, EvidenceKind.MESSAGE, EvidenceKind.DIALOGUE}
    )
    propositions: ClassVar[tuple[PropositionPair, ...]] = (FRAUD,)

    def __init__(self, options: Mapping[str, str]) -> None:
        from mingjian.detect.message.measure import Measure

        self._measure = Measure(store.load(__package__, MODEL))

    def examine(self, evidence: Evidence) -> Iterable[Finding]:
        text = evidence.text
        if text is None:
            raise NotExaminable(_WRONG_KIND)
        head = text[:LONGEST]
        if not head.strip():
            raise NotApplicable(_WRONG_KIND)
        declared = evidence.kind is EvidenceKind.DIALOGUE
        turns = spoken(text, evidence.format, declared=declared)
        language = language_of(" ".join(turn.text for turn in turns) if turns else head)
        if language == "other":
            raise NotApplicable(_OTHER_TONGUE)
        reading, gathered, read = read_turns(text, turns, language)
        form = form_of(head, turns, language, declared=declared)
        yield self._measurement(reading, gathered, read, form)
        if found := self._handles(read, gathered):
            yield found

    def _measurement(self, reading: Reading, gathered: Gathered, read: str, form: str) -> Finding:
        population = f"{reading.language}-{form}"
        measured = self._measure(reading, population)
        context: dict[str, str | float] = {
            "language": reading.language,
            "form": form,
            "length": float(len(reading.cleaned.text)),
        }
        details: dict[str, Any] = {
            "wording": round(measured.grams, 3),
            "acts": round(measured.named, 3),
            "turns": len(gathered.turns),
        }
        if measured.told is not None:
            details["in_context"] = round(measured.told, 3)
        weights = self._measure.weights[population]
        if measured.score < 0:
            return Finding(
                signal="message.fraud",
                because=_quiet(reading, weights) if reading.acts else _NOTHING,
                score=measured.score,
                proposition=FRAUD.id,
                quiet=True,
                context=context,
                details=details,
            )
        found = steps(reading, gathered, read, weights)
        details["stages"] = _staged(found)
        where: list[Place] = [place for step in found if (place := _place(step))]
        if not where:
            where = self._wording(reading, gathered, population)
        return Finding(
            signal="message.fraud",
            because=_in_context(_because(found, reading), measured.told),
            score=measured.score,
            proposition=FRAUD.id,
            where=tuple(dict.fromkeys(where)),
            exhibits=(table(found, read, dialogue=bool(gathered.turns)),) if found else (),
            context=context,
            details=details,
        )

    def _wording(self, reading: Reading, gathered: Gathered, population: str) -> list[Place]:
        """The passages whose wording moved the measurement most, where no act is named."""
        from mingjian.detect.learned.spans import strongest_spans

        moved = self._measure.moved(reading, population)
        places: list[Place] = []
        for start, end, _ in strongest_spans(reading.cleaned.text, moved, most=3):
            span = gathered.original(*reading.cleaned.place(start, end))
            if span:
                places.append(TextSpan(*span))
        return places

    def _handles(self, read: str, gathered: Gathered) -> Finding | None:
        found = handles(read)
        if not found:
            return None
        counts: dict[str, int] = {}
        for handle in found:
            counts[handle.kind] = counts.get(handle.kind, 0) + 1
        zh = "、".join(f"{KINDS[kind].zh} {n} 个" for kind, n in counts.items())
        en = ", ".join(f"{KINDS[kind].en}: {n}" for kind, n in counts.items())
        spans = [gathered.original(handle.start, handle.end) for handle in found]
        return Finding(
            signal="message.handles",
            because=Message(
                f"文中给出联系、支付或验证要素：{zh}。此为事实，不说明其用途。",
                f"The text gives means of contact, payment or verification: {en}. This is a fact "
                "and says nothing of their use.",
            ),
            quiet=True,
            where=tuple(TextSpan(*span) for span in spans if span),
            exhibits=(
                TableExhibit(
                    title=Message("联系、支付与验证要素（已遮盖）", "Handles (masked)"),
                    columns=(Message("种类", "kind"), Message("内容", "value")),
                    rows=tuple((KINDS[handle.kind], handle.masked) for handle in found),
                ),
            ),
            details={"counts": counts},
        )


def form_of(text: str, turns: list[Spoken], language: Language, *, declared: bool) -> str:
    """``dialogue`` or ``message``. A long text without named speakers is a dialogue where it
    was declared one, or where it greets and asks as a call does."""
    if turns:
        return "dialogue"
    if len(text) < _TALK_FROM[language]:
        return "message"
    asked = text.count("?") + text.count("？")
    return "dialogue" if declared or (asked >= 3 and _GREETING.match(text)) else "message"


_NOTHING = Message(
    "未见诈骗、勒索常见的行为表述。未见不等于没有：隐晦或新型话术会漏检。",
    "None of the acts common in fraud or extortion were found. That proves nothing: veiled or "
    "new approaches are missed.",
)


def _place(step: Step) -> Place | None:
    if step.where:
        return TextSpan(*step.where)
    return Member(f"turn {step.turn}") if step.turn else None


def _staged(found: list[Step]) -> list[dict[str, Any]]:
    key = pivotal(found)
    return [
        {
            "stage": step.act.stage,
            "act": step.act.name,
            "turn": step.turn,
            "start": step.where[0] if step.where else None,
            "end": step.where[1] if step.where else None,
            "pivotal": step is key,
        }
        for step in found
    ]


def _quiet(reading: Reading, weights: Mapping[str, float]) -> Message:
    """For a low measurement with acts in it: which, and that they weigh little together."""
    known = known_acts()
    names = {name for name, _, _ in reading.acts}
    warned = _warned(names)
    told = sorted(names - {"guard"}, key=lambda name: (-weights.get(name, 0.0), name))[:4]
    if not told:
        return Message(f"{warned[0]}{_NOTHING.zh}", f"{_NOTHING.en}{warned[1]}")
    zh = "；".join(known[name].words.zh for name in told)
    en = "; ".join(known[name].words.en for name in told)
    return Message(
        f"文中有与下列行为相似的词语：{zh}；但合起来看与普通往来相近。{warned[0]}",
        f"Words like these acts are in it: {en}; taken together it is close to ordinary "
        f"messages.{warned[1]}",
    )


def _warned(names: set[str]) -> tuple[str, str]:
    if "guard" not in names:
        return "", ""
    return "文中有提醒防骗的说法。", " It also warns against fraud."


_CLEAR = 1.0
"""A second reading nearer to zero than this is not worth a sentence."""


def _in_context(because: Message, told: float | None) -> Message:
    """What a clear second reading adds to the acts that were named."""
    if told is None or abs(told) < _CLEAR:
        return because
    zh = "通读对话，把各处放在上下文里看，也接近诈骗。"
    en = " Read as a whole, each passage in its place, it is close to fraud too."
    if told < 0:
        zh = "但通读对话，把各处放在上下文里看，更接近普通往来。"
        en = " But read as a whole, each passage in its place, it is closer to ordinary talk."
    return Message(because.zh + zh, because.en + en)


def _because(found: list[Step], reading: Reading) -> Message:
    strongest = sorted(found, key=lambda step: -step.weight)
    names = {step.act.name for step in strongest}
    # What an act named beside it is made of is told last, if there is room.
    within = {concept for name in names for concept in made_of().get(name, ())}
    strongest.sort(key=lambda step: step.act.name in within)
    acts = list(dict.fromkeys(step.act.words for step in strongest))[:4]
    zh = "；".join(act.zh for act in acts)
    en = "; ".join(act.en for act in acts)
    warned = _warned({name for name, _, _ in reading.acts})
    if not acts:
        return Message(
            "没有单独可指的行为，但用词整体上与诈骗、勒索或违法招揽的文本相近。",
            "No single act stands out, but the wording as a whole is close to that of fraud, "
            "extortion or unlawful offers.",
        )
    stages = [stage for stage in STAGES if any(step.act.stage == stage for step in found)]
    key = pivotal(found)
    turn = ("", "")
    if key and key.turn:
        turn = (f"关键一步在第 {key.turn} 轮。", f" The pivotal step is in turn {key.turn}.")
    zh_stages = "、".join(STAGES[stage].zh for stage in stages)
    en_stages = ", ".join(STAGES[stage].en for stage in stages)
    return Message(
        f"内容包含：{zh}。出现的阶段：{zh_stages}。{turn[0]}{warned[0]}",
        f"It contains: {en}. Stages seen: {en_stages}.{turn[1]}{warned[1]}",
    )
