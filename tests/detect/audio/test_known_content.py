"""`audio.known_content`: the same sound is found again and other sound is not."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile

from mingjian.detect.audio.known_content import KnownContent
from mingjian.detect.audio.known_content_list import KnownList
from mingjian.detect.audio.landmarks import MOST, PATTERN, RATE, from_text, landmarks
from mingjian.detect.contract import NotApplicable, NotExaminable, Unavailable
from mingjian.detect.learned.known_lists import as_csv, as_json
from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.domain.finding import CurveExhibit, Finding, Seconds, TableExhibit
from mingjian.intake.sound import resample
from mingjian.testing import assert_keeps_promise
from mingjian.testing.evidence import evidence_from
from mingjian.testing.promise import as_accepted

WIDE = 16_000


def speech(seed: int, seconds: float = 6.0) -> np.ndarray:
    """Syllables of gliding harmonics and hiss, as unlike from seed to seed as sentences are."""
    random = np.random.default_rng(seed)
    made = np.zeros(int(seconds * WIDE))
    at = 0.1
    while at < seconds - 0.4:
        long = random.uniform(0.12, 0.3)
        time = np.arange(int(long * WIDE)) / WIDE
        pitch = random.uniform(100, 220) * (1 + random.uniform(-0.3, 0.3) * time / long)
        phase = 2 * np.pi * np.cumsum(pitch) / WIDE
        peaks = random.uniform((300, 900), (900, 2800))
        syllable = sum(
            np.exp(-(((k * 150 - peaks) / 250) ** 2)).sum() * np.sin(k * phase)
            for k in range(1, 22)
        )
        if random.random() < 0.3:
            syllable = random.normal(0, 0.5, len(time))
        start = int(at * WIDE)
        made[start : start + len(time)] += syllable * np.hanning(len(time))
        at += long + random.uniform(0.02, 0.15)
    return made / np.abs(made).max() * 0.5


def wav(samples: np.ndarray, rate: int = WIDE, form: str = "WAV", subtype: str = "PCM_16") -> bytes:
    buffer = io.BytesIO()
    soundfile.write(buffer, samples, rate, format=form, subtype=subtype)
    return buffer.getvalue()


def telephone(samples: np.ndarray) -> bytes:
    low = resample(np.ascontiguousarray(samples, np.float32), WIDE, RATE)
    return wav(low, RATE, subtype="ULAW")


def item(data: bytes) -> Evidence:
    return evidence_from(data, "a.wav")[0]


def told(detector: KnownContent, data: bytes) -> dict[str, Finding]:
    return {finding.signal: finding for finding in detector.examine(item(data))}


def fingerprint(data: bytes) -> str:
    return str(told(KnownContent({}), data)["audio.content_fingerprint"].details["hash"])


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("known") / "known.csv"
    rows = [(fingerprint(wav(speech(seed))), f"call {seed}") for seed in range(6)]
    rows.insert(0, ("0" * 64, "a picture"))
    path.write_text(as_csv(rows), "utf-8")
    return path


@pytest.fixture(scope="module")
def detector(listed: Path) -> KnownContent:
    return KnownContent({"known": str(listed)})


def mp3(samples: np.ndarray) -> bytes:
    return wav(samples, form="MP3", subtype="MPEG_LAYER_III")


def noisy(samples: np.ndarray) -> bytes:
    noise = np.random.default_rng(1).normal(0, samples.std() / 10, len(samples))
    return wav(samples + noise)


@pytest.mark.parametrize("change", [wav, telephone, mp3, noisy, lambda x: wav(0.1 * x)])
def test_a_copy_is_found_again(detector: KnownContent, change: object) -> None:
    assert callable(change)
    found = told(detector, change(speech(3)))["audio.known_content"]
    assert found.details["label"] == "call 3"
    assert found.details["matches"] == 1
    assert abs(float(str(found.details["shift"]))) < 0.1
    assert found.score is None


def test_where_a_piece_lies_is_told(detector: KnownContent) -> None:
    piece = speech(2)[int(1.713 * WIDE) :]
    found = told(detector, telephone(piece))["audio.known_content"]
    assert found.details["label"] == "call 2"
    assert abs(float(str(found.details["shift"])) - 1.713) < 0.1
    assert "into the listed one" in found.because.en
    later = np.concatenate((speech(77, 3.0), speech(2)))
    found = told(detector, wav(later))["audio.known_content"]
    assert abs(float(str(found.details["shift"])) + 3.0) < 0.1
    assert "before the listed one" in found.because.en
    assert isinstance(found.where[0], Seconds)
    assert found.where[0].start > 2.9
    table, curve = found.exhibits
    assert isinstance(table, TableExhibit)
    assert isinstance(curve, CurveExhibit)
    assert table.rows[0][0] == "call 2"


def test_other_sound_is_not_on_the_list(detector: KnownContent) -> None:
    for seed in range(20, 30):
        found = told(detector, wav(speech(seed)))["audio.known_content"]
        assert found.quiet, seed
        assert found.details == {"matches": 0, "listed": 6}


def test_the_text_of_a_fingerprint_is_read_back_and_bounded() -> None:
    low = resample(speech(1, 90.0).astype(np.float32), WIDE, RATE)
    made = landmarks(low)
    text = made.as_text()
    assert PATTERN.fullmatch(text)
    assert len(made) > MOST
    again = from_text(text)
    assert (again.marks == made.marks[:MOST]).all()
    assert (again.frames == made.frames[:MOST]).all()
    for bad in ("", "lm1:", "lm1:12", "lm1:" + "zz" * 5, "lm1:" + "0" * 10 * (MOST + 1)):
        with pytest.raises(ValueError, match="no fingerprint"):
            from_text(bad)


def test_what_is_added_to_a_list_is_found_at_once(tmp_path: Path, listed: Path) -> None:
    path = tmp_path / "known.csv"
    path.write_bytes(listed.read_bytes())
    detector = KnownContent({"known": str(path)})
    data = wav(speech(40))
    assert told(detector, data)["audio.known_content"].quiet
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{fingerprint(data)},new\n")
    assert told(detector, data)["audio.known_content"].details["label"] == "new"


def test_the_same_samples_in_another_container_have_the_same_fingerprint() -> None:
    assert fingerprint(wav(speech(1))) == fingerprint(wav(speech(1), form="FLAC"))


def test_lists_in_json(tmp_path: Path) -> None:
    path = tmp_path / "known.json"
    path.write_text(as_json([(fingerprint(wav(speech(1))), "one")]), "utf-8")
    assert KnownList(path).labels == ["one"]


def test_silence_and_damage() -> None:
    detector = KnownContent({})
    with pytest.raises(NotApplicable, match="landmarks"):
        list(detector.examine(item(wav(np.zeros(WIDE * 3)))))
    with pytest.raises(NotApplicable):
        list(detector.examine(item(wav(speech(1)[: WIDE // 4]))))
    with pytest.raises(NotExaminable):
        list(detector.examine(as_accepted(b"RIFF" + bytes(40), EvidenceKind.AUDIO, "wav")))


@pytest.mark.parametrize("text", ["", "nothing", "[1,", "0" * 64 + ",picture\n"])
def test_what_is_no_list_makes_it_unavailable(text: str, tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_text(text, "utf-8")
    with pytest.raises(Unavailable, match="list of known recordings"):
        KnownContent({"known": str(path)})


def test_promise() -> None:
    assert_keeps_promise(KnownContent, [wav(speech(1))])
