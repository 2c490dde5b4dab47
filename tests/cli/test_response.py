"""`mingjian incident`, `playbook` and `drill` as a person meets them."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mingjian.app.errors import MingjianError
from mingjian.cli.main import app
from mingjian.respond.playbook import canonical, library

GOLDEN = Path(__file__).parent / "golden"
AT = "2026-11-25T18:00:00+08:00"
FACTS = {
    "title": "某平台用户声纹数据泄露",
    "known_at": "2026-11-25T16:30:00+08:00",
    "conducts": ["pi.infringement"],
    "facts": {
        "pi_people": 1_200_000,
        "pi_sensitive_people": 300_000,
        "loss_cny": 4_000_000,
        "operator": "other",
        "crime_suspected": True,
    },
    "not_concerned": ["cac.utilities", "cac.population", "cac.site"],
    "notice": {"unit": "某公司", "place": "某市"},
}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MINGJIAN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MINGJIAN_LANGUAGE", "en")
    return tmp_path / "home"


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(FACTS, ensure_ascii=False), "utf-8")
    return path


def run(*arguments: object, code: int = 0, typed: str | None = None) -> str:
    done = CliRunner().invoke(app, list(map(str, arguments)), input=typed)
    if isinstance(done.exception, MingjianError):
        raise done.exception
    assert done.exit_code == code, (done.output, done.exception)
    return done.stdout


def refused(*arguments: object) -> str:
    with pytest.raises(MingjianError) as error:
        run(*arguments)
    return error.value.in_language("en")


# ---- incident -----------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh", "en"])
def test_grade_golden(facts, language) -> None:
    shown = run("incident", "grade", facts, "--at", AT, "--lang", language)
    assert shown == (GOLDEN / f"incident-grade.{language}.txt").read_text("utf-8")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_notice_golden(facts, language) -> None:
    shown = run("incident", "notice", facts, "--to", "authority", "--at", AT, "--lang", language)
    assert shown == (GOLDEN / f"notice-authority.{language}.txt").read_text("utf-8")


def test_grade_as_json(facts) -> None:
    report = json.loads(run("incident", "grade", facts, "--at", AT, "--json"))
    assert report["grade"]["CN"] == {
        "level": {"id": "III", "zh": "较大", "en": "relatively major"},
        "by": "cac-2025",
        "statutory": {"id": "III", "zh": "较大", "en": "relatively major"},
        "report": "yes",
        "may_reach": {"id": "I", "zh": "特别重大", "en": "especially major"},
    }
    assert report["grade"]["EU"]["in_force"] is False
    clock = next(item for item in report["deadlines"] if item["id"] == "cac.other.4h")
    assert clock["due"] == {
        "utc": "2026-11-25T12:30:00Z",
        "beijing": "2026-11-25T20:30:00+08:00",
    }
    assert clock["seconds_left"] == 2.5 * 3600
    criteria = {item["id"]: item for scheme in report["schemes"] for item in scheme["criteria"]}
    assert criteria["cac.personal_information"]["verified"] is True
    assert criteria["cac.loss"]["verified"] is False
    assert "待核验" in criteria["cac.loss"]["checked_words"]["zh"]


def test_clock_runs_over(facts) -> None:
    shown = run("incident", "clock", facts, "--at", "2026-11-25T21:00:05+08:00")
    assert "over by 00:30:05" in shown


def test_a_notice_is_released_by_people_only(facts, tmp_path) -> None:
    said = refused("incident", "notice", facts, "--to", "public", "--release-by", "王敏")
    assert "reason" in said
    said = refused(
        *("incident", "notice", facts, "--to", "public"),
        *("--release-by", "王敏", "--reason", "checked"),
    )
    assert "blanks left" in said
    assert "stays a draft" in said
    out = tmp_path / "notice.txt"
    run("incident", "notice", facts, "--to", "eu", "--out", out)
    assert out.read_text("utf-8").startswith("DRAFT")


def test_what_is_wrong_with_facts_is_said(tmp_path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text('{"facts": {"victms": 3}}')
    assert "unknown fact: victms" in refused("incident", "grade", bad)
    bad.write_text('{"known_at": "2026-11-25T09:00"}')
    assert "with its zone" in refused("incident", "grade", bad)
    assert "no such file" in refused("incident", "grade", tmp_path / "none.json")
    assert "--case NAME" in refused("incident", "clock")
    assert "pi_people" in run("incident", "words")


def test_a_case_from_grade_to_released_notice(facts) -> None:
    run("case", "new", "A")
    shown = run("incident", "grade", facts, "--case", "A", "--reason", "checked", "--as", "Wang")
    assert "case “A” stands at level III (relatively major)." in shown
    assert "relatively major (III)" in run("incident", "grade", "--case", "A")
    assert "DRAFT" in run("incident", "notice", "--case", "A", "--to", "authority")
    assert "no case" in refused("incident", "grade", "--case", "B")
    done = refused("incident", "notice", "--case", "A", "--release", "--reason", "ok")
    assert "blanks left" in done


# ---- playbooks ----------------------------------------------------------------------------


def test_list_and_show_in_both_languages() -> None:
    listed = json.loads(run("playbook", "list", "--json"))
    assert len(listed) >= 12
    shown = run("playbook", "show", "injected_agent", "--lang", "zh")
    assert "■ 做: 停止智能体（安全运维人员）" in shown
    assert "信息外泄:" in shown
    assert "letters are drafts" in run("playbook", "show", "voice_call_botnet", "--lang", "en")


def test_validate_names_what_is_wrong(tmp_path) -> None:
    assert "0 errors, 0 remarks" in run("playbook", "validate", "rogue_agent")
    raw = json.loads(library()["rogue_agent"].export())
    raw["workflow_start"] = "start--00000000-0000-4000-8000-000000000000"
    path = tmp_path / "broken.json"
    path.write_text(json.dumps(raw))
    shown = run("playbook", "validate", path, code=1)
    assert "✗ workflow_start: it points at no step" in shown
    assert "not imported" in run("playbook", "import", path, code=1)
    assert "imported" in run("playbook", "import", path, "--anyway")
    raw["id"] = "../../evil"
    path.write_text(json.dumps(raw))
    assert "not imported" in run("playbook", "import", path, "--anyway", code=1)
    assert "no such playbook" in refused("playbook", "show", "none")


def test_export_and_import_lose_nothing(tmp_path) -> None:
    raw = json.loads(library()["rogue_agent"].export())
    raw["id"] = "playbook--0a0a0a0a-0000-4000-8000-00000000abcd"
    raw["name"] = "另一预案"
    raw["x_unknown"] = {"kept": [1, None, "二"]}
    given = tmp_path / "given.json"
    given.write_text(json.dumps(raw), "utf-8")
    assert "imported" in run("playbook", "import", given)
    assert raw["id"] in [item["id"] for item in json.loads(run("playbook", "list", "--json"))]
    out = tmp_path / "out.json"
    run("playbook", "export", raw["id"], "--out", out)
    assert canonical(json.loads(out.read_bytes())) == canonical(raw)
    assert "may not do this" in refused("playbook", "import", given, "--role", "examiner")


def test_run_with_prepared_answers_then_at_the_keyboard(tmp_path) -> None:
    answers = tmp_path / "answers.json"
    first = [
        {"step": "Slow down and check", "outcome": "done", "note": "called back"},
        {"step": "钱是否已经转出？", "outcome": "yes"},
    ]
    answers.write_text(json.dumps(first), "utf-8")
    values = tmp_path / "values.json"
    values.write_text(json.dumps({"amount": "CNY 86,000"}))
    folder = tmp_path / "run"
    begin = ("playbook", "run", "voice_clone_transfer", "--out", folder, "--facts", values)
    shown = run(*begin, "--answers", answers, "--as", "Wang")
    assert "→ done called back" in shown
    assert "CNY 86,000, ask for an urgent stop" in shown
    assert "the same command goes on" in shown
    letter = (folder / "letters" / "03-freeze-request.en.txt").read_text("utf-8")
    assert letter.startswith("DRAFT")
    assert "Amount: CNY 86,000" in letter
    # Typed: an answer that does not fit is asked for again, the end of input puts it away.
    shown = run(*begin, typed="x\nd told them\n")
    assert "4. do: Call the police" in shown
    report = json.loads(run(*begin, "--json", typed="d\n" * 20))
    assert report["state"] == "finished"
    assert [item["by"] for item in report["answers"]][:2] == ["Wang", "Wang"]
    assert report["answers"][2]["note"] == "told them"
    said = refused("playbook", "run", "rogue_agent", "--out", folder)
    assert "another playbook" in said
    answers.write_text(json.dumps([{"step": "Look back", "outcome": "done"}]))
    fresh = (*begin[:4], tmp_path / "other", "--answers", answers)
    assert "is for “Look back”" in refused(*fresh)


# ---- drills -------------------------------------------------------------------------------


def test_a_drill_of_twenty_minutes_on_the_real_clock(tmp_path) -> None:
    """Through the command line, twenty minutes in five seconds, right to the second."""
    answers = tmp_path / "answers.json"
    given = [
        {"at": 60, "to": "A1", "choice": "b", "by": "Wang"},
        {"at": 181, "to": "A2", "choice": "a", "by": "Li"},
        {"at": 269, "to": "A3", "choice": "b", "by": "Li"},
    ]
    answers.write_text(json.dumps(given))
    folder = tmp_path / "drill"
    command = [sys.executable, "-m", "mingjian.cli.main", "drill", "run", "voice_clone_transfer"]
    command += ["--speed", "240", "--answers", str(answers), "--out", str(folder)]
    start = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ})
    took = time.monotonic() - start
    assert done.returncode == 0, done.stderr
    assert 5 <= took < 40
    assert all(line.startswith("[Exercise 演练]") for line in done.stdout.splitlines())
    report = json.loads((folder / "drill.json").read_text("utf-8"))
    assert report["status"] == "Exercise"
    found = {item["id"]: (item["state"], item["took"]) for item in report["results"]}
    assert found["A1"] == ("in_time", 60)
    assert found["A2"] == ("late", 181)
    assert found["A3"] == ("in_time", 119)
    assert found["A8"] == ("missed", None)
    missed = {item["id"]: item["at"] for item in report["events"] if item["kind"] == "missed"}
    assert missed == {"A2": 180, "A4": 420, "A5": 690, "A6": 930, "A7": 1080, "A8": 1190}
    assert report["events"][-1]["at"] == 1200
    papers = [path for path in folder.iterdir() if path.suffix == ".txt"]
    assert all(path.name.startswith("EXERCISE-") for path in papers)
    for path in papers:
        assert all("Exercise" in line for line in path.read_text("utf-8").splitlines())


def test_typed_answers_carry_the_second_they_came_in(tmp_path, monkeypatch) -> None:
    reading, writing = os.pipe()
    typed = io.TextIOWrapper(io.FileIO(reading))
    monkeypatch.setattr(sys, "stdin", typed)
    os.write(writing, b"a1 B stopped it\n\nnothing\nA2 a")
    os.close(writing)
    from mingjian.app import drill
    from mingjian.cli.drill_run import Typed

    done = drill.run(
        drill.find("voice_clone_transfer"),
        drill.paced(10_000),
        Typed("Wang"),
        tmp_path / "d",
        speed=10_000,
        people=["Wang"],
        tell=lambda event, inject: None,
    )
    typed.close()
    first = done.debrief.results[0]
    assert (first.choice, first.text, first.by) == ("b", "stopped it", "Wang")
    assert first.answered is not None
    assert done.debrief.results[1].choice == "a"
    assert done.debrief.log.events[-1].at == 1200


def test_list_report_and_refusals(tmp_path) -> None:
    listed = json.loads(run("drill", "list", "--json"))
    assert len(listed) >= 3
    assert all(item["status"] == "Exercise" for item in listed)
    assert "no such scenario" in refused("drill", "run", "none", "--out", tmp_path / "x")
    answers = tmp_path / "a.json"
    answers.write_text("[]")
    once = ("drill", "run", "rogue_agent", "--answers", answers, "--out", tmp_path / "d")
    run(*once, "--speed", 9000, "--by", "Wang", "--by", "Li")
    assert "holds a drill already" in refused(*once)
    shown = run("drill", "report", tmp_path / "d", "--lang", "zh")
    assert "参加：Wang、Li" in shown
    assert all(line.startswith("【演练 Exercise】") for line in shown.splitlines())
    assert json.loads(run("drill", "report", tmp_path / "d", "--json"))["counts"]["missed"] == 6
    answers.write_text('[{"at": -1, "to": "A1"}]')
    assert "whole seconds" in refused(*once[:-1], tmp_path / "e")
    assert "speed" in refused("drill", "run", "rogue_agent", "--out", tmp_path / "f", "--speed", 0)
