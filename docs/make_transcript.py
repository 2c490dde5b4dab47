"""Renews the transcripts in both READMEs from real runs: `python docs/make_transcript.py`.

The Chinese one is that of `make demo`, which also leaves the reports `make_pictures.sh` needs.
Of the table's rows, those in `SHOWN` are kept, in the order they were printed.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SHOWN = ("01-", "02-", "05-", "08-", "14-", "16-", "17-")


def trimmed(output: str) -> str:
    """The heading, the rows of `SHOWN`, and everything after the table."""
    lines = output.splitlines()
    top = next(number for number, line in enumerate(lines) if line.startswith("┏"))
    bottom = next(number for number, line in enumerate(lines) if line.startswith("└"))
    kept, keep = lines[top : top + 3], False
    for line in lines[top + 3 : bottom]:
        if line.startswith("│docket/"):
            keep = line.removeprefix("│docket/").startswith(SHOWN)
        if keep:
            kept.append(line)
    return "\n".join(line.rstrip() for line in [*kept, *lines[bottom:]]).rstrip()


def renew(readme: Path, command: str, output: str) -> None:
    """Put `output` after the line `$ command` of the README's console block."""
    text = readme.read_text("utf-8")
    block = re.compile(rf"(?<=\$ {re.escape(command)}\n)┏.*?(?=\n```)", re.S)
    renewed, count = block.subn(lambda _: trimmed(output), text)
    if count != 1:
        raise SystemExit(f"{readme.name} shows `{command}` with a table {count} times, not once")
    readme.write_text(renewed, "utf-8")
    print(readme.name)


def run(command: list[str], **environment: str) -> str:
    made = {**os.environ, **environment}
    return subprocess.run(
        command, cwd=ROOT, env=made, check=True, capture_output=True, text=True
    ).stdout


def main() -> None:
    renew(ROOT / "README.zh-CN.md", "make demo", run(["make", "demo"]))
    shown = "mingjian examine examples/docket --case demo --report report.html --lang en"
    with tempfile.TemporaryDirectory() as folder:
        words = shown.split()
        words[0], words[words.index("report.html")] = ".venv/bin/mingjian", f"{folder}/report.html"
        output = run(words, MINGJIAN_HOME=f"{folder}/home").replace(f"{folder}/", "")
    renew(ROOT / "README.md", shown, output)


if __name__ == "__main__":
    main()
