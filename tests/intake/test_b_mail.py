"""Mail: bodies, attachments, encoded names, broken MIME, mailboxes, hostile nesting."""

from __future__ import annotations

import base64
from email.message import EmailMessage

from hypothesis import example, given
from hypothesis import strategies as st

from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.intake.limits import Limits
from mingjian.intake.unpack import mail, mailbox
from mingjian.intake.unpack.mime import decoded_words, from_base64, parameters
from mingjian.testing.unpacking import data_of, evidence, steps, unpacked


def mail_of(data: bytes, format: str = "rfc5322") -> Evidence:
    return evidence(data, EvidenceKind.MAIL, format)


def test_bodies_attachment_inline_image_and_enclosed_message() -> None:
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "x@y.cn", "inner"
    inner.set_content("inner words")
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@b.cn", "c@d.cn", "发票通知"
    message.set_content("你好\n")
    message.add_alternative("<p>你好</p>", subtype="html")
    message.get_payload()[1].add_related(b"\x89PNG...", "image", "png", cid="<pic>")
    message.add_attachment(b"%PDF-1.7", "application", "pdf", filename="发票.pdf")
    message.add_attachment(inner)
    parts, refusals = unpacked(mail.unpack, mail_of(message.as_bytes()))
    assert not refusals
    assert [part.derivation.step for part in parts] == [
        "body", "body", "inline-image", "attachment", "message",
    ]  # fmt: skip
    assert data_of(parts[0]).decode().strip() == "你好"
    assert parts[0].declared is EvidenceKind.MESSAGE
    assert parts[1].declared is EvidenceKind.HTML
    assert parts[0].attributes["subject"] == "发票通知"
    assert parts[0].attributes["headers"] == "present"
    assert parts[3].name == "发票.pdf"
    assert data_of(parts[3]) == b"%PDF-1.7"
    assert parts[4].declared is EvidenceKind.MAIL
    assert b"inner words" in data_of(parts[4])


def test_gbk_subject_and_body() -> None:
    subject = base64.b64encode("工商银行通知".encode("gbk")).decode()
    data = (
        f"From: =?gb2312?B?{base64.b64encode('行长'.encode('gbk')).decode()}?= <a@b.cn>\r\n"
        f"Subject: =?gb2312?B?{subject}?=\r\n"
        "Content-Type: text/plain; charset=gb2312\r\n\r\n"
    ).encode() + "您的账户异常，请登录".encode("gbk")
    (body,), _ = unpacked(mail.unpack, mail_of(data))
    assert body.attributes["subject"] == "工商银行通知"
    assert body.attributes["from"] == "行长 <a@b.cn>"
    assert data_of(body).decode() == "您的账户异常，请登录"


def test_raw_gbk_header_without_encoding() -> None:
    data = b"From: a@b.cn\nSubject: " + "银行账户异常通知请处理".encode("gbk") + b"\n\nx"
    (body,), _ = unpacked(mail.unpack, mail_of(data))
    assert body.attributes["subject"] == "银行账户异常通知请处理"


def test_wrong_charset_is_read_from_the_bytes_and_noted() -> None:
    data = b"From: a@b.cn\nContent-Type: text/plain; charset=ascii7\n\n" + "你好，世界".encode()
    (body,), _ = unpacked(mail.unpack, mail_of(data))
    assert data_of(body).decode() == "你好，世界"
    assert body.notes


def test_character_cut_between_encoded_words() -> None:
    raw = "中文".encode()
    one, two = base64.b64encode(raw[:2]).decode(), base64.b64encode(raw[2:]).decode()
    assert decoded_words(f"=?utf-8?B?{one}?=\r\n =?utf-8?B?{two}?=") == "中文"
    assert decoded_words("a =?utf-8?Q?b=20c?= d") == "a b c d"
    assert decoded_words("=?nonsense?B?5Lit?=") == "中"


def test_names_in_pieces() -> None:
    value = "attachment; filename*0*=utf-8''%E5%8F%91; filename*1*=%E7%A5%A8; filename*2=.pdf"
    assert parameters(value) == ("attachment", {"filename": "发票.pdf"})
    assert parameters('x; name="a\\"b;c.txt"; n=1')[1] == {"name": 'a"b;c.txt', "n": "1"}


