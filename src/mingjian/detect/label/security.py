"""SecurityData in the reserved codes: parse it and check the label's signature.

Source: TC260-PG-202511A annex A (read through an implementer who worked from the official
text), and labels seen in the wild, whose spellings differ from the guide's.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from mingjian.detect.label import sm2
from mingjian.detect.label.label import FoundLabel

SM3_WITH_SM2 = "1.2.156.10197.1.501"
RSA_SHA256 = "1.2.840.113549.1.1.11"
_SIGNED_FIELDS = {
    "ReservedCode1": ("Label", "ContentProducer", "ProduceID"),
    "ReservedCode2": ("Label", "ContentPropagator", "PropagateID"),
}
_LABEL_TYPES = ("Md", "LabelMataData", "LabelMetaData")
_MAX_ENTRIES = 4

State = Literal["unsigned", "opaque", "unsupported", "altered", "valid", "pinned"]
"""unsigned: the field is empty. opaque: a vendor's own string. unsupported: SecurityData whose
algorithm or signed part we do not check. altered: the label fails its signature. valid: it
passes with the key in the file. pinned: it passes and the key is one the examiner trusts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Security:
    """What one reserved code holds."""

    field: str
    state: State
    algorithm: str = ""
    key: str = ""
    """SHA-256 of the public key as stated in the file, in hex; what an examiner pins."""
    signer: str = ""
    """The name the examiner gave the pinned key."""
    types: tuple[str, ...] = ()
    """Types of the entries, in order, as spelled in the file."""


def securities(found: FoundLabel, pinned: Mapping[str, str]) -> tuple[Security, ...]:
    """Both reserved codes of a label. `pinned` maps key fingerprints to signer names."""
    return tuple(_one(found.fields, name, pinned) for name in _SIGNED_FIELDS)


def signed_message(fields: Mapping[str, str], field: str) -> bytes:
    """What annex A.1 signs: ``"Label":"1","ContentProducer":"…","ProduceID":"…"``."""
    return ",".join(
        f"{json.dumps(name)}:{json.dumps(fields.get(name, ''), ensure_ascii=False)}"
        for name in _SIGNED_FIELDS[field]
    ).encode()


def fingerprint(key_hex: str) -> str:
    """SHA-256 of the key bytes stated in the file."""
    return hashlib.sha256(_hex(key_hex)).hexdigest()


def _one(fields: Mapping[str, str], name: str, pinned: Mapping[str, str]) -> Security:
    value = fields.get(name, "")
    if not value:
        return Security(field=name, state="unsigned")
    entries = _entries(value)
    if entries is None:
        return Security(field=name, state="opaque")
    types = tuple(str(entry.get("Type", "")) for entry in entries)
    keys = [entry for entry in entries if entry.get("Type") == "PubKey"]
    checked: list[Security] = []
    for entry in entries:
        tbs = entry.get("TBSData")
        kind = tbs.get("Type") if isinstance(tbs, dict) else None
        if entry.get("Type") != "DS" or kind not in _LABEL_TYPES:
            continue
        algorithm = str(entry.get("AlgID", ""))
        signature = _hex(entry.get("Signature"))
        for key in keys:
            if any(entry.get(tie) != key.get(tie) for tie in ("KeyID", "AlgID")):
                continue
            result = _check(algorithm, _hex(key.get("KeyValue")), fields, name, signature)
            print_ = fingerprint(str(key.get("KeyValue", "")))
            state: State = "valid" if result else "altered" if result is False else "unsupported"
            if state == "altered" and name == "ReservedCode2":
                state = "unsupported"  # what a propagator signs is not stated where we could read
            if state == "valid" and print_ in pinned:
                state = "pinned"
            checked.append(
                Security(
                    field=name,
                    state=state,
                    algorithm=algorithm,
                    key=print_,
                    signer=pinned.get(print_, ""),
                    types=types,
                )
            )
    # Any signature that fails outweighs one that passes: somebody changed something.
    order: tuple[State, ...] = ("altered", "pinned", "valid", "unsupported")
    for wanted in order:
        for entry_state in checked:
            if entry_state.state == wanted:
                return entry_state
    return Security(field=name, state="unsupported", types=types)


def _entries(value: str) -> list[dict[str, object]] | None:
    """Entries of a SecurityData object, in any of the spellings seen; None if it is not one."""
    try:
        parsed = json.loads(value)
    except (ValueError, RecursionError):
        return None
    data = parsed.get("SecurityData") if isinstance(parsed, dict) else None
    if not isinstance(data, dict):
        return None
    listed: object = data.get("PubSD", data.get("PubSd", []))
    if data.get("Type") != "TC260PG" or data.get("Version") != 1 or not isinstance(listed, list):
        return []
    return [entry for entry in listed if isinstance(entry, dict)][:_MAX_ENTRIES]


def _hex(value: object) -> bytes:
    try:
        return bytes.fromhex(value) if isinstance(value, str) else b""
    except ValueError:
        return b""


def _check(
    algorithm: str, key: bytes, fields: Mapping[str, str], name: str, signature: bytes
) -> bool | None:
    """True or False for a checked signature, None for one we cannot check."""
    messages = {signed_message(fields, name)}
    if name == "ReservedCode2":
        # Seen: the propagator's slot signed with the producer's message when both are one.
        messages.add(signed_message(fields, "ReservedCode1"))
    if algorithm == SM3_WITH_SM2:
        pair = _signature_pair(signature)
        points = _points(key)
        if pair is None or not points:
            return False
        # Seen: a signer that hashes the message before SM2 hashes it again.
        texts = [form for text in sorted(messages) for form in (text, sm2.sm3(text))]
        return any(sm2.verify(point, text, pair) for point in points for text in texts)
    if algorithm == RSA_SHA256:
        return _rsa(key, messages, signature)
    return None


def _rsa(key: bytes, messages: set[bytes], signature: bytes) -> bool | None:
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding, rsa
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    try:
        public = load_der_public_key(key)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return False
    if not isinstance(public, rsa.RSAPublicKey) or public.key_size > 8192:
        return None
    for message in messages:
        try:
            public.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            continue
        return True
    return False


def _points(key: bytes) -> tuple[sm2.Point, ...]:
    """The curve points a key value can mean: SPKI, raw, compressed or a bare x coordinate."""
    if len(key) > 65 and key[:1] == b"\x30":
        key = key[-65:]  # SubjectPublicKeyInfo ends with the uncompressed point
    if len(key) == 65 and key[0] == 4:
        key = key[1:]
    if len(key) == 33 and key[0] == 0:
        key = key[1:]
    if len(key) == 64:
        point = int.from_bytes(key[:32], "big"), int.from_bytes(key[32:], "big")
        return (point,) if sm2.on_curve(point) else ()
    if len(key) == 33 and key[0] in (2, 3):
        return sm2.lift(int.from_bytes(key[1:], "big"), key[0] == 3)
    if len(key) == 32:
        return sm2.lift(int.from_bytes(key, "big"))
    return ()


def _signature_pair(data: bytes) -> tuple[int, int] | None:
    """r and s from a DER sequence or from 64 plain bytes."""
    if len(data) == 64:
        return int.from_bytes(data[:32], "big"), int.from_bytes(data[32:], "big")
    if len(data) < 8 or data[0] != 0x30 or data[1] != len(data) - 2 or data[2] != 2:
        return None
    size = data[3]
    rest = data[4 + size :]
    if len(rest) < 3 or rest[0] != 2 or rest[1] != len(rest) - 2:
        return None
    return int.from_bytes(data[4 : 4 + size], "big"), int.from_bytes(rest[2:], "big")
