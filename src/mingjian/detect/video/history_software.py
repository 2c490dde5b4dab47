"""Software that a video file names: in its metadata, its handlers and its first coded frame."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from mingjian.domain.evidence import Evidence
from mingjian.domain.finding import ByteRange, Finding, TableExhibit
from mingjian.domain.message import Message
from mingjian.intake.container.bmff_tracks import Movie
from mingjian.intake.container.metadata import read_metadata

SEARCHED: Final = 4_096
"""Bytes from the first coded frame on in which an encoder's own note is looked for."""
_LONGEST: Final = 120
_SHOWN: Final = 12
_KEYS: Final = re.compile(
    r"(?:\xa9too|\xa9swr|\xa9enc|\xa9cmt|too|encoder|encoded_by|comment|software|handler"
    r"|muxingapp|writingapp|ISFT|metadatacreator|com\.apple\.quicktime\.(?:software|make|model)"
    r"|com\.bytedance\.info|com\.android\.version|make|model|\xa9mak|\xa9mod)",
    re.IGNORECASE,
)
_NOTE: Final = re.compile(rb"x264 - core [^\0-]{1,60}|x265 \(build [^\0-]{1,60}")
_KINDS: Final = {
    "library": Message("供其他程序使用的编码或封装库", "a library that other programs write with"),
    "editor": Message("剪辑或转码软件", "software for editing or converting"),
    "platform": Message("转码上传内容的平台", "a platform that re-encodes uploads"),
    "generator": Message("视频生成工具", "a generator of video"),
    "camera": Message("拍摄设备", "a camera"),
}
_UNVERIFIED: Final = Message("待核验", "not verified")
_IN_FIRST_FRAME: Final = Message("首帧的编码信息", "note in the first coded frame")


@dataclass(frozen=True, slots=True)
class Named:
    """A value of the file that can name software, and the tool it is known for."""

    value: str
    place: Message
    start: int
    end: int
    tool: Mapping[str, Any] | None


@cache
def tools() -> tuple[Mapping[str, Any], ...]:
    """The data file's rows."""
    text = files(__package__).joinpath("history_tools.json").read_text("utf-8")
    return tuple(json.loads(text)["tools"])


def tool_of(value: str) -> Mapping[str, Any] | None:
    """The tool that writes such a value."""
    for tool in tools():
        if ("starts" in tool and value.startswith(tool["starts"])) or (
            "has" in tool and tool["has"] in value
        ):
            return tool
    return None


def _values(evidence: Evidence, movie: Movie | None) -> Iterator[tuple[str, Message, int, int]]:
    for one in read_metadata(evidence.content, evidence.format):
        if _KEYS.fullmatch(one.key):
            text = f"{one.key} {one.text}" if "bytedance" in one.key else one.text
            yield text, Message(f"字段 {one.key}", f"field {one.key}"), one.start, one.end
    if movie is None:
        return
    view = evidence.content.view()
    for number, track in enumerate(movie.tracks, 1):
        if track.handler:
            place = Message(f"第 {number} 轨的处理器名", f"handler of track {number}")
            yield track.handler, place, *track.handler_at
        if track.kind == "vide" and track.first_chunk is not None:
            first = track.first_chunk
            head = bytes(view[first : first + SEARCHED])
            if note := _NOTE.search(head):
                text = note[0].decode("ascii", "replace").strip()
                yield text, _IN_FIRST_FRAME, first + note.start(), first + note.end()


def software(evidence: Evidence, movie: Movie | None) -> Finding:
    """One fact: the software the file names, or that it names none."""
    found: list[Named] = []
    for raw, place, start, end in _values(evidence, movie):
        value = "".join(char for char in raw[:_LONGEST] if char.isprintable()).strip()
        if value and len(found) < 40 and all(value != one.value for one in found):
            found.append(Named(value, place, start, end, tool_of(value)))
    known = [one for one in found if one.tool is not None]
    names = {one.tool["name"]["en"]: one.tool for one in known if one.tool is not None}
    if not known:
        zh = "文件没有写明已知的编码、剪辑或生成软件；这些字段可以删除。"
        en = "The file names no encoder, editor or generator we know; such fields can be removed."
    else:
        zh = "文件写明的软件：" + "、".join(_told(tool).zh for tool in names.values())
        zh += "。它最后由这些软件写成，不一定是拍摄时的原始文件；字段没有签名，可以伪造。"
        en = "Software the file names: " + ", ".join(_told(tool).en for tool in names.values())
        en += (
            ". It was last written by these and need not be the file as it was recorded; the "
            "fields are unsigned and can be forged."
        )
    return Finding(
        signal="video.software",
        because=Message(zh, en),
        quiet=not any(tool["kind"] != "camera" for tool in names.values()),
        where=tuple(ByteRange(one.start, one.end) for one in (known or found)[:_SHOWN]),
        exhibits=(_table(found),) if found else (),
        details={
            "software": [
                {"name": tool["name"]["en"], "kind": tool["kind"], "verified": tool["verified"]}
                for tool in names.values()
            ],
            "values": [one.value for one in found[:_SHOWN]],
        },
    )


def _told(tool: Mapping[str, Any]) -> Message:
    name, kind = tool["name"], _KINDS[tool["kind"]]
    if tool["verified"]:
        return Message(f"{name['zh']}（{kind.zh}）", f"{name['en']} ({kind.en})")
    return Message(
        f"{name['zh']}（{kind.zh}；{_UNVERIFIED.zh}）",
        f"{name['en']} ({kind.en}; {_UNVERIFIED.en})",
    )


def _table(found: list[Named]) -> TableExhibit:
    return TableExhibit(
        title=Message("可能写明软件的字段", "Fields that can name software"),
        columns=(
            Message("何处", "where"),
            Message("内容", "value"),
            Message("软件", "software"),
        ),
        rows=tuple(
            (one.place, one.value, _told(one.tool) if one.tool else Message("未知", "not known"))
            for one in found[:_SHOWN]
        ),
    )
