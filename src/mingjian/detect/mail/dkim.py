"""DKIM signatures (RFC 6376, RFC 8463) checked offline: body hash always, signature with a key.

A key is supplied as the text of its DNS record; nothing is looked up. rsa-sha256 and
ed25519-sha256, canonicalisation simple and relaxed, the l= and x= tags are read.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

State = Literal["verified", "failed", "altered", "no-key", "unreadable"]
MOST_SIGNATURES = 10
_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
_LINE_END = re.compile(rb"\r\n|\r|\n")
_B_TAG = re.compile(rb"(?P<before>(?:^|;)[ \t\r\n]*b[ \t\r\n]*=)[^;]*")


@dataclass(frozen=True, slots=True)
class Signature:
    """One DKIM-Signature and what came of checking it.

    `altered`: the body is not the one that was signed (its hash differs); `no-key`: body hash
    good, the key was not supplied; `partial`: the signature covers only the body's beginning.
    """

    domain: str
    selector: str
    state: State
    signs_from: bool
    partial: bool
    algorithm: str


def tags(value: bytes) -> dict[str, str]:
    """The tag list of a signature or key record, white space inside values removed."""
    found: dict[str, str] = {}
    for piece in value.split(b";")[:60]:
        name, mark, content = piece.partition(b"=")
        if mark:
            key = name.strip().decode("ascii", "replace").lower()
            found.setdefault(key, re.sub(rb"\s+", b"", content).decode("ascii", "replace"))
    return found


def split_mail(data: bytes) -> tuple[list[tuple[bytes, bytes]], bytes]:
    """Header fields (lower-case name, whole raw field with CRLF) and body, lines ended by CRLF."""
    data = _LINE_END.sub(b"\r\n", data)
    head, _, body = data.partition(b"\r\n\r\n")
    if data.startswith(b"\r\n"):
        head, body = b"", data[2:]
    fields: list[tuple[bytes, bytes]] = []
    for line in head.split(b"\r\n")[:4000]:
        if line[:1] in (b" ", b"\t") and fields:
            name, raw = fields[-1]
            fields[-1] = (name, raw + line + b"\r\n")
        elif match := _FIELD.match(line):
            fields.append((match[1].lower(), line + b"\r\n"))
    return fields, body


def relaxed_field(raw: bytes) -> bytes:
    """RFC 6376, section 3.4.2."""
    name, _, value = raw.partition(b":")
    unfolded = value.replace(b"\r\n", b"")
    return name.strip().lower() + b":" + re.sub(rb"[ \t]+", b" ", unfolded).strip() + b"\r\n"


def canonical_body(body: bytes, how: str) -> bytes:
    """RFC 6376, sections 3.4.3 and 3.4.4."""
    if how == "relaxed":
        lines = [re.sub(rb"[ \t]+", b" ", line).rstrip(b" ") for line in body.split(b"\r\n")]
        body = b"\r\n".join(lines)
    end = len(body)
    while body[max(0, end - 2) : end] == b"\r\n":
        end -= 2
    kept = body[:end]
    if not kept:
        return b"" if how == "relaxed" else b"\r\n"
    return kept + b"\r\n"


def check(data: bytes, keys: Mapping[str, str]) -> list[Signature]:
    """The signatures of a mail; `keys` maps ``selector._domainkey.domain`` to a key record."""
    fields, body = split_mail(data)
    signed = [raw for name, raw in fields if name == b"dkim-signature"][:MOST_SIGNATURES]
    return [_check_one(raw, fields, body, keys) for raw in signed]


def _check_one(
    raw: bytes, fields: list[tuple[bytes, bytes]], body: bytes, keys: Mapping[str, str]
) -> Signature:
    said = tags(raw.partition(b":")[2])
    domain, selector = said.get("d", "").lower()[:255], said.get("s", "")[:255]
    algorithm = said.get("a", "").lower()[:40]
    names = [name.lower().encode() for name in said.get("h", "").split(":") if name][:200]

    def result(state: State, partial: bool = False) -> Signature:
        return Signature(domain, selector, state, b"from" in names, partial, algorithm)

    heads, _, bodies = said.get("c", "simple/simple").lower().partition("/")
    bodies = bodies or "simple"
    if algorithm not in ("rsa-sha256", "ed25519-sha256") or not (domain and selector):
        return result("unreadable")
    if {heads, bodies} - {"simple", "relaxed"}:
        return result("unreadable")
    canonical = canonical_body(body, bodies)
    partial = False
    if (length := said.get("l", "")).isascii() and length.isdigit() and len(length) < 12:
        partial = int(length) < len(canonical)
        canonical = canonical[: int(length)]
    try:
        told = base64.b64decode(said.get("bh", ""), validate=True)
        signature = base64.b64decode(said.get("b", ""), validate=True)
    except (binascii.Error, ValueError):
        return result("unreadable")
    if hashlib.sha256(canonical).digest() != told:
        return result("altered", partial)
    record = keys.get(f"{selector}._domainkey.{domain}".lower())
    if record is None:
        return result("no-key", partial)
    message = _signed_bytes(raw, fields, names, heads)
    good = _verifies(record, algorithm, message, signature)
    return result("verified" if good else "failed", partial)


def _signed_bytes(
    raw: bytes, fields: list[tuple[bytes, bytes]], names: list[bytes], heads: str
) -> bytes:
    """Signed fields, each name taken from the bottom up, then the signature field without b=."""
    left: dict[bytes, list[bytes]] = {}
    for name, field in fields:
        left.setdefault(name, []).append(field)
    pieces = [left[name].pop() for name in names if left.get(name)]
    label, _, value = raw.partition(b":")
    own = label + b":" + _B_TAG.sub(rb"\g<before>", value.removesuffix(b"\r\n"))
    if heads == "relaxed":
        pieces = [relaxed_field(piece) for piece in pieces]
        own = relaxed_field(own).removesuffix(b"\r\n")
    return b"".join(pieces) + own


def _verifies(record: str, algorithm: str, message: bytes, signature: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa

    said = tags(record.encode("ascii", "replace"))
    kind = said.get("k", "rsa").lower()
    try:
        key = base64.b64decode(said.get("p", ""), validate=True)
        if algorithm == "ed25519-sha256":
            if kind != "ed25519":
                return False
            # RFC 8463: what is signed is the SHA-256 of the message.
            digest = hashlib.sha256(message).digest()
            ed25519.Ed25519PublicKey.from_public_bytes(key).verify(signature, digest)
            return True
        public = serialization.load_der_public_key(key)
        if kind != "rsa" or not isinstance(public, rsa.RSAPublicKey) or public.key_size < 1024:
            return False
        public.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
        return True
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError, binascii.Error):
        return False
