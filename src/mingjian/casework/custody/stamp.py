"""Trusted time stamps (RFC 3161), by file: nothing here opens a connection.

`request` writes a query for an entry; any time-stamping authority answers it, by whatever way
the examiner has; `draft_from_response` makes the answer an entry of the chain. The imprint in
query and answer is the entry's own hash, so ``openssl ts -verify -digest HASH`` checks it too.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from mingjian.casework.custody.entry import Action, Draft, Entry
from mingjian.domain.message import Message


class StampRefused(Exception):
    """The authority's answer is no stamp for this entry; carries the reader's reason."""

    def __init__(self, why: Message) -> None:
        super().__init__(why.en)
        self.why = why


def request(entry: Entry) -> bytes:
    """The query (.tsq, DER) for the hash of `entry`; asks for the authority's certificate."""
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

    builder = TimestampRequestBuilder().data(entry.body()).hash_algorithm(HashAlgorithm.SHA256)
    return builder.nonce(nonce=True).cert_request(cert_request=True).build().as_bytes()


def draft_from_response(entry: Entry, response: bytes) -> Draft:
    """The chain entry that holds the answer (.tsr, DER) to `request(entry)`."""
    imprint, time = _read(response)
    if imprint != entry.hash:
        raise StampRefused(
            Message(
                "该时间戳是为另一散列值签发的，不能用于此条目。",
                "This time stamp was given for another hash and does not belong to this entry.",
            )
        )
    return Draft(
        Action.TIME_STAMPED,
        details={
            "seq": entry.seq,
            "hash": entry.hash,
            "time": time.isoformat(),
            "response": base64.b64encode(response).decode(),
        },
    )


def stamped_entry(entries: Iterable[Entry], response: bytes) -> Entry:
    """The entry that the answer (.tsr) was given for; raises `StampRefused` if there is none."""
    imprint, _ = _read(response)
    for entry in entries:
        if entry.hash == imprint:
            return entry
    raise StampRefused(
        Message(
            "该时间戳不属于本案件的任何条目。",
            "This time stamp belongs to no entry of this case.",
        )
    )


def imprint_of(stamped: Entry) -> str | None:
    """The hash, as hex, that the time stamp in an entry was given for; None if unreadable."""
    try:
        return _read(base64.b64decode(str(stamped.details.get("response")), validate=True))[0]
    except (StampRefused, ValueError):
        return None


def verify_stamp(stamped: Entry, authority_roots: Iterable[Path]) -> Message | None:
    """Check the authority's signature against root certificates (PEM); None when it holds.

    Without roots of the examiner's own choice a time stamp vouches only for its imprint.
    """
    from cryptography.x509 import load_pem_x509_certificate
    from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response

    builder = VerifierBuilder()
    for root in authority_roots:
        builder = builder.add_root_certificate(load_pem_x509_certificate(root.read_bytes()))
    try:
        answer = decode_timestamp_response(base64.b64decode(str(stamped.details["response"])))
        builder.build().verify(answer, bytes.fromhex(str(stamped.details["hash"])))
    except (VerificationError, ValueError, KeyError):
        return Message(
            "时间戳的签名不能用所给根证书验证。",
            "The signature of the time stamp does not hold under the given root certificates.",
        )
    return None


def _read(response: bytes) -> tuple[str, datetime]:
    from rfc3161_client import PKIStatus, decode_timestamp_response

    try:
        answer = decode_timestamp_response(response)
        if PKIStatus(answer.status) not in (PKIStatus.GRANTED, PKIStatus.GRANTED_WITH_MODS):
            raise StampRefused(
                Message(
                    "时间戳机构拒绝了请求。", "The time-stamping authority refused the request."
                )
            )
        info = answer.tst_info
        return bytes(info.message_imprint.message).hex(), info.gen_time
    except ValueError:
        raise StampRefused(
            Message("文件不是有效的 RFC 3161 应答。", "The file is no valid RFC 3161 answer.")
        ) from None
