"""The playbooks that come with Mingjian, by short name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from mingjian.respond.playbook.cacao import Playbook, read


@cache
def library() -> Mapping[str, Playbook]:
    folder = files(__package__) / "library"
    found = sorted(item.name for item in folder.iterdir() if item.name.endswith(".json"))
    made = [read((folder / name).read_bytes()) for name in found]
    return {item.key: item for item in made}
