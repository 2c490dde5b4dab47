"""The course of a run: who asked for what, what was done, and where values came from."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

from mingjian.detect.agent.acting import act_of, asks_a_person, risk_of
from mingjian.detect.agent.asking import Asking, askings
from mingjian.detect.agent.quantities import Figure, figures
from mingjian.detect.agent.trace import Step, Trace
from mingjian.detect.agent.words import (
    READ_HERE,
    acts,
    channels,
    no_names,
    no_names_zh,
    says,
    signs,
)

_VALUE = re.compile(
    r"[\w.+\-]{1,64}@[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,4}"  # an address of mail
    r"|https?://[^\s\"'<>)\]，。]{4,200}"
    r"|\b(?:0x)?[0-9a-f]{20,64}\b"
    r"|\b(?=[\w\-]{0,40}\d)(?=[\w\-]{0,40}[a-z])[a-z0-9][\w\-]{4,40}\b"  # codes: letters and digits
    r"|\b\d[\d ,\-]{2,24}\d\b",
    re.I,
)
_DATA_BEGINS = re.compile(r"\[\s{0,9}\{\s{0,9}[\"']")
_DATA_ENDS = re.compile(r"\}\s{0,9}\]")
_LONGEST_DATA = 8_000
_KEPT = re.compile(
    r"\.ssh/|\bid_(?:rsa|dsa|ecdsa|ed25519)|\.aws/|\.gnupg|\.kube/config|\.netrc|/etc/shadow"
    r"|(?:^|[\s/])\.env\b|wallet\.dat|credentials",
    re.I,
)
"""Paths under which keys and passwords are kept."""
_SQUEEZE = re.compile(r"[\s,\-]+")
_NOT_HANDED_ON = frozenset({"pay", "post", "execute", "read", ""})
"""Acts that a content cannot ask for in the user's stead."""
MOST_VALUES = 400
MOST_JUDGED = 300
LOOKED_BACK = 200
"""Steps searched for where a value came from."""


def values_in(text: str) -> list[str]:
    """Addresses, links, codes and long numbers in a text, written alike, each once."""
    found: dict[str, None] = {}
    for match in _VALUE.finditer(text[:READ_HERE]):
        value = match[0].lower().rstrip(".;,:!?")
        found[value if "@" in value or "/" in value else _SQUEEZE.sub("", value)] = None
        if len(found) >= MOST_VALUES:
            break
    return list(found)


def without_data(text: str) -> str:
    """Without lists of tools and records in it: given along with a request, not asked for."""
    ends = [match.span() for match in _DATA_ENDS.finditer(text)]
    kept, done, nth = [], 0, 0
    for begin in _DATA_BEGINS.finditer(text):
        if begin.start() < done:
            continue
        while nth < len(ends) and ends[nth][0] < begin.end():
            nth += 1
        if nth == len(ends):
            break
        if ends[nth][0] - begin.end() <= _LONGEST_DATA:
            kept += [text[done : begin.start()], " "]
            done = ends[nth][1]
    return "".join(kept) + text[done:]


def squeezed(text: str) -> str:
    """Lower case without blanks, commas and hyphens: how `values_in` writes its values."""
    return _SQUEEZE.sub("", text.lower())


def names_in(text: str) -> frozenset[str]:
    """Words, and pairs of Han characters, by which a lower-case text may name something."""
    words = set(re.findall(r"[a-z0-9]+", text)) - no_names()
    runs = re.findall(r"[\u4e00-\u9fff]+", no_names_zh().sub(" ", text))
    pairs = {run[k : k + 2] for run in runs for k in range(max(1, len(run) - 1))}
    return frozenset(words | pairs)


def _asked_in(text: str) -> frozenset[str]:
    """The classes of acts that a text asks for."""
    return frozenset(id for id, act in acts().items() if act.said.search(text))


