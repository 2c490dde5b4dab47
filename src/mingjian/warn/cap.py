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

from mingjian.domain.message import Language, Message
from mingjian.warn.alert import KINDS, Alarm
from mingjian.warn.grades import Grade

Status = Literal["Actual", "Exercise", "Draft"]
OPEN = "TLP:CLEAR"
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
    """Who may have it; what is TLP:CLEAR is public."""
    references: tuple[str, ...] = ()
    """Earlier messages about the same alert, each as `reference` names it; none: it is new."""
    area: str = "—"
    """The area the counts come from, in words."""
    cancels: Message | None = None
    """Why the earlier messages no longer hold, where this one takes them back."""

    @property
    def type(self) -> Literal["Alert", "Update", "Cancel"]:
        """The ``msgType`` of CAP."""
        if self.cancels is not None:
            return "Cancel"
        return "Update" if self.references else "Alert"


def checked(sending: Sending) -> None:
    """Raise `CapRefused` where a message must not leave as it is meant to: on every path."""
    if sending.exercise is not None and sending.status != "Exercise":
        raise CapRefused(
            "演练中的预警只能以 Exercise 发出", "an alert of a drill leaves as Exercise only"
        )
    if sending.status == "Exercise" and not sending.exercise:
        raise CapRefused("演练要写明名称", "a drill needs its name")
    if sending.status == "Actual" and not sending.released_by:
        raise CapRefused("正式发布须由人署名", "a person releases an Actual alert by name")
    if sending.cancels is not None and not sending.references:
        raise CapRefused("没有送出过可撤销的消息", "no message was sent that could be cancelled")
    if sending.sent.utcoffset() is None or not _NAME.fullmatch(sending.sender):
        raise CapRefused("发送时间须带时区，发送者不含空格或逗号",
                         "the time has a zone, the sender no blank or comma")  # fmt: skip


def identifier(alarm: Alarm, sending: Sending) -> str:
    """The name of a message. A subject may hold anything; an identifier may not."""
    text = f"{alarm.kind}\n{alarm.subject}\n{sending.exercise or ''}"
    about = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    number = f"-{len(sending.references) + 1}" if sending.references else ""
    return f"mingjian-{about}-{alarm.at:%Y%m%d}-{sending.sent:%Y%m%dT%H%M%S}{number}"


def reference(alarm: Alarm, sending: Sending) -> str:
    """How a later message names this one."""
    return f"{sending.sender},{identifier(alarm, sending)},{_sent(sending)}"


def _sent(sending: Sending) -> str:
    return sending.sent.replace(microsecond=0).isoformat()


def message(alarm: Alarm, sending: Sending) -> bytes:
    """The CAP message of an alarm, in Chinese and English. Raises `CapRefused`."""
    checked(sending)
    alert = ElementTree.Element("alert", {"xmlns": NAMESPACE})
    _put(alert, "identifier", identifier(alarm, sending))
    _put(alert, "sender", sending.sender)
    _put(alert, "sent", _sent(sending))
    _put(alert, "status", sending.status)
    _put(alert, "msgType", sending.type)
    if sending.restriction == OPEN:
        _put(alert, "scope", "Public")
    else:
        _put(alert, "scope", "Restricted")
        _put(alert, "restriction", sending.restriction)
    notes = [f"演练 / EXERCISE: {sending.exercise}"] if sending.exercise else []
    if sending.cancels is not None:
        notes.append(f"{sending.cancels.zh} / {sending.cancels.en}")
    if notes:
        _put(alert, "note", "; ".join(notes))
    if sending.references:
        _put(alert, "references", " ".join(sending.references))
    _info(alert, alarm, sending, zh=True)
    _info(alert, alarm, sending, zh=False)
    body: bytes = ElementTree.tostring(alert, encoding="utf-8", xml_declaration=True)
    return body


def _put(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, name).text = _NOT_XML.sub("\ufffd", text)


def _info(alert: ElementTree.Element, alarm: Alarm, sending: Sending, *, zh: bool) -> None:
    language: Language = "zh" if zh else "en"
    info = ElementTree.SubElement(alert, "info")
    _put(info, "language", "zh-CN" if zh else "en-US")
    _put(info, "category", "Security")
    _put(info, "event", _capital(KINDS[alarm.kind].in_language(language)))
    over = sending.cancels is not None
    _put(info, "responseType", "AllClear" if over else "Assess")
    _put(info, "urgency", "Past" if over else "Unknown")
    _put(info, "severity", SEVERITY[alarm.grade])
    _put(info, "certainty", "Unlikely" if over else "Likely" if alarm.stands else "Possible")
    _put(info, "effective", _sent(sending))
    expires = sending.sent.replace(microsecond=0) + timedelta(days=alarm.days)
    _put(info, "expires", expires.isoformat())
    _put(info, "headline", headline(alarm, sending).in_language(language))
    drill = _DRILL.in_language(language) if sending.exercise else ""
    _put(info, "description", drill + (sending.cancels or alarm.why).in_language(language))
    for name, value in (
        ("observed", alarm.observed),
        ("expected", alarm.expected),
        ("upper", alarm.upper),
        ("p", alarm.chance),
        ("method", alarm.method),
        ("expected_false_alarms_a_year", alarm.false_alarms),
        ("released_by", sending.released_by),
    ):
        if value is None:
            continue
        pair = ElementTree.SubElement(info, "parameter")
        _put(pair, "valueName", name)
        _put(pair, "value", f"{value:.6g}" if isinstance(value, float) else value)
    _put(ElementTree.SubElement(info, "area"), "areaDesc", sending.area)


def headline(alarm: Alarm, sending: Sending) -> Message:
    """Grade and subject; of a cancelled one, and of a drill, this first."""
    zh = f"{alarm.grade_name.zh}预警：{alarm.subject}"
    en = f"{_capital(alarm.grade_name.en)} alert: {alarm.subject}"
    if sending.cancels is not None:
        zh, en = f"撤销：{zh}", f"Cancelled: {en}"
    return Message(_DRILL.zh + zh, _DRILL.en + en) if sending.exercise else Message(zh, en)


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
