"""The fingerprint of a camera, made from reference pictures in a confined process."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from mingjian.app.collect import check_roots, collect
from mingjian.app.errors import UsageError
from mingjian.app.known import LeftOut, held
from mingjian.app.settings import Settings
from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.domain.message import Message
from mingjian.domain.record import Json
from mingjian.intake.limits import Refused
from mingjian.run.sandbox import Sandbox

FUNCTION = "mingjian.app.camera:in_child"
MOST_PICTURES = 200


@dataclass(frozen=True, slots=True)
class Made:
    """The file of a fingerprint, what it rests on, and what was left out, with the reason."""

    data: bytes
    pictures: int
    agreement: float
    left_out: tuple[tuple[str, Message], ...]


def in_child(request: Mapping[str, Any], step: Callable[[str], None]) -> Json:
    """The chunk function: one fingerprint of all pictures in the files (archives are opened)."""
    from mingjian.detect.image.camera_fingerprint import FEWEST, Estimate, as_bytes

    estimate = Estimate()
    left_out: LeftOut = []
    for path in map(Path, request["paths"]):
        for evidence in held(path, request, left_out):
            if evidence.kind is not EvidenceKind.IMAGE:
                continue
            step(f"image.camera|{evidence.sha256}")
            why = _added(estimate, evidence)
            if why is not None:
                left_out.append((evidence.path, why.as_json()))
    answer: Json = {
        "pictures": estimate.pictures,
        "left_out": left_out,
        "one_scene": estimate.one_scene,
    }
    if estimate.pictures >= FEWEST and not estimate.one_scene:
        fingerprint = estimate.finished(request["name"])
        answer["agreement"] = fingerprint.agreement
        answer["data"] = base64.b64encode(as_bytes(fingerprint)).decode()
    return answer


def _added(estimate: Any, evidence: Evidence) -> Message | None:
    """Why a picture was left out; None where it was taken in."""
    from mingjian.detect.image.camera_fingerprint import grey_of
    from mingjian.detect.image.orientation import as_stored
    from mingjian.intake.picture import decode

    try:
        picture = decode(evidence)
    except Refused as refused:
        return refused.why
    stored = as_stored(picture)
    if picture.reduced > 1:
        return Message("太大，无法按原尺寸读取", "too large to be read at its own size")
    if not estimate.add(grey_of(stored), stored.shape[:2]):
        high, wide = estimate.full
        return Message(f"尺寸不是 {wide}×{high}", f"its size is not {wide}×{high}")
    return None


def make(paths: Sequence[Path], name: str, settings: Settings) -> Made:
    """Make the fingerprint of the camera that took all of these pictures.

    Raises `UsageError` where too few can be used, where they show one scene, or where one half of
    them does not agree with the other: then they are resized, retouched, or of several cameras.
    """
    items = list(collect(check_roots(paths)))
    left_out = [(item.path, item.refusal) for item in items if item.refusal is not None]
    files = [item.path for item in items if item.refusal is None]
    if len(files) > MOST_PICTURES:
        raise UsageError(
            Message(
                f"文件多于 {MOST_PICTURES} 个；20 至 50 张照片已足够",
                f"more than {MOST_PICTURES} files; 20 to 50 pictures are enough",
            )
        )
    limits = settings.limits.limits()
    limits = replace(limits, item_seconds=limits.item_seconds * max(1, len(files)))
    with Sandbox(FUNCTION, limits, settings.home / "scratch") as sandbox:
        request = {
            "paths": files,
            "name": name,
            "limits": asdict(limits),
            "spool": str(sandbox.spool),
        }
        (outcome,) = sandbox.run([request])
    answer: Any = outcome.result
    if answer is None:
        raise UsageError(outcome.reason())
    left_out += [(path, Message(**why)) for path, why in answer["left_out"]]
    _check(answer, left_out)
    return Made(
        base64.b64decode(answer["data"]), answer["pictures"], answer["agreement"], tuple(left_out)
    )


def _check(answer: Mapping[str, Any], left_out: Sequence[tuple[str, Message]]) -> None:
    from mingjian.detect.image.camera_fingerprint import FEWEST
    from mingjian.detect.image.camera_match import CLEAR

    next_step = Message(
        "请用同一相机、同一尺寸、未经处理的 20 至 50 张不同画面的照片（天空、白墙最好）",
        "use 20 to 50 untouched pictures of one camera, one size and many scenes (sky or a white "
        "wall is best)",
    )
    if answer["pictures"] < FEWEST:
        why = "".join(f"\n  {path}: {reason.en}" for path, reason in left_out[:5])
        why_zh = "".join(f"\n  {path}：{reason.zh}" for path, reason in left_out[:5])
        count = answer["pictures"]
        raise UsageError(
            Message(
                f"只有 {count} 张可用的参考照片，至少需要 {FEWEST} 张{why_zh}",
                f"only {count} reference pictures can be used; {FEWEST} are needed{why}",
            ),
            next_step,
        )
    if answer["one_scene"]:
        raise UsageError(
            Message(
                "参考照片拍的是同一画面，会把画面当成指纹",
                "the reference pictures show one scene, which would be taken for the fingerprint",
            ),
            next_step,
        )
    if answer["agreement"] < CLEAR:
        raise UsageError(
            Message(
                f"参考照片的两半互不相符（比值 {answer['agreement']:.0f}，不到 {CLEAR:.0f}）："
                "可能经过缩放或修图、来自多台相机，或张数太少",
                "the two halves of the reference pictures do not agree (ratio "
                f"{answer['agreement']:.0f}, below {CLEAR:.0f}): they may be resized or retouched, "
                "of several cameras, or too few",
            ),
            next_step,
        )
