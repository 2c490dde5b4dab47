"""A label altered by one byte is reported, wherever the byte stands, in every carrier."""

from __future__ import annotations

import pytest
from tests.detect.label.label_files import FILES, LABEL
from tests.detect.label.signing import signed_label

from mingjian.detect.label.report import label_report, read_labels, verify_label, write_label
from mingjian.intake.content import BytesContent


def altered(data: bytes, at: int, mask: int) -> bytes:
    return data[:at] + bytes([data[at] ^ mask]) + data[at + 1 :]


@pytest.mark.parametrize("mask", [0x01, 0x80])
@pytest.mark.parametrize("format", FILES)
def test_every_byte_of_the_label(format: str, mask: int) -> None:
    data = write_label(FILES[format](), format, LABEL)
    (found,) = read_labels(BytesContent(data), format)
    silent = []
    for at in range(found.start, found.end):
        content = BytesContent(altered(data, at, mask))
        different = bool(verify_label(content, format, LABEL))
        damaged = bool(label_report(content, format)["damage"])
        if not different and not damaged:
            silent.append(at - found.start)
    if format in ("docx", "xlsx", "pptx"):
        # The last bits of compressed data are padding: what is unpacked has not changed.
        same = [
            read_labels(BytesContent(altered(data, n + found.start, mask)), format) for n in silent
        ]
        assert [entry[0].text for entry in same] == [found.text] * len(silent)
        assert len(silent) <= 1
        silent = []
    # Whitespace between the lines of front matter, and the indentation, carry no content.
    if format == "markdown":
        text = data[found.start : found.end]
        silent = [at for at in silent if text[at : at + 1].strip()]
    assert silent == []


def test_every_byte_of_a_signed_label() -> None:
    """Without the original at hand, every change of what is signed is still reported."""
    label = signed_label()
    data = write_label(FILES["wav"](), "wav", label)
    (found,) = read_labels(BytesContent(data), "wav")
    whole = label_report(BytesContent(data), "wav")
    assert whole["verdict"] == "conformant"
    end = found.start + found.text.index('"ContentPropagator"')
    silent = []
    for at in range(found.start, end):
        report = label_report(BytesContent(altered(data, at, 0x02)), "wav")
        labels = report["labels"]
        states = [s["state"] for s in labels[0]["signatures"]] if labels else []  # type: ignore[index]
        # A changed name inside the security data leaves a signature we can no longer check.
        if report["verdict"] == "conformant" and states[:1] == ["valid"]:
            silent.append(found.text[at - found.start - 12 : at - found.start + 3])
    assert silent == []
