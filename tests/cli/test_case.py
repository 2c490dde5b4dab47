"""`mingjian case` as a person meets it, in both languages."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from typer.main import get_command

from mingjian.cli import main

# Made once: turning every command into what the runner calls takes longer than calling it.
COMMAND = get_command(main.app)
GOLDEN = Path(__file__).parent / "golden"
RENEW = os.environ.get("MINGJIAN_RENEW_GOLDEN")


def runner(home: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MINGJIAN_HOME", str(home))
    monkeypatch.setenv("MINGJIAN_ACTOR", "Li")

    def run(*arguments: str) -> str:
        monkeypatch.setenv("MINGJIAN_LANGUAGE", "en")  # --lang lasts until the process ends
        done = CliRunner().invoke(COMMAND, ["case", *arguments])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert done.exit_code == 0, done.output
        return str(done.output)

    return run


@pytest.fixture
def run(tmp_path, monkeypatch):
    return runner(tmp_path / "home", monkeypatch)


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """The story, told once; tests only look at it."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        run = runner(tmp_path_factory.mktemp("home"), monkeypatch)
        story(run)
        yield run


def story(run) -> None:
    """A case from draft to closed, with a second person, in the order of a real one."""
    run("new", "案件甲", "--title", "客服电话诈骗", "--template", "voice_clone_transfer")
    run("new", "B", "--title", "The same number")
    run("open", "案件甲", "--reason", "受害人已报案", "--as", "Wu", "--role", "reviewer")
    run("assign", "案件甲", "Zhao")
    run("note", "案件甲", "受害人接到电话", "--at", "2026-02-01T09:30+08:00", "--role", "examiner")
    run("facts", "案件甲", "--date", "2026-02-01", "--amount", "40000", "--if", "telecom")
    run("task", "案件甲", "--done", "1", "--as", "Zhao", "--role", "examiner")
    run("conduct", "案件甲", "--take-up", "fraud.deepfake", "--reason", "声音经比对为合成")
    run("link", "案件甲", "B", "--reason", "同一号码")
    run("merge", "B", "案件甲", "--reason", "同一事实")
    run("unmerge", "B", "--reason", "经查并非同一人所为")
    run("hold", "案件甲", "--reason", "法院要求保留")
    run(
        "dispose",
        "案件甲",
        "transferred",
        "--reason",
        "数额达到标准",
        "--effect",
        "案卷移送",
        "--appeal",
        "七日内可申请复查",
    )
    run("confirm", "案件甲", "--as", "Wu", "--role", "reviewer")
    run("submit", "案件甲", "--reason", "齐备")
    run("close", "案件甲", "--reason", "已移送")


def plain(text: str) -> str:
    """What differs from one day to the next, masked."""
    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ", "<time>", text)
    return re.sub(r"\b[0-9a-f]{12}\b", "<hash>", text)


def same(name: str, text: str) -> None:
    file = GOLDEN / name
    if RENEW:
        file.write_text(plain(text), "utf-8")
    assert plain(text) == file.read_text("utf-8")


def test_show_and_history_read_as_they_should_in_both_languages(told):
    run = told
    for language in ("zh", "en"):
        same(f"case-show.{language}.txt", run("show", "案件甲", "--lang", language))
        same(f"case-history.{language}.txt", run("history", "案件甲", "--lang", language))


def test_the_other_views_speak_and_the_json_agrees(told):
    run = told
    assert "客服电话诈骗" in run("list")
    listed = json.loads(run("list", "--json", "--status", "closed"))
    assert [(item["case"], item["hold"]) for item in listed] == [("案件甲", True)]
    shown = json.loads(run("show", "案件甲", "--json"))
    assert shown["disposition"]["confirmed"]["by"] == "Wu"
    assert shown["steps"] == ["reopen"]
    assert shown["custody"]["entries"] == len(json.loads(run("history", "案件甲", "--json")))
    assert "2026-02-01 01:30:00Z" in run("timeline", "案件甲", "--gap", "1")
    assert "3–10" in run("law", "案件甲")
    assert "由人提出" in run("conduct", "案件甲", "--lang", "zh")
    assert "■ provider" in run("duties", "案件甲")
    assert run("artefacts", "案件甲").strip() == "no artefacts"
    assert run("related", "案件甲").strip() == "no case shares anything rare"
    assert run("recheck", "--conduct", "ip.patent").strip() == "no case in work is touched"
    words = json.loads(run("words", "--json"))
    assert set(words) == {"statuses", "steps", "dispositions", "classes", "templates"}
    assert "no_crime" in run("words")


def test_an_exercise_is_marked_wherever_it_is_shown(run):
    run("new", "drill 1", "--exercise")
    for text in (run("list"), run("show", "drill 1")):
        assert text.startswith("* EXERCISE * drill 1")
    assert "演练" in run("show", "drill 1", "--lang", "zh")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("open", "A", "--reason", " "), "must not be empty"),
        (("open", "typo", "--reason", "x"), "no case"),
        (("open", "A", "--reason", "x", "--role", "examiner"), "may not do this"),
        (("open", "A", "--reason", "x", "--role", "boss"), "no role boss"),
        (("close", "A", "--reason", "x"), "make a disposition first"),
        (("edit", "A", "--title", "t", "--revision", "9"), "Reload it"),
        (("note", "A", "x", "--at", "yesterday"), "offset from UTC"),
        (("task", "A"), "must not be empty"),
        (("facts", "A", "--if", "typo"), "unknown circumstance"),
        (("dispose", "A", "typo", "--reason", "a", "--effect", "b", "--appeal", "c"), "no such"),
        (("artefacts", "A", "--reveal", "--role", "auditor"), "may not do this"),
    ],
)
def test_what_cannot_be_done_is_said_plainly(run, arguments, said):
    from mingjian.app.errors import MingjianError

    run("new", "A")
    with pytest.raises(MingjianError) as caught:
        run(*arguments)
    assert caught.value.exit_code == 2
    assert said in caught.value.in_language("en")
    assert re.search(r"[\u4e00-\u9fff]", caught.value.in_language("zh"))
