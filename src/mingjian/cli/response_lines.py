"""How drafts, released letters and exercise papers are shown or written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mingjian.cli.speak import line, print_json, t


def document(made: Any, language: Any, out: Path | None, as_json: bool) -> None:
    """A letter of any standing: its text, or JSON with status, both languages and blanks."""
    if as_json:
        print_json(
            {
                "status": made.status,
                "template": made.letter.template,
                "title": made.letter.title.as_json(),
                "to": made.letter.to.as_json(),
                "text": {"zh": made.text("zh"), "en": made.text("en")},
                "blanks": list(made.letter.blanks),
            }
        )
        return
    if out is None:
        for row in made.text(language).splitlines():
            line(row)
        return
    from mingjian.app.response_paper import form_of, letter

    keep(out, letter(made, language, form_of(out)))


def keep(out: Path, data: bytes) -> None:
    """Write a new file and say so; nothing is written over."""
    import sys

    from mingjian.app.errors import UsageError
    from mingjian.domain.message import Message

    try:
        with out.open("xb") as file:
            file.write(data)
    except FileExistsError:
        raise UsageError(
            Message(f"{out} 已经存在，不覆盖", f"{out} is there already and is not written over")
        ) from None
    sys.stderr.write(t(f"已写入 {out}\n", f"written to {out}\n"))
