"""C2PA validation codes in plain words, and the four things they say, kept apart.

A file can be bound to its manifest and yet be signed by nobody known; so binding, signature,
signer trust and validity are never folded into one verdict (C2PA 2.2, section 15).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import cast

from mingjian.detect.provenance.c2pa_reading import BINDING_CODES, Status, Store
from mingjian.domain.message import Message

_BINDING_FAULTS = (
    "mismatch",
    "malformed",
    "missingPart",
    "unknownBox",
    "incorrectFileCount",
    "invalidURI",
)
_NOT_WELL_FORMED = frozenset(
    {
        "claim.malformed",
        "claim.missing",
        "claim.multiple",
        "claim.cbor.invalid",
        "assertion.cbor.invalid",
        "assertion.json.invalid",
        "assertion.missing",
        "assertion.undeclared",
        "assertion.outsideManifest",
        "assertion.multipleHardBindings",
        "manifest.compressed.invalid",
        "manifest.update.invalid",
        "manifest.update.wrongParents",
        "manifest.multipleParents",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class States:
    """The four things about one manifest, each with its own answer.

    `binding`: match, mismatch, none, elsewhere, incomplete.
    `signature`: validated, mismatch, missing, undetermined.
    `trust`: trusted, untrusted, invalid, no-trust-list, undetermined.
    `validity`: inside, outside, not-checked.
    `revocation`: not-revoked, revoked, unknown, not-checked.
    `level`: not-well-formed, well-formed, valid, trusted.
    """

    binding: str
    signature: str
    trust: str
    validity: str
    revocation: str
    level: str

    def as_details(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


_WORDS: Mapping[str, Mapping[str, Message]] = {
    "binding": {
        "match": Message("文件内容与清单一致", "the file's content agrees with the manifest"),
        "mismatch": Message(
            "文件内容与清单不一致（签名之后被改动）",
            "the file's content disagrees with the manifest (it was changed after signing)",
        ),
        "none": Message(
            "清单没有与文件内容绑定", "nothing binds the manifest to the file's content"
        ),
        "elsewhere": Message(
            "素材本身不在此文件内，无从核对内容",
            "the ingredient's own bytes are not in this file, so they cannot be compared",
        ),
        "incomplete": Message(
            "文件只是分段媒体的初始化段，缺少媒体段，无法核对内容",
            "the file is only the opening segment of a segmented medium; "
            "its content cannot be compared without the other segments",
        ),
    },
    "signature": {
        "validated": Message("声明签名成立", "the claim signature verifies"),
        "mismatch": Message("声明签名不成立", "the claim signature does not verify"),
        "missing": Message("声明没有签名", "the claim is not signed"),
        "undetermined": Message("声明签名未能核验", "the claim signature could not be checked"),
    },
    "trust": {
        "trusted": Message(
            "签名者在所配置的信任列表内", "the signer is on the configured trust list"
        ),
        "untrusted": Message(
            "签名者不在所配置的信任列表内", "the signer is not on the configured trust list"
        ),
        "invalid": Message(
            "签名证书不符合要求", "the signing certificate does not meet the requirements"
        ),
        "no-trust-list": Message(
            "未配置信任列表，签名者身份未经核实",
            "no trust list is configured, so who signed is not established",
        ),
        "undetermined": Message("签名者未能核实", "the signer could not be checked"),
    },
    "validity": {
        "inside": Message(
            "签名时间在证书有效期内", "signed within the certificate's validity period"
        ),
        "outside": Message(
            "签名时间不在证书有效期内", "signed outside the certificate's validity period"
        ),
        "not-checked": Message(
            "证书有效期未能核对", "the certificate's validity period was not checked"
        ),
    },
    "revocation": {
        "not-revoked": Message(
            "随附状态显示证书未被吊销", "the status carried along says: not revoked"
        ),
        "revoked": Message("证书已被吊销", "the certificate was revoked"),
        "unknown": Message("吊销状态未知", "revocation status unknown"),
        "not-checked": Message(
            "未查询吊销状态（离线检验）", "revocation not checked (offline examination)"
        ),
    },
    "level": {
        "not-well-formed": Message("结构不完整", "not well-formed"),
        "well-formed": Message("结构完整但校验不通过", "well-formed but not valid"),
        "valid": Message("校验通过", "valid"),
        "trusted": Message("校验通过且签名者受信任", "valid, with a trusted signer"),
    },
}


def words(aspect: str, value: str) -> Message:
    """What one answer of one aspect means."""
    return _WORDS[aspect][value]


@cache
def _meanings() -> Mapping[str, Message]:
    text = (files(__package__) / "status_codes.json").read_text(encoding="utf-8")
    entries = cast("dict[str, list[str]]", json.loads(text))
    return {code: Message(*entry) for code, entry in entries.items()}


def meaning(code: str) -> Message:
    """A status code in plain words; an unknown code is named as such."""
    known = _meanings().get(code)
    if known is not None:
        return known
    return Message(
        f"校验库报告了未收录的状态码 {code}",
        f"the validation library reported a status code that is not listed here: {code}",
    )


def _present(statuses: Iterable[Status]) -> frozenset[str]:
    """Codes that hold: a failure found now outweighs a success written down earlier."""
    statuses = list(statuses)
    codes = {status.code for status in statuses}
    found_bad = {s.code for s in statuses if s.outcome == "failure" and not s.recorded}
    for bad, good in (
        ("claimSignature.mismatch", "claimSignature.validated"),
        ("signingCredential.untrusted", "signingCredential.trusted"),
        ("signingCredential.invalid", "signingCredential.trusted"),
        ("claimSignature.outsideValidity", "claimSignature.insideValidity"),
    ):
        if bad in found_bad:
            codes.discard(good)
        elif any(s.code == good and not s.recorded for s in statuses):
            codes.discard(bad)
    return frozenset(codes)


def _binding(codes: frozenset[str], *, active: bool, opening_segment: bool) -> str:
    bad = any(code.startswith(BINDING_CODES) and code.endswith(_BINDING_FAULTS) for code in codes)
    if opening_segment and "assertion.bmffHash.mismatch" in codes:
        return "incomplete"
    if bad and active:
        return "mismatch"
    if not active:
        return "elsewhere"
    if any(code.startswith(BINDING_CODES) and code.endswith(".match") for code in codes):
        return "match"
    return "none"


def _first(codes: frozenset[str], answers: Iterable[tuple[str, str]], otherwise: str) -> str:
    return next((answer for code, answer in answers if code in codes), otherwise)


def failures(store: Store, label: str, *, trust_list: bool) -> list[str]:
    """Failure codes of one manifest, in order; "untrusted" is none without a trust list.

    A time stamp that does not fit is counted among them: the library calls it neutral, but
    it takes away what the time of signing rested on.
    """
    mine = store.statuses.get(label, ())
    codes = [
        s.code
        for s in mine
        if s.outcome == "failure" or s.code in {"timeStamp.mismatch", "timeStamp.malformed"}
    ]
    if not trust_list:
        codes = [code for code in codes if not code.endswith(".untrusted")]
    present = _present(mine)
    return [code for code in dict.fromkeys(codes) if code in present]


def states(store: Store, label: str, *, trust_list: bool, opening_segment: bool = False) -> States:
    """The four answers for one manifest of a store.

    For an ingredient the library reports only what differs from the outer signer's record,
    so both are read together, what was found now going first.
    """
    active = label == store.active
    codes = _present(store.statuses.get(label, ()))
    binding = _binding(codes, active=active, opening_segment=opening_segment)
    signature = _first(
        codes,
        (
            ("claimSignature.mismatch", "mismatch"),
            ("claimSignature.missing", "missing"),
            ("claimSignature.validated", "validated"),
        ),
        "undetermined",
    )
    trust = _first(
        codes,
        (
            ("signingCredential.invalid", "invalid"),
            ("signingCredential.untrusted", "untrusted"),
            ("signingCredential.trusted", "trusted"),
        ),
        "undetermined",
    )
    if not trust_list and trust != "invalid":
        trust = "no-trust-list"
    validity = _first(
        codes,
        (
            ("claimSignature.outsideValidity", "outside"),
            ("signingCredential.expired", "outside"),
            ("claimSignature.insideValidity", "inside"),
        ),
        "not-checked",
    )
    revocation = _first(
        codes,
        (
            ("signingCredential.ocsp.revoked", "revoked"),
            ("signingCredential.ocsp.unknown", "unknown"),
            ("signingCredential.ocsp.notRevoked", "not-revoked"),
        ),
        "not-checked",
    )
    return States(
        binding=binding,
        signature=signature,
        trust=trust,
        validity=validity,
        revocation=revocation,
        level=_level(store, label, codes, signature, trust, active=active),
    )


def _level(
    store: Store,
    label: str,
    codes: frozenset[str],
    signature: str,
    trust: str,
    *,
    active: bool,
) -> str:
    bad = {s.code for s in store.statuses.get(label, ()) if s.outcome == "failure"}
    bad = {code for code in bad & codes if not code.endswith(".untrusted")}
    if bad & _NOT_WELL_FORMED:
        return "not-well-formed"
    if bad or signature != "validated" or (active and store.state == "Invalid"):
        return "well-formed"
    return "trusted" if trust == "trusted" and (not active or store.state == "Trusted") else "valid"
