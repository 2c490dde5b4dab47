"""SM2 and RSA signing for tests: nothing in Mingjian signs."""

from __future__ import annotations

import json

from mingjian.detect.label import sm2
from mingjian.detect.label.label import Label
from mingjian.detect.label.security import SM3_WITH_SM2, signed_message

SECRET = 0x1F2E3D4C5B6A79880123456789ABCDEF0123456789ABCDEFFEDCBA9876543210
_multiplied = sm2.combine(SECRET, sm2.G, 0, sm2.G)
assert _multiplied is not None
KEY: sm2.Point = _multiplied


def sign(message: bytes, secret: int = SECRET, nonce: int = 0x5EC2E7) -> tuple[int, int]:
    """GB/T 32918.2 signing with a fixed nonce."""
    number = sm2.message_number(KEY, message)
    point = sm2.combine(nonce, sm2.G, 0, sm2.G)
    assert point is not None
    r = (number + point[0]) % sm2.N
    return r, pow(1 + secret, -1, sm2.N) * (nonce - r * secret) % sm2.N


def der(pair: tuple[int, int]) -> bytes:
    """Two integers as a DER sequence."""
    body = b""
    for number in pair:
        raw = number.to_bytes(number.bit_length() // 8 + 1, "big")
        body += b"\x02" + bytes([len(raw)]) + raw
    return b"\x30" + bytes([len(body)]) + body


def key_hex() -> str:
    """The public key as an uncompressed point."""
    return (b"\x04" + KEY[0].to_bytes(32, "big") + KEY[1].to_bytes(32, "big")).hex().upper()


def security_data(signature: bytes, key: str, algorithm: str = SM3_WITH_SM2) -> str:
    """A SecurityData object with one signature and one key."""
    entries = [
        {
            "Type": "DS",
            "AlgID": algorithm,
            "TBSData": {"Type": "Md"},
            "Signature": signature.hex().upper(),
        },
        {"Type": "PubKey", "AlgID": algorithm, "KeyValue": key},
    ]
    data = {"SecurityData": {"Type": "TC260PG", "Version": 1, "PubSD": entries}}
    return json.dumps(data, separators=(",", ":"))


def signed_label() -> Label:
    """A label signed with SM3withSM2 in ReservedCode1."""
    values = {"Label": "1", "ContentProducer": "maker", "ProduceID": "n-1"}
    signature = der(sign(signed_message(values, "ReservedCode1")))
    return Label.from_dict({**values, "ReservedCode1": security_data(signature, key_hex())})
