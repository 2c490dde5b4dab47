"""Letters cut out of unpacked software: mail templates, whole letters in translations, bundles of
messages, and letters that lie as strings in code."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mail_letter_said import greeted, keyed
from mail_letter_text import HEADER, TONGUES, by_lines, catalogues, holes, seen, translated

_MAILISH = re.compile(
    r"(?:^|[/_.-])(?:e?mails?|mailers?|mail_tt2|newsletters?|invitations?|notifications?)(?=[/_.-]|$)"
    r"|_(?:body|message|subject)\.\w+$|commtype_|/messages/notifications/|email|mail_?templates?/"
    # A text template of a web application is a mail; so are some texts of dokuwiki.
    r"|/templates/.*\.(?:txt|mjml|eml)$|/notify\.js$"
    r"|/lang/[\w-]+/(?:mailtext|password|pwconfirm|registermail|subscr_(?:digest|list|single))\.txt$",
    re.I,
)
_NOT_MAIL = re.compile(
    r"(?:^|/)(?:docs?|tests?|node_modules|man|changelog|README|LICENSE|admin(?!/templates)|static)[/.]|README|"
    r"CHANGES|readme|_list\.|_form\.|settings|preferences|/forms?/|LICEN|requirements|SOURCES|"
    r"report\.tt2|helpfile|_disabled|_required|list_verified|email_detail|email-sent|_done\.|_complete\.html|"
    r"robots|sitemap|humans|/search/|-info/|_fail\.|disabled\.html|confirmation_page|error_message|/sms|"
    r"mails/templates\.html|email_index|email_base|ShowEmail|send_draft|dummy_mail|celery|"
    # Copies of the letters of allauth and of Django, which are strangers.
    r"account/(?:email|messages)/|registration/password_reset_|custom_password_reset",
)
_ENDINGS = {
    ".txt", ".html", ".eml", ".mail", ".tpl", ".j2", ".jinja2", ".jinja", ".erb", ".ejs", ".hbs",
    ".handlebars", ".liquid", ".tt2", ".mjml", ".heml", ".tsx", ".jsx", ".mako", ".pt", ".markerb",
    ".mustache", ".email", ".md", ".markdown", ".ftl", ".genshi", ".xml",
}  # fmt: skip
_PAGE = re.compile(
    r"<form\b|<input\b|<select\b|csrf_token|<script\b|<nav\b|x-data=|"
    # What stands in a frame of the site is a page of the site.
    r"\{%-?\s*extends\s+[\"'](?![^\"']*(?:mail|notif|letter|message))",
    re.I,
)
_GREETED = re.compile(
    r"^\W*(?:hello|hi|hey|dear|welcome to|thank you|greetings|you(?:'re| are) receiving|"
    r"you(?:'ve| have) been|you recently|someone|this e-?mail|this is an? |您好|尊敬的|亲爱的|您)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter with slots; its subject may be empty."""

    subject: str
    body: str
    place: str


def _jsx(text: str) -> str:
    """What a React component of a mail shows: from its first `return (`, texts in braces said."""
    begun = re.search(r"return \(|=> \(\n", text)
    if not begun:
        return ""
    start = begun.start()
    text = re.sub(r"\{/\*.*?\*/\}|\{\" \"\}|\{' '\}", " ", text[start + 8 :], flags=re.S)
    text = re.sub(r"\{`([^`]*)`\}|\{\"([^\"]*)\"\}", lambda m: m[1] or m[2] or "", text)
    text = re.sub(r"=\{(?:[^{}]|\{[^{}]*\})*\}|=>", "", text)
    return re.split(r"\n\);?\n", text)[0]


_SUBJECT_MARKS = ("_subject", "-subject", "_title", ".subject")


