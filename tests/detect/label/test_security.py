"""Signatures: the SM2 arithmetic, SM3withSM2 and RSA labels, and what each state means."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.detect.label.label_files import wav
from tests.detect.label.signing import KEY, der, key_hex, security_data, sign, signed_label

from mingjian.detect.label import sm2
from mingjian.detect.label.label import Label
from mingjian.detect.label.report import label_report, write_label
from mingjian.detect.label.security import RSA_SHA256, fingerprint, signed_message
from mingjian.intake.content import BytesContent

OPENSSL_KEY = (
    0x163B52357418F5E4A3D7A507CC40C9075E873E06147EEDE1B4D611F898525225,
    0x261FFBC4F8216922776FE4623FC0F5D4B82C8EE53F18C5B50F1D38DED41BABA9,
)
OPENSSL_SIGNATURE = (
    0x2C8FB5F0E4422874DD70B5D8752065D6FD269CAB4F62413E5DF3D9B9F29A2FB1,
    0xC1961C1654FFEA70820013C13B3EB7D8856900A7EAD72945ADADD08B081D0F98,
)


def states(label: Label, pinned: dict[str, str] | None = None) -> tuple[str, list[str]]:
    """Verdict and the states of both reserved codes."""
    data = BytesContent(write_label(wav(), "wav", label))
    report = label_report(data, "wav", pinned)
    return str(report["verdict"]), [s["state"] for s in report["labels"][0]["signatures"]]  # type: ignore


def test_sm3_of_the_standard() -> None:
    """GB/T 32905 example 1."""
    expected = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert sm2.sm3(b"abc").hex() == expected


def test_a_signature_made_by_openssl_verifies() -> None:
    """Made with OpenSSL 3.0: dgst -sm3 -sign, distid 1234567812345678, message ``hello``."""
    assert sm2.verify(OPENSSL_KEY, b"hello", OPENSSL_SIGNATURE)
    assert not sm2.verify(OPENSSL_KEY, b"hellp", OPENSSL_SIGNATURE)


@given(st.binary(max_size=40), st.integers(1, sm2.N - 1))
@settings(max_examples=15, deadline=None)
def test_what_is_signed_verifies_and_nothing_else(message: bytes, nonce: int) -> None:
    r, s = sign(message, nonce=nonce)
    assert sm2.verify(KEY, message, (r, s))
    assert not sm2.verify(KEY, message + b"x", (r, s))
    assert not sm2.verify(KEY, message, (s, r)) or r == s


@pytest.mark.parametrize("pair", [(0, 1), (1, 0), (sm2.N, 1), (1, sm2.N - 1)])
def test_signatures_out_of_range_fail(pair: tuple[int, int]) -> None:
    assert not sm2.verify(KEY, b"x", pair)
    assert not sm2.verify((1, 1), b"x", (5, 5))


def test_a_valid_signature_with_its_own_key_is_not_pinned() -> None:
    assert states(signed_label()) == ("conformant", ["valid", "unsigned"])


def test_a_pinned_key() -> None:
    pinned = {fingerprint(key_hex()): "测试签名者"}
    assert states(signed_label(), pinned) == ("conformant", ["pinned", "unsigned"])


@pytest.mark.parametrize("field", ["label", "content_producer", "produce_id"])
def test_an_altered_label_fails_its_signature(field: str) -> None:
    altered = replace(signed_label(), **{field: "3" if field == "label" else "changed"})
    assert states(altered) == ("non-conformant", ["altered", "unsigned"])


def test_a_signer_that_hashes_first_is_accepted() -> None:
    values = {"Label": "1", "ContentProducer": "maker", "ProduceID": "n-2"}
    signature = der(sign(sm2.sm3(signed_message(values, "ReservedCode1"))))
    label = Label.from_dict({**values, "ReservedCode1": security_data(signature, key_hex())})
    assert states(label)[1][0] == "valid"


@pytest.mark.parametrize("form", ["point", "xy", "x", "zero x", "compressed"])
def test_forms_of_the_key(form: str) -> None:
    x, y = KEY[0].to_bytes(32, "big"), KEY[1].to_bytes(32, "big")
    key = {
        "point": b"\x04" + x + y,
        "xy": x + y,
        "x": x,
        "zero x": b"\0" + x,
        "compressed": bytes([2 + (KEY[1] & 1)]) + x,
    }[form]
    values = {"Label": "1", "ContentProducer": "maker", "ProduceID": "n-3"}
    signature = der(sign(signed_message(values, "ReservedCode1")))
    label = Label.from_dict({**values, "ReservedCode1": security_data(signature, key.hex())})
    assert states(label)[1][0] == "valid"


def test_rsa() -> None:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding, rsa
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    secret = rsa.generate_private_key(65537, 2048)
    key = secret.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo).hex()
    values = {"Label": "1", "ContentProducer": "maker", "ProduceID": "n-4"}
    message = signed_message(values, "ReservedCode1")
    signature = secret.sign(message, padding.PKCS1v15(), hashes.SHA256())
    code = security_data(signature, key, RSA_SHA256)
    assert states(Label.from_dict({**values, "ReservedCode1": code}))[1][0] == "valid"
    other = Label.from_dict({**values, "ProduceID": "n-5", "ReservedCode1": code})
    assert states(other)[1][0] == "altered"


@pytest.mark.parametrize(
    ("value", "state"),
    [
        ("", "unsigned"),
        ("d41d8cd98f00b204e9800998ecf8427e", "opaque"),
        ('{"SecurityData":7}', "opaque"),
        ('{"SecurityData":{"Type":"TC260PG","Version":1,"PubSD":[]}}', "unsupported"),
        (security_data(b"", key_hex(), "1.2.3"), "unsupported"),
        (security_data(b"", ""), "altered"),
        (security_data(b"\x30\x06\x02\x01\x01\x02\x01\x01", "zz"), "altered"),
    ],
)
def test_states_of_other_codes(value: str, state: str) -> None:
    assert states(replace(signed_label(), reserved_code1=value))[1][0] == state


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["SecurityData", "PubSD", "Type", "DS", "AlgID", "KeyValue", "TBSData"]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_arbitrary_security_data_never_raises(value: object) -> None:
    from mingjian.detect.label.label import FoundLabel
    from mingjian.detect.label.security import securities

    pairs = (("Label", "1"), ("ReservedCode1", json.dumps(value)), ("ReservedCode2", "{"))
    label = FoundLabel(carrier="", form="object", text="", start=0, end=0, pairs=pairs)
    assert len(securities(label, {})) == 2
