"""Third-party detectors that misbehave in every way cost their own examination, nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.hostile.formats import ID_TEXT
from tests.hostile.product import Product, check_complete

MIB = 1 << 20
SOURCE = """
import ctypes, os, sys, time
from mingjian.domain.evidence import EvidenceKind
from mingjian.domain.finding import Finding
from mingjian.domain.message import Message

SAID = Message("无", "none")

class Bad:
    version = "1"
    accepts = frozenset({EvidenceKind.TEXT})
    propositions = ()

    def __init__(self, options):
        pass

def bad(what, act):
    def examine(self, evidence):
        return act(evidence)
    return type(what, (Bad,), {"name": f"bad.{what}", "examine": examine})

def loop(evidence):
    while True:
        pass

def eat(evidence):
    held = []
    while True:
        held.append(bytes(10**7))

def printing(evidence):
    print("SECRET-CONTENT " * 1000)
    os.write(1, b"SECRET-CONTENT")
    os.write(2, b"SECRET-CONTENT")
    return []

def endless(evidence):
    while True:
        yield Finding(signal="bad.endless.x", score=1.0, because=SAID)

def recurse(evidence):
    return recurse(evidence)

def fork(evidence):
    if os.fork() == 0:
        time.sleep(600)
    return []

hang = bad("hang", loop)
memory = bad("memory", eat)
segfault = bad("segfault", lambda evidence: ctypes.string_at(0))
stop = bad("stop", lambda evidence: os._exit(0))
leave = bad("leave", lambda evidence: sys.exit(3))
raises = bad("raises", lambda evidence: 1 / 0)
nothing = bad("nothing", lambda evidence: None)
number = bad("number", lambda evidence: [1, "x", object()])
infinite = bad("infinite", lambda evidence: [
    Finding(signal="bad.infinite.x", score=float("nan"), because=SAID)])
wrong = bad("wrong", lambda evidence: [Finding(signal=7, score="high", because="not a message")])
surrogate = bad("surrogate", lambda evidence: [
    Finding(signal="bad.surrogate.x", score=None, because=Message("\\ud800", "\\ud800"))])
prints = bad("prints", printing)
recursion = bad("recursion", recurse)
forks = bad("forks", fork)
many = bad("many", endless)
broken = 7

class Start(Bad):
    name = "bad.start"
    def __init__(self, options):
        raise RuntimeError("no")
"""
EXPECTED = {
    "hang": "timed_out",
    "memory": "not_examinable",
    "segfault": "failed",
    "stop": "failed",
    "leave": "failed",
    "raises": "failed",
    "nothing": "failed",
    "number": "failed",
    "infinite": "failed",
    "wrong": "failed",
    "surrogate": "found",
    "prints": "quiet",
    "recursion": "failed",
    "forks": "quiet",
    "many": "failed",
    "start": "unavailable",
}
MISSING = ("absent", "module", "broken")


def install(site: Path, names: list[str]) -> None:
    """A package with its entry points, as pip would leave it."""
    meta = site / "bad_detectors-1.dist-info"
    meta.mkdir(parents=True)
    (meta / "METADATA").write_text("Metadata-Version: 2.1\nName: bad-detectors\nVersion: 1\n")
    where = {"start": "Start", "absent": "nobody", "module": "x"}
    rows = [
        f"bad.{name} = bad_detectors{'_gone' if name == 'module' else ''}:{where.get(name, name)}"
        for name in names
    ]
    (meta / "entry_points.txt").write_text("[mingjian.detectors]\n" + "\n".join(rows) + "\n")
    (site / "bad_detectors.py").write_text(SOURCE)


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """Two texts, examined with all of them installed beside our own detectors."""
    base = tmp_path_factory.mktemp("bad")
    install(base / "site", [*EXPECTED, *MISSING])
    folder = base / "in"
    folder.mkdir()
    for number in range(2):
        (folder / f"{number}.txt").write_text(f"{number} {ID_TEXT}", "utf-8")
    product = Product(base / "home", {
        "PYTHONPATH": str(base / "site"),
        "MINGJIAN_LIMITS__DETECTOR_SECONDS": "1",
        "MINGJIAN_LIMITS__MEMORY_BYTES": str(512 * MIB),
    })  # fmt: skip
    found = product.examine(folder)
    check_complete(found, folder)
    assert product.problems() == []
    return found


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_bad_detector_costs_its_own_examination(done, name: str) -> None:
    for number in range(2):
        assert done.states(f"{number}.txt")[f"bad.{name}"] == EXPECTED[name]


@pytest.mark.parametrize("name", MISSING)
def test_a_detector_that_does_not_load_is_shown_as_missing(done, name: str) -> None:
    for number in range(2):
        assert done.states(f"{number}.txt")[f"bad.{name}"] == "unavailable"
    assert f"bad.{name}" in {one["name"] for one in done.json["detectors"]}


def test_the_others_examined_everything(done) -> None:
    for number in range(2):
        states = done.states(f"{number}.txt")
        assert states["privacy.personal_information"] == "found"
        ours = {name: state for name, state in states.items() if not name.startswith("bad.")}
        assert not {"failed", "timed_out", "not_examinable"} & set(ours.values())


def test_every_gap_says_why(done) -> None:
    for one in done.items:
        for examination in one["examinations"]:
            if examination["state"] in ("failed", "timed_out", "not_examinable", "unavailable"):
                assert examination["reason"]["zh"]
                assert examination["reason"]["en"]


def test_nothing_they_print_is_seen_and_memory_is_bounded(done) -> None:
    assert "SECRET" not in done.ended.out + done.ended.err
    assert done.ended.peak < 1536 * MIB
