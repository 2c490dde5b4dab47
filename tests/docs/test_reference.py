"""The documents say what the program does: nothing stale, no dead link, no unknown option."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from tests.docs.scripts import script

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
HAN = re.compile(r"[\u4e00-\u9fff]")
NOT_OURS = {".venv", ".git", "node_modules", "demo-out", "build", "dist"}


@cache
def made() -> dict[str, str]:
    pages: dict[str, str] = script("make_reference").pages()
    return pages


@cache
def commands(language: str) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = script("make_reference").commands_in(language)
    return listed


def markdown() -> list[Path]:
    return sorted(
        file
        for file in ROOT.rglob("*.md")
        if not any(
            part in NOT_OURS or part.startswith(".") for part in file.parts[len(ROOT.parts) :]
        )
    )


def console_blocks(file: Path) -> Iterator[str]:
    """Command lines (after `$ `) of the ```console blocks in a file, continuations joined."""
    for block in re.findall(r"^```console\n(.*?)^```", file.read_text("utf-8"), re.M | re.S):
        for line in re.sub(r"\\\n\s*(?:> )?", " ", block).splitlines():
            if line.startswith("$ "):
                yield line[2:]


def mingjian_calls() -> list[tuple[str, str]]:
    """(file, the words after `mingjian`) for every call shown in a document."""
    found = []
    for file in markdown():
        for line in console_blocks(file):
            for part in re.split(r"\||&&|;", line):
                words = part.strip()
                if match := re.match(r"(?:\w+=\S*\s+)*(?:\S*/)?mingjian(?:\s+(.*))?$", words):
                    found.append((file.relative_to(ROOT).as_posix(), match[1] or ""))
    return found


# ---- reference ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["cli.md", "settings.md", "detectors.md", "propositions.md", "kinds.md"]
)
def test_reference_is_what_the_code_says(name: str) -> None:
    written = (DOCS / "reference" / name).read_text("utf-8")
    assert written == made()[name], (
        f"docs/reference/{name} is stale: run .venv/bin/python docs/make_reference.py"
    )


def test_every_command_and_option_is_in_the_reference() -> None:
    text = (DOCS / "reference" / "cli.md").read_text("utf-8")
    for command in commands("en"):
        section = text.split(f"## `{command['words']}`\n", 1)[1].split("\n## ", 1)[0]
        for parameter in command["parameters"]:
            for name in parameter["names"]:
                assert f"`{name}`" in section, f"{command['words']} {name}"


def test_commands_are_explained_in_chinese_and_in_english() -> None:
    for zh, en in zip(commands("zh"), commands("en"), strict=True):
        assert HAN.search(zh["help"]), f"{zh['words']}: its help in Chinese"
        assert en["help"], f"{en['words']}: its help in English"
        assert not HAN.search(en["help"]), f"{en['words']}: its help in English"


def test_every_setting_and_detector_option_has_words_in_both_languages() -> None:
    words = script("make_reference").words()
    assert set(words["settings"]) == set(script("make_reference").setting_names())
    wanted = {" ".join(pair) for pair in script("make_reference").detector_options()}
    assert wanted == set(words["detector_options"])
    for name, own in [*words["settings"].items(), *words["detector_options"].items()]:
        assert HAN.search(own["zh"]), name
        assert own["en"], name


def test_every_detector_of_ours_and_every_proposition_is_listed() -> None:
    detectors = (DOCS / "reference" / "detectors.md").read_text("utf-8")
    propositions = (DOCS / "reference" / "propositions.md").read_text("utf-8")
    entries = script("make_reference").own_entries()
    assert entries
    for entry in entries:
        assert f"## `{entry.name}`\n" in detectors
        for pair in entry.detector.propositions if entry.detector else ():
            assert f"## `{pair.id}`\n" in propositions
            assert pair.h1.zh in propositions
            assert pair.h2.en in propositions


def test_every_kind_has_formats_but_those_only_a_person_declares() -> None:
    from mingjian.domain.evidence import EvidenceKind

    formats = script("make_reference").formats_by_kind()
    declared_only = {EvidenceKind.MESSAGE, EvidenceKind.PROMPT}
    assert set(formats) == {kind.value for kind in EvidenceKind} - declared_only


# ---- links --------------------------------------------------------------------------------

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")


def anchors(file: Path) -> set[str]:
    """Heading anchors in the way forges make them."""
    text = re.sub(r"^```.*?^```", "", file.read_text("utf-8"), flags=re.M | re.S)
    found = set()
    for heading in re.findall(r"^#+\s+(.*)$", text, re.M):
        plain = re.sub(r"[^\w\- ]", "", heading.strip().lower())
        found.add(plain.replace(" ", "-"))
    return found


@pytest.mark.parametrize("file", markdown(), ids=lambda file: file.relative_to(ROOT).as_posix())
def test_links_resolve(file: Path) -> None:
    text = re.sub(r"^```.*?^```", "", file.read_text("utf-8"), flags=re.M | re.S)
    for target in LINK.findall(re.sub(r"`[^`\n]*`", "", text)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        there = (file.parent / path).resolve() if path else file
        assert there.exists(), f"{file.relative_to(ROOT)}: {target}"
        if anchor and there.suffix == ".md":
            assert anchor in anchors(there), f"{file.relative_to(ROOT)}: {target}"


def test_every_guide_comes_in_both_languages() -> None:
    for file in [ROOT / "README.md", *DOCS.glob("how-to/*.md"), *DOCS.glob("index*.md")]:
        other = file.name.replace(".zh-CN.md", ".md")
        if other == file.name:
            other = file.name.removesuffix(".md") + ".zh-CN.md"
        assert file.with_name(other).exists(), f"{file.relative_to(ROOT)} has no {other}"


# ---- commands shown -----------------------------------------------------------------------


def _own(words: list[str]) -> tuple[dict[str, Any], list[str]]:
    """The command that `words` call, and what follows its name."""
    by_name = {command["words"]: command for command in commands("en")}
    name, rest = "mingjian", list(words)
    while rest and f"{name} {rest[0]}" in by_name:
        name = f"{name} {rest.pop(0)}"
    return by_name[name], rest


def complaint(call: str) -> str | None:
    """What is wrong with a call, or None."""
    words = shlex.split(call, comments=True)
    command, rest = _own([word for word in words if not re.match(r"\d?[<>]", word)])
    if command["group"] and not any(word.startswith("--") for word in rest):
        return f"{command['words']} is no command by itself"
    options = {name: p for p in command["parameters"] for name in p["names"]}
    given = {word.partition("=")[0] for word in rest if word.startswith("-")}
    unknown = given - set(options) - {"--help"}
    if unknown:
        return f"{command['words']} has no {', '.join(sorted(unknown))}"
    missing = [
        p["names"][0] for p in options.values() if p["required"] and not given & set(p["names"])
    ]
    wanted = [name for name in missing if name.startswith("-")]
    if wanted and "--help" not in given:
        return f"{command['words']} needs {', '.join(wanted)}"
    return None


def test_commands_are_shown() -> None:
    files = {file for file, _ in mingjian_calls()}
    assert {"README.md", "README.zh-CN.md"} <= files


@pytest.mark.parametrize(
    "shown", mingjian_calls(), ids=lambda shown: f"{shown[0]}: {shown[1]}"[:90]
)
def test_commands_shown_exist(shown: tuple[str, str]) -> None:
    assert complaint(shown[1]) is None, f"{shown[0]}: mingjian {shown[1]}"


@pytest.mark.parametrize(
    "call",
    [
        "examine --no-such x",
        "nonsense",
        "custody export out.jsonl",
        "label",
        "detectors --fail-on x",
    ],
)
def test_the_check_on_commands_can_fail(call: str) -> None:
    assert complaint(call) is not None
