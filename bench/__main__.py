"""Runs the benchmarks one after another, each in a process of its own, and writes the results.

A benchmark module prints one JSON object as its last line:
{"title", "how", "columns": [...], "rows": [[...]], "notes": [...]}. What cannot run (a tool to
compare with is missing) is written down as not run, with the reason.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).parent
TARGET = HERE.parent / "docs" / "measured.md"


def _machine() -> str:
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.is_file():
        names = [
            line.partition(":")[2].strip()
            for line in info.read_text().splitlines()
            if line.startswith("model name")
        ]
        cpu = names[0] if names else cpu
    return f"{os.cpu_count()} cores, {cpu}, Python {platform.python_version()}"


def _revision() -> str:
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=HERE.parent, capture_output=True, text=True
    )
    return done.stdout.strip() or "unknown"


def _table(result: dict[str, object]) -> list[str]:
    columns, rows = result["columns"], result["rows"]
    assert isinstance(columns, list)
    assert isinstance(rows, list)
    lines = ["| " + " | ".join(map(str, columns)) + " |", "|" + "---|" * len(columns)]
    lines += ["| " + " | ".join(map(str, row)) + " |" for row in rows]
    return lines


def _section(module: str, arguments: list[str]) -> list[str]:
    command = f"python -m bench.{module}"
    done = subprocess.run(
        [sys.executable, "-m", f"bench.{module}", *arguments],
        cwd=HERE.parent,
        env={**os.environ, "OMP_NUM_THREADS": "1"},  # as the sandbox does
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        result = json.loads(done.stdout.strip().splitlines()[-1])
    except (IndexError, ValueError):
        return [f"## {module}", "", f"Not run: exit code {done.returncode}. Command: `{command}`"]
    lines = [f"## {result['title']}", "", str(result["how"]), "", f"Command: `{command}`", ""]
    lines += _table(result)
    lines += ["", *(f"- {note}" for note in result.get("notes", []))]
    return lines


def _kept() -> dict[str, list[str]]:
    """The sections measured before, by module: a run of some modules leaves the others."""
    if not TARGET.is_file():
        return {}
    sections: dict[str, list[str]] = {}
    for block in TARGET.read_text("utf-8").split("\n## ")[1:]:
        lines = ("## " + block.rstrip()).splitlines()
        named = [line for line in lines if line.startswith("Command: `python -m bench.")]
        if named:
            sections[named[0].split("bench.")[1].split("`")[0].split()[0]] = lines
    return sections


def main() -> None:
    known = sorted(file.stem for file in HERE.glob("*.py") if not file.stem.startswith("_"))
    measured = {}
    for module in sys.argv[1:] or known:
        sys.stderr.write(f"bench.{module} …\n")
        measured[module] = [*_section(module, []), "", _when()]
    # Read only now: another run may have written its sections meanwhile.
    sections = {name: lines for name, lines in _kept().items() if name in known} | measured
    lines = [
        "# Measured",
        "",
        "Written by `make bench`; do not edit by hand. Rates vary from machine to machine and from",
        "hour to hour; ratios of two programs measured in one run are what to compare.",
    ]
    for name in sorted(sections):
        lines += ["", *sections[name]]
    TARGET.write_text("\n".join(lines).rstrip() + "\n", "utf-8")
    sys.stderr.write(f"wrote {TARGET.relative_to(HERE.parent)}\n")


def _when() -> str:
    load = os.getloadavg()[2]
    return (
        f"<sub>{_machine()}; revision {_revision()}; {datetime.now(UTC):%Y-%m-%d}; "
        f"load over the last 15 minutes {load:.1f}</sub>"
    )


if __name__ == "__main__":
    main()
