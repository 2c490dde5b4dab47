"""The sandbox: whatever the child does, the parent gets one outcome for each request."""

from __future__ import annotations

import os
import signal
import socket
from dataclasses import replace

import pytest

from mingjian.intake.limits import Limits
from mingjian.run.attempts import attempt_all
from mingjian.run.board import SIZE, Board
from mingjian.run.outcome import State
from mingjian.run.sandbox import SPOOL, Sandbox, SandboxBroken, alive, remove_stale_spools

QUICK = Limits(item_seconds=3.0, detector_seconds=0.7, memory_bytes=512 << 20)
STEP = "fake.bad|" + "0" * 64


def ask(box, *words, **more):
    return list(box.run([{"word": word, "step": STEP, **more} for word in words]))


def test_results_come_in_order_from_one_child(sandbox):
    outcomes = ask(sandbox("do"), *"abcde")
    assert [one.result["word"] for one in outcomes] == list("abcde")
    assert len({one.result["pid"] for one in outcomes}) == 1
    assert [one.served for one in outcomes] == list(range(5))


@pytest.mark.parametrize(
    ("word", "state", "detail"),
    [
        ("segfault", State.DIED, "signal 11"),
        ("exit", State.DIED, "exit 3"),
        ("close", State.DIED, "stopped"),
        ("bomb", State.OUT_OF_MEMORY, ""),
        ("loop", State.TIMED_OUT, "0.7 s"),
        ("raise", State.FAILED, "TypeError"),
        ("quit", State.FAILED, "SystemExit"),
    ],
)
def test_a_bad_request_costs_only_itself(sandbox, word, state, detail):
    before, bad, after = ask(sandbox("do"), "a", word, "b")
    assert (bad.state, bad.step, bad.detail) == (state, STEP, detail)
    assert (before.state, after.state) == (State.DONE, State.DONE)
    assert bad.killed == (before.result["pid"] != after.result["pid"])
    assert bad.reason().zh
    assert "secret" not in bad.reason().en


def test_noise_on_every_descriptor_costs_only_itself(sandbox):
    before, bad, after = ask(sandbox("do"), "a", "babble", "b")
    # The noise went over the board as well, so no step is known.
    assert (bad.state, bad.detail) == (State.DIED, "reply too large")
    assert (before.state, after.state) == (State.DONE, State.DONE)


def test_an_item_is_limited_as_a_whole_too(sandbox):
    box = sandbox("do", replace(QUICK, item_seconds=0.5))
    (outcome,) = box.run([{"word": "loop", "step": "take-in|"}])
    assert (outcome.state, outcome.step, outcome.detail) == (State.TIMED_OUT, "take-in|", "0.5 s")


def test_a_step_without_a_detector_has_the_time_of_the_item(sandbox):
    box = sandbox("do", replace(QUICK, item_seconds=1.5))
    (outcome,) = box.run([{"word": "loop", "step": "take-in|"}])
    assert outcome.detail == "1.5 s"


def test_what_the_child_prints_goes_nowhere(sandbox, capfd):
    (outcome,) = ask(sandbox("do"), "print")
    assert outcome.state is State.DONE
    assert capfd.readouterr() == ("", "")


def test_a_huge_reply_is_bounded(sandbox):
    box = sandbox("do", reply_bytes=1 << 20)
    small, huge, after = box.run([{"word": "huge", "size": size} for size in (1000, 2 << 20, 1000)])
    assert (small.state, huge.state, after.state) == (State.DONE, State.FAILED, State.DONE)
    assert huge.detail == "reply too large"


def test_the_child_sees_no_network_secrets_or_current_folder(sandbox, monkeypatch, tmp_path):
    monkeypatch.setenv("MINGJIAN_DATABASE", "postgresql://user:password@host/db")
    monkeypatch.chdir(tmp_path)
    box = sandbox("do")
    with socket.create_server(("127.0.0.1", 0)) as server:
        (outcome,) = box.run([{"word": "world", "port": server.getsockname()[1]}])
    seen = outcome.result
    assert "MINGJIAN_DATABASE" not in seen["environment"]
    assert str(tmp_path) not in seen["path"]
    assert "" not in seen["path"]
    assert seen["cwd"] == str(box.spool)
    # Where the system refuses a network namespace, the sandbox says that it could not cut it.
    assert seen["connected"] is not box.held["network_cut"]
    assert box.held["memory_limit"]


def test_a_killed_child_is_replaced(sandbox):
    box = sandbox("do")
    (first,) = ask(box, "a")
    os.kill(box.pid, signal.SIGKILL)
    (lost,) = ask(box, "b")
    assert (lost.state, lost.detail) == (State.DIED, "signal 9")
    (third,) = ask(box, "c")
    assert third.result["pid"] != first.result["pid"]


