"""What was learned or measured on still pictures is not said of frames of a video."""

from __future__ import annotations

from typing import Final

from mingjian.detect.contract import NotApplicable, NotExaminable
from mingjian.domain.evidence import Evidence
from mingjian.domain.message import Message
from mingjian.intake.limits import Refused
from mingjian.intake.picture import Picture, decode
from mingjian.intake.video import FRAME_STEP

_FRAME: Final = Message(
    "这是视频画面。视频编码会改写像素细节，而本检测只在静态图像上测定过，因此不检验。",
    "This is a frame of a video. Video coding rewrites the fine detail of pixels, and this was "
    "measured on still pictures only: it is not examined.",
)


def still(evidence: Evidence) -> Picture:
    """The picture, decoded.

    Raises:
        NotApplicable: it is a frame taken out of a video.
        NotExaminable: it cannot be decoded, with the reason.
    """
    if evidence.derivation is not None and evidence.derivation.step == FRAME_STEP:
        raise NotApplicable(_FRAME)
    try:
        return decode(evidence)
    except Refused as refused:
        raise NotExaminable(refused.why) from None
