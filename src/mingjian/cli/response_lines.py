"""How drafts, released letters and exercise papers are shown or written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mingjian.cli.speak import print_json, t, visible


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
    text = made.text(language)
    if out is None:
        from mingjian.cli.law_lines import line

        for row in text.splitlines():
            line(row)
        return
    with out.open("x", encoding="utf-8") as file:
        file.write("".join(visible(row) + "\n" for row in text.splitlines()))
    import sys

    sys.stderr.write(t(f"已写入 {out}\n", f"written to {out}\n"))
