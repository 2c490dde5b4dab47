"""C2PA on pictures signed here: four answers, each of them changed alone."""

from __future__ import annotations

import io
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import c2pa
import provenance_signing as signing
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from provenance_items import evidence, one, signals

from mingjian.detect.contract import DetectorSignal, NotApplicable, NotExaminable, Unavailable
from mingjian.detect.provenance import c2pa_claims
from mingjian.detect.provenance.c2pa_claims import C2paClaims
from mingjian.domain.finding import Finding

GOOD = {
    "binding": "match",
    "signature": "validated",
    "trust": "no-trust-list",
    "validity": "inside",
    "revocation": "not-checked",
    "level": "valid",
}


def examine(data: bytes, format: str = "jpeg", **options: str) -> list[Finding]:
    return list(C2paClaims(options).examine(evidence(data, format)))


def four(findings: list[Finding]) -> dict[str, object]:
    details = one(findings, "provenance.c2pa.manifest").details
    return {aspect: details[aspect] for aspect in GOOD}


def anchors(tmp_path: Path, authority: signing.Authority) -> str:
    file = tmp_path / "anchors.pem"
    file.write_text(authority.root_pem)
    return str(file)


def codes(findings: list[Finding]) -> list[object]:
    return [f.details["code"] for f in findings if f.signal == "provenance.c2pa.failure"]


@pytest.mark.parametrize(
    ("format", "media"),
    [(name, f"image/{name}") for name in ("jpeg", "png", "webp", "tiff", "gif")],
)
def test_sound_signature_without_a_trust_list_is_never_trusted(format: str, media: str) -> None:
    data = signing.signed(signing.picture(format.upper()), media_type=media)
    found = examine(data, format)
    assert four(found) == GOOD
    assert codes(found) == []
    sentence = one(found, "provenance.c2pa.manifest").because
    assert "no trust list is configured" in sentence.en
    assert "未配置信任列表" in sentence.zh


def test_signer_on_the_trust_list(tmp_path: Path) -> None:
    data = signing.signed(signing.picture())
    found = examine(data, trust_anchors=anchors(tmp_path, signing.authority()))
    assert four(found) == GOOD | {"trust": "trusted", "level": "trusted"}


def test_signer_of_another_authority(tmp_path: Path) -> None:
    data = signing.signed(signing.picture())
    found = examine(data, trust_anchors=anchors(tmp_path, signing.authority("Another Root")))
    assert four(found) == GOOD | {"trust": "untrusted"}
    assert codes(found) == ["signingCredential.untrusted"]


def test_one_changed_byte_of_the_picture_breaks_the_binding_alone() -> None:
    data = bytearray(signing.signed(signing.picture()))
    data[-50] ^= 1
    found = examine(bytes(data))
    assert four(found) == GOOD | {"binding": "mismatch", "level": "well-formed"}
    assert codes(found) == ["assertion.dataHash.mismatch"]
    assert not one(found, "provenance.c2pa.source_type").details["sound"]


def test_one_changed_byte_of_the_claim_breaks_the_signature_alone() -> None:
    data = bytearray(signing.signed(signing.picture()))
    data[data.rfind(b"mingjian-tests")] ^= 1
    found = examine(bytes(data))
    # Without a sound signature nothing is known about the period either.
    changes = {"signature": "mismatch", "validity": "not-checked", "level": "well-formed"}
    assert four(found) == GOOD | changes
    assert codes(found) == ["claimSignature.mismatch"]


def test_expired_certificate() -> None:
    found = examine(signing.signed(signing.picture(), expired=True))
    assert four(found) == GOOD | {"validity": "outside", "level": "well-formed"}
    assert codes(found) == ["signingCredential.expired"]


def test_ai_source_type_is_a_fact_on_the_pair_and_moves_no_score() -> None:
    found = one(examine(signing.signed(signing.picture())), "provenance.c2pa.source_type")
    assert found.details["group"] == "ai"
    assert found.proposition == "provenance.ai_generated"
    assert found.score is None
    assert not found.quiet


def test_capture_source_type_with_https_is_recognised() -> None:
    data = signing.signed(signing.picture(), signing.CAPTURE)
    found = one(examine(data), "provenance.c2pa.source_type")
    assert (found.details["term"], found.details["group"]) == ("digitalCapture", "non_ai")


def test_ai_ingredient_of_a_plain_manifest() -> None:
    parent = signing.signed(signing.picture())
    found = examine(signing.signed(signing.picture(), None, ingredient=parent))
    assert four(found) == GOOD
    inner = one(found, "provenance.c2pa.ingredient")
    assert (inner.details["signature"], inner.details["binding"]) == ("validated", "elsewhere")
    stated = one(found, "provenance.c2pa.source_type")
    assert stated.details["ingredient"]
    assert stated.details["group"] == "ai"


