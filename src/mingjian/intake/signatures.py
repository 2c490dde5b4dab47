"""Formats by their first bytes, and the bounded looks that tell formats of one family apart.

Magic numbers are those of the formats' own specifications. Text, pickles and Protocol
Buffers have none; see `identify`.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable

from mingjian.domain.evidence import EvidenceKind as Kind
from mingjian.intake.zip_listing import names

Found = tuple[Kind, str]
Look = Callable[[memoryview], Found | None]

HDF5 = b"\x89HDF\r\n\x1a\n"

# ---- looks into families ------------------------------------------------------------------


def _riff(view: memoryview) -> Found | None:
    form = bytes(view[8:12])
    known = {
        b"WAVE": (Kind.AUDIO, "wav"),
        b"WEBP": (Kind.IMAGE, "webp"),
        b"AVI ": (Kind.VIDEO, "avi"),
    }
    if form in known:
        return known[form]
    return (Kind.UNKNOWN, "riff") if 0 in bytes(view[4:8]) else None


def _iff(view: memoryview) -> Found | None:
    form = bytes(view[8:12])
    if form in (b"AIFF", b"AIFC"):
        return Kind.AUDIO, "aiff"
    return (Kind.UNKNOWN, "iff") if 0 in bytes(view[4:8]) else None


def _binary(name: str) -> Look:
    """For short magic numbers that a word may begin with: a NUL byte must follow soon."""
    return lambda view: (Kind.UNKNOWN, name) if 0 in bytes(view[:64]) else None


_BRANDS: dict[bytes, Found] = {
    **dict.fromkeys((b"avif", b"avis"), (Kind.IMAGE, "avif")),
    **dict.fromkeys(
        (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"),
        (Kind.IMAGE, "heif"),
    ),
    **dict.fromkeys((b"M4A ", b"M4B ", b"M4P "), (Kind.AUDIO, "m4a")),
    b"qt  ": (Kind.VIDEO, "mov"),
    b"crx ": (Kind.UNKNOWN, "cr3"),
    b"jp2 ": (Kind.IMAGE, "jp2"),
}
_ATOMS = frozenset((b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"))


def boxes(view: memoryview) -> Found | None:
    """ISO base media (ISO/IEC 14496-12) and QuickTime, by brand or by first atom."""
    atom = bytes(view[4:8])
    if atom == b"ftyp":
        length = int.from_bytes(view[:4], "big")
        brands = bytes(view[8 : max(12, min(length, 256))])
        major = brands[:4]
        if major in (b"mif1", b"msf1") and (b"avif" in brands[8:] or b"avis" in brands[8:]):
            return Kind.IMAGE, "avif"
        return _BRANDS.get(major, (Kind.VIDEO, "mp4"))
    if atom in _ATOMS and len(view) >= 16 and (view[0] == 0 or atom == b"mdat"):
        return Kind.VIDEO, "mov"
    return None


def _bmp(view: memoryview) -> Found | None:
    header = int.from_bytes(view[14:18], "little")
    if len(view) >= 26 and header in (12, 16, 40, 52, 56, 64, 108, 124):
        return Kind.IMAGE, "bmp"
    return None


def _tiff(view: memoryview) -> Found | None:
    if bytes(view[8:10]) == b"CR":
        return Kind.UNKNOWN, "cr2"
    return Kind.IMAGE, "tiff"


def _ebml(view: memoryview) -> Found | None:
    return Kind.VIDEO, "webm" if b"webm" in bytes(view[:128]) else "mkv"


def _ogg(view: memoryview) -> Found | None:
    return (Kind.VIDEO if b"theora" in bytes(view[:512]) else Kind.AUDIO), "ogg"


def _id3(view: memoryview) -> Found | None:
    """What the ID3v2 tag is written before: MP3, or FLAC."""
    if len(view) < 10 or not 2 <= view[3] <= 4:
        return None
    size = 0
    for byte in view[6:10]:
        size = size << 7 | (byte & 0x7F)
    return Kind.AUDIO, "flac" if bytes(view[size + 10 : size + 14]) == b"fLaC" else "mp3"


_RATES = (44100, 48000, 32000)
_KBITS = {
    (3, 1): (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (3, 2): (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (2, 1): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}


def _frame_length(view: memoryview, position: int) -> int:
    """Bytes of the MPEG audio layer II/III frame (ISO/IEC 11172-3) at `position`, or 0."""
    if position + 4 > len(view) or view[position] != 0xFF or view[position + 1] & 0xE0 != 0xE0:
        return 0
    version, layer = view[position + 1] >> 3 & 3, view[position + 1] >> 1 & 3
    bits, rate = view[position + 2] >> 4, view[position + 2] >> 2 & 3
    table = _KBITS.get((3 if version == 3 else 2, layer if version == 3 else 1))
    if version == 1 or layer not in (1, 2) or bits in (0, 15) or rate == 3 or table is None:
        return 0
    hertz = _RATES[rate] >> {3: 0, 2: 1, 0: 2}[version]
    slot = 144 if version == 3 or layer == 2 else 72
    return slot * 1000 * table[bits] // hertz + (view[position + 2] >> 1 & 1)


def _mpeg_audio(view: memoryview) -> Found | None:
    if view[1] & 0xF6 == 0xF0 and len(view) > 7:  # ADTS, ISO/IEC 13818-7
        length = (view[3] & 3) << 11 | view[4] << 3 | view[5] >> 5
        if length > 7 and bytes(view[length : length + 1]) in (b"", b"\xff"):
            return Kind.AUDIO, "aac"
    position = 0
    for frame in range(3):
        length = _frame_length(view, position)
        if length == 0:
            return None
        position += length
        if position >= len(view):  # two bytes prove nothing; two frames do
            return (Kind.AUDIO, "mp3") if frame else None
    return Kind.AUDIO, "mp3"


def _ole(view: memoryview) -> Found | None:
    """Outlook messages name their streams `__properties_version1.0` ([MS-OXMSG] 2.4)."""
    mark = "__properties_version1.0".encode("utf-16-le")
    msg = re.compile(re.escape(mark)).search(view, 0, min(len(view), 64 << 20))
    return (Kind.MAIL, "msg") if msg else (Kind.DOCUMENT, "ole")


def zip_family(view: memoryview) -> Found:
    """What the member names make of a zip file."""
    inside = names(view)
    bare = {name.rpartition("/")[2] for name in inside}
    if "data.pkl" in bare:
        return Kind.MODEL, "pytorch-zip"
    if "[Content_Types].xml" in inside:
        for folder, name in (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx")):
            if any(member.startswith(folder) for member in inside):
                return Kind.DOCUMENT, name
    if "config.json" in inside and bare & {"model.weights.h5", "metadata.json", "variables.h5"}:
        return Kind.MODEL, "keras-zip"
    if inside and all(name.endswith(".npy") for name in inside):
        return Kind.MODEL, "npz"
    return Kind.ARCHIVE, "zip"


def _zlib(view: memoryview) -> Found | None:
    """RFC 1950: a header checksum, and a body that inflates.

    Words may begin with the two header bytes too, and short text may even inflate a little;
    so a body is believed to its end unless the header is one that no text begins with.
    """
    if len(view) < 8 or (view[0] << 8 | view[1]) % 31 or view[1] & 0x20:
        return None
    usual = view[0] == 0x78 and view[1] in (0x01, 0x9C, 0xDA)
    window = 512 if usual else 65_536
    inflater = zlib.decompressobj()
    try:
        inflater.decompress(bytes(view[:window]), window)
    except zlib.error:
        return None
    complete = inflater.eof or len(view) > window
    return (Kind.ARCHIVE, "zlib") if usual or complete else None


def _lzma_alone(view: memoryview) -> Found | None:
    """The old .lzma header: properties, dictionary size, uncompressed size."""
    if len(view) < 18 or view[13] != 0:  # the range coder's first byte is always zero
        return None
    size, dictionary = bytes(view[5:13]), int.from_bytes(view[1:5], "little")
    known = size == b"\xff" * 8 or size[5:] == b"\0\0\0"
    return (Kind.ARCHIVE, "lzma") if known and dictionary & (dictionary - 1) == 0 else None


def _executable(view: memoryview) -> Found | None:
    offset = int.from_bytes(view[60:64], "little")
    if len(view) >= 64 and bytes(view[offset : offset + 4]) == b"PE\0\0":
        return Kind.UNKNOWN, "pe"
    return (Kind.UNKNOWN, "dos-exe") if len(view) >= 64 and 0 in bytes(view[:64]) else None


def _cafebabe(view: memoryview) -> Found | None:
    return Kind.UNKNOWN, "java-class" if int.from_bytes(view[4:8], "big") > 40 else "mach-o"


def _gzip(view: memoryview) -> Found | None:
    return (Kind.ARCHIVE, "gzip") if view[2] == 8 else None


def _bzip2(view: memoryview) -> Found | None:
    block = bytes(view[4:10])
    fits = 0x31 <= view[3] <= 0x39 and block in (b"1AY&SY", b"\x17rE8P\x90", block[:0])
    return (Kind.ARCHIVE, "bzip2") if fits else None


# ---- first bytes ----------------------------------------------------------------------------

_MAGIC: tuple[tuple[bytes, Found | Look], ...] = (
    (b"\x89PNG\r\n\x1a\n", (Kind.IMAGE, "png")),
    (b"\xff\xd8\xff", (Kind.IMAGE, "jpeg")),
    (b"GIF87a", (Kind.IMAGE, "gif")),
    (b"GIF89a", (Kind.IMAGE, "gif")),
    (b"RIFF", _riff),
    (b"RF64", (Kind.AUDIO, "wav")),
    (b"BM", _bmp),
    (b"II*\0", _tiff),
    (b"MM\0*", _tiff),
    (b"II+\0", _tiff),
    (b"MM\0+", _tiff),
    (b"\0\0\0\x0cjP  \r\n\x87\n", (Kind.IMAGE, "jp2")),
    (b"\xff\x4f\xff\x51", (Kind.IMAGE, "jp2")),
    (b"8BPS", (Kind.UNKNOWN, "psd")),
    (b"gimp xcf ", (Kind.UNKNOWN, "xcf")),
    (b"II\x1a\0\0\0HEAPCCDR", (Kind.UNKNOWN, "crw")),
    (b"\0\0\1\0", (Kind.UNKNOWN, "ico")),
    (b"\x1aE\xdf\xa3", _ebml),
    (b"FLV\x01", (Kind.VIDEO, "flv")),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", (Kind.VIDEO, "asf")),
    (b"\0\0\1\xba", (Kind.VIDEO, "mpeg")),
    (b"ID3", _id3),
    (b"fLaC", (Kind.AUDIO, "flac")),
    (b"OggS", _ogg),
    (b"FORM", _iff),
    (b"#!AMR", (Kind.AUDIO, "amr")),
    (b"#!SILK_V3", (Kind.AUDIO, "silk")),
    (b"\x02#!SILK_V3", (Kind.AUDIO, "silk")),
    (b"%PDF-", (Kind.DOCUMENT, "pdf")),
    (b"{\\rtf", (Kind.DOCUMENT, "rtf")),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _ole),
    (b"PK\x03\x04", zip_family),
    (b"PK\x05\x06", (Kind.ARCHIVE, "zip")),
    (b"PK\x07\x08", zip_family),
    (b"\x1f\x8b", _gzip),
    (b"BZh", _bzip2),
    (b"\xfd7zXZ\0", (Kind.ARCHIVE, "xz")),
    (b"\x5d\0\0", _lzma_alone),
    (b"\x28\xb5\x2f\xfd", (Kind.ARCHIVE, "zstd")),
    (b"\x04\x22\x4d\x18", (Kind.ARCHIVE, "lz4")),
    (b"7z\xbc\xaf\x27\x1c", (Kind.ARCHIVE, "7z")),
    (b"Rar!\x1a\x07", (Kind.ARCHIVE, "rar")),
    (b"MSCF\0\0\0\0", (Kind.ARCHIVE, "cab")),
    (b"\x93NUMPY", (Kind.MODEL, "npy")),
    (HDF5, (Kind.MODEL, "keras-h5")),
    (b"GGUF", (Kind.MODEL, "gguf")),
    (b"PAR1", (Kind.DATASET, "parquet")),
    (b"ARROW1\0\0", (Kind.UNKNOWN, "arrow")),
    (b"SQLite format 3\0", (Kind.UNKNOWN, "sqlite")),
    (b"\x7fELF", (Kind.UNKNOWN, "elf")),
    (b"MZ", _executable),
    (b"\xfe\xed\xfa\xce", (Kind.UNKNOWN, "mach-o")),
    (b"\xfe\xed\xfa\xcf", (Kind.UNKNOWN, "mach-o")),
    (b"\xce\xfa\xed\xfe", (Kind.UNKNOWN, "mach-o")),
    (b"\xcf\xfa\xed\xfe", (Kind.UNKNOWN, "mach-o")),
    (b"\xca\xfe\xba\xbe", _cafebabe),
    (b"dex\n03", (Kind.UNKNOWN, "dex")),
    (b"\0asm", (Kind.UNKNOWN, "wasm")),
    (b"!<arch>\n", (Kind.UNKNOWN, "ar")),
    (b"L\0\0\0\x01\x14\x02\0", (Kind.UNKNOWN, "lnk")),
    (b"\xd4\xc3\xb2\xa1", (Kind.UNKNOWN, "pcap")),
    (b"\x0a\x0d\x0d\x0a", (Kind.UNKNOWN, "pcapng")),
    (b"wOFF", (Kind.UNKNOWN, "woff")),
    (b"wOF2", (Kind.UNKNOWN, "woff")),
    (b"CWS", _binary("swf")),
    (b"AC10", _binary("dwg")),
    (b"\x78", _zlib),
    (b"\x08", _zlib),
    (b"\x18", _zlib),
    (b"\x28", _zlib),
    (b"\x38", _zlib),
    (b"\x48", _zlib),
    (b"\x58", _zlib),
    (b"\x68", _zlib),
    (b"\xff", _mpeg_audio),
)


def _by_first_byte() -> dict[int, tuple[tuple[bytes, Found | Look], ...]]:
    rows: dict[int, tuple[tuple[bytes, Found | Look], ...]] = {}
    for magic, found in _MAGIC:
        rows[magic[0]] = (*rows.get(magic[0], ()), (magic, found))
    return rows


_ROWS = _by_first_byte()


def by_magic(view: memoryview) -> Found | None:
    """The format that the first bytes name, looked into where a family shares them."""
    if len(view) < 4:
        return None
    head = bytes(view[:16])
    for magic, found in _ROWS.get(head[0], ()):
        if head.startswith(magic):
            answer = found(view) if callable(found) else found
            if answer is not None:
                return answer
    return None


def tar(view: memoryview) -> Found | None:
    """POSIX or old tar: the header's checksum holds, or `ustar` stands in a damaged one."""
    if len(view) < 512:
        return None
    header = bytes(view[:512])
    if header[257:262] == b"ustar":
        return Kind.ARCHIVE, "tar"
    field = header[148:156].strip(b" \0")
    if not field or field.strip(b"01234567") or header[0] == 0:
        return None
    total = sum(header) - sum(header[148:156]) + 8 * 0x20
    return (Kind.ARCHIVE, "tar") if int(field, 8) == total else None


