"""How commands talk: both languages, results on stdout, everything else on stderr."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from mingjian.app.language import default_language
from mingjian.casework.document.blocks import visible as in_document
from mingjian.domain.message import Language, Message

if TYPE_CHECKING:
    from rich.console import Console


def t(zh: str, en: str) -> str:
    """Help text in the session's language (help is shown before any setting is read)."""
    return zh if default_language() == "zh" else en


Lang = Annotated[str | None, typer.Option("--lang", help="zh | en")]
AsJson = Annotated[bool, typer.Option("--json", help=t("输出 JSON", "print JSON"))]


def as_language(value: str | None) -> Language | None:
    """Check a `--lang` value."""
    if value is None or value in ("zh", "en"):
        if value is not None:
            # What is said from here on, errors included, is said in this language.
            os.environ["MINGJIAN_LANGUAGE"] = value
        return value  # type: ignore[return-value]
    from mingjian.app.errors import UsageError

    raise UsageError(
        Message(f"不支持的语言：{value}", f"unknown language: {value}"),
        Message("请用 --lang zh 或 --lang en", "use --lang zh or --lang en"),
    )


def out() -> Console:
    """The console for results; plain and unwrapped when stdout is not a terminal."""
    from rich.console import Console

    wide = None if sys.stdout.isatty() else 160
    return Console(highlight=False, width=wide)


def err() -> Console:
    from rich.console import Console

    return Console(stderr=True, highlight=False)


def print_json(value: object) -> None:
    """One JSON document on stdout."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")


def visible(text: str) -> str:
    """Names from evidence, safe to print: control and direction-changing characters escaped."""
    return in_document(text).replace("\n", "\\u000a")


def line(text: str) -> None:
    """One line on stdout, whatever it quotes made safe to print."""
    out().print(visible(text), markup=False, soft_wrap=True)
