"""Reads 32 bits that RivaGAN hid in a picture, where its decoder's weights are installed.

The weights (MIT) come with `invisible-watermark` 0.2.0, installed without what it asks for
(PyTorch, OpenCV) and never imported: the file is found, its SHA-256 checked, and run by
`onnxruntime`. R. Zhang and others, “Robust invisible video watermarking with attention”, 2019.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mingjian.domain.message import Message

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BITS: Final = 32
SIDE: Final = 320
"""The middle of a picture is read, at most so many pixels a side: the bits lie everywhere."""
SHA256: Final = "6b006690cf352fa50a91a0b6d6241dbcded0a9957969e2c0665cf9a7011b3880"
_LEAST: Final = 0.52
"""From here the decoder's answer is a 1, as the package has it."""
MISSING: Final = Message(
    "未查找 RivaGAN 水印：请安装 mingjian[ocr]（onnxruntime），"
    "并执行 pip install --no-deps invisible-watermark==0.2.0",
    "marks of RivaGAN are not looked for: install mingjian[ocr] (for onnxruntime) and run "
    "pip install --no-deps invisible-watermark==0.2.0",
)
_ALTERED: Final = Message(
    "未查找 RivaGAN 水印：解码器文件缺失或与已知的 SHA-256 不符；"
    "请重新执行 pip install --no-deps invisible-watermark==0.2.0",
    "marks of RivaGAN are not looked for: the decoder's file is missing or has another SHA-256 "
    "than the known one; run pip install --no-deps invisible-watermark==0.2.0 again",
)


@cache
def decoder() -> Any | Message:
    """The decoder, loaded once in this process; or why there is none."""
    spec = find_spec("imwatermark")
    places = spec.submodule_search_locations if spec is not None else None
    if not places or find_spec("onnxruntime") is None:
        return MISSING
    try:
        data = (Path(next(iter(places))) / "rivagan_decoder.onnx").read_bytes()
    except OSError:
        return _ALTERED
    if hashlib.sha256(data).hexdigest() != SHA256:
        return _ALTERED
    runtime = import_module("onnxruntime")
    options = runtime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    return runtime.InferenceSession(data, options, providers=["CPUExecutionProvider"])


def read(rgb: NDArray[np.uint8]) -> str | Message:
    """The 32 bits read, whether a mark is there or not; or why they cannot be read."""
    import numpy as np

    session = decoder()
    if isinstance(session, Message):
        return session
    top, left = (max(0, side - SIDE) // 2 for side in rgb.shape[:2])
    seen = rgb[top : top + SIDE, left : left + SIDE, ::-1].astype(np.float32)
    frame = np.ascontiguousarray((seen / 127.5 - 1).transpose(2, 0, 1)[None, :, None])
    (answers,) = session.run(None, {session.get_inputs()[0].name: frame})[0]
    return "".join("1" if answer > _LEAST else "0" for answer in answers)
