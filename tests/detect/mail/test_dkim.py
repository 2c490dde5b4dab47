"""DKIM checked offline, with keys made here; the body hash is checked without any key."""

from __future__ import annotations

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa

from mingjian.detect.mail.dkim import canonical_body, check, relaxed_field

HEAD = [b"From: Ann <ann@orchard.example>\r\n", b"Subject:  plum   jam \r\n"]
BODY = b"Hello  Ben,\r\n\r\nthe jam is ready. \r\n\r\n\r\n"
NAME = "s1._domainkey.orchard.example"


def _keys(kind):
    if kind == "rsa-sha256":
        private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        raw = private.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        record = "v=DKIM1; k=rsa; p=" + base64.b64encode(raw).decode()
        return record, lambda data: private.sign(data, padding.PKCS1v15(), hashes.SHA256())
    private = ed25519.Ed25519PrivateKey.generate()
    raw = private.public_key().public_bytes(
        serialization.Encoding.Raw, serialization.PublicFormat.Raw
    )
    record = "v=DKIM1; k=ed25519; p=" + base64.b64encode(raw).decode()
    return record, lambda data: private.sign(hashlib.sha256(data).digest())


def _signed(kind, how, sign, *, length=b"", names=b"from:subject"):
    """A signed mail; canonicalisation is written out here again, apart from the code's own."""
    heads, bodies = how.split("/")
    body = b"Hello Ben,\r\n\r\nthe jam is ready.\r\n"
    if bodies == "simple":
        body = b"Hello  Ben,\r\n\r\nthe jam is ready. \r\n"
    digest = base64.b64encode(hashlib.sha256(body).digest())
    field = (
        b"DKIM-Signature: v=1; a=" + kind.encode() + b"; c=" + how.encode() + b";\r\n\t"
        b"d=orchard.example; s=s1; h=" + names + b";" + length + b"\r\n\tbh=" + digest + b"; b="
    )
    if heads == "relaxed":
        lines = b"from:Ann <ann@orchard.example>\r\nsubject:plum jam\r\n"
        own = field.replace(b"DKIM-Signature: ", b"dkim-signature:").replace(b"\r\n\t", b" ")
    else:
        lines, own = b"".join(HEAD), field
    signature = base64.b64encode(sign(lines + own))
    folded = b"\r\n\t".join(signature[i : i + 60] for i in range(0, len(signature), 60))
    return field + folded + b"\r\n" + b"".join(HEAD) + b"\r\n" + BODY


@pytest.mark.parametrize("kind", ["rsa-sha256", "ed25519-sha256"])
@pytest.mark.parametrize(
    "how", ["simple/simple", "relaxed/relaxed", "relaxed/simple", "simple/relaxed"]
)
def test_a_good_signature_is_verified(kind, how):
    record, sign = _keys(kind)
    (found,) = check(_signed(kind, how, sign), {NAME: record})
    assert (found.state, found.domain, found.signs_from) == ("verified", "orchard.example", True)


def test_a_changed_body_or_field_is_noticed():
    record, sign = _keys("rsa-sha256")
    mail = _signed("rsa-sha256", "relaxed/relaxed", sign)
    assert check(mail.replace(b"ready", b"gone"), {NAME: record})[0].state == "altered"
    assert check(mail.replace(b"plum", b"pear"), {NAME: record})[0].state == "failed"
    assert check(mail.replace(b"plum   jam", b"plum jam"), {NAME: record})[0].state == "verified"


def test_without_a_key_the_body_hash_alone_is_told():
    _, sign = _keys("ed25519-sha256")
    mail = _signed("ed25519-sha256", "relaxed/relaxed", sign)
    assert check(mail, {})[0].state == "no-key"
    assert check(mail.replace(b"ready", b"gone"), {})[0].state == "altered"


def test_another_key_does_not_verify():
    _, sign = _keys("rsa-sha256")
    other, _ = _keys("rsa-sha256")
    ed, _ = _keys("ed25519-sha256")
    mail = _signed("rsa-sha256", "relaxed/relaxed", sign)
    for record in (other, ed, "p=", "p=!!!", ""):
        assert check(mail, {NAME: record})[0].state == "failed"


def test_line_ends_of_a_stored_mail_do_not_matter():
    record, sign = _keys("rsa-sha256")
    mail = _signed("rsa-sha256", "relaxed/relaxed", sign).replace(b"\r\n", b"\n")
    assert check(mail, {NAME: record})[0].state == "verified"


def test_canonical_forms_of_rfc_6376():
    assert relaxed_field(b"SubJect:  A \t b\r\n  c \r\n") == b"subject:A b c\r\n"
    assert canonical_body(b" C \r\nD \t E\r\n\r\n\r\n", "relaxed") == b" C\r\nD E\r\n"
    assert canonical_body(b" C \r\nD \t E\r\n\r\n\r\n", "simple") == b" C \r\nD \t E\r\n"
    assert (canonical_body(b"", "simple"), canonical_body(b"", "relaxed")) == (b"\r\n", b"")


@pytest.mark.parametrize(
    "mail",
    [
        b"",
        b"DKIM-Signature:\r\n\r\n",
        b"DKIM-Signature: v=1; a=rsa-sha1; d=a.b; s=c; bh=; b=\r\n\r\nx",
        b"DKIM-Signature: a=rsa-sha256; d=a; s=b; l=99999999999999; bh=%%; b=%%\r\n\r\nx",
        b"DKIM-Signature: " + b"h=from:" * 50_000 + b"\r\n\r\nx",
    ],
)
def test_damaged_signatures_are_unreadable_not_fatal(mail):
    assert all(found.state in ("unreadable", "altered") for found in check(mail, {}))
