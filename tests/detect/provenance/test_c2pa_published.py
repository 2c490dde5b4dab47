"""The published C2PA files, each against what its name says. Skips without ../shared.

Names of the public test files: A, I = no manifest; C = claim; CA = claim and actions; CACA,
CICA, CAICA = with ingredients; E-sig, E-dat, E-uri = error in signature, data, assertion;
X = bytes changed outside the manifest; CIE-sig = sound outside, broken signature within.
"""

from __future__ import annotations

from pathlib import Path

import provenance_signing as signing
import pytest
from provenance_items import evidence, one

from mingjian.detect.contract import NotApplicable, NotExaminable
from mingjian.detect.provenance.c2pa_claims import C2paClaims

ROOT = Path(__file__).parents[4] / "shared/data/media/provenance"
PUBLIC = "c2pa_public_testfiles/image__jpeg__adobe-20220124-"
FIXTURE = "c2pa_rs_fixtures/sdk__tests__fixtures__"

# (binding, signature, validity, level, signatures of the ingredients' manifests in order)
SOUND = ("match", "validated", "inside", "valid")
BAD_DATA = ("mismatch", "validated", "inside", "well-formed")
BAD_SIGNATURE = ("match", "mismatch", "not-checked", "well-formed")
BAD_ASSERTION = ("match", "validated", "inside", "well-formed")
V, M = "validated", "mismatch"

READ: dict[str, tuple[tuple[str, str, str, str], tuple[str, ...]]] = {
    f"{PUBLIC}C.jpg": (SOUND, ()),
    f"{PUBLIC}CA.jpg": (SOUND, ()),
    f"{PUBLIC}CACA.jpg": (SOUND, (V,)),
    f"{PUBLIC}CAICA.jpg": (SOUND, (V,)),
    f"{PUBLIC}CICA.jpg": (SOUND, (V,)),
    f"{PUBLIC}CIE-sig-CA.jpg": (SOUND, (M,)),
    f"{PUBLIC}E-dat-CA.jpg": (BAD_DATA, ()),
    f"{PUBLIC}E-sig-CA.jpg": (BAD_SIGNATURE, ()),
    f"{PUBLIC}E-uri-CA.jpg": (BAD_ASSERTION, ()),
    # The changed assertion lies in the first manifest of the file: the ingredient's.
    f"{PUBLIC}E-uri-CIE-sig-CA.jpg": (BAD_ASSERTION, (M,)),
    f"{PUBLIC}XCA.jpg": (BAD_DATA, ()),
    f"{FIXTURE}C.jpg": (SOUND, ()),
    f"{FIXTURE}CA.jpg": (SOUND, ()),
    f"{FIXTURE}CACA.jpg": (SOUND, (V,)),
    # The error in the innermost assertion; both signatures below are sound.
    f"{FIXTURE}CACAE-uri-CA.jpg": (SOUND, (V, V)),
    f"{FIXTURE}CA_ct.jpg": (SOUND, ()),
    f"{FIXTURE}CIE-sig-CA.jpg": (SOUND, (M,)),
    f"{FIXTURE}C_with_CAWG_data.jpg": (SOUND, ()),
    f"{FIXTURE}E-sig-CA.jpg": (BAD_SIGNATURE, ()),
    f"{FIXTURE}XCA.jpg": (BAD_DATA, ()),
    f"{FIXTURE}boxhash.jpg": (SOUND, ()),
    # The opening segment of a DASH stream: its hash covers segments that are not here.
    f"{FIXTURE}dashinit.mp4": (("incomplete", V, "inside", "well-formed"), ()),
    f"{FIXTURE}legacy_ingredient_hash.jpg": (SOUND, (V,)),
    f"{FIXTURE}ocsp.jpg": (SOUND, (V,)),
    f"{FIXTURE}update_manifest.jpg": (SOUND, (V,)),
}
CODES = {
    f"{PUBLIC}CIE-sig-CA.jpg": {"claimSignature.mismatch", "timeStamp.mismatch"},
    f"{PUBLIC}E-dat-CA.jpg": {"assertion.dataHash.mismatch"},
    f"{PUBLIC}E-sig-CA.jpg": {"claimSignature.mismatch", "timeStamp.mismatch"},
    f"{PUBLIC}E-uri-CA.jpg": {"assertion.hashedURI.mismatch"},
    f"{PUBLIC}E-uri-CIE-sig-CA.jpg": {
        "assertion.hashedURI.mismatch",
        "claimSignature.mismatch",
        "timeStamp.mismatch",
    },
    f"{PUBLIC}XCA.jpg": {"assertion.dataHash.mismatch"},
    f"{FIXTURE}CACAE-uri-CA.jpg": {"assertion.hashedURI.mismatch"},
    f"{FIXTURE}CA_ct.jpg": {"timeStamp.malformed"},
    f"{FIXTURE}CIE-sig-CA.jpg": {"claimSignature.mismatch", "timeStamp.mismatch"},
    f"{FIXTURE}E-sig-CA.jpg": {"claimSignature.mismatch", "timeStamp.mismatch"},
    f"{FIXTURE}XCA.jpg": {"assertion.dataHash.mismatch"},
}
REMOTE = {f"{FIXTURE}{name}" for name in ("cloud.jpg", "cloudx.jpg", "libpng-test_with_url.png")}
# Damaged or hostile containers, a draft older than 1.0, a claim without a hash algorithm, and
# SVG files whose manifest is no JUMBF (ExifTool's sample holds no base64 at all).
REFUSED = {
    f"{FIXTURE}{name}"
    for name in (
        "nested_moov_1000.mp4",
        "no_alg.jpg",
        "prerelease.jpg",
        "sample3.invalid.wav",
        "sample3.svg",
        "sample4.svg",
        "tiff_poc.tiff",
    )
} | {"exiftool_images/t__images__XMP.svg"}
FORMATS = {
    "jpg": "jpeg",
    "jps": "jpeg",
    "tif": "tiff",
    "cr2": "tiff",
    "cr3": "mp4",
    **{name: name for name in ("png", "webp", "tiff", "heif", "avif", "svg", "mp4", "wav")},
}

