"""The detector as a whole: containers, truncation, hostile bytes, the shared fixtures."""

from __future__ import annotations

import base64
import bz2
import contextlib
import gzip
import io
import lzma
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pickle_opcodes import EVIL, PLAIN, SYSTEM, blob, called, named, pickled, text

from mingjian.detect.contract import DetectorSignal, NotApplicable, NotExaminable
from mingjian.detect.model.pickle_calls import PickleCalls
from mingjian.detect.model.pickle_walk import PickleWalker
from mingjian.domain.evidence import Evidence, EvidenceKind, Identity
from mingjian.domain.finding import ChainExhibit, Finding
from mingjian.intake.content import BytesContent, FileContent
from mingjian.intake.identify import identify
from mingjian.intake.limits import Limits
from mingjian.intake.take_in import take_in
from mingjian.testing import evidence_from

DETECTOR = PickleCalls({})
SHARED = Path(__file__).parents[4] / "shared/data/media/modelfiles"


def evidence(data: bytes, format: str = "pickle", kind: str = "model") -> Evidence:
    return Evidence(
        sha256="0" * 64,
        sm3="0" * 64,
        size=len(data),
        path="x",
        identity=Identity(kind=EvidenceKind(kind), format=format),
        content=BytesContent(data),
    )


def findings(data: bytes, format: str = "pickle", kind: str = "model") -> list[Finding]:
    return list(DETECTOR.examine(evidence(data, format, kind)))


def score(data: bytes, format: str = "pickle", kind: str = "model") -> float:
    value = findings(data, format, kind)[0].score
    assert value is not None
    return value


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data, method)
    return out.getvalue()


def flagged(archive: bytes, bits: int) -> bytes:
    out = bytearray(archive)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        position = out.find(mark)
        while position >= 0:
            out[position + at] |= bits
            position = out.find(mark, position + 4)
    return bytes(out)


def npy(body: bytes, descr: str = "'|O'") -> bytes:
    header = f"{{'descr': {descr}, 'fortran_order': False, 'shape': (1,), }}".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + body


def joblib(kind: str, length: int, body: bytes) -> bytes:
    dtype = called(named("numpy", "dtype"), text(kind), b"\x89\x88")
    state = b"}(" + text("shape") + b"K" + bytes([length]) + b"\x85" + text("dtype") + dtype + b"u"
    wrapper = named("joblib.numpy_pickle", "NumpyArrayWrapper") + b")\x81" + state + b"b"
    return b"\x80\x04](" + wrapper + body + b"e."


ARCHIVE = {"a/data.pkl": EVIL, "a/version": b"3\n", "a/data/0": b"\0" * 99}

CONTAINERS = {
    "stored": zipped(ARCHIVE),
    "deflated": zipped(ARCHIVE, zipfile.ZIP_DEFLATED),
    "bzip2 member": zipped(ARCHIVE, zipfile.ZIP_BZIP2),
    "lzma member": zipped(ARCHIVE, zipfile.ZIP_LZMA),
    "password bit": flagged(zipped(ARCHIVE, zipfile.ZIP_DEFLATED), 0x1),
    "strong encryption bit": flagged(zipped(ARCHIVE), 0x41),
    "checksum": zipped(ARCHIVE).replace(struct.pack("<I", zlib.crc32(EVIL)), b"\0\0\0\0"),
    "no directory": zipped(ARCHIVE).partition(b"PK\x01\x02")[0],
    "directory names another": zipped(ARCHIVE)[::-1].replace(b"lkp.atad", b"txt.atad", 1)[::-1],
    "prefixed": b"#!/bin/sh\n" + zipped(ARCHIVE),
    "zip in zip": zipped({"a/b.bin": zipped(ARCHIVE, zipfile.ZIP_DEFLATED)}, zipfile.ZIP_DEFLATED),
    "gzip": gzip.compress(EVIL),
    "zlib": zlib.compress(EVIL),
    "bzip2": bz2.compress(EVIL),
    "xz": lzma.compress(EVIL),
    "lzma": lzma.compress(EVIL, lzma.FORMAT_ALONE),
    "gzip of zlib": gzip.compress(zlib.compress(EVIL)),
    "npy": npy(EVIL),
    "npy fields": npy(EVIL, "[('n', '<i4'), ('o', '|O')]"),
    "npz": zipped({"x.npy": npy(EVIL)}),
    "base64": base64.b64encode(EVIL * 2),
    "hex": EVIL.hex().encode(),
    "old pytorch": b"\x80\x02M\xe9\x03.\x80\x02}." + EVIL + b"\x80\x02]." + b"\1\2" * 40,
    "joblib objects": joblib("O8", 1, EVIL),
    "joblib after an array": joblib("u1", 5, b"\0" * 5 + SYSTEM),
    "joblib array read as opcodes": joblib("u1", len(SYSTEM) + 1, SYSTEM + b"."),
    "constant": pickled(blob(EVIL)),
    "constant, packed": pickled(blob(zlib.compress(EVIL))),
    "constant, base64": pickled(text(base64.b64encode(EVIL).decode())),
    "constant, hex": pickled(text(EVIL.hex())),
    "constant, gzip in base64": pickled(text(base64.b64encode(gzip.compress(EVIL)).decode())),
    "constant in a constant": pickled(blob(pickled(blob(pickled(blob(EVIL)))))),
    "latin-1": pickled(
        called(
            named("_codecs", "encode"),
            b"X" + struct.pack("<I", len(EVIL.decode("latin-1").encode()))
            + EVIL.decode("latin-1").encode(),
            text("latin1"),
        )
    ),
    "torch bytes": pickled(called(named("torch.storage", "_load_from_bytes"), blob(EVIL))),
    "behind junk": b"\x00JUNK" * 9 + b"\x80\x04\x95\x20\0\0\0\0\0\0\0" + EVIL[2:],
}  # fmt: skip


