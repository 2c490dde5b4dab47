"""The files of the demo docket: pictures, models, archives, documents. All made here."""

from __future__ import annotations

import datetime as dt
import email.message
import email.policy
import io
import json
import pickle
import zipfile

import c2pa
import numpy as np
import zxingcpp
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from docket_texts import MAIL_BODY, MAIL_HTML
from PIL import Image, PngImagePlugin

SEED = 45438
_DATE = (2026, 9, 12, 21, 0, 0)

# ---- pictures ------------------------------------------------------------------------------


def _picture(seed: int, size: int = 192) -> Image.Image:
    """Soft coloured waves: a picture of nothing."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:size, 0:size] / size
    layers = [
        np.sin(6.28 * (x * a + y * b + c)) * 0.5 + 0.5 for a, b, c in rng.uniform(0, 3, size=(3, 3))
    ]
    return Image.fromarray((np.stack(layers, axis=-1) * 255).astype(np.uint8), "RGB")


def _jpeg(seed: int, **options: object) -> bytes:
    out = io.BytesIO()
    _picture(seed).save(out, "JPEG", quality=85, **options)
    return out.getvalue()


def _png(image: Image.Image, texts: dict[str, str]) -> bytes:
    info = PngImagePlugin.PngInfo()
    for key, value in texts.items():
        if key == "XML:com.adobe.xmp":
            info.add_itxt(key, value)
        else:
            info.add_text(key, value)
    out = io.BytesIO()
    image.save(out, "PNG", pnginfo=info)
    return out.getvalue()


def _check(body: str, alphabet: str, modulus: int, weights: list[int], minus: int) -> int:
    total = sum(alphabet.index(c) * w for c, w in zip(body, weights, strict=True))
    return (minus - total % modulus) % modulus


def provider_code() -> str:
    """A provider code (TC260-PG-20252A) over an invented social credit code.

    Region 990000 does not exist, so no entity holds it; both check digits are right
    (GB 11714 for the body, GB 32100 for the whole).
    """
    letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    subject = "DEMX0001"
    digit = _check(subject, letters, 11, [3, 7, 9, 10, 5, 8, 4, 2], 11)
    body = "91990000" + subject + ("X" if digit == 10 else str(digit))
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    weights = [pow(3, power, 31) for power in range(17)]
    return "0011" + body + alphabet[_check(body, alphabet, 31, weights, 31)] + "10001"


def _label_xmp(label: str) -> str:
    quoted = label.replace("&", "&amp;").replace("<", "&lt;")
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/">'
        f"<TC260:AIGC>{quoted}</TC260:AIGC></rdf:Description></rdf:RDF></x:xmpmeta>"
        '<?xpacket end="w"?>'
    )


def labelled_png() -> bytes:
    """A picture with a label as GB 45438-2025 wants it."""
    label = {
        "Label": "1",
        "ContentProducer": provider_code(),
        "ProduceID": "MJDEMO202609120001",
        "ReservedCode1": "",
        "ContentPropagator": "",
        "PropagateID": "",
        "ReservedCode2": "",
    }
    text = json.dumps({"AIGC": label}, separators=(",", ":"))
    return _png(_picture(1), {"XML:com.adobe.xmp": _label_xmp(text)})


def malformed_jpeg() -> bytes:
    """A label with an unknown value, a name in Chinese instead of a code, and no ProduceID."""
    text = '{"AIGC":{"Label":"9","ContentProducer":"演示服务商"}}'
    return _jpeg(2, xmp=_label_xmp(text).encode())


def comfyui_png() -> bytes:
    """A picture with the settings ComfyUI writes."""
    nodes = {
        "3": {"class_type": "KSampler", "inputs": {"seed": 20260912, "steps": 20}},
        "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "demo.safetensors"}},
        "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a quiet lake at dawn"}},
    }
    workflow = {"last_node_id": 6, "last_link_id": 9, "nodes": [], "links": []}
    texts = {"prompt": json.dumps(nodes), "workflow": json.dumps(workflow)}
    return _png(_picture(3), texts)


def qr_png() -> bytes:
    barcode = zxingcpp.create_barcode(
        "https://pay-verify.test/q/MJ-DEMO", zxingcpp.BarcodeFormat.QRCode
    )
    return _png(Image.fromarray(np.array(barcode.to_image(scale=6))).convert("L"), {})


def truncated_jpeg() -> bytes:
    whole = _jpeg(5)
    return whole[: len(whole) // 2]


# ---- C2PA ------------------------------------------------------------------------------------


def _certificate(
    subject: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Certificate | None,
    issuer_key: ec.EllipticCurvePrivateKey,
) -> x509.Certificate:
    def name(common: str) -> x509.Name:
        return x509.Name(
            [
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Mingjian Demo (invented)"),
                x509.NameAttribute(NameOID.COMMON_NAME, common),
            ]
        )

    authority = issuer is None
    own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(issuer.subject if issuer else name(subject))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(dt.datetime(2025, 1, 1, tzinfo=dt.UTC))
        .not_valid_after(dt.datetime(2045, 1, 1, tzinfo=dt.UTC))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=not authority,
                key_cert_sign=authority,
                crl_sign=authority,
                content_commitment=False,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .add_extension(own, critical=False)
    )
    if issuer:
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
        above = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
        builder = builder.add_extension(usage, critical=False)
        builder = builder.add_extension(above, critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def c2pa_jpeg() -> tuple[bytes, bytes]:
    """A picture whose signed claim says that AI made it, and the certificate of its authority.

    Keys are made new each time and thrown away, so these two files differ from run to run.
    """
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = _certificate("Mingjian Demo Root", root_key, None, root_key)
    leaf = _certificate("Mingjian Demo Signer", key, root, root_key)
    root_pem, leaf_pem = (
        certificate.public_bytes(serialization.Encoding.PEM) for certificate in (root, leaf)
    )

    def sign(message: bytes) -> bytes:
        r, s = decode_dss_signature(key.sign(message, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    ai = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
    claim = {
        "claim_generator_info": [{"name": "Mingjian demo docket", "version": "1"}],
        "assertions": [
            {
                "label": "c2pa.actions",
                "data": {"actions": [{"action": "c2pa.created", "digitalSourceType": ai}]},
            }
        ],
    }
    settings = {"version": 1, "verify": {"verify_after_sign": False, "verify_trust": False}}
    out = io.BytesIO()
    chain = (leaf_pem + root_pem).decode()
    with (
        c2pa.Signer.from_callback(sign, c2pa.C2paSigningAlg.ES256, chain) as signer,
        c2pa.Builder(json.dumps(claim), context=c2pa.Context.from_dict(settings)) as builder,
    ):
        builder.sign(signer, "image/jpeg", io.BytesIO(_jpeg(4)), out)
    return out.getvalue(), root_pem


# ---- models, archives, documents ---------------------------------------------------------------


def calling_pickle() -> bytes:
    """Opcodes that would call os.system("echo mingjian-demo") if anybody loaded them.

    Written opcode by opcode; nothing here loads it, and what it would print is harmless.
    """
    command = b"echo mingjian-demo"
    return (
        b"\x80\x04"  # PROTO 4
        b"\x8c\x02os\x8c\x06system\x93"  # STACK_GLOBAL os.system
        b"\x8c" + bytes([len(command)]) + command + b"\x85R."  # TUPLE1, REDUCE, STOP
    )


def array_npy() -> bytes:
    out = io.BytesIO()
    np.save(out, np.random.default_rng(SEED).normal(size=(64, 32)).astype(np.float32))
    return out.getvalue()


def settings_pickle() -> bytes:
    return pickle.dumps({"layers": [64, 32, 8], "dropout": 0.1, "name": "demo"}, protocol=4)


def _zip(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in members.items():
            entry = zipfile.ZipInfo(name, _DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return out.getvalue()


def bomb_zip() -> bytes:
    """About 100 KB on disk, 96 MiB of zeros unpacked."""
    return _zip({"zeros.bin": bytes(96 << 20)})


def parcel_mail() -> bytes:
    """A mail whose sender, link and attachment do not fit together."""
    mail = email.message.EmailMessage(email.policy.SMTP)
    mail["From"] = "Parcel Service <notice@post.example>"
    mail["Reply-To"] = "release@parcel-release.test"
    mail["To"] = "recipient@mail.example"
    mail["Subject"] = "URGENT: your parcel will be returned today"
    mail["Date"] = "Sat, 12 Sep 2026 21:04:00 +0800"
    mail["Message-ID"] = "<20260912.1@bulk.parcel-release.test>"
    mail["Received-SPF"] = "fail (192.0.2.66 is not permitted to send for post.example)"
    mail["Authentication-Results"] = "mx.mail.example; spf=fail; dkim=none; dmarc=fail"
    mail.set_content(MAIL_BODY)
    mail.add_alternative(MAIL_HTML, subtype="html")
    attachment = _zip({"clearance/weights.pkl": calling_pickle()})
    mail.add_attachment(attachment, "application", "zip", filename="customs-form.zip")
    for part in mail.walk():
        if part.is_multipart():
            part.set_boundary(f"mingjian-demo-{part.get_content_subtype()}")
    return mail.as_bytes()


def report_docx() -> bytes:
    """A small Word document with two paragraphs."""
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    office = "http://schemas.openxmlformats.org"
    paragraphs = "".join(
        f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"
        for text in ("演示文档：设备巡检记录", "九月十二日巡检正常，无需处理。")
    )
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    types = (
        f'{head}<Types xmlns="{office}/package/2006/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/word/document.xml" ContentType="application/'
        'vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    )
    relations = (
        f'{head}<Relationships xmlns="{office}/package/2006/relationships"><Relationship Id="r1" '
        f'Type="{office}/officeDocument/2006/relationships/officeDocument" '
        'Target="word/document.xml"/></Relationships>'
    )
    body = f'{head}<w:document xmlns:w="{word}"><w:body>{paragraphs}</w:body></w:document>'
    return _zip(
        {
            "[Content_Types].xml": types.encode(),
            "_rels/.rels": relations.encode(),
            "word/document.xml": body.encode(),
        }
    )


def statement_pdf() -> bytes:
    """One page, one sentence, written object by object."""
    stream = (
        b"BT /F1 14 Tf 72 760 Td (Demo statement: inspection of 12 September, no faults.) Tj ET"
    )
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, item in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, item)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(objects) + 1)
    return bytes(out) + b"startxref\n%d\n%%%%EOF\n" % table