@dataclass
class Course:
    """A trace with what the rules ask about it. Indices are those of `trace.steps`."""

    trace: Trace
    acts: dict[int, str] = field(init=False)
    """Class of acts of each call."""
    _first_asked: dict[str, int | None] = field(default_factory=dict, init=False)
    """By class of acts: the first turn of the user that asks for it."""

    def __post_init__(self) -> None:
        self.acts = {i: act_of(step) for i, step in self.trace.of("call")}

    @property
    def steps(self) -> tuple[Step, ...]:
        return self.trace.steps

    @cached_property
    def risky(self) -> list[int]:
        """Calls that are hard to take back (risk 2 or 3)."""
        return [i for i, act in self.acts.items() if risk_of(act) >= 2]

    @cached_property
    def acting(self) -> list[int]:
        """Calls that do more than look."""
        return [i for i, act in self.acts.items() if act not in ("read", "")]

    @cached_property
    def changing(self) -> list[int]:
        """The first 300 calls that do not only look, those of unknown tools among them."""
        return [i for i, act in self.acts.items() if act != "read"][:MOST_JUDGED]

    @cached_property
    def judged(self) -> frozenset[int]:
        """Calls whose arguments are followed back: the first 300 that do more than look."""
        return frozenset(self.acting[:MOST_JUDGED])

    @cached_property
    def private(self) -> list[int]:
        """The first 100 contents in which sensitive words stand, or that were read from a place
        where keys and passwords are kept."""
        seen = (
            i
            for i, s in self.trace.of("observation")
            if says("sensitive", s.text)
            or (i > 0 and _KEPT.search(self.steps[i - 1].text[:READ_HERE]))
        )
        return list(islice(seen, 100))

    @cached_property
    def request(self) -> str:
        """What the user and the operator said, lower case, up to 20,000 characters."""
        return "\n".join(self.asked.values())[:20_000]

    @cached_property
    def asked(self) -> dict[int, str]:
        """Each turn of the user, lower case, without structured data quoted in it."""
        return {
            i: without_data(s.text[: 2 * READ_HERE])[:READ_HERE].lower()
            for i, s in self.trace.of("instruction")
        }

    @cached_property
    def figures(self) -> list[tuple[int, Figure]]:
        """The first 300 figures the user gave, with their turn."""
        every = ((i, one) for i, said in self.asked.items() for one in figures(said))
        return list(islice(every, 300))

    @cached_property
    def wishes(self) -> dict[int, frozenset[str]]:
        """The contents that the user told the agent to do as they say (the first 100), and the
        classes of acts they ask for, up to where one sets tasks aside or speaks to an AI: the user
        cannot have meant what follows."""
        turns = [i for i, said in self.asked.items() if says("delegates", said)][:20]
        pointed = [(j, t) for j in turns for said, t in channels() if said.search(self.asked[j])]
        named = (
            i for i, _ in self.trace.of("observation") if pointed and self._is_from(i, pointed)
        )
        return {i: _asked_in(self._meant(i)) for i in islice(named, 100)}

    @cached_property
    def handed_on(self) -> str:
        """What those contents say, lower case, up to 100,000 characters."""
        return "\n".join(self.steps[i].text for i in self.wishes)[:100_000].lower()

    def _meant(self, index: int) -> str:
        """What the user can have meant of a content."""
        text = self.steps[index].text[:READ_HERE].lower()
        signed = (signs()[sign].search(text) for sign in ("overrides", "addressed_to_ai"))
        end = min((match.start() for match in signed if match), default=len(text))
        return text[:end]

    def _is_from(self, index: int, pointed: list[tuple[int, re.Pattern[str]]]) -> bool:
        """Whether a step came back from reading what the user pointed at in an earlier turn."""
        if self.acts.get(index - 1) != "read":
            return False
        call = self.steps[index - 1]
        read = f"{call.name} {call.text[:300]}".lower()
        return any(j < index and tool.search(read) for j, tool in pointed)

    def wished(self, index: int, source: int | None = None) -> bool:
        """Whether a content the user named as what to do (`source`, or any) asks for what a call
        does, to something it names. Never where it pays, publishes, runs a command, touches a
        secret or goes to an address of which the user said nothing: so much is not handed on."""
        act = self.acts[index]
        asking = [
            i for i, asked in self.wishes.items()
            if i < index and act in asked and source in (None, i) and self._is_about(index, i)
        ]  # fmt: skip
        if act in _NOT_HANDED_ON or not asking:
            return False
        text = self.steps[index].text
        addresses = (v for v in values_in(text) if "@" in v or "://" in v)
        return not says("sensitive", text) and all(squeezed(v) in self.told for v in addresses)

    def _is_about(self, index: int, source: int) -> bool:
        """Whether a word of a call's arguments stands in a content; where there is none to look
        for, whether the call could be about it."""
        values = [v for _, v in self.steps[index].arguments if len(v) <= 60]
        words = frozenset().union(*(names_in(v.lower()) for v in values))
        return not words or bool(words & names_in(self._meant(source)))

    def wanted(self, index: int) -> bool:
        """Whether the user asked for what a call does, himself or by a content he named."""
        return self.asked_for(self.acts[index], index) or self.wished(index)

    @cached_property
    def rules_given(self) -> str:
        """What the operator said, lower case."""
        return "\n".join(s.text[:READ_HERE] for _, s in self.trace.of("system"))[:20_000].lower()

    @cached_property
    def told(self) -> str:
        """Request and operator's words as values are written (see `squeezed`)."""
        return squeezed(self.request + "\n" + self.rules_given)

    def known(self, value: str, index: int) -> bool:
        """Whether a value (as values are written) was told, returned or used before a step."""
        return value in self.told or any(
            value in self.squeezed[j]
            for j in range(max(0, index - LOOKED_BACK), index)
            if self.steps[j].kind != "thought"
        )

    @cached_property
    def squeezed(self) -> list[str]:
        """Each step as values are written."""
        return [squeezed(step.text[:READ_HERE]) for step in self.steps]

    @cached_property
    def refusals(self) -> list[int]:
        """Answers that refuse."""
        return [i for i, s in self.trace.of("answer") if says("refuses", s.text[:1_500])]

    @cached_property
    def naming_risk(self) -> list[int]:
        """Answers and thoughts that name a risk."""
        return [i for i, s in self.trace.of("answer", "thought") if says("names_risk", s.text)]

    @cached_property
    def questions(self) -> list[int]:
        """Answers (and thoughts, calls to a user) that ask for confirmation or what is missing."""
        said = [i for i, s in self.trace.of("answer") if says("asks", s.text[-1_500:])]
        return said + [i for i, s in self.trace.of("call") if asks_a_person(s.name)]

    @cached_property
    def approvals(self) -> list[int]:
        """Turns of the user that answer the agent: what follows was talked over."""
        first = next((i for i, s in enumerate(self.steps) if s.kind == "answer"), None)
        if first is None:
            return []
        return [
            i for i, s in self.trace.of("instruction")
            if i > first and says("agrees", s.text[:300])
        ]  # fmt: skip

    def approved(self, index: int) -> bool:
        """Whether the user agreed, after a question, before this step."""
        return any(i < index for i in self.approvals) or any(
            i < index and self.steps[i].kind == "call" for i in self.questions
        )

    def asked_for(self, act: str, before: int) -> bool:
        """Whether the user's words before a step ask for acts of this class."""
        known = acts().get(act)
        if known is None:
            return True
        if act not in self._first_asked:
            asking = (i for i, said in self.asked.items() if known.said.search(said))
            self._first_asked[act] = next(asking, None)
        first = self._first_asked[act]
        return first is not None and first < before

    @cached_property
    def _first_of_kind(self) -> dict[Asking, int]:
        """By kind of sentence: the first turn of the user that holds one."""
        first: dict[Asking, int] = {}
        for i, said in self.asked.items():
            for kind in askings(said):
                first.setdefault(kind, i)
        return first

    def only_looks(self, before: int) -> bool:
        """Whether the user's words before a step ask for no more than to look."""
        first = self._first_of_kind
        return first.get("looks", before) < before <= first.get("does", before)

    def outcome(self, index: int) -> str:
        """What came back for a call, lower case, up to the next step of another kind."""
        for step in self.steps[index + 1 : index + 3]:
            if step.kind == "observation":
                return step.text[:2_000].lower()
            if step.kind == "call":
                break
        return ""

    def failed(self, index: int) -> bool:
        """Whether a call came back with a failure."""
        return signs()["failed"].search(self.outcome(index)[:600]) is not None

    @cached_property
    def last_answer(self) -> int | None:
        """The last answer, if the run ends with one."""
        for i in range(len(self.steps) - 1, -1, -1):
            if self.steps[i].kind == "answer":
                return i
            if self.steps[i].kind == "call":
                return None
        return None
