"""Check found labels against the standard: problems with their clauses, and a verdict."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from mingjian.detect.label.facts import state
from mingjian.detect.label.label import FIELDS, REQUIRED, FoundLabel
from mingjian.detect.label.provider_code import looks_like_code, provider_code
from mingjian.detect.label.security import Security
from mingjian.domain.message import Message

Gravity = Literal["undecided", "fail", "note"]
Verdict = Literal["conformant", "non-conformant", "inconclusive", "none"]

VERDICTS: dict[Verdict, Message] = {
    "conformant": Message("符合", "conformant"),
    "non-conformant": Message("不符合", "not conformant"),
    "inconclusive": Message("无法判定", "inconclusive"),
    "none": Message("未发现标识", "no label found"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing the rules do not allow, or that keeps us from deciding."""

    code: str
    """Stable: malformed, wiped, duplicate, label-value, required, charset, unknown-field,
    repeated-field, untyped, code-shape, code-check, signature, propagator."""
    gravity: Gravity
    clause: str
    """Key into `spec.json`."""
    message: Message
    start: int
    end: int


def problems(found: FoundLabel) -> tuple[Problem, ...]:
    """What is wrong with one label by itself."""
    if found.defect is not None:
        at = found.defect.offset
        return (
            Problem(
                code="malformed",
                gravity="undecided",
                clause="root",
                message=found.defect.message,
                start=at,
                end=max(at + 1, at),
            ),
        )
    if found.empty:
        message = Message(
            "标识的关键字还在，内容是空的，像是被清除过",
            "the label's keyword is there and its content is empty, as if it had been wiped",
        )
        return (_problem(found, "wiped", "undecided", "removal", message),)
    return tuple(_fields(found))


def _problem(
    found: FoundLabel, code: str, gravity: Gravity, clause: str, message: Message
) -> Problem:
    return Problem(
        code=code,
        gravity=gravity,
        clause=clause,
        message=message,
        start=found.start,
        end=found.end,
    )


def _fields(found: FoundLabel) -> Iterator[Problem]:
    names = [name for name, _ in found.pairs]
    values = found.fields
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            message = Message(f"字段 {name} 重复出现", f"field {name} occurs more than once")
            yield _problem(found, "repeated-field", "fail", "root", message)
        if name not in FIELDS:
            message = Message(
                f"出现标准之外的字段 {name[:40]}",
                f"field {name[:40]} is not one of the standard's",
            )
            yield _problem(found, "unknown-field", "fail", "unknown-field", message)
    for name in REQUIRED:
        if not values.get(name):
            message = Message(f"缺少必填字段 {name}", f"required field {name} is missing or empty")
            yield _problem(found, "required", "fail", "required", message)
    stated = values.get("Label", "")
    if stated and state(stated) is None:
        message = Message(
            f"Label 的值为“{stated[:40]}”，应为 1、2 或 3",
            f"Label is “{stated[:40]}”; it must be 1, 2 or 3",
        )
        yield _problem(found, "label-value", "fail", "label", message)
    for name in found.untyped:
        if name in FIELDS and values[name]:
            message = Message(
                f"字段 {name} 的值不是字符串（从宽处理）",
                f"the value of field {name} is not a string (accepted)",
            )
            yield _problem(found, "untyped", "note", "root", message)
    yield from _values(found)


def _values(found: FoundLabel) -> Iterator[Problem]:
    for name, value in found.pairs:
        if name not in FIELDS:
            continue
        bad = next((char for char in value if not "\x21" <= char <= "\x7e"), None)
        if bad is not None:
            kind_zh, kind_en = (
                ("空格", "a space") if bad == " " else ("非 ASCII 字符", "a character")
            )
            message = Message(
                f"字段 {name} 含有{kind_zh}，只允许 0x21–0x7E 的字符",
                f"field {name} contains {kind_en} outside 0x21–0x7E",
            )
            yield _problem(found, "charset", "fail", "charset", message)
        if name not in ("ContentProducer", "ContentPropagator"):
            continue
        code = provider_code(value)
        for fault in code.faults() if code else ():
            message = Message(f"{name} 的编码：{fault.zh}", f"code in {name}: {fault.en}")
            clause = "uscc" if "校验码" in fault.zh else "code"
            yield _problem(found, "code-check", "fail", clause, message)
        if looks_like_code(value):
            message = Message(
                f"{name} 像是服务提供者编码，但长度或字符不对（{len(value)} 位，应为 27 位）",
                f"{name} looks like a provider code, but its length or letters are wrong "
                f"({len(value)} characters, not 27)",
            )
            yield _problem(found, "code-shape", "fail", "code", message)
    values = found.fields
    if values.get("Label") in ("2", "3") and not values.get("ContentPropagator"):
        message = Message(
            "Label 为 2 或 3 时由传播平台写入，但没有传播平台信息",
            "Label 2 or 3 is written by a propagating platform, but none is named",
        )
        yield _problem(found, "propagator", "note", "propagator", message)


def signature_problem(found: FoundLabel, security: Security) -> Problem | None:
    """The problem a failed signature is; every other state is none."""
    if security.state != "altered":
        return None
    message = Message(
        f"{security.field} 中的签名与标识内容不符：标识在签名后被改动，"
        "或签名的对象不是指南规定的内容",
        f"the label fails the signature in {security.field}: it was altered after signing, or "
        "the signer did not sign what the guide prescribes",
    )
    return _problem(found, "signature", "fail", "signature", message)


def duplicates(labels: tuple[FoundLabel, ...]) -> tuple[Problem, ...]:
    """More than one label in a file, identical ones included, is not allowed."""
    if len(labels) < 2:
        return ()
    same = len({label.pairs for label in labels}) == 1
    how_zh, how_en = ("内容相同", "with the same content") if same else ("内容不同", "that differ")
    message = Message(
        f"文件含有 {len(labels)} 个隐式标识（{how_zh}），只允许一个",
        f"the file holds {len(labels)} implicit labels {how_en}; only one is allowed",
    )
    return (_problem(labels[1], "duplicate", "fail", "one", message),)


def verdict(labels: tuple[FoundLabel, ...], found: tuple[Problem, ...]) -> Verdict:
    """What cannot be decided outweighs a failure, a failure outweighs conformity."""
    if not labels:
        return "none"
    if any(problem.gravity == "undecided" for problem in found):
        return "inconclusive"
    if any(problem.gravity == "fail" for problem in found):
        return "non-conformant"
    return "conformant"
