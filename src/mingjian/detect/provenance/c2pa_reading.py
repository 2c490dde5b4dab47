"""C2PA manifest stores read through c2pa-python, without any connection.

The library is native code on hostile bytes: what goes in is bounded here, and the item's
worker process is the one that dies if it does not come back. Reading never fetches a
remote manifest and never asks for a certificate's revocation status.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

from mingjian.domain.message import Message

MIB = 1 << 20
MAX_BYTES = 1024 * MIB
"""Larger files are not handed to the native library (it hashes them whole)."""
MAX_REPORT = 32 * MIB
"""Longest report accepted from the library: a manifest store can be made to swell."""

MEDIA_TYPES: Mapping[str, str] = {
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "gif": "image/gif",
    "tiff": "image/tiff",
    "heif": "image/heif",
    "avif": "image/avif",
    "svg": "image/svg+xml",
    "wav": "audio/wav",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "flac": "audio/flac",
    "mp4": "video/mp4",
    "mov": "video/quicktime",
    "avi": "video/avi",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
"""Formats the library reads, with the media type it wants."""

BINDING_CODES = tuple(
    f"assertion.{kind}."
    for kind in ("dataHash", "bmffHash", "boxesHash", "collectionHash", "multiAssetHash")
)
"""Prefixes of the status codes about the hash that binds a manifest to the file's bytes."""


@dataclass(frozen=True, slots=True)
class TrustList:
    """Certificate authorities to be trusted, as PEM text; empty when none is configured."""

    anchors: str = ""

    @property
    def configured(self) -> bool:
        return bool(self.anchors)


@dataclass(frozen=True, slots=True)
class Absent:
    """The file holds no manifest store, nor a link to one."""


@dataclass(frozen=True, slots=True)
class Remote:
    """The file only links to a manifest kept elsewhere; it was not fetched."""

    url: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The library gave up; `why` is the reader's sentence."""

    why: Message


@dataclass(frozen=True, slots=True)
class Status:
    """One line of validation: which manifest, which code, good, neutral or bad."""

    manifest: str
    code: str
    outcome: str
    """success, informational or failure."""
    recorded: bool
    """True if an outer signer wrote it down earlier; False if it was found out now."""


@dataclass(frozen=True, slots=True)
class Store:
    """A manifest store as read: manifests by label, and every validation status."""

    active: str
    manifests: Mapping[str, Mapping[str, object]]
    statuses: Mapping[str, tuple[Status, ...]]
    """By manifest label."""
    state: str
    """The library's own summary: Invalid, Valid or Trusted."""
    relations: Mapping[str, str] = field(default_factory=dict)
    """Manifest label to how the manifest that names it uses it (parentOf, componentOf …)."""
    bare_ingredients: int = 0
    """Ingredients named without a manifest of their own."""


def as_map(value: object) -> Mapping[str, object]:
    """`value` if it is a JSON object, else an empty one: claims are hostile too."""
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else {}


def as_list(value: object) -> list[object]:
    """`value` if it is a JSON array, else an empty one."""
    return value if isinstance(value, list) else []


def as_text(value: object, limit: int = 200) -> str:
    """`value` if it is text, shortened; else empty."""
    return value[:limit] if isinstance(value, str) else ""


class _ViewStream(io.RawIOBase):
    """A read-only stream over a memory map, so that a large file is not copied."""

    def __init__(self, view: memoryview) -> None:
        self._view = view
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        target = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        chunk = self._view[self._at : self._at + len(target)]
        target[: len(chunk)] = chunk
        self._at += len(chunk)
        return len(chunk)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: len(self._view)}[whence]
        if base + offset < 0:
            raise ValueError("seek before the start")
        self._at = base + offset
        return self._at

    def tell(self) -> int:
        return self._at


def offline_settings(trust: TrustList) -> dict[str, object]:
    """Settings for c2pa-rs: verify everything, connect to nothing."""
    settings: dict[str, object] = {
        "version": 1,
        "core": {"allowed_network_hosts": []},
        "verify": {
            "verify_after_reading": True,
            "verify_trust": True,
            "verify_timestamp_trust": True,
            "remote_manifest_fetch": False,
            "ocsp_fetch": False,
        },
    }
    if trust.configured:
        settings["trust"] = {"trust_anchors": trust.anchors}
    return settings


def read_store(
    view: memoryview, media_type: str, trust: TrustList
) -> Store | Absent | Remote | Unreadable:
    """Read and validate the manifest store of a file."""
    import c2pa

    try:
        context = c2pa.Context.from_dict(offline_settings(trust))
        with c2pa.Reader(media_type, _ViewStream(view), context=context) as reader:
            report = reader.detailed_json()
    except c2pa.C2paError as error:
        return _refusal(str(error))
    if len(report) > MAX_REPORT:
        return Unreadable(
            Message(
                "C2PA 清单展开后过大，未作检验",
                "the C2PA manifest store expands beyond the size examined",
            )
        )
    try:
        parsed = as_map(json.loads(report))
    except (ValueError, RecursionError):
        return Unreadable(
            Message("C2PA 清单内容无法解析", "the content of the C2PA manifest cannot be parsed")
        )
    return _store(parsed)


