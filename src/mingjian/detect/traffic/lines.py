"""The lines of a web log, and the request in each, whatever the form of the log."""

from __future__ import annotations

from codecs import getincrementaldecoder
from collections.abc import Iterator

from mingjian.detect.contract import NotExaminable
from mingjian.detect.traffic.request import LONGEST_LINE, Request, of_entry, read_request
from mingjian.domain.evidence import Evidence
from mingjian.domain.message import Message
from mingjian.intake.log_json import json_entry
from mingjian.intake.log_w3c import W3cLog

MOST_BYTES = 512 * 1024 * 1024


class Reader:
    """Reads the lines of one log in order: common, combined, W3C extended (IIS) or JSON."""

    def __init__(self) -> None:
        self._w3c = W3cLog()

    @property
    def is_w3c(self) -> bool:
        """Whether a line told which fields follow."""
        return bool(self._w3c.fields)

    def read(self, line: str) -> Request | None:
        """The request of a line, or the bare payload that it is in no form of a log.

        None for a line that is about the log. Never fails.
        """
        first = line[:1]
        if first == "{":
            entry = json_entry(line)
        elif first == "#" and self._w3c.directive(line):
            return None
        else:
            entry = self._w3c.entry(line) if self._w3c.fields else None
        return read_request(line) if entry is None else of_entry(entry)


def lines_of(evidence: Evidence) -> Iterator[str]:
    """The lines of the log, decoded block by block where it is too large to be held as text."""
    if evidence.text is not None:
        if evidence.identity.format in ("json-log", "w3c-log"):
            # The rarer ends of lines may stand inside a value there, and break no line.
            yield from evidence.text.split("\n")
        else:
            yield from evidence.text.splitlines()
        return
    view = evidence.content.view()
    if len(view) > MOST_BYTES:
        raise NotExaminable(
            Message(
                f"日志超过 {MOST_BYTES >> 20} MB，未检验；请按日期切分后再检验",
                f"the log is larger than {MOST_BYTES >> 20} MB and was not examined; "
                "split it by date and examine the pieces",
            )
        )
    block, rest = 1 << 20, ""
    try:
        # Decoded before it is cut: the byte of a line's end is half a character in UTF-16.
        decoder = getincrementaldecoder(evidence.identity.encoding or "utf-8")("replace")
        for start in range(0, len(view), block):
            text = decoder.decode(bytes(view[start : start + block]))
            lines = (rest + (text if start else text.removeprefix("\ufeff"))).split("\n")
            # A line without end must not grow for ever.
            rest = lines.pop()[-4 * LONGEST_LINE :]
            yield from lines
        yield rest + decoder.decode(b"", final=True)
    except LookupError as error:
        raise NotExaminable(
            Message("日志的编码无法识别", "the encoding of the log is not known")
        ) from error