def test_an_iterator_given_up_leaves_no_answers_for_the_next(sandbox):
    box = sandbox("do")
    outcomes = box.run([{"word": word} for word in "abc"])
    next(outcomes)
    outcomes.close()
    assert [one.result["word"] for one in ask(box, "d")] == ["d"]


def test_a_child_begun_prepares_before_it_is_asked_and_so_does_the_next(sandbox):
    box = sandbox("prepared")
    box.begin("fakes:prepare", {"a": 1})
    begun = box.pid
    (first,) = ask(box, "a")
    assert first.result == {"prepared": [{"a": 1}], "pid": begun}
    os.kill(begun, signal.SIGKILL)
    (lost,) = ask(box, "b")
    assert lost.state is State.DIED
    (after,) = ask(box, "c")
    assert after.result["prepared"] == [{"a": 1}]
    assert after.result["pid"] != begun


@pytest.mark.parametrize("prepare", ["fakes:prepare", "fakes:absent", "nowhere:at_all"])
def test_what_cannot_be_prepared_is_left_to_the_request(sandbox, prepare):
    box = sandbox("prepared")
    box.begin(prepare, {"word": "raise"})
    (outcome,) = ask(box, "a")
    assert outcome.result["prepared"] == []


def test_a_child_begun_for_a_function_that_is_not_there_is_said_when_asked(sandbox):
    box = sandbox("absent")
    box.begin(None, {})
    with pytest.raises(SandboxBroken, match="AttributeError"):
        ask(box, "a")
    assert box.pid is None


def test_a_function_that_is_not_there_is_said_in_words(sandbox):
    with pytest.raises(SandboxBroken, match="AttributeError"):
        list(sandbox("absent").run([{}]))


def test_the_spool_is_emptied_and_stale_ones_are_removed(sandbox, tmp_path):
    box = sandbox("do")
    (box.spool / "folder").mkdir()
    (box.spool / "folder" / "file").write_text("x")
    (box.spool / "link").symlink_to(tmp_path)
    box.clear_spool()
    assert list(box.spool.iterdir()) == []
    gone = tmp_path / "scratch" / f"{SPOOL}{socket.gethostname()}-{2**22 + 1}-x"
    gone.mkdir()
    foreign = tmp_path / "scratch" / f"{SPOOL}elsewhere-1-x"
    foreign.mkdir()
    remove_stale_spools(tmp_path / "scratch")
    assert (gone.exists(), foreign.exists(), box.spool.exists()) == (False, True, True)
    foreign.rmdir()
    assert alive(os.getpid())


def test_a_board_full_of_nonsense_reads_as_something_harmless():
    board = Board()
    for page in (b"\xff" * SIZE, os.urandom(SIZE), b""):
        os.pwrite(board.descriptor, page, 0)
        board.read()
    os.ftruncate(board.descriptor, 0)
    assert board.read().step == ""
    board.close()


# ---- trying again -----------------------------------------------------------------------


def attempted(box, tmp_path, *words):
    requests = []
    for number, word in enumerate(words):
        file = tmp_path / f"{number}"
        file.write_text(word)
        requests.append({"path": str(file), "name": word, "skip": []})
    return list(attempt_all(box, requests))


@pytest.mark.parametrize(
    ("word", "state"),
    [("segfault", "failed"), ("bomb", "not_examinable"), ("loop", "timed_out")],
)
def test_only_the_failing_detector_is_lost(sandbox, tmp_path, word, state):
    first, bad, last = attempted(sandbox("examine_hostile"), tmp_path, "a", word, "b")
    assert [one.outcome.state for one in (first, bad, last)] == [State.DONE] * 3
    assert (first.skip, last.skip) == ((), ())
    (skip,) = bad.skip
    assert skip["step"].startswith("fake.bad|")
    assert skip["state"] == state
    assert skip["reason"]["zh"]
    assert bad.outcome.result["records"][0]["skipped"] == [state]


def test_what_cannot_be_skipped_ends_after_a_clean_try(sandbox):
    box = sandbox("do")
    ok, bad = attempt_all(box, [{"word": "a"}, {"word": "segfault", "step": "take-in|"}])
    assert ok.outcome.state is State.DONE
    assert (bad.outcome.state, bad.outcome.served, bad.skip) == (State.DIED, 0, ())


def test_a_step_that_dies_though_skipped_is_given_up(sandbox):
    (bad,) = attempt_all(sandbox("do"), [{"word": "segfault", "step": STEP}])
    assert bad.outcome.state is State.DIED
    assert len(bad.skip) == 1


def test_closing_twice_over_a_dead_child_is_fine(tmp_path):
    box = Sandbox("fakes:do", QUICK, tmp_path)
    ask(box, "a")
    os.kill(box.pid, signal.SIGKILL)
    box.close()
    assert list(tmp_path.iterdir()) == []
