"""Paths and addresses written in a model file: do they lead out of its own folder?"""

from __future__ import annotations

import re
from typing import Final

_OUTSIDE: Final = re.compile(
    r"^[/\\]|^[A-Za-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)|^\w+://|^file:|\x00|^~|^\$|^%"
)


def leads_out(place: str) -> bool:
    """An absolute path, one that climbs, an address, or one that a shell would expand."""
    return _OUTSIDE.search(place) is not None


_FILE: Final = re.compile(r"[\w. ~$%{}-]*[/\\][^\n]*|[^\n/]*\.[A-Za-z]\w{0,7}")


def names_file(text: str) -> bool:
    """Does the text look like a path, or like a file's name with its ending?"""
    return len(text) < 1024 and _FILE.fullmatch(text) is not None
