"""How the steps of a workflow hang together: what each leads to, what a branch ends in.

Works on whatever steps there are, hostile ones too: no recursion, each edge looked at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Steps = Mapping[str, Mapping[str, Any]]
AFTER = ("on_completion", "on_success", "on_failure")


def branches(step: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The branches a step opens: (property, id); each returns to the step at its own end."""
    found: list[tuple[str, Any]] = []
    for name in ("on_true", "on_false"):
        if name in step:
            found.append((name, step[name]))
    following = step.get("next_steps")
    if isinstance(following, list):
        found += [(f"next_steps/{index}", item) for index, item in enumerate(following)]
    cases = step.get("cases")
    if isinstance(cases, Mapping):
        found += [(f"cases/{name}", item) for name, item in cases.items()]
    return found


def after(step: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """What follows a step once it (and its branches) are done."""
    return [(name, step[name]) for name in AFTER if name in step]


def leads_to(step: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    yield from after(step)
    yield from branches(step)


def reachable(steps: Steps, starts: Sequence[Any]) -> set[str]:
    """Ids of the steps that can be reached from `starts` along any reference."""
    seen: set[str] = set()
    todo = [item for item in starts if isinstance(item, str) and item in steps]
    while todo:
        here = todo.pop()
        if here in seen:
            continue
        seen.add(here)
        for _, target in leads_to(steps[here]):
            if isinstance(target, str) and target in steps and target not in seen:
                todo.append(target)
    return seen


def line(steps: Steps, start: Any) -> set[str]:
    """The steps of one branch or of the main line: what follows `start`, branches left out."""
    seen: set[str] = set()
    todo = [start]
    while todo:
        here = todo.pop()
        if not isinstance(here, str) or here in seen or here not in steps:
            continue
        seen.add(here)
        todo += [target for _, target in after(steps[here])]
    return seen


def ends(steps: Steps, start: Any) -> set[str]:
    """The end steps in which the line from `start` may end."""
    return {item for item in line(steps, start) if steps[item].get("type") == "end"}


def circles(steps: Steps) -> list[str]:
    """Steps that lie on a circle of references: a loop that is no while-condition."""
    incoming = dict.fromkeys(steps, 0)
    edges: dict[str, list[str]] = {}
    for here, step in steps.items():
        targets = [t for _, t in leads_to(step) if isinstance(t, str) and t in steps]
        edges[here] = targets
        for target in targets:
            incoming[target] += 1
    free = [item for item, count in incoming.items() if count == 0]
    left = set(steps)
    while free:
        here = free.pop()
        left.discard(here)
        for target in edges[here]:
            incoming[target] -= 1
            if incoming[target] == 0:
                free.append(target)
    # What only hangs behind a circle is not on it: peel from the other side too.
    outgoing = {item: sum(target in left for target in edges[item]) for item in left}
    back: dict[str, list[str]] = {item: [] for item in left}
    for item in left:
        for target in edges[item]:
            if target in left:
                back[target].append(item)
    free = [item for item, count in outgoing.items() if count == 0]
    while free:
        here = free.pop()
        left.discard(here)
        for source in back[here]:
            outgoing[source] -= 1
            if outgoing[source] == 0:
                free.append(source)
    return sorted(left)
