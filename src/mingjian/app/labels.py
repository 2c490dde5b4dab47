"""`mingjian label`: read, write and verify AIGC labels; parsing happens in the sandboxed child."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from mingjian.app.child import ask
from mingjian.app.errors import UsageError
from mingjian.app.settings import Settings
from mingjian.domain.message import Message
from mingjian.domain.record import Json
from mingjian.intake.content import BytesContent, FileContent
from mingjian.intake.identify import identify

FUNCTION = "mingjian.app.labels:in_child"
WRITE_LIMIT = 40 << 20
"""A written file comes back through the pipe, so larger ones are refused."""


def in_child(request: Mapping[str, object], step: Callable[[str], None]) -> Json:
    """The chunk function: `act` is read, write or compare."""
    from mingjian.detect.label.report import (
        CannotWrite,
        Label,
        label_report,
        write_label,
    )

    path = Path(str(request["path"]))
    content = FileContent(path)
    identity = identify(content, path.name, None)
    act = request["act"]
    if act == "read":
        return {"report": label_report(content, identity.format)}
    if act == "compare":
        return _compare(content, identity.format, Path(str(request["original"])))
    expected: Any = request["label"]
    label = Label.from_dict(expected)
    try:
        written = write_label(bytes(content.view()), identity.format, label)
    except CannotWrite as refusal:
        return {"refused": refusal.reason.as_json()}
    report = label_report(BytesContent(written), identity.format)
    return {"data": base64.b64encode(written).decode(), "report": report}


def _compare(content: FileContent, format_name: str, original: Path) -> Json:
    """Differences from the one label in `original`; `labels` says how many it has."""
    from mingjian.detect.label.report import Label, read_labels, verify_label

    taken_in = FileContent(original)
    found = read_labels(taken_in, identify(taken_in, original.name, None).format)
    whole = [label for label in found if label.defect is None]
    if len(whole) != 1:
        return {"labels": len(whole)}
    differences = verify_label(content, format_name, Label.from_dict(whole[0].fields))
    listed = [{"field": item.field, "what": item.message.as_json()} for item in differences]
    return {"labels": 1, "differences": listed}


def _existing(path: Path) -> str:
    if not path.is_file():
        raise UsageError(Message(f"没有这个文件：{path}", f"no such file: {path}"))
    return str(path.absolute())


def read(path: Path, settings: Settings) -> Json:
    """All labels in a file with the verdict (`detect.label.report.label_report`)."""
    report: Any = ask(FUNCTION, {"act": "read", "path": _existing(path)}, settings)["report"]
    return dict(report)


def write(path: Path, out: Path, label: Mapping[str, str], settings: Settings) -> Json:
    """Write a copy of `path` with `label` to `out`, read back; the report of what was written."""
    source = _existing(path)
    if path.stat().st_size > WRITE_LIMIT:
        size = WRITE_LIMIT >> 20
        raise UsageError(
            Message(f"文件超过 {size} MiB，无法写入标识", f"files over {size} MiB are not written")
        )
    if out.exists() and out.samefile(path):
        raise UsageError(
            Message("不覆盖原文件", "the original is not overwritten"),
            Message("请给出另一个输出文件名", "give another name for the output"),
        )
    answer: Any = ask(FUNCTION, {"act": "write", "path": source, "label": dict(label)}, settings)
    if "refused" in answer:
        refused = answer["refused"]
        raise UsageError(Message(refused["zh"], refused["en"]))
    out.write_bytes(base64.b64decode(answer["data"]))
    return dict(answer["report"])


def compare(path: Path, original: Path, settings: Settings) -> list[Json]:
    """How the label in `path` differs from that of `original`; empty when it is the same."""
    request: Json = {
        "act": "compare",
        "path": _existing(path),
        "original": _existing(original),
    }
    answer: Any = ask(FUNCTION, request, settings)
    if answer["labels"] != 1:
        count = answer["labels"]
        raise UsageError(
            Message(
                f"{original} 中可读的标识有 {count} 个，无法作为比对依据",
                f"{original} holds {count} readable labels and cannot be compared against",
            )
        )
    return list(answer["differences"])
