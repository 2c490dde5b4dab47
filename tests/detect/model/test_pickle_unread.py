"""Payloads where an ordinary load does not look, and acts told by names and arguments."""

from __future__ import annotations

import base64
import io
import json
import random
import struct
import time
import zipfile

import pytest
from pickle_opcodes import EVIL, PLAIN, called, named, pickled, text

from mingjian.detect.contract import NotApplicable
from mingjian.detect.model.code_words import CODE, CODE_OR_ADDRESS
from mingjian.detect.model.pickle_calls import PickleCalls
from mingjian.domain.evidence import Evidence, EvidenceKind, Identity
from mingjian.domain.finding import Finding
from mingjian.intake.content import BytesContent

OLD = b"cos\nsystem\n(Vmarker\ntR."


def examined(data: bytes, format: str = "pickle") -> Finding:
    evidence = Evidence(
        sha256="0" * 64,
        sm3="0" * 64,
        size=len(data),
        path="x",
        identity=Identity(kind=EvidenceKind.MODEL, format=format),
        content=BytesContent(data),
    )
    return next(iter(PickleCalls({}).examine(evidence)))


def npy(body: bytes) -> bytes:
    header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + body


def safetensors(body: bytes) -> bytes:
    entry = {"dtype": "U8", "shape": [len(body)], "data_offsets": [0, len(body)]}
    header = json.dumps({"a": entry}).encode()
    return struct.pack("<Q", len(header)) + header + body


def torch_zip(tensor: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a/data.pkl", PLAIN)
        archive.writestr("a/data/0", tensor)
    return out.getvalue()


UNREAD = {
    "behind the last pickle": (PLAIN + b"\0" * 64 + EVIL, "pickle"),
    "behind it, protocol 0": (PLAIN + b"\0" * 64 + OLD, "pickle"),
    "behind leading bytes, protocol 0": (b"\0\1\2" * 9 + OLD, "pickle"),
    "among numbers": (npy(b"\0" * 8 + EVIL), "npy"),
    "in a tensor": (torch_zip(b"\0" * 64 + EVIL), "pytorch-zip"),
    "in safetensors": (safetensors(b"\0" * 64 + EVIL), "safetensors"),
    "behind safetensors": (safetensors(b"\0" * 64) + OLD, "safetensors"),
}


@pytest.mark.parametrize("case", UNREAD)
def test_harm_in_unread_bytes_is_flagged_and_said_to_be_unread(case: str) -> None:
    finding = examined(*UNREAD[case])
    assert finding.score is not None
    assert 5 <= finding.score <= 8
    assert "an ordinary load does not read" in finding.because.en
    assert "不会读到" in finding.because.zh


@pytest.mark.parametrize("inner", [PLAIN, b"\x80\x04}.", b"\x80\x05\x95" + b"\0" * 40])
def test_harmless_pickles_in_unread_bytes_do_not_count(inner: bytes) -> None:
    assert examined(npy(b"\0" * 8 + inner), "npy").score == 0
    with pytest.raises(NotApplicable):
        examined(safetensors(inner), "safetensors")


def test_megabytes_of_chance_bytes_are_quick_and_harmless() -> None:
    noise = random.Random(7).randbytes(4 << 20)
    begin = time.process_time()
    assert examined(npy(noise + b"\x80\x04\x95" * 100_000), "npy").score == 0
    assert time.process_time() - begin < 3


ACTS = {
    "command in snake case": (named("mypkg.jobs", "run_command"), "x", 6.0),
    "shell in camel case": (named("mypkg.jobs", "openShell"), "x", 6.0),
    "no act": (named("mypkg.jobs", "rebuild"), "x", 4.0),
    "a file for a constructor": (named("xgboost.core", "Booster"), "model.json", 6.0),
    "no file for it": (named("xgboost.core", "Booster"), "gbtree", 4.0),
}


@pytest.mark.parametrize("case", ACTS)
def test_acts(case: str) -> None:
    function, argument, severity = ACTS[case]
    assert examined(pickled(called(function, text(argument)))).score == severity


@pytest.mark.parametrize("inner", [OLD, b"(" + OLD, EVIL])
def test_encoded_constants_of_any_protocol(inner: bytes) -> None:
    for value in (base64.b64encode(inner), inner.hex().encode()):
        assert examined(pickled(text(value.decode()))).score == 8


def test_memo_out_of_proportion() -> None:
    assert examined(b"\x80\x02Nr\xff\xff\xff\x7f.").score == 3
    assert examined(b"\x80\x02Nr\x01\x00\x00\x00.").score == 0


@pytest.mark.parametrize(
    ("passage", "code", "address"),
    [
        ("import os", True, True),
        ("reimport os", False, False),
        ("os.remove", True, True),
        ("macos.txt", False, False),
        ("curl -s x", True, True),
        ("http://192.0.2.1/x", False, True),
        (r"\\host\share", False, True),
        (r"a \\host\share", False, False),
        ("max_iter reached", False, False),
    ],
)
def test_passages(passage: str, code: bool, address: bool) -> None:
    assert bool(CODE.search(passage)) is code
    assert bool(CODE_OR_ADDRESS.search(passage)) is address


def test_passages_of_hostile_length_are_quick() -> None:
    begin = time.process_time()
    for part in ("__", "; a", "`a", "import ", "os", "_" * 25):
        CODE_OR_ADDRESS.search(part * ((1 << 20) // len(part)))
    assert time.process_time() - begin < 5