def _refusal(error: str) -> Absent | Remote | Unreadable:
    """What the library's refusal means to a reader (its own words stay out of the report)."""
    if "ManifestNotFound" in error:
        return Absent()
    if "must fetch remote manifests from url" in error:
        return Remote(error.rpartition(" ")[2][:300])
    known = (
        (
            "prerelease",
            "清单采用 C2PA 正式发布前的旧草案格式",
            "the manifest follows a draft older than C2PA 1.0",
        ),
        (
            "unknown algorithm",
            "清单未指明可识别的散列算法",
            "the manifest names no hash algorithm that is known",
        ),
        ("JUMBF", "清单容器（JUMBF）已损坏", "the manifest's container (JUMBF) is damaged"),
        ("base64", "清单的 Base64 编码已损坏", "the manifest's base64 coding is damaged"),
        ("nested", "文件结构嵌套过深", "the file's structure is nested too deeply"),
        ("subfiles", "TIFF 子文件数量异常", "the TIFF file lists too many subfiles"),
        ("could not be parsed", "文件结构已损坏", "the file's structure is damaged"),
        (
            "NotSupported",
            "校验库不支持该文件格式",
            "the validation library does not read this format",
        ),
    )
    for word, zh, en in known:
        if word in error:
            return Unreadable(
                Message(f"C2PA 来源信息无法检验：{zh}", f"C2PA cannot be checked: {en}")
            )
    return Unreadable(
        Message(
            "C2PA 来源信息无法检验：校验库拒绝了该文件的清单",
            "C2PA cannot be checked: the validation library refused the file's manifest",
        )
    )


def _label_in(url: object) -> str:
    """The manifest label inside ``self#jumbf=/c2pa/<label>/…``, or empty."""
    _, found, rest = as_text(url, 2000).partition("/c2pa/")
    return rest.partition("/")[0] if found else ""


def _codes(results: object, default: str, recorded: bool) -> Iterator[Status]:
    for outcome in ("success", "informational", "failure"):
        for item in as_list(as_map(results).get(outcome)):
            entry = as_map(item)
            code = as_text(entry.get("code"))
            if code:
                # An update manifest is bound through its parent's hash: the binding is still
                # that of the manifest being validated.
                bound = code.startswith(BINDING_CODES)
                label = default if bound else _label_in(entry.get("url")) or default
                yield Status(label, code, outcome, recorded)


def _recorded(assertion: Mapping[str, object], label: str) -> Iterator[Status]:
    """What the outer signer wrote down about an ingredient (v1/v2 list, v3 results)."""
    for item in as_list(assertion.get("validationStatus")):
        entry = as_map(item)
        code = as_text(entry.get("code"))
        if code:
            # v1 and v2 record failures only; a success flag is optional and rarely set.
            outcome = "success" if entry.get("success") is True else "failure"
            yield Status(_label_in(entry.get("url")) or label, code, outcome, True)
    results = as_map(assertion.get("validationResults"))
    yield from _codes(results.get("activeManifest"), label, True)


def _store(parsed: Mapping[str, object]) -> Store | Unreadable:
    active = as_text(parsed.get("active_manifest"), 2000)
    manifests = {k: as_map(v) for k, v in as_map(parsed.get("manifests")).items()}
    if active not in manifests:
        return Unreadable(
            Message("C2PA 清单没有当前清单", "the C2PA manifest store names no active manifest")
        )
    statuses: list[Status] = []
    relations: dict[str, str] = {}
    of_assertion: dict[str, str] = {}
    bare = 0
    # The library hands manifests and assertions out in no fixed order: they are walked from
    # the active one, assertions by name, so that the same bytes give the same report.
    order, seen = [active], {active}
    for owner in order:
        for name, value in sorted(as_map(manifests[owner].get("assertion_store")).items()):
            if not name.startswith("c2pa.ingredient"):
                continue
            assertion = as_map(value)
            link = as_map(assertion.get("activeManifest")) or as_map(assertion.get("c2pa_manifest"))
            label = _label_in(link.get("url"))
            if not label:
                bare += 1
                continue
            of_assertion[f"{owner}/c2pa.assertions/{name}"] = label
            relations.setdefault(label, as_text(assertion.get("relationship")))
            statuses += _recorded(assertion, label)
            if label in manifests and label not in seen:
                seen.add(label)
                order.append(label)
    order += sorted(manifests.keys() - seen)
    results = as_map(parsed.get("validation_results"))
    statuses += _codes(results.get("activeManifest"), active, False)
    for item in as_list(results.get("ingredientDeltas")):
        delta = as_map(item)
        uri = as_text(delta.get("ingredientAssertionURI"), 2000).partition("/c2pa/")[2]
        label = of_assertion.get(uri, "")
        statuses += _codes(delta.get("validationDeltas"), label, False)
    return Store(
        active=active,
        manifests={label: manifests[label] for label in order},
        statuses=_by_manifest(statuses),
        state=as_text(parsed.get("validation_state")),
        relations=relations,
        bare_ingredients=bare,
    )


def _by_manifest(statuses: list[Status]) -> dict[str, tuple[Status, ...]]:
    grouped: dict[str, dict[Status, None]] = {}
    for status in statuses:
        grouped.setdefault(status.manifest, {})[status] = None
    return {label: tuple(found) for label, found in grouped.items()}
