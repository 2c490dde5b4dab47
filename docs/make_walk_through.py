"""Renews the transcripts of docs/tutorial/walk-through*.md: `python docs/make_walk_through.py`.

Every command of a page is really run, in order, in a folder and home of its own. A comment above
a block says how it is shown: `<!-- 12 lines -->` (the rest is cut), `<!-- refused -->` (the command
must be refused), `<!-- file NAME -->` (the block is written to a file first), `<!-- as found -->`
(what detectors measure may change with them; the test compares only that something is said).
`tests/examples/test_walk_through.py` runs the same and fails when a page is stale.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import chdir
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from click import Command

ROOT = Path(__file__).resolve().parents[1]
PAGES = {
    "en": ROOT / "docs" / "tutorial" / "walk-through.md",
    "zh": ROOT / "docs" / "tutorial" / "walk-through.zh-CN.md",
}
BLOCK = re.compile(
    r"(?:^<!-- (?P<how>[^\n>]*) -->\n)?^```(?P<kind>console|json)\n(?P<body>.*?)^```$", re.M | re.S
)
CUT = "…"
LONG = 150
"""Characters of a line that are shown."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A command of a page with what it printed."""

    command: str
    output: str
    code: int
    how: frozenset[str]
    lines: int | None


def _how(text: str | None) -> tuple[frozenset[str], int | None]:
    words = frozenset(part.strip() for part in (text or "").split(";") if part.strip())
    count = next((int(word.split()[0]) for word in words if word.endswith(" lines")), None)
    return words, count


def commands(body: str) -> list[str]:
    """The commands of a block, continued lines joined."""
    joined = re.sub(r"\\\n\s*", "", body)
    return [line[2:] for line in joined.splitlines() if line.startswith("$ ")]


@cache
def _program() -> Command:
    """Made once: turning every command into what the runner calls takes longer than calling."""
    from typer.main import get_command

    from mingjian.cli.main import app

    return get_command(app)


def _called(command: str) -> tuple[str, int]:
    """What a command prints, and its exit code; `mingjian` runs within this process."""
    if not command.startswith("mingjian "):
        done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
        return done.stdout, done.returncode
    from click.testing import CliRunner

    from mingjian.app.errors import MingjianError

    language = os.environ["MINGJIAN_LANGUAGE"]
    done = CliRunner().invoke(_program(), shlex.split(command)[1:])
    if isinstance(done.exception, MingjianError):
        said = done.exception.in_language("zh" if language == "zh" else "en")
        return done.output + said + "\n", done.exception.exit_code
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.output, done.exit_code


def walk(text: str, folder: Path) -> Iterator[Shown]:
    """Run every command of a page within `folder`, which becomes the working folder."""
    (folder / "examples").symlink_to(ROOT / "examples")
    with chdir(folder):
        for block in BLOCK.finditer(text):
            how, count = _how(block["how"])
            if block["kind"] == "json":
                name = next((word[5:] for word in how if word.startswith("file ")), None)
                if name:
                    Path(name).write_text(block["body"], "utf-8")
                continue
            for command in commands(block["body"]):
                output, code = _called(command)
                yield Shown(command, output, code, how, count)


def shown(step: Shown) -> str:
    """The output as a page has it."""
    lines = [line.rstrip() for line in step.output.strip("\n").splitlines()]
    if step.lines is not None and len(lines) > step.lines:
        lines = [*lines[: step.lines], CUT]
    return "\n".join(
        line if len(line) <= LONG or line[:1] in "┏┃┡│└" else line[:LONG] + CUT for line in lines
    )


def renewed(text: str, steps: list[Shown]) -> str:
    """The page with the outputs of its commands."""
    left = iter(steps)

    def put(block: re.Match[str]) -> str:
        if block["kind"] == "json":
            return block[0]
        lines = []
        for written in _written(block["body"]):
            output = shown(next(left))
            lines += [written, output] if output else [written]
        comment = f"<!-- {block['how']} -->\n" if block["how"] else ""
        return comment + "```console\n" + "\n".join(lines) + "\n```"

    return BLOCK.sub(put, text)


def _written(body: str) -> list[str]:
    """Commands as they stand in the page, with their continuation lines."""
    return re.findall(r"^\$ (?:[^\n]*\\\n)*[^\n]*", body, re.M)


def environment(folder: Path, language: str) -> dict[str, str]:
    return {
        "MINGJIAN_HOME": str(folder / "home"),
        "MINGJIAN_LANGUAGE": language,
        "MINGJIAN_ACTOR": "Zhao",
        "MINGJIAN_WORKERS": "1",
    }


def main() -> None:
    for language in sys.argv[1:] or PAGES:
        page = PAGES[language]
        text = page.read_text("utf-8")
        with tempfile.TemporaryDirectory() as name:
            os.environ.update(environment(Path(name), language))
            steps = list(walk(text, Path(name)))
        for step in steps:
            if (step.code != 0) != ("refused" in step.how):
                print(f"exit code {step.code}: {step.command}\n{step.output}", file=sys.stderr)
        page.write_text(renewed(text, steps), "utf-8")
        print(page.relative_to(ROOT))


if __name__ == "__main__":
    main()