@pytest.mark.parametrize("name", CONTAINERS)
def test_found_in_every_container(name: str) -> None:
    assert score(CONTAINERS[name]) >= 8


@pytest.mark.parametrize(
    ("data", "format"),
    [
        (zipped({"a/data.pkl": PLAIN, "a/data/0": bytes(range(256)) * 9}), "pytorch-zip"),
        (npy(PLAIN), "npy"),
        (npy(b"\1\2\3\4", "'<i4'"), "npy"),
        (joblib("f8", 3, b"\x80\x04" * 12), "joblib"),
        (b"\x80\x02M\xe9\x03." + PLAIN + bytes(range(256)) * 4, "pytorch-legacy"),
    ],
)
def test_ordinary_containers_are_quiet(data: bytes, format: str) -> None:
    finding = findings(data, format)[0]
    assert finding.score == 0.0
    assert finding.quiet


def test_the_chain_names_opcodes_and_true_offsets() -> None:
    finding = findings(EVIL)[0]
    (exhibit,) = finding.exhibits
    assert isinstance(exhibit, ChainExhibit)
    for link in exhibit.links:
        opcode = {"STACK_GLOBAL": 0x93, "SHORT_BINUNICODE": 0x8C, "REDUCE": 0x52}
        assert EVIL[link.offset] == opcode[link.code.split(" ")[0]]
    assert "os.system" in finding.because.en
    assert "os.system" in finding.because.zh
    inside = findings(zipped({"a/data.pkl": EVIL}), "pytorch-zip")[0]
    assert isinstance(inside.exhibits[0], ChainExhibit)
    assert zipped({"a/data.pkl": EVIL})[inside.exhibits[0].links[-1].offset] == 0x52


def test_personal_fields_in_arguments_are_masked() -> None:
    data = pickled(called(named("os", "system"), text("mail zhang@example.com 13812345678901")))
    assert "13812345678901" not in repr(findings(data))
    assert "zhang@" not in repr(findings(data))


def test_encrypted_members_are_said_to_be_unread() -> None:
    secret = flagged(zipped({"a.pkl": b"\xd1\x02\x9f" * 30}), 0x1)
    with pytest.raises(NotExaminable):
        findings(secret, "pytorch-zip")


@pytest.mark.parametrize("magic", [b"\x04\x22\x4d\x18", b"\x28\xb5\x2f\xfd"])
def test_unsupported_packing_is_said(magic: bytes) -> None:
    with pytest.raises(NotExaminable):
        findings(magic + b"\0" * 99, "joblib")


def test_a_bomb_is_cut_off() -> None:
    bomb = zlib.compress(b"\x80\x04" + b"]0" * (40 << 20), 9)
    noted = findings(bomb, "joblib")
    assert any("too-large" in repr(finding.details) for finding in noted)


