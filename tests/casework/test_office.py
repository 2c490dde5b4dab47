"""What LibreOffice makes of the documents: Chinese intact, nothing cut off at the margin."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from tests.casework.test_document import DOCUMENT

from mingjian.casework.document.blocks import Grid, Heading, Paragraph
from mingjian.casework.document.docx import docx
from mingjian.casework.document.pdf import pdf
from mingjian.casework.drawing.fonts import chinese_font

OFFICE = shutil.which("soffice")
needs_office = pytest.mark.skipif(
    OFFICE is None,
    reason="no LibreOffice: apt-get install -y --no-install-recommends libreoffice-writer-nogui",
)
HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
WIDE = replace(
    DOCUMENT,
    blocks=(
        *DOCUMENT.blocks,
        Heading("附件　散列值"),
        Paragraph("下表各列都应完整。"),
        Grid(
            ("材料", "散列值", "说明", "末列"),
            tuple((f"件{n}" * 9, HASH * 2, "长词" + "x" * 90, f"末列第{n}行") for n in range(30)),
            (0.2, 0.4, 0.25, 0.15),
        ),
    ),
)


def converted(data: bytes, name: str, target: str, folder: Path) -> bytes:
    """A file opened by LibreOffice and saved as `target`."""
    assert OFFICE
    (folder / name).write_bytes(data)
    command = [OFFICE, f"-env:UserInstallation=file://{folder}/profile", "--headless"]
    command += ["--convert-to", target, "--outdir", "out", name]
    done = subprocess.run(command, cwd=folder, check=True, timeout=180, capture_output=True)
    made = folder / "out" / f"{Path(name).stem}.{target}"
    assert made.is_file(), done.stderr.decode()
    return made.read_bytes()


@needs_office
def test_docx_opens_with_chinese_intact_and_no_table_clipped(tmp_path: Path) -> None:
    import pypdfium2

    pages = pypdfium2.PdfDocument(converted(docx(WIDE), "报告.docx", "pdf", tmp_path))
    texts = [page.get_textpage().get_text_range() for page in pages]
    assert all("草稿" in text for text in texts)
    for number, text in enumerate(texts, 1):
        assert f"{number} / {len(texts)}" in text
    whole = re.sub(r"\s", "", "".join(texts))
    for words in ("检验报告<1>", "请把钱转到安全账户", "附件散列值", HASH, "x" * 90, "复核人"):
        assert words in whole
    for row in range(30):
        assert f"末列第{row}行" in whole
    for page in pages:
        grey = page.render(scale=1).to_pil().convert("L")
        dark = grey.point(lambda value: 255 if value < 200 else 0).getbbox()
        assert dark is not None
        assert dark[0] >= (20 - 3) / 25.4 * 72
        assert dark[2] <= (210 - 20 + 3) / 25.4 * 72


@needs_office
def test_pdf_opens_with_chinese_intact(tmp_path: Path) -> None:
    import pypdfium2

    assert OFFICE
    if not list(Path(OFFICE).resolve().parent.glob("*pdfimport*")):
        pytest.skip("LibreOffice has no PDF import: apt-get install libreoffice-draw-nogui")
    font = chinese_font()
    if font is None:
        pytest.skip("no Chinese font: apt-get install -y --no-install-recommends fonts-noto-cjk")
    pages = pypdfium2.PdfDocument(converted(pdf(DOCUMENT, font), "报告.pdf", "pdf", tmp_path))
    assert len(pages) == len(pypdfium2.PdfDocument(pdf(DOCUMENT, font)))
    texts = [page.get_textpage().get_text_range() for page in pages]
    assert all("草稿" in text for text in texts)
    whole = re.sub(r"\s", "", "".join(texts))
    for words in ("检验报告", "钱转到安全账户", "材料材料材料", "复核人"):
        assert words in whole
