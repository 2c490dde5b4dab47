"""Keyed watermarks: what is marked is found, what is not is left alone, no key is no test."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest

from mingjian.detect.contract import NotApplicable, NotExaminable, Unavailable
from mingjian.detect.text.tokens import by_vocabulary, read_vocabulary
from mingjian.detect.text.torch_random import beginning_of_permutation, outputs
from mingjian.detect.text.watermark import Watermark
from mingjian.detect.text.watermark_tests import (
    binomial_tail,
    green_list,
    synthid,
    synthid_bits,
)
from mingjian.domain.evidence import EvidenceKind
from mingjian.domain.finding import Finding
from mingjian.testing import assert_keeps_promise
from mingjian.testing.promise import as_accepted

KEY, SIZE, GAMMA = 15485863, 1000, 0.25
SYNTHID_KEYS = tuple(range(101, 131))


def _green_ids(count: int, strength: float, seed: int = 1) -> list[int]:
    draw = random.Random(seed)
    ids = [draw.randrange(SIZE)]
    while len(ids) < count:
        if draw.random() < strength:
            green = beginning_of_permutation(KEY * ids[-1], SIZE, int(SIZE * GAMMA))
            ids.append(draw.choice(green))
        else:
            ids.append(draw.randrange(SIZE))
    return ids


def _tournament_ids(count: int, seed: int = 2) -> list[int]:
    """The token of a few that wins most keys: a mark like SynthID-Text's."""
    draw = random.Random(seed)
    ids = [draw.randrange(SIZE) for _ in range(4)]
    while len(ids) < count:
        rivals = [draw.randrange(SIZE) for _ in range(6)]
        ids.append(
            max(rivals, key=lambda one: sum(synthid_bits([*ids[-4:], one], SYNTHID_KEYS, 5)))
        )
    return ids


def _examine(options: dict[str, str], text: str) -> tuple[Finding, ...]:
    detector = Watermark(options)
    return tuple(detector.examine(as_accepted(text.encode(), EvidenceKind.TEXT)))


KGW = {"kgw_key": str(KEY), "kgw_vocabulary_size": str(SIZE), "tokens": "ids"}


def test_pytorchs_numbers() -> None:
    """Known outputs of torch.randperm(10) and torch.randint(0, 10, (10,))."""
    assert beginning_of_permutation(0, 10, 10) == [4, 1, 7, 5, 3, 9, 0, 8, 6, 2]
    assert beginning_of_permutation(42, 10, 10) == [2, 6, 1, 8, 4, 5, 0, 9, 3, 7]
    assert (outputs(0, 10) % 10).tolist() == [4, 9, 3, 0, 3, 9, 7, 3, 7, 3]


def test_keeps_the_promise() -> None:
    assert_keeps_promise(Watermark)
    assert_keeps_promise(Watermark, options={**KGW, "tokens": "characters"}, arbitrary=20)


def test_without_a_key_nothing_is_examined() -> None:
    with pytest.raises(NotApplicable, match="no provider's watermark key"):
        _examine({}, "any text " * 50)


def test_a_marked_text_fits_and_other_keys_do_not() -> None:
    text = " ".join(map(str, _green_ids(200, 0.7)))
    (found,) = _examine(KGW, text)
    assert found.score is None
    assert not found.quiet
    assert float(str(found.details["p"])) < 1e-6
    (other,) = _examine({**KGW, "kgw_key": "7919"}, text)
    assert other.quiet
    assert str(KEY) not in found.because.en + json.dumps(dict(found.details))


def test_synthid_marks_are_found() -> None:
    options = {"synthid_keys": ",".join(map(str, SYNTHID_KEYS)), "tokens": "ids"}
    (found,) = _examine(options, " ".join(map(str, _tournament_ids(150))))
    assert not found.quiet
    plain = random.Random(3)
    (none,) = _examine(options, " ".join(str(plain.randrange(SIZE)) for _ in range(150)))
    assert none.quiet


def test_z_is_standard_without_a_mark() -> None:
    draw = random.Random(4)
    texts = [[draw.randrange(SIZE) for _ in range(60)] for _ in range(60)]
    green = [green_list(ids, KEY, GAMMA, SIZE) for ids in texts]
    bits = [synthid(ids, SYNTHID_KEYS[:8], 5) for ids in texts]
    for outcomes in (green, bits):
        z = np.array([one.z for one in outcomes if one is not None])
        assert abs(z.mean()) < 0.45
        assert 0.7 < z.std() < 1.35


def test_repeats_count_once() -> None:
    once = _green_ids(40, 0.9)
    outcome = green_list(once * 30, KEY, GAMMA, SIZE)
    assert outcome is not None
    assert outcome.tested <= 41


def test_binomial_tail() -> None:
    assert binomial_tail(0, 10, 0.5) == 1
    assert binomial_tail(10, 10, 0.5) == pytest.approx(0.5**10)
    assert binomial_tail(5, 9, 0.5) == pytest.approx(0.5)


def test_too_few_tokens_and_no_ids() -> None:
    with pytest.raises(NotExaminable):
        _examine(KGW, "1 2 3")
    with pytest.raises(NotApplicable):
        _examine(KGW, "these are words")


def test_vocabulary_files(tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    path.write_text(json.dumps({"model": {"vocab": {"the": 0, "Ġcat": 1, "Ġ": 2, "s": 3}}}))
    tokenise = by_vocabulary(read_vocabulary(path))
    assert tokenise("the cats") == [0, 1, 3]
    lines = tmp_path / "vocab.txt"
    lines.write_text("the\n▁cat\n")
    assert by_vocabulary(read_vocabulary(lines))("the cat") == [0, 1]


@pytest.mark.parametrize(
    "options",
    [
        {"kgw_key": "not a number", "tokens": "characters"},
        {"kgw_key": "5"},
        {"kgw_key": "5", "tokens": "/nowhere/vocab.json"},
        {"kgw_key": "5", "tokens": "characters", "kgw_gamma": "2"},
        {"synthid_keys": "1,2", "tokens": "ids", "synthid_ngram": "99"},
    ],
)
def test_wrong_settings_say_what_is_wrong(options: dict[str, str]) -> None:
    with pytest.raises(Unavailable) as told:
        Watermark(options)
    assert "not a number" not in told.value.reason.en
