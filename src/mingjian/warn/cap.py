"""An alarm as a Common Alerting Protocol message, and the rules such a message must meet.

OASIS, "Common Alerting Protocol Version 1.2", 1 July 2010 (element names, order, allowed values).
A drill can never leave as Actual, and Actual needs the name of the person who releases it: what
Mingjian makes by itself is a Draft.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Literal
from xml.etree import ElementTree

from mingjian.domain.message import Message
from mingjian.warn.desk import Seen
from mingjian.warn.grades import Grade
from mingjian.warn.words import why_now

Status = Literal["Actual", "Exercise", "Draft"]
_SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}"
NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
SEVERITY: Mapping[Grade, str] = {
    "red": "Extreme",
    "orange": "Severe",
    "yellow": "Moderate",
    "blue": "Minor",
}
_ALERT = (
    "identifier", "sender", "sent", "status", "msgType", "source", "scope", "restriction",
    "addresses", "code", "note", "references", "incidents", "info",
)  # fmt: skip
_INFO = (
    "language", "category", "event", "responseType", "urgency", "severity", "certainty",
    "audience", "eventCode", "effective", "onset", "expires", "senderName", "headline",
    "description", "instruction", "web", "contact", "parameter", "resource", "area",
)  # fmt: skip
_PAIR = ("valueName", "value")
_RESOURCE = ("resourceDesc", "mimeType", "size", "uri", "derefUri", "digest")
_AREA = ("areaDesc", "polygon", "circle", "geocode", "altitude", "ceiling")
_CHILDREN: Mapping[str, tuple[str, ...]] = {
    "alert": _ALERT, "info": _INFO, "eventCode": _PAIR, "parameter": _PAIR, "geocode": _PAIR,
    "resource": _RESOURCE, "area": _AREA,
}  # fmt: skip
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "alert": ("identifier", "sender", "sent", "status", "msgType", "scope"),
    "info": ("category", "event", "urgency", "severity", "certainty"),
    "eventCode": _PAIR, "parameter": _PAIR, "geocode": _PAIR,
    "resource": ("resourceDesc", "mimeType"), "area": ("areaDesc",),
}  # fmt: skip
_MANY = {
    "alert": {"code", "info"},
    "info": {"category", "responseType", "eventCode", "parameter", "resource", "area"},
    "area": {"polygon", "circle", "geocode"},
}
_VALUES: Mapping[str, frozenset[str]] = {
    name: frozenset(words.split())
    for name, words in {
        "status": "Actual Exercise System Test Draft",
        "msgType": "Alert Update Cancel Ack Error",
        "scope": "Public Restricted Private",
        "category": "Geo Met Safety Security Rescue Fire Health Env Transport Infra CBRNE Other",
        "responseType": "Shelter Evacuate Prepare Execute Avoid Monitor Assess AllClear None",
        "urgency": "Immediate Expected Future Past Unknown",
        "severity": "Extreme Severe Moderate Minor Unknown",
        "certainty": "Observed Likely Possible Unlikely Unknown",
    }.items()
}
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d")
_NAME = re.compile(r"[^\s,<&]+")
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DRILL = Message("【演练】", "[EXERCISE] ")


class CapRefused(Exception):
    """The message must not be made; `why` says so."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.why = Message(zh, en)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """Who sends what kind of message when."""

    sender: str
    """Name of the desk, such as warn@desk.example.cn: no blank, comma, < or &."""
    sent: datetime
    """With its time zone."""
    status: Status = "Draft"
    exercise: str | None = None
    """Name of the drill it belongs to, if any."""
    released_by: str | None = None
    """The person who releases it; needed for Actual."""
    restriction: str = "TLP:AMBER"
    """Who may have it: alarms go to a restricted audience."""
    area: str = "—"
    """The area the counts come from, in words."""


def message(seen: Seen, sending: Sending) -> bytes:
    """The CAP message of a graded alarm, in Chinese and English. Raises `CapRefused`."""
    if sending.exercise is not None and sending.status != "Exercise":
        raise CapRefused(
            "演练中的预警只能以 Exercise 发出", "an alert of a drill leaves as Exercise only"
        )
    if sending.status == "Exercise" and not sending.exercise:
        raise CapRefused("演练要写明名称", "a drill needs its name")
    if sending.status == "Actual" and not sending.released_by:
        raise CapRefused("正式发布须由人署名", "a person releases an Actual alert by name")
    if sending.sent.utcoffset() is None or not _NAME.fullmatch(sending.sender):
        raise CapRefused("发送时间须带时区，发送者不含空格或逗号",
                         "the time has a zone, the sender no blank or comma")  # fmt: skip
    if seen.grade is None:
        raise CapRefused("没有等级的计数不是预警", "counts without a grade are no alert")
    sent = sending.sent.replace(microsecond=0).isoformat()
    one = seen.judged
    alert = ElementTree.Element("alert", {"xmlns": NAMESPACE})
    # A series' name may hold anything; an identifier may not.
    about = sha256(one.series.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    _put(alert, "identifier", f"mingjian-{about}-{one.at:%Y%m%d}-{sending.sent:%Y%m%dT%H%M%S}")
    _put(alert, "sender", sending.sender)
    _put(alert, "sent", sent)
    _put(alert, "status", sending.status)
    _put(alert, "msgType", "Alert")
    _put(alert, "scope", "Restricted")
    _put(alert, "restriction", sending.restriction)
    if sending.exercise:
        _put(alert, "note", f"演练 / EXERCISE: {sending.exercise}")
    _info(alert, seen, sending, sent, zh=True)
    _info(alert, seen, sending, sent, zh=False)
    body: bytes = ElementTree.tostring(alert, encoding="utf-8", xml_declaration=True)
    return body


def _put(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, name).text = _NOT_XML.sub("\ufffd", text)


def _info(alert: ElementTree.Element, seen: Seen, sending: Sending, sent: str, *, zh: bool) -> None:
    one, grade = seen.judged, seen.grade
    assert grade is not None
    language = "zh" if zh else "en"
    info = ElementTree.SubElement(alert, "info")
    _put(info, "language", "zh-CN" if zh else "en-US")
    _put(info, "category", "Security")
    _put(info, "event", "计数超出预期" if zh else "Counts above expectation")
    _put(info, "responseType", "Assess")
    _put(info, "urgency", "Unknown")
    _put(info, "severity", SEVERITY[grade.grade])
    _put(info, "certainty", "Likely" if seen.stands else "Possible")
    _put(info, "effective", sent)
    expires = sending.sent.replace(microsecond=0) + timedelta(days=7 if seen.weekly else 1)
    _put(info, "expires", expires.isoformat())
    word = grade.name.in_language("zh" if zh else "en")
    headline = f"{word}预警：{one.series}" if zh else f"{_capital(word)} alert: {one.series}"
    drill = (_DRILL.zh if zh else _DRILL.en) if sending.exercise else ""
    _put(info, "headline", drill + headline)
    _put(info, "description", drill + why_now(one, weekly=seen.weekly).as_json()[language])
    for name, value in (
        ("observed", f"{one.observed}"),
        ("expected", f"{one.expected:.6g}"),
        ("upper", f"{one.upper:.6g}"),
        ("p", f"{one.p_value:.6g}"),
        ("method", one.choice.method),
        ("expected_false_alarms_a_year", f"{one.false_alarms:.6g}"),
        *([("released_by", sending.released_by)] if sending.released_by else []),
    ):
        pair = ElementTree.SubElement(info, "parameter")
        _put(pair, "valueName", name)
        _put(pair, "value", value)
    _put(ElementTree.SubElement(info, "area"), "areaDesc", sending.area)


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]


def problems(data: bytes) -> list[str]:
    """What in a message breaks the rules of CAP 1.2; empty where nothing does.

    Elements and their order, how often each may be, allowed values, forms of times and names, and
    what one element's value asks of another. Signatures and geometry are not looked into.
    """
    if b"<!" in data.replace(b"<!--", b"").replace(b"<![CDATA[", b""):
        return ["declares a document type"]
    try:
        alert = ElementTree.fromstring(data)
    except ElementTree.ParseError:
        return ["is not well-formed XML"]
    if alert.tag != f"{{{NAMESPACE}}}alert":
        return ["is no CAP 1.2 alert"]
    found = _children(alert, "alert")
    scope, text = _text(alert, "scope"), {"Restricted": "restriction", "Private": "addresses"}
    if scope in text and not _text(alert, text[scope]):
        found.append(f"scope {scope} needs {text[scope]}")
    if _text(alert, "status") == "Exercise" and not _text(alert, "note"):
        found.append("status Exercise needs a note that names the exercise")
    if _text(alert, "msgType") in ("Update", "Cancel", "Ack", "Error") and not _text(
        alert, "references"
    ):
        found.append("msgType needs references")
    return found


def _text(parent: ElementTree.Element, name: str) -> str:
    return (parent.findtext(f"{{{NAMESPACE}}}{name}") or "").strip()


def _children(parent: ElementTree.Element, name: str) -> list[str]:
    order, found, last = _CHILDREN[name], [], -1
    seen: set[str] = set()
    for child in parent:
        tag = str(child.tag).removeprefix(f"{{{NAMESPACE}}}")
        if name == "alert" and tag.startswith(_SIGNATURE):
            continue
        if tag not in order:
            found.append(f"{name} has an unknown element {tag[:40]}")
            continue
        if order.index(tag) < last:
            found.append(f"{name}: {tag} comes too late")
        last = max(last, order.index(tag))
        if tag in seen and tag not in _MANY.get(name, ()):
            found.append(f"{name} has {tag} twice")
        seen.add(tag)
        found += _children(child, tag) if tag in _CHILDREN else _leaf(tag, child.text or "")
    return found + [f"{name} lacks {tag}" for tag in _NEEDED[name] if tag not in seen]


def _leaf(tag: str, text: str) -> list[str]:
    if tag in _VALUES and text not in _VALUES[tag]:
        return [f"{tag} has no value {text[:40]}"]
    if tag in ("sent", "effective", "onset", "expires") and not _TIME.fullmatch(text):
        return [f"{tag} is no time with an offset"]
    if tag in ("identifier", "sender") and not _NAME.fullmatch(text):
        return [f"{tag} is empty or has a blank, comma, < or &"]
    if tag in ("event", "areaDesc", "valueName") and not text.strip():
        return [f"{tag} is empty"]
    return []
