"""From a mail through its attachments to the address inside a picture, by way of `take_in`."""

from __future__ import annotations

import io
import zipfile
from email.message import EmailMessage

import zxingcpp
from PIL import Image

from mingjian.domain.evidence import EvidenceKind
from mingjian.intake.content import BytesContent
from mingjian.intake.limits import Limits
from mingjian.intake.take_in import TakenIn, take_in


def picture() -> bytes:
    import numpy as np

    code = zxingcpp.create_barcode("https://evil.cn/pay", zxingcpp.BarcodeFormat.QRCode)
    out = io.BytesIO()
    Image.fromarray(np.array(zxingcpp.write_barcode_to_image(code, scale=5))).save(out, "PNG")
    return out.getvalue()


def document() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "word/document.xml", "<w:document><w:p><w:t>扫码领取</w:t></w:p></w:document>"
        )
        archive.writestr("word/media/image1.png", picture())
    return out.getvalue()


def taken(data: bytes, path: str, declared: EvidenceKind | None = None) -> list[TakenIn]:
    return take_in(BytesContent(data), path, Limits(), declared)


def test_address_in_a_picture_in_a_document_in_a_mail() -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@b.cn", "c@d.cn", "补贴"
    message.set_content("请看附件 http://a.cn/1")
    message.add_alternative("<p>请看<a href='http://b.cn/2'>附件</a></p>", subtype="html")
    message.add_attachment(document(), "application", "octet-stream", filename="补贴.docx")
    found = taken(message.as_bytes(), "mail.eml")
    shape = [(item.evidence.path, item.evidence.kind.value, item.evidence.format) for item in found]
    assert shape == [
        ("mail.eml", "mail", "rfc5322"),
        ("mail.eml/body 1.1.1.txt", "message", "plain-text"),
        ("mail.eml/body 1.1.1.txt/link 1", "link", "url"),
        ("mail.eml/body 1.1.2.html", "html", "html"),
        ("mail.eml/body 1.1.2.html/visible-text.txt", "text", "plain-text"),
        ("mail.eml/body 1.1.2.html/link 1", "link", "url"),
        ("mail.eml/补贴.docx", "document", "docx"),
        ("mail.eml/补贴.docx/document.txt", "text", "plain-text"),
        ("mail.eml/补贴.docx/image1.png", "image", "png"),
        ("mail.eml/补贴.docx/image1.png/code 1", "link", "url"),
    ]
    assert found[-1].evidence.text == "https://evil.cn/pay"
    assert not any(item.refusals for item in found)


def test_chat_export_stays_whole_with_its_links() -> None:
    text = "2024-05-01 12:30:11 张三\n看 http://a.cn/x\n\n2024-05-01 12:31:02 李四\n好的\n"
    chat, link = taken(text.encode("gb18030"), "聊天.txt")
    assert (chat.evidence.kind, chat.evidence.format) == (EvidenceKind.DIALOGUE, "wechat-text")
    assert chat.evidence.text == text
    assert link.evidence.text == "http://a.cn/x"


def test_bare_body_of_a_record() -> None:
    mail, body = taken("尊敬的客户，您好".encode(), "7", EvidenceKind.MAIL)
    assert mail.evidence.format == "bare-body"
    assert body.evidence.kind is EvidenceKind.MESSAGE
    assert body.evidence.attributes["headers"] == mail.evidence.attributes["headers"]


def test_mailbox_of_two_and_a_dataset() -> None:
    one = b"From a@b.cn Sat Jan  3 01:05:34 1996\nFrom: a@b.cn\nSubject: x\n\nhello\n\n"
    kinds = [item.evidence.kind.value for item in taken(one * 2, "box")]
    assert kinds == ["mail", "mail", "message", "mail", "message"]
    (table,) = taken("编号,数值\n1,2\n3,4\n".encode("gb18030"), "x")
    assert (table.evidence.kind, table.evidence.format) == (EvidenceKind.DATASET, "csv")
