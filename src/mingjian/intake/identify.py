"""What bytes are, told from the bytes. A name only breaks ties, and is reported where it misleads.

Order: magic number, pickle, formats with a signature inside, Protocol Buffers models, text.
"""

from __future__ import annotations

import codecs
from functools import lru_cache

from mingjian.domain.evidence import Content, EvidenceKind, Identity
from mingjian.domain.message import Message
from mingjian.intake.identify_text import identify_text
from mingjian.intake.pickle_shape import pickle_format, pickle_start
from mingjian.intake.protobuf_shape import protobuf_model
from mingjian.intake.second_format import second_format
from mingjian.intake.signatures import Found, at_offset, by_magic, safetensors, zip_family
from mingjian.intake.text import SAMPLE, encoding_of, encoding_of_content
from mingjian.intake.zip_listing import end_of_directory

_PICKLE_NAMES = frozenset(
    [
        "pkl",
        "pickle",
        "pck",
        "bin",
        "pt",
        "pth",
        "joblib",
        "ckpt",
        "dat",
        "data",
        "model",
        "p",
        "sav",
        "t7",
        "dill",
        "npy",
    ]
)
_TEXTUAL = frozenset(
    {
        EvidenceKind.TEXT,
        EvidenceKind.MESSAGE,
        EvidenceKind.DIALOGUE,
        EvidenceKind.PROMPT,
        EvidenceKind.LINK,
        EvidenceKind.HTML,
        EvidenceKind.MAIL,
        EvidenceKind.AGENT_TRACE,
        EvidenceKind.WEB_LOG,
    }
)
_DECLARED_FORMAT = {
    EvidenceKind.DIALOGUE: "generic-dialogue",
    EvidenceKind.LINK: "url",
    EvidenceKind.HTML: "html",
    EvidenceKind.MAIL: "bare-body",
    EvidenceKind.AGENT_TRACE: "agent-jsonl",
    EvidenceKind.WEB_LOG: "common",
}

# What a file of this name ought to be; a name that is not here promises nothing.
_PROMISES: dict[str, frozenset[str]] = {
    extension: frozenset(formats.split())
    for extensions, formats in (
        ("jpg jpeg jpe", "jpeg"),
        ("png", "png"),
        ("gif", "gif"),
        ("webp", "webp"),
        ("bmp", "bmp"),
        ("tif tiff", "tiff"),
        ("heic heif", "heif avif"),
        ("avif", "avif"),
        ("svg", "svg"),
        ("wav", "wav"),
        ("mp3", "mp3"),
        ("m4a", "m4a mp4"),
        ("flac", "flac"),
        ("mp4", "mp4 mov m4a"),
        ("mov", "mov mp4"),
        ("mkv", "mkv webm"),
        ("webm", "webm mkv"),
        ("avi", "avi"),
        ("pdf", "pdf"),
        ("docx docm", "docx"),
        ("xlsx xlsm", "xlsx"),
        ("pptx pptm", "pptx"),
        ("doc", "ole rtf docx"),
        ("xls", "ole xlsx"),
        ("ppt", "ole pptx"),
        ("rtf", "rtf"),
        ("msg", "msg"),
        ("zip", "zip npz pytorch-zip keras-zip docx xlsx pptx"),
        ("tar", "tar"),
        ("gz tgz", "gzip"),
        ("bz2", "bzip2"),
        ("xz", "xz"),
        ("7z", "7z"),
        ("rar", "rar"),
        ("pkl pickle", "pickle joblib pytorch-legacy pytorch-zip gzip bzip2 xz lzma zlib lz4"),
        ("joblib", "joblib pickle gzip bzip2 xz lzma zlib lz4"),
        ("pt pth", "pytorch-zip pytorch-legacy pickle tar safetensors"),
        ("npy", "npy pickle"),
        ("npz", "npz zip"),
        ("onnx", "onnx"),
        ("safetensors", "safetensors"),
        ("gguf", "gguf"),
        ("h5 hdf5", "keras-h5"),
        ("keras", "keras-zip keras-h5"),
        ("txt log", "plain-text markdown wechat-text whatsapp-text generic-dialogue url url-list "
                    "csv tsv jsonl rfc5322 mbox common combined agent-jsonl agent-text "
                    "openai-messages otel-genai inspect-log telegram-json wechat-csv "
                    "w3c-log json-log bare-body html empty"),
        ("exe dll", "pe dos-exe"),
    )
    for extension in extensions.split()
}  # fmt: skip


def extension(path: str) -> str:
    """The last name's extension, lower case, without the dot; '' if it has none."""
    name = path[path.rfind("/") + 1 :]
    dot = name.rfind(".")
    return name[dot + 1 :].lower() if dot >= 0 else ""