def test_other_bytes_are_not_applicable() -> None:
    for data in (b"", b"\x89PNG\r\n\x1a\n", b"hello world", b"\x80\x02\0\0\0\0\0\0{}"):
        with pytest.raises(NotApplicable):
            findings(data, "unknown", "unknown")


@pytest.mark.parametrize("data", [EVIL, CONTAINERS["stored"], CONTAINERS["joblib objects"]])
def test_truncated_at_every_byte(data: bytes) -> None:
    for end in range(len(data)):
        try:
            found = findings(data[:end])
        except DetectorSignal:
            continue
        assert found[0].score is not None
    # Once the call is complete it has happened, whatever follows.
    assert score(EVIL[:-1]) == score(EVIL)


@given(st.binary(max_size=400))
def test_arbitrary_bytes_never_raise(data: bytes) -> None:
    for kind, format in (("model", "pickle"), ("unknown", "unknown"), ("archive", "zip")):
        with contextlib.suppress(DetectorSignal):
            findings(data, format, kind)


@given(
    st.lists(
        st.sampled_from([*b"c(tRb}]s.0129pgqhrjNKX\x8c\x93\x94\x81\x85\x80\x95QoidlueaB"]).map(
            lambda b: bytes([b])
        )
        | st.binary(max_size=6),
        max_size=90,
    )
)
def test_opcode_soup_ends_within_the_data(parts: list[bytes]) -> None:
    data = b"".join(parts)
    walk = PickleWalker(data).walk()
    assert walk.end <= len(data) + 8
    assert walk.opcodes <= 2 * len(data) + 2


@given(st.binary(max_size=60), st.binary(max_size=60))
def test_bytes_around_never_hide_a_finished_call(before: bytes, after: bytes) -> None:
    assert score(EVIL + after) >= 8
    assert score(zipped({"x/data.pkl": EVIL, "x/other": before + after}), "pytorch-zip") >= 8


BENIGN_FIXTURES = ("benign", "array", "new_pytorch_model", "data__pytorch_model")
NO_PICKLE = ("not_a_pickle", "bad_pytorch", "benign_password_protected", "data__password_protected")


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs ../shared: scanner authors' fixtures")
@pytest.mark.parametrize(
    "path",
    sorted([*SHARED.glob("picklescan/*"), *SHARED.glob("modelscan/*")]) if SHARED.is_dir() else [],
    ids=lambda path: path.name,
)
def test_fixtures_of_other_scanners(path: Path) -> None:
    scores: list[float] = []
    for taken in take_in(FileContent(path), path.name, Limits()):
        if taken.evidence.kind in DETECTOR.accepts:
            try:
                scores += [
                    finding.score
                    for finding in DETECTOR.examine(taken.evidence)
                    if finding.score is not None
                ]
            except DetectorSignal:
                continue
    if any(word in path.name for word in NO_PICKLE):
        assert scores == []
    elif any(word in path.name for word in BENIGN_FIXTURES):
        assert set(scores) == {0.0}
    else:
        assert max(scores) >= 7


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs ../shared: real weights")
def test_real_weights_are_quiet() -> None:
    path = next(SHARED.glob("real_weights_benign/*.pth"))
    content = FileContent(path)
    item = Evidence(
        sha256="",
        sm3="",
        size=content.size,
        path=path.name,
        identity=identify(content, path.name, None),
        content=content,
    )
    assert next(iter(DETECTOR.examine(item))).score == 0.0


def test_a_call_of_an_unknown_function_says_what_to_check() -> None:
    (finding,) = findings(pickled(called(named("acme.build", "restore"), text("x"))))
    assert finding.score == 4.0
    assert not finding.quiet
    assert "acme.build.restore" in finding.because.en
    assert "unknown" in finding.because.en
    assert "read the code" in finding.because.en
    assert "阅读该函数的程序代码" in finding.because.zh


@pytest.mark.parametrize("put", [b"p+7\n", b"p007\n", b"p 7 \n", b"p0_7\n"])
def test_memo_numbers_are_read_as_widely_as_python_does(put: bytes) -> None:
    hidden = b"cos\nsystem\n" + put + b"0g7\n(S'true'\ntR."
    (finding,) = PickleCalls({}).examine(evidence_from(hidden, "m.pkl")[0])
    assert finding.score is not None
    assert finding.score >= 9
