"""PDF: key ``/AIGC`` of the information dictionary (TC260-PG-20258A)."""

from __future__ import annotations

import io

from mingjian.detect.label.label import Label
from mingjian.detect.label.write.packet import remove
from mingjian.detect.label.write.splice import CannotWrite


def write(data: bytes, label: Label) -> bytes:
    """The document, rewritten, with the label in its information dictionary."""
    import pikepdf

    out = io.BytesIO()
    try:
        with pikepdf.open(io.BytesIO(data)) as document:
            _refuse_protected(document)
            document.docinfo["/AIGC"] = pikepdf.String(label.as_json())
            metadata = document.Root.get("/Metadata")
            if isinstance(metadata, pikepdf.Stream):
                packet = metadata.read_bytes()
                if b"AIGC" in packet:
                    metadata.write(remove(packet))
            # Plain objects: other readers find the key without unpacking streams.
            document.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    except pikepdf.PasswordError as error:
        raise CannotWrite("PDF 已加密", "the PDF is encrypted") from error
    except (pikepdf.PdfError, ValueError, TypeError, RuntimeError) as error:
        raise CannotWrite("PDF 打不开或已损坏", "the PDF does not open or is damaged") from error
    return out.getvalue()


def _refuse_protected(document: object) -> None:
    import pikepdf

    assert isinstance(document, pikepdf.Pdf)
    if document.is_encrypted:
        raise CannotWrite("PDF 已加密", "the PDF is encrypted")
    form = document.Root.get("/AcroForm")
    flags = form.get("/SigFlags", 0) if isinstance(form, pikepdf.Dictionary) else 0
    if int(flags) & 1 or "/Perms" in document.Root:
        raise CannotWrite(
            "PDF 带有数字签名，写入会使签名失效",
            "the PDF is digitally signed; writing would break the signature",
        )
