"""The guide to texts: its commands are run, and what stands under each is what they say today."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from tests.docs.scripts import script

ROOT = Path(__file__).resolve().parents[2]
GUIDES = {"en": "texts.md", "zh": "texts.zh-CN.md"}
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.M | re.S)
SETTINGS = """
[detectors."mail.authentication"]
dkim_keys = "{texts}/dkim-keys.txt"
[detectors."text.watermark"]
kgw_key = "15485863"
kgw_vocabulary_size = "1000"
tokens = "ids"
[detectors."traffic.sigma"]
rules = "{examples}/sigma"
"""
KNOWN = """
[detectors."claim.recycled_media"]
known = "{texts}/known.json"
"""


MAKER = script("make_walk_through")


def run(command: str) -> str:
    """What a command of the guide prints; `> FILE` and `NAME=value` before it are heeded."""
    with pytest.MonkeyPatch.context() as patch:
        words = command.split(" ")
        while "=" in words[0]:
            patch.setenv(*words.pop(0).split("=", 1))
        patch.setenv("COLUMNS", "400")
        command, _, file = " ".join(words).partition(" > ")
        if file or command.startswith("python3 "):
            words = [sys.executable, *(["-m"] if file else []), *shlex.split(command)[not file :]]
            done = subprocess.run(words, capture_output=True, check=True)
            if file:
                Path(file).write_bytes(done.stdout)
            return done.stdout.decode()
        output: str = MAKER._called(command)[0]
        words = shlex.split(command)
        if words[1] == "examine" and Path(words[2]).is_file():
            # The guide shows sentences of the report, which this prints too.
            digest = sha256(Path(words[2]).read_bytes()).hexdigest()
            output += run(f"mingjian evidence show {digest[:12]}")
        return output


def squeezed(text: str) -> str:
    """Without blanks, line ends and the lines of tables, which depend on the width."""
    return re.sub(r"[\s│┃]+", "", text)


def fragments(shown: str) -> list[str]:
    """What stands under a command, up to where it is cut; a sentence that goes on is one."""
    joined = re.sub(r"(?<=[^…\n])\n {4,}(?!• )", " ", shown) if "•" in shown else shown
    return [part for line in joined.splitlines() for part in line.split("…") if squeezed(part)]


@pytest.mark.slow
@pytest.mark.parametrize("language", GUIDES)
def test_the_guide_says_what_its_commands_say(
    language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    examples = shutil.copytree(ROOT / "examples", tmp_path / "examples")
    for name, value in MAKER.environment(tmp_path, language).items():
        monkeypatch.setenv(name, value)
    (tmp_path / "home").mkdir()
    told = SETTINGS.format(texts=examples / "texts", examples=examples)
    settings = tmp_path / "home" / "settings.toml"
    settings.write_text(told, "utf-8")
    monkeypatch.chdir(examples / "texts")
    page = (ROOT / "docs/how-to" / GUIDES[language]).read_text("utf-8")
    missing = []
    count = 0
    for block in BLOCK.findall(page):
        said = ""
        for command in MAKER.commands(block):
            if command == "cd examples/texts":
                continue
            said += run(command)
            if command.endswith("> known.json"):
                settings.write_text(told + KNOWN.format(texts=examples / "texts"), "utf-8")
        shown = re.sub(r"^\$ .*\n", "", block, flags=re.M)
        for fragment in fragments(shown):
            count += 1
            if squeezed(fragment) not in squeezed(said):
                missing.append((MAKER.commands(block)[-1], fragment.strip()))
    assert count > 30
    assert os.getcwd() == str(examples / "texts")
    assert not missing, "\n".join(f"{command}: {fragment}" for command, fragment in missing)
