"""What persons state for the law, and how they judge a suggested conduct."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from mingjian.app.access import Actor
from mingjian.app.cases import Done, change
from mingjian.app.errors import UsageError
from mingjian.casework.case import decide
from mingjian.casework.case.decide import Events
from mingjian.casework.case.state import Body
from mingjian.domain.message import Message
from mingjian.law.facts import FactsRefused, facts_from
from mingjian.law.library import library
from mingjian.store.store import Store


def state_facts(
    store: Store,
    actor: Actor,
    case: str,
    *,
    date: str | None = None,
    counts: dict[str, float | None] | None = None,
    circumstances: Iterable[str] = (),
    excluded: Iterable[str] = (),
    unknown: Iterable[str] = (),
    jurisdictions: Iterable[str] | None = None,
    revision: int | None = None,
) -> Done:
    """State facts for the law (`mingjian.law.facts`): they are added to those stated before.

    A count of None, a circumstance in `unknown` and a date of "" are unknown again.
    """
    so, not_so, open_again = set(circumstances), set(excluded), set(unknown)

    def wish(body: Body) -> Events:
        decide.work_on(body)
        old = body["facts"]
        merged = {**old["counts"], **(counts or {})}
        stated: dict[str, object] = {
            "date": old["date"] if date is None else (date or None),
            "counts": {kind: value for kind, value in merged.items() if value is not None},
            "circumstances": sorted((set(old["circumstances"]) - not_so - open_again) | so),
            "excluded": sorted((set(old["excluded"]) - so - open_again) | not_so),
            "jurisdictions": old["jurisdictions"] if jurisdictions is None else list(jurisdictions),
        }
        _checked(stated)
        before = cast(dict[str, object], old)
        new_ones = {name: value for name, value in stated.items() if value != before[name]}
        return [("facts.stated", new_ones)] if new_ones else []

    return change(store, actor, "case.edit", case, wish, revision)


def _checked(stated: dict[str, object]) -> None:
    """Refuse names and numbers the law data does not know; any conduct does for checking."""
    shelf = library()
    try:
        facts_from({**stated, "conducts": [next(iter(shelf.conducts))]}, shelf)
    except FactsRefused as refused:
        raise UsageError(
            refused.why,
            Message(
                "用 mingjian law words 列出计数与情节",
                "mingjian law words lists counts and circumstances",
            ),
        ) from None


def judge(
    store: Store,
    actor: Actor,
    case: str,
    conduct: str,
    taken_up: bool,
    reason: str,
    *,
    revision: int | None = None,
) -> Done:
    """Take up a conduct (suggested or not) for this case, or set it aside, with the reason."""
    if conduct not in library().conducts:
        raise UsageError(
            Message(f"没有这种行为：{conduct[:80]}", f"there is no conduct {conduct[:80]}"),
            Message("用 mingjian law words 列出", "mingjian law words lists them"),
        )
    return change(
        store,
        actor,
        "case.conduct",
        case,
        lambda body: decide.judge(body, conduct, taken_up, reason),
        revision,
    )