def test_soft_binding_is_named_and_not_decoded() -> None:
    extra = {
        "label": "c2pa.soft-binding",
        "data": {"alg": "com.adobe.trustmark.Q", "blocks": [{"scope": {}, "value": "AA=="}]},
    }
    found = one(
        examine(signing.signed(signing.picture(), extra=(extra,))), "provenance.c2pa.soft_binding"
    )
    assert found.details["algorithm"] == "com.adobe.trustmark.Q"
    assert "watermark" in found.because.en


def test_no_manifest_is_quiet_and_says_that_absence_proves_nothing() -> None:
    found = one(examine(signing.picture()), "provenance.c2pa.absent")
    assert found.quiet
    assert "proves nothing" in found.because.en
    assert "不能证明" in found.because.zh


def test_store_in_a_format_without_a_place_for_it_is_not_examinable() -> None:
    signed = signing.signed(signing.picture())
    start = signed.find(b"jumb") - 4
    with pytest.raises(NotExaminable):
        examine(b"\x1aE\xdf\xa3" + signed[start : start + 2000], "mkv")
    with pytest.raises(NotApplicable):
        examine(b"\x1aE\xdf\xa3 c2pa jumb jumd", "mkv")


def test_store_outside_its_place_is_pointed_at() -> None:
    signed = signing.signed(signing.picture())
    start = signed.find(b"jumb") - 4
    found = one(
        examine(signing.picture() + signed[start : start + 2000]), "provenance.c2pa.misplaced"
    )
    assert found.where


def test_too_large_a_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(c2pa_claims, "MAX_BYTES", 100)
    with pytest.raises(NotExaminable):
        examine(signing.picture())


def test_a_missing_trust_list_is_unavailable_not_silently_ignored(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        C2paClaims({"trust_anchors": str(tmp_path / "none.pem")})
    (tmp_path / "empty.pem").write_text("nothing")
    with pytest.raises(Unavailable):
        C2paClaims({"trust_anchors": str(tmp_path / "empty.pem")})


class _Listener:
    """A local server that counts who calls."""

    def __init__(self) -> None:
        calls = self.calls = []  # type: list[str]

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                calls.append(self.path)
                self.send_response(404)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/m.c2pa"

    def __enter__(self) -> _Listener:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()


def _linking(url: str) -> bytes:
    packet = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
        f'xmlns:dcterms="http://purl.org/dc/terms/" dcterms:provenance="{url}"/></rdf:RDF>'
        "</x:xmpmeta>"
    ).encode()
    body = b"http://ns.adobe.com/xap/1.0/\0" + packet
    plain = signing.picture()
    return plain[:2] + b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body + plain[2:]


def test_remote_manifest_is_reported_and_never_fetched() -> None:
    with _Listener() as listener:
        data = _linking(listener.url)
        found = one(examine(data), "provenance.c2pa.remote")
        assert listener.calls == []
        # The same file makes the library call out when it is left at its defaults, so the
        # silence above is ours.
        with pytest.raises(c2pa.C2paError):
            c2pa.Reader("image/jpeg", io.BytesIO(data), context=c2pa.Context.from_dict({}))
        assert listener.calls
    assert "offline" in found.because.en
    assert "hxxp://" in str(found.details["remote"])


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_damaged_files_never_raise_anything_else(draw: st.DataObject) -> None:
    data = bytearray(_SIGNED)
    for _ in range(draw.draw(st.integers(1, 6))):
        data[draw.draw(st.integers(0, len(data) - 1))] = draw.draw(st.integers(0, 255))
    cut = draw.draw(st.integers(0, len(data)))
    format = draw.draw(st.sampled_from(["jpeg", "png", "mp4", "svg", "pdf", "wav", "tiff"]))
    try:
        found = examine(bytes(data[:cut]), format)
    except DetectorSignal:
        return
    assert found
    assert "no trust list" in json.dumps([f.because.en for f in found]) or all(
        f.signal in {"provenance.c2pa.absent", "provenance.c2pa.misplaced"} for f in found
    )


_SIGNED = signing.signed(signing.picture())


def test_same_bytes_same_findings() -> None:
    assert examine(_SIGNED) == examine(_SIGNED)
    assert signals(examine(_SIGNED))[0] == "provenance.c2pa.manifest"


def test_a_chain_of_manifests_is_told_in_the_same_order_each_time() -> None:
    first = signing.signed(signing.picture(), signing.AI)
    second = signing.signed(signing.picture(), None, ingredient=first)
    third = signing.signed(signing.picture(), None, ingredient=second)
    reports = [examine(third) for _ in range(8)]
    assert all(report == reports[0] for report in reports)
    # The AI statement belongs to the innermost manifest, which is told last.
    stated = one(reports[0], "provenance.c2pa.source_type")
    assert "ingredient 2" in stated.because.en
