"""Self-made certificates and C2PA-signed pictures for the tests. Nothing here is trusted."""

from __future__ import annotations

import datetime as dt
import io
import json
from dataclasses import dataclass
from functools import cache

import c2pa
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from PIL import Image

AI = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
CAPTURE = "https://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"
NOW = dt.datetime.now(dt.UTC)
DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Authority:
    """A certificate authority, one signing certificate below it, and an expired twin of that."""

    root_pem: str
    chain_pem: str
    key: ec.EllipticCurvePrivateKey
    leaf: bytes
    expired_leaf: bytes


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Mingjian Test"),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _usage(*, signing: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signing,
        key_cert_sign=not signing,
        crl_sign=not signing,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


@cache
def authority(name: str = "Test Root") -> Authority:
    """An authority of that name, made once per test run."""
    root_key = ec.generate_private_key(ec.SECP256R1())
    key = ec.generate_private_key(ec.SECP256R1())
    root_id = x509.SubjectKeyIdentifier.from_public_key(root_key.public_key())
    root = (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(_name(name))
        .public_key(root_key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - 4000 * DAY)
        .not_valid_after(NOW + 4000 * DAY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(_usage(signing=False), critical=True)
        .add_extension(root_id, critical=False)
        .sign(root_key, hashes.SHA256())
    )
    leaf_builder = (
        x509.CertificateBuilder()
        .subject_name(_name("Test Signer"))
        .issuer_name(root.subject)
        .public_key(key.public_key())
        .serial_number(0x4D696E676A69616E)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signing=True), critical=True)
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(root_id),
            critical=False,
        )
    )

    pem, der = serialization.Encoding.PEM, serialization.Encoding.DER

    def issue(start: int, end: int) -> x509.Certificate:
        # The twin takes the leaf's place byte for byte, and an ECDSA signature varies in length:
        # both are signed until it has 71 bytes, which every other signature has.
        dated = leaf_builder.not_valid_before(NOW + start * DAY).not_valid_after(NOW + end * DAY)
        drawn = (dated.sign(root_key, hashes.SHA256()) for _ in range(200))
        return next(certificate for certificate in drawn if len(certificate.signature) == 71)

    leaf = issue(-30, 365)
    expired = issue(-400, -30).public_bytes(der)
    root_pem = root.public_bytes(pem).decode()
    return Authority(
        root_pem, leaf.public_bytes(pem).decode() + root_pem, key, leaf.public_bytes(der), expired
    )


def picture(format: str = "JPEG") -> bytes:
    """A small picture with some structure, unsigned."""
    image = Image.linear_gradient("L").resize((64, 64)).convert("RGB")
    out = io.BytesIO()
    image.save(out, format)
    return out.getvalue()


def signed(
    data: bytes,
    source_type: str | None = AI,
    *,
    by: Authority | None = None,
    media_type: str = "image/jpeg",
    ingredient: bytes | None = None,
    expired: bool = False,
    extra: tuple[dict[str, object], ...] = (),
) -> bytes:
    """`data` with a manifest that says `source_type`, signed by a self-made authority."""
    by = by or authority()

    def sign(message: bytes) -> bytes:
        if expired:
            # The library will not sign with an expired certificate, so the one it was given
            # is exchanged for its expired twin in what is signed and in the file.
            assert by.leaf in message
            message = message.replace(by.leaf, by.expired_leaf)
        r, s = decode_dss_signature(by.key.sign(message, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    action: dict[str, object] = {"action": "c2pa.created"}
    if ingredient is not None:
        action = {"action": "c2pa.opened", "parameters": {"ingredientIds": ["parent"]}}
    if source_type:
        action["digitalSourceType"] = source_type
    definition = {
        "claim_generator_info": [{"name": "mingjian-tests", "version": "1"}],
        "format": media_type,
        "assertions": [{"label": "c2pa.actions", "data": {"actions": [action]}}, *extra],
    }
    settings = {"version": 1, "verify": {"verify_after_sign": False, "verify_trust": False}}
    context = c2pa.Context.from_dict(settings)
    out = io.BytesIO()
    with (
        c2pa.Signer.from_callback(sign, c2pa.C2paSigningAlg.ES256, by.chain_pem) as signer,
        c2pa.Builder(json.dumps(definition), context=context) as builder,
    ):
        if ingredient is not None:
            builder.add_ingredient(
                json.dumps({"title": "p", "label": "parent", "relationship": "parentOf"}),
                media_type,
                io.BytesIO(ingredient),
            )
        builder.sign(signer, media_type, io.BytesIO(data), out)
    data = out.getvalue()
    return data.replace(by.leaf, by.expired_leaf) if expired else data