def _subject_of(path: Path) -> str:
    """The subject that lies beside a body: `x_subject.txt` for `x_body.txt` or `x.txt`."""
    stem = path.name.split(".")[0]
    for end in ("_body", "_message", "-body", "_content", "_text", "_html", "body"):
        stem = stem.removesuffix(end)
    names = [f"{stem}{mark}.{end}" for end in ("txt", "html", "j2") for mark in _SUBJECT_MARKS]
    for name in (*names, f"{stem}.subject", "subject.txt"):
        near = path.parent / name
        if near.exists() and near != path:
            return near.read_text("utf-8", "replace")
    return ""


def templates(folder: Path, held: dict[str, dict[str, str]]) -> Iterator[Letter]:
    """Mail templates below a folder, in every language that their translations hold."""
    for path in sorted(folder.rglob("*")):
        place = str(path.relative_to(folder))
        if path.suffix not in _ENDINGS or not _MAILISH.search(place) or _NOT_MAIL.search(place):
            continue
        if not path.is_file() or path.is_symlink() or path.stat().st_size > 90_000:
            continue
        if "subject" in path.name or path.suffix == ".xml":
            continue
        text = path.read_text("utf-8", "replace")
        if path.suffix in (".tsx", ".jsx"):
            text = _jsx(text)
        if _PAGE.search(text):
            continue
        subject = _subject_of(path)
        yield _cut(subject, text, place)
        for tongue, catalogue in held.items():
            other, share = translated(text, catalogue)
            if share > 0.75:
                yield _cut(translated(subject, catalogue)[0], other, f"{place}:{tongue}")


def _cut(subject: str, text: str, place: str) -> Letter:
    text = re.sub(r"\[%#.*?%\]|\{\{!.*?\}\}", "", text, flags=re.S)
    text = HEADER.sub("", translated(text, None)[0].lstrip())
    subject = translated(subject, None)[0]
    first = re.match(r"\s*Subject:\s*(.*)\n", text)
    if first:
        subject, text = first[1], HEADER.sub("", text[first.end() :])
    title = re.search(r"<(title|mj-title|Preview|mj-preview)[^>]*>([^<>]{6,120})</\1>", text)
    if title and not subject.strip():
        subject = title[2]
    body = seen(holes(text))
    return Letter(" ".join(seen(holes(subject)).split())[:160], body, place)


_SHOWN = re.compile(r"<t\b[^<>]*t-(?:out|esc|field)=\"([^\"]*)\"[^<>]*?/?>")
"""What a template of odoo puts in."""


def records(folder: Path, held: dict[str, dict[str, str]]) -> Iterator[Letter]:
    """Mail templates kept as records in XML (odoo, tryton)."""
    for path in sorted(folder.rglob("*.xml")):
        if not path.is_file():
            continue
        text = path.read_text("utf-8", "replace")
        for record in re.findall(r"<record\b.*?</record>", text, re.S):
            body = re.search(r'<field\s+name="(?:body_html|body)"[^>]*>(.*?)</field>', record, re.S)
            if not body:
                continue
            subject = re.search(r'<field\s+name="subject"[^>]*>(.*?)</field>', record, re.S)
            inner = re.sub(r"<!\[CDATA\[|\]\]>", "", body[1])
            named = _SHOWN.sub(r"{{\1}}", inner)
            head = subject[1] if subject else ""
            place = f"{path.relative_to(folder)}"
            yield _cut(head, html.unescape(named) if "&lt;p" in named else named, place)
            for tongue, catalogue in held.items():
                whole = catalogue.get(inner.strip())
                other, share = (whole, 1.0) if whole else by_lines(inner, catalogue)
                if share > 0.75:
                    other = _SHOWN.sub(r"{{\1}}", other)
                    yield _cut(catalogue.get(head.strip(), ""), other, f"{place}:{tongue}")


def whole_letters(folder: Path, held: dict[str, dict[str, str]]) -> Iterator[Letter]:
    """Whole letters in the translations below a folder, with their originals."""
    known: set[str] = set()
    for tongue, catalogue in held.items():
        for key, text in catalogue.items():
            if key.count("\n") < 2 or not _GREETED.search(key):
                continue
            if key not in known:
                known.add(key)
                yield _cut("", key, f"translations of {folder.name}")
            yield _cut("", text, f"translations of {folder.name}:{tongue}")