pytestmark = pytest.mark.skipif(
    not ROOT.is_dir(), reason=f"needs the shared provenance files under {ROOT}"
)


def _read(name: str) -> list[object]:
    file = ROOT / name
    format = FORMATS.get(file.suffix.lstrip("."), file.suffix.lstrip("."))
    return list(C2paClaims({}).examine(evidence(file.read_bytes(), format)))


@pytest.mark.parametrize("name", sorted(READ))
def test_four_answers_agree_with_the_name(name: str) -> None:
    expected, inner = READ[name]
    found = _read(name)
    details = one(found, "provenance.c2pa.manifest").details
    keys = ("binding", "signature", "validity", "level")
    assert tuple(details[key] for key in keys) == expected
    assert details["trust"] == "no-trust-list"
    signatures = [f.details["signature"] for f in found if f.signal == "provenance.c2pa.ingredient"]
    assert tuple(signatures) == inner
    codes = {f.details["code"] for f in found if f.signal == "provenance.c2pa.failure"}
    assert codes == CODES.get(name, set())


def test_update_manifest_and_ai_statements_are_recognised() -> None:
    updated = one(_read(f"{FIXTURE}update_manifest.jpg"), "provenance.c2pa.manifest")
    assert updated.details["update_manifest"]
    stated = [f for f in _read(f"{FIXTURE}ocsp.jpg") if f.signal == "provenance.c2pa.source_type"]
    assert [(f.details["term"], f.details["ingredient"]) for f in stated] == [
        ("compositeWithTrainedAlgorithmicMedia", False),
        ("trainedAlgorithmicMedia", True),
    ]


def test_trust_written_down_by_an_outer_signer_is_not_believed(tmp_path: Path) -> None:
    anchors = tmp_path / "anchors.pem"
    anchors.write_text(signing.authority().root_pem)
    file = ROOT / f"{FIXTURE}update_manifest.jpg"
    found = C2paClaims({"trust_anchors": str(anchors)}).examine(evidence(file.read_bytes(), "jpeg"))
    assert one(list(found), "provenance.c2pa.ingredient").details["trust"] == "untrusted"


@pytest.mark.parametrize("name", sorted(REMOTE))
def test_remote_manifests_are_named_and_not_fetched(name: str) -> None:
    assert [f.signal for f in _read(name)] == ["provenance.c2pa.remote"]


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_unreadable_files_are_refused_with_a_reason(name: str) -> None:
    with pytest.raises(NotExaminable) as caught:
        _read(name)
    assert caught.value.reason.zh.startswith("C2PA 来源信息无法检验")


def test_every_other_file_has_no_manifest_and_none_is_skipped() -> None:
    names = {str(file.relative_to(ROOT)) for file in ROOT.rglob("*") if file.is_file()}
    listed = READ.keys() | REMOTE | REFUSED
    assert listed <= names
    for name in sorted(names - listed):
        try:
            assert [f.signal for f in _read(name)] == ["provenance.c2pa.absent"], name
        except NotApplicable:
            assert Path(name).suffix.lstrip(".") not in FORMATS, name
