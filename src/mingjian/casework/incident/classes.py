"""The classes of GB/T 20986-2023, and which of them our conducts belong to."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from mingjian.casework.incident.scheme import Checked
from mingjian.casework.incident.words import data, message
from mingjian.domain.message import Message


@cache
def class_names() -> Mapping[str, Message]:
    """Class and kind by id: ``content.fraud`` is 信息内容安全事件 · 网络欺诈."""
    made = {}
    for item in data("classes.json")["classes"]:
        top = message(item["name"])
        made[item["id"]] = top
        for kind in item["kinds"]:
            name = message(kind["name"])
            made[kind["id"]] = Message(f"{top.zh} · {name.zh}", f"{top.en} · {name.en}")
    return made


@cache
def of_conducts() -> Mapping[str, tuple[str, ...]]:
    """Our reading of which classes a conduct of the law data belongs to."""
    return {name: tuple(ids) for name, ids in data("classes.json")["of_conduct"].items()}


def checked() -> Checked:
    found: Checked = data("classes.json")["checked"]
    return found
