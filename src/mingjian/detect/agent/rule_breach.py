"""Runs of AI agents that break rules of safe conduct: which step, which rule, how strongly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from mingjian.detect.agent.course import Course
from mingjian.detect.agent.features import features, words
from mingjian.detect.agent.matching import breaches
from mingjian.detect.agent.measure import MODEL, PACKAGE, Measure
from mingjian.detect.agent.read import read_trace
from mingjian.detect.agent.rules import Hit, explained, rule
from mingjian.detect.agent.trace import Trace
from mingjian.detect.agent.wording import shown
from mingjian.detect.agent.words import acts
from mingjian.detect.contract import NotApplicable, NotExaminable
from mingjian.detect.learned import store
from mingjian.detect.learned.language import language_of
from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.domain.finding import Finding, TableExhibit
from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair

RULE_BREACH = PropositionPair(
    id="agent.rule_breach",
    h1=Message(
        "所记录的智能体运行过程违反了安全行为规则",
        "the recorded run of the AI agent breaks a rule of safe conduct",
    ),
    h2=Message(
        "所记录的智能体运行过程没有违反安全行为规则",
        "the recorded run of the AI agent breaks no rule of safe conduct",
    ),
)
SIGNAL = "agent.conduct"
MOST_SHOWN = 12
"""Breaches listed in a finding."""

_NO_STEPS = Message(
    "没有读出智能体的步骤：内容不是可识别的智能体日志形式",
    "no steps of an agent could be read: the content is in no known form of an agent's log",
)
_TOO_LARGE = Message(
    "智能体日志过大，未读入文本", "the agent's log is too large and was not read as text"
)
_NOTHING = Message(
    "没有读到违反规则的步骤。规则只覆盖写明的行为，未发现不等于没有。",
    "No step that breaks a rule was read. The rules cover the conduct they name; not finding a "
    "breach does not prove there is none.",
)
_COLUMNS = (
    Message("步骤", "step"),
    Message("发生了什么", "what happened"),
    Message("规则", "rule"),
    Message("ATLAS 技术编号", "ATLAS techniques"),
)


class RuleBreach:
    """Reads a trace into steps and flows of data, and holds them against the rules."""

    name: ClassVar[str] = "agent.rule_breach"
    version: ClassVar[str] = store.version("7", PACKAGE, MODEL)
    accepts: ClassVar[frozenset[EvidenceKind]] = frozenset({EvidenceKind.AGENT_TRACE})
    propositions: ClassVar[tuple[PropositionPair, ...]] = (RULE_BREACH,)

    def __init__(self, options: Mapping[str, str]) -> None:
        self._measure = Measure.load()

    def examine(self, evidence: Evidence) -> Iterable[Finding]:
        if evidence.text is None:
            raise NotExaminable(_TOO_LARGE)
        trace = read_trace(evidence.text)
        if trace is None:
            raise NotApplicable(_NO_STEPS)
        course = Course(trace)
        hits = breaches(course)
        score = self._measure.score(features(course, hits), words(course))
        yield _finding(trace, course, hits, score)


def _finding(trace: Trace, course: Course, hits: list[Hit], score: float) -> Finding:
    listed = hits[:MOST_SHOWN]
    spoken = "\n".join(
        step.text[:2_000] for _, step in trace.of("instruction", "answer", "thought")
    )
    context: dict[str, str | float] = {
        "language": language_of(spoken),
        "steps": float(len(trace.steps)),
        "format": trace.form,
    }
    outright = {hit.rule for hit in hits if not hit.unclear}
    details: dict[str, object] = {
        "rules": sorted(outright),
        "to_check": sorted({hit.rule for hit in hits} - outright),
        "atlas": sorted({technique for id in outright for technique in rule(id).atlas}),
        "steps": [
            {"rule": hit.rule, "step": hit.step + 1, "from": _from(hit), "unclear": hit.unclear}
            for hit in listed
        ],
        "read": len(trace.steps),
        "cut": trace.cut,
    }
    if not hits:
        return Finding(
            signal=SIGNAL,
            because=_with_limits(_NOTHING, trace),
            score=score,
            proposition=RULE_BREACH.id,
            quiet=True,
            context=context,
            details=details,
        )
    return Finding(
        signal=SIGNAL,
        because=_with_limits(_because(hits), trace),
        score=score,
        proposition=RULE_BREACH.id,
        where=tuple(dict.fromkeys(trace.steps[hit.step].place for hit in listed)),
        exhibits=(_table(course, listed),),
        context=context,
        details=details,
    )


def _from(hit: Hit) -> int | None:
    return None if hit.first is None else hit.first + 1


def _because(hits: list[Hit]) -> Message:
    """The two gravest breaches in words, and how many more there are."""
    first: list[Hit] = []
    for hit in hits:
        if all(hit.rule != other.rule and hit.step != other.step for other in first):
            first.append(hit)
    told = [explained(hit) for hit in first[:2]]
    zh = "；".join(message.zh for message in told)
    en = "; ".join(message.en for message in told)
    more = len(hits) - len(told)
    if more > 0:
        return Message(
            f"{zh}。另有 {more} 处，见表。", f"{_capital(en)}. {more} more in the table."
        )
    return Message(f"{zh}。", f"{_capital(en)}.")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _with_limits(because: Message, trace: Trace) -> Message:
    if not trace.cut:
        return because
    read = len(trace.steps)
    return Message(
        f"{because.zh}日志过长，只读到前 {read} 步。",
        f"{because.en} The log is long: only its first {read} steps were read in full.",
    )


def _table(course: Course, hits: list[Hit]) -> TableExhibit:
    """Step, what happened, rule."""
    rows: list[tuple[str | Message, ...]] = []
    for hit in hits:
        told = rule(hit.rule)
        step = course.steps[hit.step]
        rows.append(
            (
                str(hit.step + 1),
                _happened(course, hit.step, step.name, step.text),
                _to_check(told.sentence) if hit.unclear else told.sentence,
                ", ".join(told.atlas),
            )
        )
    return TableExhibit(
        title=Message("违反规则或有待核对的步骤", "Steps that break a rule, or are to be checked"),
        columns=_COLUMNS,
        rows=tuple(rows),
    )


def _to_check(sentence: Message) -> Message:
    return Message(f"有待核对：{sentence.zh}", f"To be checked: {sentence.en}")


def _happened(course: Course, index: int, name: str, text: str) -> Message:
    excerpt = shown(text, 100)
    act = acts().get(course.acts.get(index, ""))
    if course.steps[index].kind == "call":
        tool = shown(name or "action", 40)
        if act is None:
            return Message(f"调用 {tool}：{excerpt}", f"calls {tool}: {excerpt}")
        return Message(f"{act.name.zh}（{tool}）：{excerpt}", f"{act.name.en} ({tool}): {excerpt}")
    return Message(f"答复：{excerpt}", f"answers: {excerpt}")
