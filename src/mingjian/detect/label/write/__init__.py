"""Write a label into a file: `write_label(data, format, label)`.

One module per container, each with `write(data, label) -> bytes`. Existing XMP and metadata are
kept; an existing AIGC label is replaced; what would break the file is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from mingjian.detect.label.check import problems
from mingjian.detect.label.label import FoundLabel, Label, compare
from mingjian.detect.label.read import read_labels
from mingjian.detect.label.write.splice import CannotWrite
from mingjian.intake.container.item import Malformed
from mingjian.intake.content import BytesContent

__all__ = ["CannotWrite", "writable_formats", "write_label"]

_WRITERS = {
    "jpeg": "jpeg",
    "png": "png",
    "webp": "webp",
    "gif": "gif",
    "tiff": "tiff",
    "heif": "heif",
    "avif": "heif",
    "mp4": "mp4",
    "mov": "mp4",
    "m4a": "mp4",
    "flv": "flv",
    "mkv": "mkv",
    "webm": "mkv",
    "avi": "riff",
    "wav": "riff",
    "mp3": "tags:mp3",
    "flac": "tags:flac",
    "ogg": "tags:ogg",
    "docx": "ooxml",
    "xlsx": "ooxml",
    "pptx": "ooxml",
    "pdf": "pdf",
    "markdown": "markup:markdown",
    "html": "markup:html",
}


def writable_formats() -> tuple[str, ...]:
    """Formats a label can be written into."""
    return tuple(_WRITERS)


def write_label(data: bytes, format: str, label: Label) -> bytes:
    """`data` with exactly one implicit label, which is `label`.

    Raises `CannotWrite` when the label breaks the standard, the format has no carrier, the file
    is damaged or protected, or the label read back is not the one written.
    """
    _refuse_bad(label)
    name = _WRITERS.get(format)
    if name is None:
        raise CannotWrite(
            f"不能向 {format} 格式写入标识", f"labels cannot be written into {format} files"
        )
    module, _, function = name.partition(":")
    write: Callable[[bytes, Label], bytes]
    write = getattr(import_module(f"{__name__}.{module}"), function or "write")
    try:
        written = write(data, label)
    except Malformed as problem:
        raise CannotWrite(
            f"文件在第 {problem.offset} 字节处不符合格式，无法写入",
            f"the file is damaged at byte {problem.offset} ({problem.what})",
        ) from problem
    differences = compare(label, read_labels(BytesContent(written), format))
    if differences:
        first = differences[0].message
        raise CannotWrite(
            f"写入后读回的标识不一致：{first.zh}",
            f"the label read back is not the one written: {first.en}",
        )
    return written


def _refuse_bad(label: Label) -> None:
    as_found = FoundLabel(
        carrier="", form="object", text="", start=0, end=0, pairs=tuple(label.as_dict().items())
    )
    for problem in problems(as_found):
        if problem.gravity != "note":
            raise CannotWrite(
                f"标识本身不符合标准：{problem.message.zh}",
                f"the label itself breaks the standard: {problem.message.en}",
            )