def test_base64_with_junk() -> None:
    assert from_base64(b"aGVs!\r\n bG8=\n--junk") == b"hello" + base64.b64decode(b"junk")
    assert from_base64(b"aGVsbG8=aGVsbG8=") == b"hellohello"
    assert from_base64(b"a") == b""


def test_missing_boundary_is_guessed_or_read_as_text() -> None:
    guessed = (
        b"From: a@b.cn\nContent-Type: multipart/mixed\n\n--xx\nContent-Type: text/plain\n\none\n"
        b"--xx\nContent-Type: text/plain\n\ntwo\n"
    )
    parts, _ = unpacked(mail.unpack, mail_of(guessed))
    assert [data_of(part).strip() for part in parts] == [b"one", b"two"]
    lost = b"From: a@b.cn\nContent-Type: multipart/mixed; boundary=q\n\njust words"
    (body,), _ = unpacked(mail.unpack, mail_of(lost))
    assert data_of(body) == b"just words"
    assert body.notes


def test_truncated_mail_gives_what_is_there() -> None:
    message = EmailMessage()
    message["From"] = "a@b.cn"
    message.set_content("words")
    message.add_attachment(b"A" * 3000, "application", "zip", filename="a.zip")
    data = message.as_bytes()
    parts, _ = unpacked(mail.unpack, mail_of(data[: len(data) // 2]))
    assert steps(parts)[1] == ("attachment", "a.zip")
    assert set(data_of(parts[1])) == {ord("A")}


def test_thousand_levels_of_multipart_end_in_a_refusal() -> None:
    data = b"From: a@b.cn\n" + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (level, level)
        for level in range(1000)
    )
    parts, refusals = unpacked(mail.unpack, mail_of(data))
    assert len(parts) + len(refusals) == 1
    assert "20" in refusals[0].why.en


def test_header_bomb_is_cut_and_said() -> None:
    data = b"From: a@b.cn\n" + b"X: " + b"y" * (2 << 20) + b"\n\nbody"
    _, refusals = unpacked(mail.unpack, mail_of(data))
    assert refusals[0].what == "header"


def test_many_parts_meet_the_member_limit() -> None:
    data = b"From: a\nContent-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 500
    parts, refusals = unpacked(mail.unpack, mail_of(data), Limits(members=100))
    assert len(parts) == 100
    assert refusals


def test_bare_body_says_that_headers_are_absent() -> None:
    (body,), _ = unpacked(mail.unpack, mail_of("尊敬的客户".encode(), "bare-body"))
    assert body.attributes["headers"] == "none"
    assert "subject" not in body.attributes
    (page,), _ = unpacked(mail.unpack, mail_of(b"<html><p>x</p></html>", "bare-body"))
    assert page.declared is EvidenceKind.HTML


def test_mailbox_messages_are_byte_exact() -> None:
    one = b"From: a@b.cn\nSubject: 1\n\nwords\n>From here\nFrom there, not a message\n"
    two = b"From: c@d.cn\nSubject: 2\n\nmore\n"
    line = b"From a@b.cn Sat Jan  3 01:05:34 1996\n"
    parts, refusals = unpacked(mailbox.unpack, mail_of(line + one + b"\n" + line + two, "mbox"))
    assert [data_of(part) for part in parts] == [one + b"\n", two]
    assert not refusals
    windows = (line + one + b"\n" + line + two).replace(b"\n", b"\r\n")
    parts, _ = unpacked(mailbox.unpack, mail_of(windows, "mbox"))
    assert len(parts) == 2


@given(st.binary(max_size=400))
@example(b'Content-Type: multipart/x; boundary="\n\n--\n--\n')
def test_any_bytes_are_mail(data: bytes) -> None:
    prefix = b"Content-Type: multipart/mixed; boundary=b\nSubject: =?gbk?q?"
    for item in (data, prefix + data, b"Content-Transfer-Encoding: base64\n\n" + data):
        unpacked(mail.unpack, mail_of(item))
        unpacked(mail.unpack, mail_of(item, "bare-body"))
        unpacked(mailbox.unpack, mail_of(b"From x 1996\n" + item, "mbox"))
