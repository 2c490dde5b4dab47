"""Detector `image.camera`: does the picture carry the sensor's pattern of a camera at hand?

The examiner supplies the camera's fingerprint (`mingjian camera make`). A file is compared with a
thing; who held it, when, and whether the picture was altered later, it does not tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from mingjian.detect.contract import NotApplicable, Unavailable
from mingjian.detect.image.orientation import as_stored
from mingjian.detect.image.stills import still
from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.domain.finding import Axis, Curve, CurveExhibit, Finding
from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair
from mingjian.intake.picture import Picture

if TYPE_CHECKING:
    from mingjian.detect.image.camera_fingerprint import Fingerprint
    from mingjian.detect.image.camera_match import Peak

MOST_CAMERAS: Final = 8
SMALLEST_SIDE: Final = 128
_NO_CAMERA: Final = Message(
    "未设置相机指纹；先用 mingjian camera make 由同一相机的参考照片生成，"
    "再为 image.camera 指定 fingerprints。",
    "No camera's fingerprint is set; make one from reference pictures of one camera with "
    "mingjian camera make, and give image.camera the option fingerprints.",
)
_NOT_NATIVE: Final = Message(
    f"图像短边不足 {SMALLEST_SIDE} 像素，或太大而只能缩小读取，不与相机指纹比较。",
    f"The picture has a side under {SMALLEST_SIDE} pixels, or is so large that it was read "
    "smaller: it is not compared with a camera's fingerprint.",
)


class Camera:
    """Measures how clearly the pattern of each camera at hand is found in a picture.

    Option `fingerprints`: paths of files of `mingjian camera make`, separated by semicolons.
    """

    name: ClassVar[str] = "image.camera"
    version: ClassVar[str] = "1"
    accepts: ClassVar[frozenset[EvidenceKind]] = frozenset({EvidenceKind.IMAGE})
    propositions: ClassVar[tuple[PropositionPair, ...]] = ()

    def __init__(self, options: Mapping[str, str]) -> None:
        listing = re.split(r"[;\n]", options.get("fingerprints", ""))
        self.paths = [Path(part.strip()).expanduser() for part in listing if part.strip()]
        if len(self.paths) > MOST_CAMERAS:
            raise Unavailable(
                Message(
                    f"相机指纹多于 {MOST_CAMERAS} 个，请分次检验",
                    f"there are more than {MOST_CAMERAS} fingerprints of cameras: examine in turns",
                )
            )
        for path in self.paths:
            from mingjian.detect.image.camera_fingerprint import about

            try:
                about(path)
            except (OSError, ValueError) as error:
                raise _unreadable(path, error) from None

    def examine(self, evidence: Evidence) -> Iterator[Finding]:
        """One measurement for each camera."""
        if not self.paths:
            raise NotApplicable(_NO_CAMERA)
        picture = still(evidence)
        if picture.reduced > 1 or min(picture.width, picture.height) < SMALLEST_SIDE:
            raise NotApplicable(_NOT_NATIVE)
        for path in self.paths:
            yield _compared(picture, path)


def _compared(picture: Picture, path: Path) -> Finding:
    from mingjian.detect.image.camera_fingerprint import grey_of, load
    from mingjian.detect.image.camera_match import fits, match

    try:
        fingerprint = load(path)
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from None
    grey = grey_of(as_stored(picture))
    if not fits((picture.height, picture.width), fingerprint.full) or not fits(
        grey.shape, fingerprint.values.shape
    ):
        return _too_large(picture, fingerprint)
    return _measured(match(grey, fingerprint.values), picture, fingerprint)


def _unreadable(path: Path, error: Exception) -> Unavailable:
    return Unavailable(
        Message(
            f"相机指纹 {path.name} 无法读取（{type(error).__name__}）；需要 mingjian camera make "
            "生成的文件",
            f"the camera's fingerprint {path.name} could not be read ({type(error).__name__}); it "
            "must be a file made by mingjian camera make",
        )
    )


def _sides(sides: tuple[int, int]) -> str:
    return f"{sides[1]}×{sides[0]}"


def _too_large(picture: Picture, fingerprint: Fingerprint) -> Finding:
    own, full = _sides((picture.height, picture.width)), _sides(fingerprint.full)
    return Finding(
        signal="image.camera_size",
        because=Message(
            f"图像（{own}）大于相机“{fingerprint.name}”参考照片（{full}）：不是同一拍摄尺寸，未比较；"
            "由此不能说是或不是该相机。",
            f"The picture ({own}) is larger than the reference pictures of the camera "
            f'"{fingerprint.name}" ({full}): it is not of one size with them and was not compared. '
            "Nothing follows, for or against this camera.",
        ),
        quiet=True,
        details={"camera": fingerprint.name, "full": list(fingerprint.full)},
    )


def _measured(peak: Peak, picture: Picture, fingerprint: Fingerprint) -> Finding:
    from mingjian.detect.image.camera_match import CLEAR

    clear = peak.energy >= CLEAR
    return Finding(
        signal="image.camera",
        because=(_found if clear else _not_found)(peak, fingerprint),
        score=peak.energy,
        quiet=not clear,
        exhibits=(_profiles(peak, fingerprint),),
        details={
            "camera": fingerprint.name,
            "energy": round(peak.energy, 1),
            "place": [peak.left, peak.top],
            "turned": peak.turned,
            "places": peak.places,
            "own_size": sorted((picture.height, picture.width)) == sorted(fingerprint.full),
            "reference_pictures": fingerprint.pictures,
            "reference_agreement": round(fingerprint.agreement, 1),
        },
    )


def _found(peak: Peak, fingerprint: Fingerprint) -> Message:
    from mingjian.detect.image.camera_match import CLEAR

    turned_zh = f"（转 {peak.turned}° 后）" if peak.turned else ""
    turned_en = f" (turned by {peak.turned}°)" if peak.turned else ""
    count = fingerprint.pictures
    return Message(
        f"图像的噪声中找到相机“{fingerprint.name}”的传感器纹样{turned_zh}："
        f"峰值与其余相关能量之比 {peak.energy:.0f}（达到 {CLEAR:.0f} 即报告；"
        f"参考照片 {count} 张）。"
        "未换算为似然比。这是文件与一台设备的比较，不说明何人、何时拍摄，也不说明画面未经修改。"
        "同型号机身、多帧合成的手机照片可能误合，须另用同型号其他机身的照片对照。",
        f'The noise of the picture holds the pattern of the sensor of "{fingerprint.name}"'
        f"{turned_en}: the peak has {peak.energy:.0f} times the energy of the rest of the "
        f"correlation (reported from {CLEAR:.0f}; {count} reference pictures). No likelihood ratio "
        "is given. A file was compared with a device: who took the picture and when, and whether "
        "it was altered, does not follow. Cameras of one model, and telephones that compute one "
        "picture of several, can agree wrongly: compare with another camera of the model too.",
    )


def _not_found(peak: Peak, fingerprint: Fingerprint) -> Message:
    from mingjian.detect.image.camera_match import CLEAR

    ratio = max(0.0, peak.energy)
    return Message(
        f"未找到相机“{fingerprint.name}”的传感器纹样（比值 {ratio:.0f}，不到 {CLEAR:.0f}）。"
        "缩放、数码变焦、防抖、任意角度旋转、强压缩和修图都会抹去纹样，"
        "因此不能说不是该相机所拍。",
        f'The pattern of the sensor of "{fingerprint.name}" was not found (ratio {ratio:.0f}, '
        f"below {CLEAR:.0f}). Resizing, digital zoom, stabilising, turning by other than right "
        "angles, strong compression and retouching wipe it out: that another camera took the "
        "picture does not follow.",
    )


def _profiles(peak: Peak, fingerprint: Fingerprint) -> CurveExhibit:
    from mingjian.detect.image.camera_match import SHOWN

    def curve(name: Message, values: object) -> Curve:
        points = enumerate(float(value) for value in values)  # type: ignore[attr-defined]
        return Curve(name, tuple((float(at - SHOWN), round(value, 2)) for at, value in points))

    highest = max(8.0, float(peak.across.max()))
    lowest = min(-8.0, float(peak.across.min()), float(peak.down.min()))
    return CurveExhibit(
        title=Message(
            f"与“{fingerprint.name}”指纹的相关（σ：其余的标准差）：真正相符时只有正中一点高出",
            f'Correlation with the fingerprint of "{fingerprint.name}" (σ: spread of the rest): '
            "where they truly agree, one point in the middle stands out",
        ),
        across=Axis(
            name=Message("偏离最佳位置", "off the best place"), first=-SHOWN, last=SHOWN, unit="px"
        ),
        up=Axis(
            name=Message("相关", "correlation"),
            unit="σ",
            first=lowest,
            last=highest,
        ),
        curves=(
            curve(Message("横向", "across"), peak.across),
            curve(Message("纵向", "down"), peak.down),
        ),
    )