_KEYED = re.compile(
    r"mail\w*[-_.]?(?:body|message)$|emailtext|(?:enotif|mail)_.*body|[a-z]Body$|^email\.\w+\.text"
)


def bundles(folder: Path) -> Iterator[Letter]:
    """Letters in bundles of messages (`.properties`, `.json`), by the names of their keys."""
    for path in sorted([*folder.rglob("*.properties"), *folder.rglob("*.json")]):
        if not path.is_file():
            continue
        place = str(path.relative_to(folder))
        tongue = re.search(r"(?:^|_)([a-z]{2,3})(?:[_-]\w+)?$", path.stem)
        if tongue and tongue[1] not in ("en", *TONGUES):
            continue
        text = path.read_text("utf-8", "replace")
        if path.suffix == ".json":
            try:
                loaded = json.loads(text)
            except ValueError:
                continue
            messages = loaded if isinstance(loaded, dict) else {}
        else:
            pairs = re.findall(r"^([\w.-]+)\s*[=:]\s*(.*(?:\\\n.*)*)$", text, re.M)
            messages = {key: value.replace("\\\n", " ") for key, value in pairs}
        for key, value in messages.items():
            if isinstance(value, str) and _KEYED.search(key) and not key.endswith("Html"):
                value = value.replace("''", "'").replace("\\n", "\n").replace("\\u003c", "<")
                stem = re.sub(r"(?i)(?:body|text|content)$", "", key)
                head = next(
                    (
                        str(messages[k])
                        for k in (f"{stem}Subject", f"{stem}subject", f"{stem}-subject")
                        if k in messages
                    ),
                    "",
                )
                yield _cut(head, value, f"{place}:{key}")


_STRINGS = {
    ".py": re.compile(r'"""(.{80,8000}?)"""|\'\'\'(.{80,8000}?)\'\'\'', re.S),
    ".js": re.compile(r"`((?:[^`\\]|\\.){80,40000})`", re.S),
}
_MARKED = re.compile(r"<(?:p|div|table|html|td|h1|!doctype)\b", re.I)
_SAID = re.compile(r'"((?:[^"\\\n]|\\.){2,600})"|`([^`]{2,600})`')


def strings(folder: Path) -> Iterator[Letter]:
    """Letters that lie as strings in code whose place speaks of mail."""
    for path in sorted(folder.rglob("*")):
        place = str(path.relative_to(folder))
        ending = (
            ".js" if path.suffix in (".js", ".ts", ".mjs", ".cjs", ".template") else path.suffix
        )
        if ending not in _STRINGS or _NOT_MAIL.search(place) or ".d." in path.name:
            continue
        if ".min." in path.name or not path.is_file() or path.stat().st_size > 600_000:
            continue
        whole = path.name == "index.js"
        if not whole and not _MAILISH.search(place):
            continue
        text = path.read_text("utf-8", "replace")
        parts = re.split(r"^// src/templates/(.*)$", text, flags=re.M)
        for name, part in zip(parts[1::2], parts[2::2], strict=True):
            said = [
                a or b for a, b in _SAID.findall(re.sub(r"style: \{.*?\}", "", part, flags=re.S))
            ]
            words = [w for w in said if " " in w.strip() or w[:1].isupper()]
            yield _cut("", " ".join(words), f"{place}:{name}")
        if len(parts) > 1 or not _MAILISH.search(place):
            continue
        for match in _STRINGS[ending].finditer(text):
            found = next(group for group in match.groups() if group)
            if _GREETED.search(found) or (ending == ".js" and _MARKED.search(found)):
                yield _cut("", found, place)


def letters(folder: Path) -> Iterator[Letter]:
    """All that looks like a letter below the folder of one package, with slots."""
    held = catalogues(folder)
    yield from templates(folder, held)
    yield from records(folder, held)
    yield from whole_letters(folder, held)
    yield from bundles(folder)
    yield from strings(folder)
    for place, text in (*greeted(folder), *keyed(folder)):
        yield _cut("", text, place)
