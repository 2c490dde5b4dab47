"""A multipart form taken apart as it arrives: small fields in memory, files straight to disk."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, Protocol

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header

from mingjian.domain.message import Message
from mingjian.web.session import FORM_BYTES, FormRefused

PARTS = 20_100
HEAD_BYTES = 16_384


class Takes(Protocol):
    """Who is told of what arrives. Either may raise, which ends the upload."""

    def field(self, name: str, value: str) -> None:
        """A whole field."""

    def file(self, name: str) -> IO[bytes]:
        """A file begins: where its bytes go."""

    def count(self, size: int) -> None:
        """So many bytes of a file are about to be written."""


def odd_form() -> FormRefused:
    return FormRefused(
        400,
        Message("上传的内容不完整或格式不对", "the upload is incomplete or not well formed"),
        Message("请从检验页重新上传", "upload it again from the page Examine"),
    )


class Multipart:
    """Feed it bytes as they come; it hands on fields and writes files."""

    def __init__(self, content_type: str, takes: Takes) -> None:
        kind, options = parse_options_header(content_type)
        boundary = options.get(b"boundary", b"")
        if kind != b"multipart/form-data" or not 1 <= len(boundary) <= 200:
            raise odd_form()
        self._takes = takes
        self._headers: dict[bytes, bytes] = {}
        self._key = self._value = b""
        self._field: bytearray | None = None
        self._name = ""
        self._file: IO[bytes] | None = None
        self._parts = self._head = self._small = 0
        self._ended = False
        on: dict[str, Callable[..., None]] = {
            "on_part_begin": self._begin,
            "on_header_field": self._on_key,
            "on_header_value": self._on_value,
            "on_header_end": self._on_header,
            "on_headers_finished": self._ready,
            "on_part_data": self._data,
            "on_part_end": self._end,
            "on_end": self._finish,
        }
        self._parser = MultipartParser(boundary, on)  # type: ignore[arg-type]

    def write(self, data: bytes) -> None:
        """Raises `FormRefused` where it is no multipart form, and what `takes` raises."""
        try:
            self._parser.write(data)
        except MultipartParseError:
            raise odd_form() from None

    def close(self, *, whole: bool) -> None:
        """The stream is over; with `whole`, raise unless the form had come to its end."""
        if self._file is not None:
            self._file.close()
        if whole and not self._ended:
            raise odd_form()

    # ---- called by the parser -------------------------------------------------------------

    def _begin(self) -> None:
        self._headers, self._head = {}, 0
        self._parts += 1
        if self._parts > PARTS:
            raise odd_form()

    def _on_key(self, data: bytes, start: int, end: int) -> None:
        self._key += data[start:end]
        self._grow(end - start)

    def _on_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]
        self._grow(end - start)

    def _grow(self, size: int) -> None:
        self._head += size
        if self._head > HEAD_BYTES:
            raise odd_form()

    def _on_header(self) -> None:
        self._headers[self._key.lower()] = self._value
        self._key = self._value = b""

    def _ready(self) -> None:
        kind, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        if kind != b"form-data" or b"name" not in options:
            raise odd_form()
        self._name = options[b"name"].decode("utf-8", "replace")
        if b"filename" not in options:
            self._field = bytearray()
        elif options[b"filename"]:  # a file field left empty sends an empty name
            self._file = self._takes.file(options[b"filename"].decode("utf-8", "replace"))

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._file is not None:
            self._takes.count(end - start)
            self._file.write(memoryview(data)[start:end])
        elif self._field is not None:
            self._small += end - start
            if self._small > FORM_BYTES:
                raise FormRefused(
                    413,
                    Message("粘贴的文字过长", "the pasted text is too long"),
                    Message("请存为文件再上传", "save it as a file and upload that"),
                )
            self._field += data[start:end]

    def _end(self) -> None:
        if self._file is not None:
            self._file.close()
        elif self._field is not None:
            self._takes.field(self._name, self._field.decode("utf-8", "replace"))
        self._file = self._field = None

    def _finish(self) -> None:
        self._ended = True
