"""`audio.call`: passages that come again, and who spoke when on two channels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.detect.audio.test_known_content import WIDE, item, mp3, speech, telephone, wav

from mingjian.detect.audio.call import Call
from mingjian.detect.audio.repeats import repeats
from mingjian.detect.audio.turns import course
from mingjian.detect.contract import NotApplicable, NotExaminable
from mingjian.domain.finding import CurveExhibit, Finding, Seconds, TableExhibit
from mingjian.intake.sound import resample
from mingjian.testing import assert_keeps_promise


def quiet(seconds: float) -> np.ndarray:
    return np.zeros(int(seconds * WIDE))


def told(data: bytes) -> dict[str, Finding]:
    return {finding.signal: finding for finding in Call({}).examine(item(data))}


def again(pause: float = 1.3) -> np.ndarray:
    """A prompt of 3 s at 1 s, said again after other speech."""
    other = speech(8, 4.0)
    return np.concatenate([quiet(1.0), speech(7, 3.0), quiet(pause), other, 0.8 * speech(7, 3.0)])


def noisy(samples: np.ndarray) -> bytes:
    level = samples.std() / 5
    return wav(samples + np.random.default_rng(1).normal(0, level, len(samples)))


@pytest.mark.parametrize("change", [wav, telephone, mp3, noisy])
def test_a_prompt_that_comes_again_is_found_with_both_places(change: object) -> None:
    assert callable(change)
    found = told(change(again()))["audio.repeated_passage"]
    assert not found.quiet
    assert found.score is None
    assert found.proposition is None
    first, second = found.where[:2]
    assert isinstance(first, Seconds)
    assert isinstance(second, Seconds)
    assert 0.4 <= first.start <= 1.4
    assert 3.4 <= first.end <= 4.5
    assert abs((second.start - first.start) - 8.3) < 0.02
    table, curve = found.exhibits
    assert isinstance(table, TableExhibit)
    assert isinstance(curve, CurveExhibit)
    assert curve.marks[0][0] == pytest.approx(first.start, abs=0.01)
    assert "a person must listen" in found.because.en
    assert "须由人听辨" in found.because.zh


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 8_000))
def test_it_need_not_come_again_at_a_whole_frame(samples: int) -> None:
    low = resample(again(1.0 + samples / WIDE).astype(np.float32), WIDE, 8_000)
    (found,) = repeats(low)
    assert found.again - found.start == pytest.approx(8.0 + samples / WIDE, abs=0.001)


def test_other_words_do_not_come_again() -> None:
    talk = np.concatenate([speech(seed, 4.0) for seed in range(20, 32)])
    found = told(wav(talk))["audio.repeated_passage"]
    assert found.quiet
    assert found.details["passages"] == []


@pytest.mark.parametrize("hertz", [50.0, 440.0])
def test_hum_and_steady_tones_are_no_passages(hertz: float) -> None:
    talk = np.concatenate([speech(seed, 4.0) for seed in range(3)])
    tone = 0.3 * np.sin(2 * np.pi * hertz * np.arange(len(talk)) / WIDE)
    assert told(wav(0.3 * talk + tone))["audio.repeated_passage"].quiet
    assert told(wav(tone))["audio.repeated_passage"].quiet


def spoken(seed: int, seconds: float) -> np.ndarray:
    """Speech from its first syllable to its last."""
    loud = np.flatnonzero(np.abs(speech(seed, seconds)) > 0.01)
    return speech(seed, seconds)[loud[0] : loud[-1]]


def call(waits: list[float], answers: list[float]) -> np.ndarray:
    """Two channels: the first asks for 2 s, the second answers for 1.5 s after a wait, and the
    first goes on after another."""
    one, two = [quiet(0.5)], [quiet(0.5)]
    for number, (answered, went_on) in enumerate(zip(answers, waits, strict=True)):
        asked, said = spoken(100 + number, 2.0), spoken(200 + number, 1.5)
        one += [asked, quiet(answered), 0 * said, quiet(went_on)]
        two += [0 * asked, quiet(answered), said, quiet(went_on)]
    return np.stack([np.concatenate(one), np.concatenate(two)], axis=1)


def test_turns_and_answers_of_two_channels() -> None:
    answers = [0.5, 0.9, 0.6, 1.4, 0.7, 1.0]
    found = told(wav(call([0.8] * 6, answers)))["audio.turn_timing"]
    assert found.score is None
    turns = found.details["turns"]
    assert isinstance(turns, list)
    assert [len(side) for side in turns] == [6, 6]
    heard = found.details["answers"]
    assert isinstance(heard, list)
    assert heard[1] == pytest.approx(answers, abs=0.1)
    assert heard[0] == pytest.approx([0.8] * 5, abs=0.1)
    assert found.details["both"] == 0.0
    (lanes,) = found.exhibits
    assert isinstance(lanes, CurveExhibit)
    assert len(lanes.curves) == 2
    assert "nothing is weighed" in found.because.en


def test_only_even_answers_are_of_note() -> None:
    uneven = told(
        wav(call([0.5, 1.2, 0.8, 1.5, 0.4, 0.9, 1.1], [0.5, 0.9, 0.6, 1.4, 0.7, 1.0, 0.4]))
    )
    assert uneven["audio.turn_timing"].quiet
    even = told(wav(call([0.8] * 7, [0.5, 0.9, 0.6, 1.4, 0.7, 1.0, 0.4])))["audio.turn_timing"]
    assert not even.quiet
    assert "these answers are even" in even.because.en.split("Channel 2")[0]
    assert "应答均匀" in even.because.zh.split("声道 2")[0]


def test_one_talk_in_stereo_has_no_turns() -> None:
    talk = np.concatenate([speech(seed, 3.0) for seed in range(4)])
    assert list(told(wav(np.stack([talk, 0.7 * talk], axis=1)))) == ["audio.repeated_passage"]
    assert list(told(wav(talk))) == ["audio.repeated_passage"]


def test_an_answer_may_begin_before_the_other_has_ended() -> None:
    one, two = np.zeros(8_000 * 12, np.float32), np.zeros(8_000 * 12, np.float32)
    noise = np.random.default_rng(3).normal(0, 0.1, 8_000).astype(np.float32)
    for number in range(4):
        start = number * 24_000
        one[start : start + 8_000] = noise
        two[start + 6_400 : start + 14_400] = noise
    found = course(one, two)
    assert found is not None
    assert found.answers[1] == pytest.approx([-0.2] * 4, abs=0.03)
    assert found.both == pytest.approx(0.2 / 1.8, abs=0.02)


def test_what_is_too_short_or_damaged_says_so() -> None:
    with pytest.raises(NotApplicable, match="too short"):
        told(wav(speech(1, 2.0)))
    with pytest.raises(NotExaminable):
        told(wav(speech(1))[:40] + b"\0" * 3)


def test_it_keeps_the_promise() -> None:
    assert_keeps_promise(Call, [wav(again()), wav(call([0.5] * 4, [0.5] * 4))], arbitrary=20)
