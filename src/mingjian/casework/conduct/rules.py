"""The rules: signs from what was seen, suggested conducts from signs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from mingjian.casework.conduct.seen import Place, Seen
from mingjian.domain.message import Message
from mingjian.law.entry import Conduct
from mingjian.law.library import Library, library

State = Literal["supported", "partly", "by_hand"]
STATES: Mapping[State, Message] = {
    "supported": Message("所需迹象均已出现", "all signs the rule asks for are there"),
    "partly": Message("部分迹象出现", "some of the signs are there"),
    "by_hand": Message("由人提出", "named by a person"),
}
NOTE = Message(
    "以下是由发现推得的行为建议，供人判断；说的是可能发生了什么，不是谁做的，也不是有罪认定。",
    "Suggested from the findings, for a person to judge: what may have been done, not who did "
    "it, and never a finding of guilt.",
)
_APART = Message(
    "这些迹象在不同的材料中：须查明是否属于同一行为",
    "these signs lie in different items: establish whether they belong to one act",
)
PLACES = 5
"""Places shown for one sign."""
Condition = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sign:
    """Something that the records or a person's statement may show."""

    id: str
    name: Message
    condition: Condition

    def places(self, seen: Seen) -> list[Place] | None:
        """Where it was seen; None: not at all. Stated facts have no place in the evidence."""
        return _places(self.condition, seen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """When to suggest a conduct. Each group of `needs` asks for one of its signs."""

    conduct: str
    needs: tuple[tuple[str, ...], ...]
    adds: tuple[str, ...]
    against: tuple[str, ...]
    changes: tuple[Message, ...]
    by_hand: Message | None
    partly: int
    """How many groups, from the first on, must be met for a partial suggestion."""
    examples: tuple[Mapping[str, Any], ...]

    def state(self, signs: frozenset[str] | set[str]) -> State | None:
        """What `signs` amount to; None: nothing to suggest."""
        met = [any(name in signs for name in group) for group in self.needs]
        if met and all(met):
            return "supported"
        if met and len(met) > self.partly - 1 and all(met[: self.partly]):
            return "partly"
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """A conduct that may have taken place."""

    conduct: Conduct
    state: State
    supports: tuple[tuple[Sign, tuple[Place, ...], int], ...]
    """Signs with at most `PLACES` places, and how many there were."""
    missing: tuple[Message, ...]
    """Signs the rule still asks for, then what must be established in any case."""
    changes: tuple[Message, ...]
    against: tuple[Message, ...]

    def as_json(self, shelf: Library) -> dict[str, object]:
        return {
            "conduct": self.conduct.id,
            "name": self.conduct.name.as_json(),
            "category": shelf.categories[str(self.conduct.category)].as_json(),
            "type": shelf.types[self.conduct.type].as_json(),
            "state": self.state,
            "state_words": STATES[self.state].as_json(),
            "supports": [
                {
                    "sign": sign.id,
                    "words": sign.name.as_json(),
                    "count": count,
                    "places": [
                        {
                            "sha256": place.sha256,
                            "path": place.path,
                            "because": place.because.as_json(),
                        }
                        for place in places
                    ],
                }
                for sign, places, count in self.supports
            ],
            "missing": [item.as_json() for item in self.missing],
            "changes": [item.as_json() for item in self.changes],
            "against": [item.as_json() for item in self.against],
        }


def _message(value: Any) -> Message:
    return Message(value["zh"], value["en"])


def _data(name: str) -> Any:
    return json.loads(files("mingjian.casework.conduct").joinpath(name).read_text("utf-8"))


@cache
def signs() -> Mapping[str, Sign]:
    """All signs by id."""
    return {
        name: Sign(name, _message(item), item["if"]) for name, item in _data("signs.json").items()
    }


@cache
def rules() -> Mapping[str, Rule]:
    """All rules by conduct."""
    return {
        item["conduct"]: Rule(
            conduct=item["conduct"],
            needs=tuple(tuple(group) for group in item["needs"]),
            adds=tuple(item["adds"]),
            against=tuple(item.get("against", ())),
            changes=tuple(map(_message, item["changes"])),
            by_hand=_message(item["by_hand"]) if "by_hand" in item else None,
            partly=item.get("partly", 1),
            examples=tuple(item["examples"]),
        )
        for item in _data("rules.json")
    }


# ---- conditions --------------------------------------------------------------------------


def _places(condition: Condition, seen: Seen) -> list[Place] | None:
    """Where the condition holds; an empty list where it holds by statement; None: nowhere."""
    if "any" in condition:
        found = [places for one in condition["any"] if (places := _places(one, seen)) is not None]
        return [place for places in found for place in places] if found else None
    if "all" in condition:
        every = [_places(one, seen) for one in condition["all"]]
        if any(places is None for places in every):
            return None
        return [place for places in every if places for place in places]
    if "proposition" in condition:
        return _by_proposition(condition["proposition"], seen) or None
    if "signal" in condition:
        noted = seen.signals.get(condition["signal"], ())
        where = condition.get("where", {})
        return [item.place for item in noted if _details_fit(item.details, where)] or None
    return [] if _stated(condition, seen) else None


def _stated(condition: Condition, seen: Seen) -> bool:
    if "count" in condition:
        return bool(seen.counts.get(condition["count"], 0) >= condition["at_least"])
    if "circumstance" in condition:
        return condition["circumstance"] in seen.circumstances
    if "not_circumstance" in condition:
        return condition["not_circumstance"] in seen.excluded
    if "kind" in condition:
        return condition["kind"] in seen.kinds
    raise ValueError(f"not a condition: {sorted(condition)}")


def _by_proposition(wanted: str, seen: Seen) -> list[Place]:
    names = [
        name
        for name in seen.propositions
        if name == wanted or (wanted.endswith(".*") and name.startswith(wanted[:-1]))
    ]
    weighed = [item for name in names for item in seen.propositions[name]]
    weighed.sort(key=lambda item: -item.log10_lr)
    return [item.place for item in weighed]


def _details_fit(details: Mapping[str, Any], where: Mapping[str, Any]) -> bool:
    for path, wanted in where.items():
        values = list(_at(details, path.split(".")))
        if isinstance(wanted, Mapping):
            numbers = [value for value in values if isinstance(value, int | float)]
            if not any(value >= wanted["at_least"] for value in numbers):
                return False
        elif not any(value in wanted for value in values if isinstance(value, str | int)):
            return False
    return True


def _at(value: Any, path: list[str]) -> Iterator[Any]:
    """The values at a dotted path, walking into every member of a list on the way."""
    if isinstance(value, list | tuple):
        for item in value:
            yield from _at(item, path)
    elif not path:
        yield value
    elif isinstance(value, Mapping) and path[0] in value:
        yield from _at(value[path[0]], path[1:])


# ---- suggestions -------------------------------------------------------------------------


def suggest(seen: Seen, named: frozenset[str] = frozenset()) -> list[Suggested]:
    """Conducts that what was seen suggests, and those that a person `named`; strongest first."""
    shelf = library()
    found = {
        name: places for name, sign in signs().items() if (places := sign.places(seen)) is not None
    }
    made = []
    for rule in rules().values():
        state = rule.state(set(found))
        if state is None and rule.conduct in named:
            state = "by_hand"
        if state is not None:
            made.append(_suggested(rule, state, found, shelf.conducts[rule.conduct]))
    order = list(STATES)
    return sorted(made, key=lambda item: (order.index(item.state), -len(item.supports)))


def _suggested(
    rule: Rule, state: State, found: Mapping[str, list[Place]], conduct: Conduct
) -> Suggested:
    wanted = dict.fromkeys([name for group in rule.needs for name in group] + list(rule.adds))
    supports = []
    for name in wanted:
        if name in found:
            places = tuple(dict.fromkeys(found[name]))
            supports.append((signs()[name], places[:PLACES], len(places)))
    lacking = [group for group in rule.needs if not any(name in found for name in group)]
    apart = _apart(rule, found)
    against = tuple(signs()[name].name for name in rule.against if name in found)
    if (apart or against) and state == "supported":
        state = "partly"
    return Suggested(
        conduct=conduct,
        state=state,
        supports=tuple(supports),
        missing=(
            *map(_lacking, lacking),
            *((_APART,) if apart else ()),
            *conduct.missing,
        ),
        changes=(*_would_change(rule, lacking), *rule.changes),
        against=against,
    )


def _apart(rule: Rule, found: Mapping[str, list[Place]]) -> bool:
    """Whether no single item holds a sign for every group that asks for one in the evidence."""
    groups = []
    for group in rule.needs:
        places = [place for name in group for place in found.get(name, ())]
        stated = any(name in found and not found[name] for name in group)
        if places and not stated:
            groups.append({place.item for place in places})
    return len(groups) > 1 and not set.intersection(*groups)


def _either(group: tuple[str, ...]) -> Message:
    names = [signs()[name].name for name in group]
    return Message("或".join(item.zh for item in names), " or ".join(item.en for item in names))


def _lacking(group: tuple[str, ...]) -> Message:
    words = _either(group)
    return Message(f"尚未见：{words.zh}", f"not seen yet: {words.en}")


def _would_change(rule: Rule, lacking: list[tuple[str, ...]]) -> list[Message]:
    if rule.by_hand is not None:
        return [rule.by_hand]
    if len(lacking) == 1:
        words = _either(lacking[0])
        return [
            Message(
                f"若查得{words.zh}，本条所需迹象即齐全",
                f"with {words.en}, all signs this rule asks for would be there",
            )
        ]
    return []
