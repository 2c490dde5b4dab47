"""What was typed into a form, read: times with their offset, amounts, language and format."""

from __future__ import annotations

from mingjian.app.errors import UsageError
from mingjian.domain.message import Language, Message
from mingjian.web.session import Given

LETTER_FORMS = ("docx", "pdf", "html", "txt")
REPORT_FORMS = ("pdf", "docx", "html")


def moment(given: Given, name: str) -> str | None:
    """A date and time with the offset chosen beside it; None: not given."""
    value, zone = given[name], given[f"{name}_zone"]
    if not value:
        return None
    return f"{value}{zone}" if zone and len(value) <= 19 and not value.endswith("Z") else value


def amount(given: Given, name: str) -> float | None:
    """A number, thousands' commas allowed; None where it is empty."""
    value = given[name].replace(",", "").replace("，", "")
    if not value:
        return None
    try:
        return float(value) if len(value) <= 24 else float("nan")
    except ValueError:
        raise UsageError(
            Message(f"不是数字：{value[:24]}", f"not a number: {value[:24]}")
        ) from None


def language(given: Given) -> Language:
    """The language of a document: Chinese unless English was chosen."""
    return "en" if given["language"] == "en" else "zh"


def format_of(given: Given, known: tuple[str, ...]) -> str:
    """The format of a document: the first of `known` where none was chosen."""
    chosen = given["format"] or known[0]
    if chosen not in known:
        raise UsageError(
            Message("没有这个格式", "there is no such format"),
            Message(f"可选：{', '.join(known)}", f"one of: {', '.join(known)}"),
        )
    return chosen
