"""The rules, one by one, and provider codes seen in real files."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjian.detect.label.facts import clause
from mingjian.detect.label.provider_code import provider_code, shown, uscc_valid
from mingjian.detect.label.report import label_report
from mingjian.intake.content import BytesContent

GOOD = {"Label": "1", "ContentProducer": "doubao", "ProduceID": "p-1"}


def codes(text: str) -> tuple[str, list[str]]:
    """Verdict and problem codes of a label in a WAV chunk."""
    body = text.encode()
    chunk = b"AIGC" + len(body).to_bytes(4, "little") + body + b"\0" * (len(body) & 1)
    data = b"RIFF" + (4 + len(chunk)).to_bytes(4, "little") + b"WAVE" + chunk
    report = label_report(BytesContent(data), "wav")
    listed = [p["code"] for label in report["labels"] for p in label["problems"]]  # type: ignore
    return str(report["verdict"]), listed


CASES = {
    "good": (json.dumps(GOOD), "conformant", []),
    "number": (json.dumps({**GOOD, "Label": 1}), "conformant", ["untyped"]),
    "label word": (json.dumps({**GOOD, "Label": "AIGC"}), "non-conformant", ["label-value"]),
    "label 0": (json.dumps({**GOOD, "Label": "0"}), "non-conformant", ["label-value"]),
    "no id": (json.dumps({**GOOD, "ProduceID": ""}), "non-conformant", ["required"]),
    "space": (
        json.dumps({**GOOD, "ContentProducer": "Minimax Agent AI"}),
        "non-conformant",
        ["charset"],
    ),
    "chinese": (
        json.dumps({**GOOD, "ContentProducer": "某公司"}, ensure_ascii=False),
        "non-conformant",
        ["charset"],
    ),
    "unknown": (json.dumps({**GOOD, "Extra": "x"}), "non-conformant", ["unknown-field"]),
    "repeated": (
        '{"Label":"1","Label":"2","ContentProducer":"a","ProduceID":"b"}',
        "non-conformant",
        ["repeated-field", "propagator"],
    ),
    "bad check": (
        json.dumps({**GOOD, "ContentProducer": "001191110102MACQD9K65010000"}),
        "non-conformant",
        ["code-check"],
    ),
    "short code": (
        json.dumps({**GOOD, "ContentProducer": "001191110102MACQD9K6401000"}),
        "non-conformant",
        ["code-shape"],
    ),
    "possible": (json.dumps({**GOOD, "Label": "2"}), "conformant", ["propagator"]),
    "cut": (json.dumps(GOOD)[:-4], "inconclusive", ["malformed"]),
    "more": (json.dumps(GOOD) + "}", "inconclusive", ["malformed"]),
}


@pytest.mark.parametrize("case", CASES)
def test_rules(case: str) -> None:
    text, verdict, expected = CASES[case]
    assert codes(text) == (verdict, expected)


@pytest.mark.parametrize(
    "code",
    [
        "001191110102MAD55U9H0F10002",
        "001191440300708461136T1XGW3",
        "001191440300708461136T1308L",
        "001191110102MACQD9K64010000",
        "001191440300MA5G49LC9K1YO01",
    ],
)
def test_codes_seen_in_files_pass(code: str) -> None:
    parsed = provider_code(code)
    assert parsed is not None
    assert parsed.faults() == ()
    core = provider_code(code[:22])
    assert core is not None
    assert core.service == ""
    assert core.faults() == ()


@given(st.integers(0, 17), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_one_wrong_character_fails_the_check(place: int, letter: str) -> None:
    code = "91110102MACQD9K640"
    changed = code[:place] + letter + code[place + 1 :]
    assert uscc_valid(changed) == (changed == code)


def test_names_and_short_ids_are_no_codes() -> None:
    assert provider_code("doubao") is None
    assert provider_code("001191110102MACQD9K6401000") is None


def test_an_individuals_number_is_masked() -> None:
    code = "0021" + "11010519491231002X" + "10000"
    assert shown(code) == "00211101**********002X10000"
    text = json.dumps({**GOOD, "ContentProducer": code})
    assert codes(text)[0] == "conformant"


def test_a_clause_nobody_read_says_so() -> None:
    assert clause("label").zh == "GB 45438-2025 附录E c)（待核验）"
    assert "not verified" in clause("one").en
    assert "待核验" not in clause("uscc").zh
