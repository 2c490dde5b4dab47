"""Artefacts: what is taken, how it is shown, and what sharing one is worth."""

from __future__ import annotations

import time

import pytest

from mingjian.casework.artefacts import KINDS, Artefact, artefacts, related, text_of


def record(path="x/message.txt", kind="text", step=None, findings=(), sha256="a" * 64):
    return {
        "sha256": sha256,
        "path": path,
        "kind": kind,
        "step": step,
        "examinations": [
            {"findings": [{"signal": name, "details": details} for name, details in findings]}
        ],
    }


def of(text, **more):
    return {(item.kind, item.value) for item in artefacts(record(**more), text)}


def test_handles_hosts_hashes_and_names_are_taken():
    text = "转到 6222021234567890128，电话 138 1234 5678，微信号 Kefu_8899，https://A.test/Pay/?u=1"
    assert of(text) == {
        ("content", "a" * 64),
        ("file", "message.txt"),
        ("card", "6222021234567890128"),
        ("phone", "13812345678"),
        ("account", "kefu_8899"),
        ("link", "a.test/Pay"),
    }
    findings = [("link.phishing", {"host": "a.b.test", "domain": "b.test"})]
    assert {("host", "a.b.test"), ("domain", "b.test"), ("link", "a.b.test/x")} <= of(
        "http://A.b.test/x#top", kind="link", step="link", path="m/link 1", findings=findings
    )
    assert ("picture", "00ff") in of(
        None, findings=[("claim.image_hash", {"hash": "00ff", "list": False})]
    )


def test_the_same_sound_in_other_files_is_one_artefact():
    finding = ("audio.content_fingerprint", {"hash": "lm1:0011223344" * 900, "list": False})
    (one,) = (item for item in of(None, kind="audio", findings=[finding]) if item[0] == "sound")
    assert len(one[1]) == 32
    assert one in of(None, kind="audio", path="other.flac", findings=[finding])
    other = ("audio.content_fingerprint", {"hash": "lm1:0011223345", "list": False})
    assert one not in of(None, kind="audio", findings=[other])


def test_identity_numbers_and_names_of_persons_are_never_taken():
    for number in ("11010519491231002X", "110105194912310021", "110105491231002"):
        taken = of(f"张三 {number} 家住某路 1 号")
        assert {kind for kind, _ in taken} == {"content", "file"}


def test_parts_that_unpacking_named_have_no_file_name():
    assert ("file", "text-layer.txt") not in of("", step="text-layer", path="a.pdf/text-layer.txt")


@pytest.mark.parametrize(
    ("artefact", "shown"),
    [
        (Artefact("phone", "13812345678"), "13******78"),
        (Artefact("card", "6222021234567890128"), "622******28"),
        (Artefact("account", "kefu"), "******"),
        (Artefact("link", "pay.bank.test/login/abc"), "pa…[.]bank[.]test/…"),
        (Artefact("host", "secret.bank.test"), "se…[.]bank[.]test"),
        (Artefact("domain", "bank.test"), "bank[.]test"),
        (Artefact("file", "zhang san contract.pdf"), "zh….pdf"),
        (Artefact("content", "a" * 64), "a" * 64),
    ],
)
def test_what_is_shown_to_everybody_is_redacted(artefact, shown):
    assert artefact.redacted == shown
    assert artefact.kind in KINDS


def test_a_rare_thing_relates_more_than_a_common_one():
    rare, common, everywhere = (Artefact("host", name) for name in ("r.test", "c.test", "e.test"))
    shared = [("B", common), ("B", everywhere), ("C", rare), ("D", everywhere)]
    found = related(shared, {rare: 2, common: 50, everywhere: 100}, 100)
    assert [item.case for item in found] == ["C", "B"]
    assert found[0].shared[0].bits == pytest.approx(5.64, abs=0.01)
    assert [item.artefact for item in found[1].shared] == [common]


def test_hostile_text_costs_no_time():
    started = time.process_time()
    for text in (
        "1" * 10**6,
        "a.b" * 300_000,
        "微信" * 300_000,
        "http://" * 140_000,
        "T1" * 500_000,
    ):
        list(artefacts(record(), text))
    assert time.process_time() - started < 10


def test_text_is_decoded_as_intake_did_and_never_fails():
    assert text_of("\ufeff你好".encode(), "utf-8") == "你好"
    assert text_of(b"\xff\xfe\x00", "utf-8") == "\ufffd\ufffd\x00"
    assert text_of(b"x", None) is None
    assert text_of(b"x", "no-such-codec") is None
