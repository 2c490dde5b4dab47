"""Pictures: codes, thumbnails, bombs; SVG words and links."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.intake.limits import Limits
from mingjian.intake.unpack import image, svg
from mingjian.testing.unpacking import data_of, evidence, unpacked


def item(data: bytes, format: str) -> Evidence:
    return evidence(data, EvidenceKind.IMAGE, format)


def saved(picture: Image.Image, format: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, format, **options)
    return out.getvalue()


def code(text: str) -> Image.Image:
    import numpy as np
    import zxingcpp

    made = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    pixels = np.array(zxingcpp.write_barcode_to_image(made, scale=6))
    return Image.fromarray(pixels).convert("RGB")


@pytest.mark.parametrize(
    ("format", "pillow"),
    [("png", "PNG"), ("jpeg", "JPEG"), ("webp", "WEBP"), ("gif", "GIF"), ("tiff", "TIFF"),
     ("bmp", "BMP"), ("avif", "AVIF"), ("heif", "HEIF"), ("jp2", "JPEG2000")],
)  # fmt: skip
def test_code_in_each_format(format: str, pillow: str) -> None:
    if pillow == "HEIF":
        import pillow_heif

        pillow_heif.register_heif_opener()
    data = saved(code("https://evil.cn/领取"), pillow)
    (part,), refusals = unpacked(image.unpack, item(data, format))
    assert data_of(part).decode() == "https://evil.cn/领取"
    assert part.derivation.step == "qr-payload"
    assert not refusals


def test_payload_is_a_link_or_words() -> None:
    (link,), _ = unpacked(image.unpack, item(saved(code("https://a.cn/x"), "PNG"), "png"))
    assert link.declared is EvidenceKind.LINK
    (words,), _ = unpacked(image.unpack, item(saved(code("你好 朋友"), "PNG"), "png"))
    assert words.declared is EvidenceKind.TEXT


def test_code_on_a_transparent_ground_and_in_a_large_picture() -> None:
    picture = code("http://a.cn").convert("L")
    clear = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    clear.paste((0, 0, 0, 255), mask=picture.point(lambda value: 255 - value))
    (part,), _ = unpacked(image.unpack, item(saved(clear, "PNG"), "png"))
    assert data_of(part) == b"http://a.cn"
    large = Image.new("L", (7000, 4000), 255)
    large.paste(picture.resize((900, 900)), (3000, 1500))
    (part,), _ = unpacked(image.unpack, item(saved(large, "PNG"), "png"))
    assert data_of(part) == b"http://a.cn"


def test_first_frame_of_an_animation() -> None:
    first, second = code("http://one.cn"), code("http://two.cn")
    data = saved(first, "GIF", save_all=True, append_images=[second])
    (part,), _ = unpacked(image.unpack, item(data, "gif"))
    assert data_of(part) == b"http://one.cn"


def test_exif_thumbnail() -> None:
    small = saved(Image.new("RGB", (8, 8), "red"), "JPEG")
    entries = [(0x0103, 3, 1, 6), (0x0201, 4, 1, 0), (0x0202, 4, 1, len(small))]
    start = 8 + 2 + 4 + 2 + 12 * len(entries) + 4
    entries[1] = (0x0201, 4, 1, start)
    exif = b"II*\0\x08\0\0\0" + struct.pack("<HI", 0, 14)
    exif += struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *e) for e in entries)
    exif += struct.pack("<I", 0) + small
    data = saved(Image.new("RGB", (64, 64)), "JPEG", exif=b"Exif\0\0" + exif)
    (part,), _ = unpacked(image.unpack, item(data, "jpeg"))
    assert part.derivation.step == "thumbnail"
    assert data_of(part) == small


def png_bomb(width: int, height: int) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes((width // 8 + 1) * 100))
    parts = (chunk(b"IHDR", header), chunk(b"IDAT", rows), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@pytest.mark.parametrize("side", [50_000, 12_000])
def test_decompression_bomb_is_refused_unopened(side: int) -> None:
    parts, (refusal,) = unpacked(image.unpack, item(png_bomb(side, side), "png"))
    assert not parts
    assert "100" in refusal.why.en


def test_smaller_limit_and_truncation() -> None:
    data = saved(code("http://a.cn"), "PNG")
    _, refusals = unpacked(image.unpack, item(data, "png"), Limits(image_pixels=100))
    assert refusals
    _, refusals = unpacked(image.unpack, item(data[: len(data) // 2], "png"))
    assert refusals


SVG = """<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="x()">
<a href="http://evil.cn/x"><text>点此<tspan>领奖</tspan></text></a><style>a{}</style>
<image xlink:href="data:image/png;base64,aGVsbG8=" xmlns:xlink="q"/><script>http://no.cn</script>
<text>或访问 http://b.cn</text></svg>"""


def test_svg_words_links_and_data() -> None:
    parts, refusals = unpacked(svg.unpack, item(SVG.encode(), "svg"))
    assert data_of(parts[0]).decode() == "点此领奖\n或访问 http://b.cn"
    rest = [(part.derivation.step, data_of(part)) for part in parts[1:]]
    assert rest == [
        ("link", b"http://evil.cn/x"), ("inline-image", b"hello"), ("link", b"http://b.cn"),
    ]  # fmt: skip
    assert refusals[0].what == "script"


def test_svg_with_billion_laughs_is_refused() -> None:
    laughs = '<!DOCTYPE s [<!ENTITY a "ha">' + "".join(
        f'<!ENTITY a{n} "&a{n - 1 if n else ""};&a{n - 1 if n else ""};">' for n in range(30)
    )
    data = f"{laughs}]><svg><text>&a29;</text></svg>".encode()
    parts, (refusal,) = unpacked(svg.unpack, item(data, "svg"))
    assert not parts
    assert "entit" in refusal.why.en


def test_svg_with_a_plain_document_type_is_read() -> None:
    data = (
        b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://w.org/d"><svg><text>a</text></svg>'
    )
    parts, refusals = unpacked(svg.unpack, item(data, "svg"))
    assert [data_of(part) for part in parts] == [b"a"]
    assert not refusals


@settings(max_examples=50)
@given(st.binary(max_size=200), st.sampled_from(sorted(image._PILLOW_FORMATS)))
def test_any_bytes_are_refused_quietly(data: bytes, format: str) -> None:
    unpacked(image.unpack, item(data, format))


@settings(max_examples=60)
@given(st.data())
def test_damaged_pictures_raise_nothing_else(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(GOOD)))
    good = bytearray(GOOD[name])
    for _ in range(data.draw(st.integers(1, 8))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    unpacked(image.unpack, item(bytes(good), name))


GOOD = {
    "png": saved(Image.new("RGB", (40, 30), "red"), "PNG"),
    "jpeg": saved(Image.new("RGB", (40, 30), "red"), "JPEG"),
    "gif": saved(Image.new("P", (40, 30)), "GIF"),
    "webp": saved(Image.new("RGB", (40, 30), "red"), "WEBP"),
    "tiff": saved(Image.new("RGB", (40, 30), "red"), "TIFF"),
}


@given(st.binary(max_size=200))
def test_any_bytes_after_svg(data: bytes) -> None:
    unpacked(svg.unpack, item(b"<svg><text>" + data, "svg"))
