"""Third-party readers meet hostile bytes: whatever they raise becomes a visible refusal."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager

from mingjian.domain.message import Message
from mingjian.intake.limits import Refused

_CHINESE = {
    "image": "图像",
    "barcode": "条码",
    "HTML": "网页",
    "OLE": "复合文件（OLE）",
    "PDF": "PDF 文件",
    "RTF": "RTF 正文",
    "SVG": "SVG 图像",
    "Word": "Word 文件",
}


def damaged(what: str, error: BaseException | None = None) -> Refused:
    """The refusal for a `what` (such as "PDF") that cannot be read."""
    kind = f"（{type(error).__name__}）" if error else ""
    kind_en = f" ({type(error).__name__})" if error else ""
    return Refused(
        Message(
            f"{_CHINESE.get(what, what)}的内容已损坏或不符合格式，无法继续读取{kind}。",
            f"The {what} content is damaged or malformed and could not be read further{kind_en}.",
        )
    )


@contextmanager
def reading(what: str) -> Iterator[None]:
    """Turns any exception of a parser, but not an exhausted memory, into `Refused`."""
    try:
        yield
    except (Refused, MemoryError):
        raise
    except Exception as error:
        raise damaged(what, error) from error


class ViewFile(io.RawIOBase):
    """A read-only, seekable file over a memory view, without copying it."""

    def __init__(self, view: memoryview) -> None:
        self._view = view
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = (0, self._position, len(self._view))[whence]
        if base + offset < 0:
            raise OSError("negative position")
        self._position = base + offset
        return self._position

    def tell(self) -> int:
        return self._position

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        chunk = self._view[self._position : self._position + len(buffer)]
        buffer[: len(chunk)] = chunk
        self._position += len(chunk)
        return len(chunk)
