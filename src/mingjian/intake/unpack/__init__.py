"""Which unpackers open which format. Modules are imported when a format first needs them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module

from mingjian.domain.evidence import Evidence
from mingjian.domain.message import Message
from mingjian.domain.record import Refusal
from mingjian.intake.limits import Budget
from mingjian.intake.unpack.contract import Unpacker

_HERE = "mingjian.intake.unpack."

# One row an unpacker: module:function (function is `unpack` where not named), and its formats.
_UNPACKERS: tuple[tuple[str, str], ...] = (
    ("archive_zip", "zip npz pytorch-zip keras-zip"),
    ("archive_tar", "tar"),
    ("archive_7z", "7z"),
    ("compressed", "gzip bzip2 xz lzma zlib zstd"),
    ("unsupported", "rar lz4 cab"),
    ("encoded", "plain-text"),
    ("links", "plain-text markdown url-list agent-text"),
    ("links:unpack_json", "openai-messages otel-genai inspect-log agent-jsonl"),
    ("mail", "rfc5322 bare-body"),
    ("mailbox", "mbox"),
    ("outlook", "msg"),
    ("html", "html"),
    ("svg", "svg"),
    ("pdf", "pdf"),
    ("office", "docx xlsx pptx"),
    ("office_old", "ole"),
    ("rtf", "rtf"),
    ("image", "png jpeg webp gif tiff heif avif bmp jp2"),
    ("words", "png jpeg webp gif tiff heif avif bmp jp2"),
    ("video", "mp4 mov mkv webm avi flv asf mpeg mpeg-ts"),
    ("chat", "wechat-text wechat-csv telegram-json whatsapp-text generic-dialogue"),
)


def _rows() -> Iterator[tuple[str, str]]:
    for target, formats in _UNPACKERS:
        for name in formats.split():
            yield name, target


@cache
def unpackers(format_name: str) -> tuple[Unpacker, ...]:
    """The unpackers of a format, in order; none for a format without parts.

    Where an unpacker's package is not installed, one stands in that refuses and says so.
    """
    return tuple(_load(target) for name, target in _rows() if name == format_name)


def _load(target: str) -> Unpacker:
    module, _, function = target.partition(":")
    try:
        unpacker: Unpacker = getattr(import_module(_HERE + module), function or "unpack")
    except ImportError as error:
        return _not_installed(error.name or module)
    return unpacker


def _not_installed(package: str) -> Unpacker:
    def refuse(evidence: Evidence, budget: Budget) -> Iterator[Refusal]:
        yield Refusal(
            what=evidence.path,
            why=Message(
                f"未安装解包所需的软件包 {package}。",
                f"The package {package}, which is needed to unpack this, is not installed.",
            ),
        )

    return refuse