def safetensors(view: memoryview, expected: bool) -> Found | None:
    """A little-endian length and a JSON header; the length may be a lie."""
    if len(view) < 10 or view[8] != 0x7B:
        return None
    length = int.from_bytes(view[:8], "little")
    after = bytes(view[9:64]).lstrip()[:1]
    if after in (b'"', b"}") and (expected or length < 1 << 40):
        return Kind.MODEL, "safetensors"
    return None


def hdf5_behind_user_block(view: memoryview) -> Found | None:
    """The HDF5 signature may stand at 512, 1024, 2048 … (HDF5 file format, II.A)."""
    offset = 512
    while offset + 8 <= min(len(view), 1 << 20):
        if bytes(view[offset : offset + 8]) == HDF5:
            return Kind.MODEL, "keras-h5"
        offset *= 2
    return None


def at_offset(view: memoryview) -> Found | None:
    """Formats whose signature does not stand at the beginning."""
    found = boxes(view) or tar(view) or hdf5_behind_user_block(view)
    if found:
        return found
    if len(view) > 8 and bytes(view[4:8]) == b"TFL3":
        return Kind.MODEL, "tflite"
    if len(view) > 32_774 and bytes(view[32_769:32_774]) == b"CD001":
        return Kind.UNKNOWN, "iso9660"
    if len(view) > 376 and view[0] == view[188] == view[376] == 0x47:
        return Kind.VIDEO, "mpeg-ts"
    return None