def is_textual(kind: EvidenceKind) -> bool:
    """Whether `--as` may say that a text is of this kind."""
    return kind in _TEXTUAL


@lru_cache(maxsize=256)
def _identity(
    kind: EvidenceKind, format_name: str, encoding: str | None, notes: tuple[Message, ...] = ()
) -> Identity:
    return Identity(kind=kind, format=format_name, encoding=encoding, notes=notes)


def identify(content: Content, path: str, declared: EvidenceKind | None = None) -> Identity:
    """What `content` is. `declared` overrules the bytes where they are text at all.

    Never raises on hostile bytes; what nothing explains is `unknown`.
    """
    size = content.size
    if size == 0:
        return _identity(declared or EvidenceKind.UNKNOWN, "empty", None)
    view = content.view()
    notes: list[Message] = []
    if declared is not None and declared in _TEXTUAL:
        encoding = encoding_of_content(content)
        if encoding is not None:
            return _identity(declared, _declared_format(declared, view, encoding, path), encoding)
        notes.append(
            Message(
                f"声明为“{declared.value}”，但字节不是文本，按内容识别。",
                f"Declared as {declared.value}, but the bytes are no text; identified by content.",
            )
        )
    suffix = extension(path)
    found = _binary(view, suffix, notes)
    encoding = None
    if found is None and suffix in _PICKLE_NAMES and (start := pickle_start(view)) >= 0:
        found = EvidenceKind.MODEL, "pickle"
        notes.append(
            Message(
                f"pickle 数据从第 {start} 字节开始，前面有其他字节。",
                f"The pickle begins at byte {start}; other bytes stand before it.",
            )
        )
    if found is None:
        found, encoding = _textual(content, view, path)
    if found is None and end_of_directory(view) >= 0:
        found = zip_family(view)
        notes.append(Message("压缩包前面有其他字节。", "Other bytes stand before the archive."))
    kind, format_name = found or (EvidenceKind.UNKNOWN, "unknown")
    second = second_format(view, format_name)
    if second is not None:
        notes.append(second.note)
    promised = _PROMISES.get(suffix)
    if promised is not None and format_name not in promised:
        notes.append(
            Message(
                f"扩展名为 .{suffix}，但内容是 {format_name}。",
                f"The name ends in .{suffix}, but the content is {format_name}.",
            )
        )
    return _identity(kind, format_name, encoding, tuple(notes))


def _binary(view: memoryview, suffix: str, notes: list[Message]) -> Found | None:
    """Formats that are no text, and pickles, which may look like text."""
    expected = suffix in _PICKLE_NAMES
    if view[0] == 0x80 and (pickled := pickle_format(view, expected)):
        return EvidenceKind.MODEL, pickled
    found = by_magic(view) or at_offset(view)
    if found is None:
        found = safetensors(view, suffix == "safetensors")
    if found is None and (pickled := pickle_format(view, expected)):
        found = EvidenceKind.MODEL, pickled
    if found is None and (model := protobuf_model(view)):
        found = EvidenceKind.MODEL, model
    if found is None and (start := bytes(view[:1024]).find(b"%PDF-")) > 0:
        found = EvidenceKind.DOCUMENT, "pdf"
        notes.append(
            Message(
                f"PDF 从第 {start} 字节开始，前面有其他字节。",
                f"The PDF begins at byte {start}; other bytes stand before it.",
            )
        )
    return found


def _textual(content: Content, view: memoryview, path: str) -> tuple[Found | None, str | None]:
    encoding = encoding_of_content(content)
    if encoding is None:
        return None, None
    sample = codecs.decode(view[:SAMPLE], encoding, "replace")
    return identify_text(sample, path, len(view)) or (EvidenceKind.TEXT, "plain-text"), encoding


def _declared_format(declared: EvidenceKind, view: memoryview, encoding: str, path: str) -> str:
    """The format within the declared kind; only some kinds have several."""
    usual = _DECLARED_FORMAT.get(declared)
    if usual is None:
        return "plain-text"
    sample = codecs.decode(view[:SAMPLE], encoding, "replace")
    found = identify_text(sample, path, len(view))
    return found[1] if found is not None and found[0] is declared else usual


def identify_plain(data: bytes, declared: EvidenceKind) -> Identity | None:
    """The short way for a small record whose kind is declared; None where it does not do."""
    if declared in _DECLARED_FORMAT or declared not in _TEXTUAL or not data:
        return None
    encoding = encoding_of(data)
    return None if encoding is None else _identity(declared, "plain-text", encoding)
