"""Reading MIME forgivingly: header fields, encoded words and names, transfer encodings.

Own reading after RFC 5322, RFC 2045 to 2047 and RFC 2231. What a hostile or broken sender
got wrong is read as far as it goes: a wrong charset, junk in base64, a missing boundary.
"""

from __future__ import annotations

import binascii
import codecs
import re
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from mingjian.intake.text import encoding_of

MAX_HEADER_BYTES = 1 << 20
MAX_FIELDS = 2_000
_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\n|\r|\Z)")
_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
_CHARSET_NAMES = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
    "ks_c_5601-1987": "cp949",
    "unicode-1-1-utf-7": "utf-7",
    "big5": "cp950",
    "shift_jis": "cp932",
    "iso-8859-1": "cp1252",
    "us-ascii": "",
    "ascii": "",
}
_NOT_FOR_MAIL = frozenset(
    ["idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"]
)


@dataclass(frozen=True, slots=True)
class Entity:
    """One MIME entity: its fields (names in lower case) and where its body lies."""

    fields: tuple[tuple[str, str], ...]
    start: int
    end: int
    cut: bool
    """The header was longer than the bounds; the rest of it was not read as fields."""

    def first(self, name: str) -> str:
        """The first field called `name`, unfolded and decoded; "" when there is none."""
        return next((value for key, value in self.fields if key == name), "")


def read_entity(view: memoryview, start: int, end: int) -> Entity:
    """Header fields from `start`; the body follows the first empty line.

    A line that is no field and no continuation begins the body where fields came before.
    """
    fields: list[tuple[str, bytearray]] = []
    limit = min(end, start + MAX_HEADER_BYTES)
    body, cut = limit, limit < end
    for match in _LINE.finditer(view, start, limit):
        if match.start() >= limit:
            break
        line = match.group().rstrip(b"\r\n")
        if not line:
            body, cut = match.end(), False
            break
        if line[:1] in b" \t" and fields:
            fields[-1][1].extend(b" " + line.strip())
            continue
        name = _FIELD.match(line)
        if name is None:
            if match.start() == start and line.startswith((b"From ", b">From ")):
                continue
            body, cut = match.start(), False
            break
        if len(fields) >= MAX_FIELDS:
            cut = True
            continue
        fields.append((name[1].decode("ascii").lower(), bytearray(line[name.end() :].strip())))
    decoded = tuple((name, _header_text(bytes(value))) for name, value in fields)
    return Entity(decoded, body, end, cut)


def _header_text(raw: bytes) -> str:
    if raw.isascii():
        return raw.decode("ascii")
    return charset_text(raw, "")[0]


# ---- encoded words and parameters ---------------------------------------------------------

_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]{0,4000})\?=")
_BETWEEN_WORDS = re.compile(r"(\?=)\s+(?==\?[^?\s]{1,60}\?[bBqQ]\?)")


def decoded_words(value: str) -> str:
    """A header value with its RFC 2047 encoded words read.

    Neighbouring words of one charset are joined before decoding, since senders cut
    characters in two.
    """
    if "=?" not in value:
        return value
    value = _BETWEEN_WORDS.sub(r"\1", value)
    out: list[str] = []
    pending: tuple[str, bytearray] | None = None
    position = 0

    def flush() -> None:
        nonlocal pending
        if pending is not None:
            out.append(charset_text(bytes(pending[1]), pending[0])[0])
            pending = None

    for match in _WORD.finditer(value):
        between = value[position : match.start()]
        charset = match[1].partition("*")[0].lower()
        payload = match[3].encode("utf-8", "replace")
        base64 = match[2] in "bB"
        data = from_base64(payload) if base64 else binascii.a2b_qp(payload, header=True)
        if between or (pending is not None and pending[0] != charset):
            flush()
            out.append(between)
        if pending is None:
            pending = (charset, bytearray())
        pending[1].extend(data)
        position = match.end()
    flush()
    out.append(value[position:])
    return "".join(out)


_PARAMETER = re.compile(r";\s*([A-Za-z0-9_.*\-]{1,60})\s*=\s*(\"(?:[^\"\\]|\\.)*\"?|[^;]*)", re.S)


def parameters(value: str) -> tuple[str, dict[str, str]]:
    """The main value in lower case and its parameters, RFC 2231 pieces joined and decoded."""
    main = value.partition(";")[0].strip().lower()
    plain: dict[str, str] = {}
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for match in _PARAMETER.finditer(value[:65_536]):
        name, text = match[1].lower(), match[2].strip()
        if text.startswith('"'):
            text = re.sub(r"\\(.)", r"\1", text.strip('"'))
        base, star, rest = name.partition("*")
        if not star:
            plain.setdefault(name, text)
            continue
        number = rest.rstrip("*")
        order = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 0
        pieces.setdefault(base, []).append((order, name.endswith("*"), text))
    for base, parts in pieces.items():
        parts.sort(key=lambda part: part[0])
        charset, data = "", b""
        for index, (_, encoded, text) in enumerate(parts):
            if encoded and index == 0 and text.count("'") >= 2:
                charset, _, text = text.split("'", 2)
            raw = text.encode("utf-8", "replace")
            data += unquote_to_bytes(raw) if encoded else raw
        plain[base] = charset_text(data, charset)[0]
    return main, {name: decoded_words(text) for name, text in plain.items()}


# ---- bodies --------------------------------------------------------------------------------

_NO_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]+")


def from_base64(data: bytes) -> bytes:
    """Base64 with junk left out; data after padding is read on, an odd end is dropped."""
    out = bytearray()
    for run in re.split(rb"=+", _NO_BASE64.sub(b"", data)):
        if len(run) % 4 == 1:
            run = run[:-1]
        out += binascii.a2b_base64(run + b"=" * (-len(run) % 4))
    return bytes(out)


def transfer_decoded(data: bytes, encoding: str) -> bytes:
    """A body without its content transfer encoding; unknown encodings are left as they are."""
    encoding = encoding.strip().lower()
    if encoding == "base64":
        return from_base64(data)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(data)
    if encoding in ("x-uuencode", "uuencode", "x-uue"):
        return _from_uu(data)
    return data


def _from_uu(data: bytes) -> bytes:
    out = bytearray()
    for line in data.splitlines():
        if line.startswith((b"begin ", b"end")) or not line.strip():
            continue
        try:
            out += binascii.a2b_uu(line)
        except binascii.Error:
            continue
    return bytes(out)


def charset_text(data: bytes, declared: str) -> tuple[str, str, bool]:
    """(text, codec used, whether the declared charset was right).

    Where the declared charset is unknown or does not fit, the bytes decide.
    """
    wanted = declared.strip().strip("\"'").lower()
    name = _CHARSET_NAMES.get(wanted, wanted)
    if name:
        try:
            codec = codecs.lookup(name).name.replace("-", "_")
            if codec not in _NOT_FOR_MAIL:
                return data.decode(name), name, True
        except (LookupError, UnicodeError, ValueError):
            pass
    found = encoding_of(data) or "cp1252"
    return data.decode(found, "replace"), found, not name
