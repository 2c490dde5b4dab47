"""The language a person reads, from the session's locale until they choose one."""

from __future__ import annotations

import os

from mingjian.domain.message import Language


def default_language() -> Language:
    """`MINGJIAN_LANGUAGE` if set, else Chinese where the session's locale is Chinese."""
    for name in ("MINGJIAN_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"
