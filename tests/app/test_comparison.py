"""Comparing voices: off by default, in a case, on a basis, against a population; in custody."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mingjian.app.access import Actor, NotAllowed, Role
from mingjian.app.case_views import history, show
from mingjian.app.comparison import compare
from mingjian.app.errors import UsageError
from mingjian.app.examine import examine_paths
from mingjian.app.keeping import opened_store
from mingjian.app.settings import Settings, load_settings
from mingjian.casework.custody import verify_entries
from mingjian.weigh.origin import FEWEST

from ..detect.audio.sounds import voice, wav

LEAD = Actor("Li", Role.LEAD)
BASIS = "CPL art. 146, order 12/2026"


def spoken(path: Path, seed: int, number: int) -> None:
    """One of many voices, told by its pitch and its throat."""
    pitch, tract = 90.0 + 7.0 * (number % 11), 0.85 + 0.06 * (number % 7)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(wav(voice(9.0, seed, pitch, tract)))


@pytest.fixture(scope="module")
def population(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("population")
    for number in range(FEWEST):
        for take in range(2):
            spoken(folder / f"voice {number}" / f"{take}.wav", 100 * number + take, number)
    (folder / "voice 0" / "note.txt").write_text("nothing to hear")
    (folder / "readme.txt").write_text("voices made for a test")
    return folder


@pytest.fixture(scope="module")
def allowed(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    home = tmp_path_factory.mktemp("home")
    return load_settings(home=home, workers=1, language="en", actor="Li", comparisons=True)


@pytest.fixture(scope="module")
def case(allowed: Settings, tmp_path_factory: pytest.TempPathFactory):
    """A case with two recordings of one voice, one of another, and a text."""
    folder = tmp_path_factory.mktemp("in")
    spoken(folder / "a.wav", 7, 30)
    spoken(folder / "b.wav", 8, 30)
    spoken(folder / "c.wav", 9, 36)
    (folder / "d.txt").write_text("a letter")
    examine_paths([folder], allowed, case="A")
    with opened_store(allowed) as store:
        items = show(store, LEAD, "A").items
        yield store, {Path(item["path"]).name[0]: item["sha256"] for item in items}


def test_what_came_out_stands_in_the_case_and_in_custody(case, allowed, population) -> None:
    store, shas = case
    for other, sign in (("b", 1), ("c", -1)):
        done = compare(
            store, LEAD, allowed, "A", shas["a"][:10], shas[other][:10],
            population=population, basis=BASIS,
        )  # fmt: skip
        made = done.body["comparisons"][-1]
        assert made["opinion"]
        assert made["log10_lr"] * sign > 0
        assert made["lr_bounds"][1] <= 1.3011
        assert (made["questioned"], made["known"]) == (shas["a"], shas[other])
        assert (made["basis"], made["by"]) == (BASIS, "Li")
        assert made["population"]["voices"] == FEWEST
        assert made["population"]["left_out"] == 2
        # What was measured of a voice is not kept.
        assert "vector" not in json.dumps(made)
    line = history(store, LEAD, "A")[-1]
    assert line.name == "comparison.made"
    assert BASIS in line.detail.en
    assert verify_entries(store.entries("A"), store.public_keys()) == []


def test_it_is_off_unless_the_settings_say_otherwise(case, allowed, population) -> None:
    store, shas = case
    settings = allowed.model_copy(update={"comparisons": Settings().comparisons})
    with pytest.raises(UsageError, match="off, as it is by default"):
        compare(
            store, LEAD, settings, "A", shas["a"], shas["b"], population=population, basis=BASIS
        )


def test_who_asks_states_a_basis_and_may(case, allowed, population) -> None:
    store, shas = case
    before = len(show(store, LEAD, "A").body["comparisons"])
    with pytest.raises(UsageError, match="legal basis"):
        compare(store, LEAD, allowed, "A", shas["a"], shas["b"], population=population, basis=" ")
    with pytest.raises(NotAllowed):
        compare(
            store, Actor("Wu", Role.EXAMINER), allowed, "A", shas["a"], shas["b"],
            population=population, basis=BASIS,
        )  # fmt: skip
    assert len(show(store, LEAD, "A").body["comparisons"]) == before


@pytest.mark.parametrize(("other", "said"), [("d", "not just one"), ("a", "two different")])
def test_what_cannot_be_compared_is_refused(case, allowed, population, other, said) -> None:
    store, shas = case
    with pytest.raises(UsageError, match=said):
        compare(
            store, LEAD, allowed, "A", shas["a"], shas[other], population=population, basis=BASIS
        )


def test_a_population_that_is_too_small_is_refused_with_what_was_left_out(
    case, allowed, tmp_path
) -> None:
    store, shas = case
    few = tmp_path / "few"
    spoken(few / "one" / "0.wav", 1, 1)
    (few / "one" / "1.wav").write_bytes(b"RIFF")
    (few / "one" / "2.wav").write_bytes((few / "one" / "0.wav").read_bytes())
    spoken(few / "one" / "3.wav", 7, 30)  # the questioned item itself
    with pytest.raises(UsageError, match=r"only 0 voices .* 20 are needed") as refused:
        compare(store, LEAD, allowed, "A", shas["a"], shas["b"], population=few, basis=BASIS)
    said = refused.value.what.en
    assert "1.wav" in said
    assert said.count("there already, or one of the two items") == 2
    with pytest.raises(UsageError, match="no folder of voices"):
        compare(
            store, LEAD, allowed, "A", shas["a"], shas["b"],
            population=few / "one" / "0.wav", basis=BASIS,
        )  # fmt: skip
