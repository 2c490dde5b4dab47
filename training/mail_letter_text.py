"""What a reader of a mail template would see, with slots where a program would fill in.

What a program would fill in becomes a slot of `mail_rows.filled`, by what its name says, so that
ordinary and phishing mail are filled from the same lists. Translations are looked up in what the
package itself holds.
"""

from __future__ import annotations

import ast
import gettext
import html
import re
from pathlib import Path

TONGUES = ("zh", "de", "fr", "es", "pt", "it", "nl")

# ---- what a program fills in -------------------------------------------------------------------

_SLOTS = (
    ("link", r"url|link|href|uri|uid|site_?root|permalink|website"),
    ("addr", r"e?mail|address|sender|contact"),
    ("date", r"date|day|expir|deadline|until|since|start|end$|_at\b|valid"),
    ("time", r"time|hour|minute"),
    ("amount", r"amount|price|total|cost|tax|sum|balance|fee|currency|money"),
    ("code", r"\bcode|otp|token|pin\b|password|key"),
    ("num", r"num|\bid\b|_id|\.id|pk\b|order|count|invoice|ticket|ref|qty|quantity|size"),
    ("domain", r"domain|host|server|realm|list"),
    ("person", r"author|inviter|owner|creator|actor|from_?user|requester|speaker|submitter"),
    ("name", r"user|name|recipient|customer|member|person|partner|account|login|client|object\b"),
    ("item", r"product|item|title|subject|line|event|course|project|plan|type|object|label|page"),
    ("brand", r"site|shop|store|brand|company|app|organi[sz]ation|team|tenant|portal|publication"),
)  # fmt: skip
_NAMES = [(slot, re.compile(words, re.I)) for slot, words in _SLOTS]
_OUTER = re.compile(
    r"site_?name|app_?name|company|organi[sz]ation|shop_?name|store_?name|brand", re.I
)


def slot_of(placeholder: str) -> str:
    """The slot for what a placeholder names, by its last part first; a plain word where nothing
    is named."""
    name = placeholder.split("|")[0].strip(" ()'\"")
    if _OUTER.search(name):
        return "\x01brand\x02"
    for part in (re.split(r"[.\s]", name)[-1], name):
        for slot, words in _NAMES:
            if words.search(part):
                return f"\x01{slot}\x02"
    return "\x01item\x02"


_ELSE = re.compile(
    r"(?:\{%-?\s*(?:else|elif|elsif)\b(?:(?!\{%-?\s*(?:if|endif|for)\b).)*?(?=\{%-?\s*endif)"
    r"|\{\{\s*else\s*\}\}(?:(?!\{\{[#/]).)*?(?=\{\{/)"
    r"|<%-?\s*\}?\s*(?:else|elsif)\b(?:(?!<%-?\s*(?:if|end|\})).)*?(?=<%-?\s*(?:end|\}))"
    r"|\[%-?\s*(?:ELSE|ELSIF)\b(?:(?!\[%-?\s*(?:IF|END)).)*?(?=\[%-?\s*END)"
    r"|<#else.{0,2000}?(?=</#if))",
    re.S,
)
_HOLE = re.compile(
    r"\{\{\{?~?[#/^!>][^{}]{0,200}\}\}\}?|\{\{\{?([^{}]{0,200})\}\}\}?|<%[-=]{1,2}(.{0,200}?)%>"
    r"|\[%-?\s*(?!\|)([a-z_.']{2,60}[^%\]]{0,80}?)-?%\]|%\(([\w.]{1,60})\)[sdfr]"
    r"|\$!?\{([^{}]{1,200})\}|\{([a-zA-Z_][\w.\[\]|:'\" -]{0,80})\}|\$([A-Z_]{3,40}|\w+\.\w+)\b"
    r"|\[\[([\w.]{1,40})\]\]|\*\|([A-Z_:]{2,30})\|\*|###(\w{2,40})###|(\{\d\}|%[1-9]?\$?[sd](?![a-z])|%\d(?!\d)|\$\d(?!\d))"
    r"|@(\w{3,20})@|\[([a-z]+(?:_[a-z]+)*)\](?!\()|\b([A-Z]{3,12}_[A-Z_]{3,20}|USERNAME|LOGINLINK)\b",
    re.S,
)
_CODE = re.compile(
    r"\{%-?.{0,600}?-?%\}|<%.{0,600}?%>|\{#.{0,600}?#\}|<!--.{0,3000}?-->|\[%.{0,400}?%\]"
    r"|</?#.{0,300}?>|<\?.{0,300}?\?>|^\s*##.*$|^\s*%\s*(?:if|for|end\w*|else|def)\b.*$",
    re.S | re.M,
)
_UNSEEN = re.compile(r"<(style|script|head|mj-head|svg|mj-style)\b.{0,60000}?</\1>", re.S | re.I)
_BREAK = re.compile(
    r"</?(?:p|div|tr|br|h[1-6]|li|table|mj-text|mj-button|ul|center|section|Text|Heading|Button|Section|Hr)\b[^<>]*>",
    re.I,
)
_TAG = re.compile(r"<[^<>]{1,3000}>", re.S)
_HREF = re.compile(r"""<a\b[^<>]{0,600}?href=["']?(\x01link\x02|https?://[^"'\s>]*)[^<>]*>""", re.I)
_ADDRESS = re.compile(
    r"(?:(?:https?|\{\w+\})://)?(?:\{(?:brand|domain|item|link|name)\}[:/]*)*\{link\}(?:[/?#&=\w.-]*(?:\{\w+\})?)*"
    r"|(?:https?|\{\w+\})://\{?\w+\}?(?:[/?#&=\w.:-]*(?:\{\w+\})?)*"
)
HEADER = re.compile(
    r"\A(?:\s*(?:From|To|Reply-To|Content-\w+|Cc|Precedence|X-[\w-]+|List-[\w-]+|Errors-To|"
    r"Auto-Submitted|RT-[\w-]+|MIME-\w+|Message-ID|In-Reply-To|References|Date):.*\n)*",
)


_PROGRAM = re.compile(
    r"^(?:X-[\w-]+|Content-[\w-]+|Reply-to|Precedence|MIME-Version): |"
    r"=>|[;]$|&&|\|\||\bfunction\b ?\(|^(?:const|let|var|return|import|export|class|def|from) |"
    r"===|\$\(|__PURE__|^[)\]}(\[{,:;/*. ]+$|\(\)|^[a-z-]+: [^ ]+;|!important|"
    r"@(?:media|import|param|returns?)|^//|^\w+(?:\.\w+)+\("
    r"|^[\w-]+=[\"']|^t '|===|\w\(\w*\)|^</|lorem ipsum",
    re.I,
)


_SAYS = re.compile(r"\$\{\s*t\(\s*'((?:[^'\\]|\\.)*)'.*?\)\s*\}|\{\{t '([^']*)'[^}]*\}\}", re.S)


def holes(text: str) -> str:
    """The text with each thing to fill in as a slot, without its program."""
    text = _SAYS.sub(lambda match: match[1] or match[2] or "", text)
    for _ in range(3):
        text = _ELSE.sub("", text)

    def fill(match: re.Match[str]) -> str:
        name = next((group for group in match.groups() if group is not None), None)
        if name is None or re.match(r"\s*(?:else|end|if\b|for\b|\})", name):
            return " "
        return slot_of(name)

    text = re.sub(r"\{% comment %\}.*?\{% endcomment %\}", " ", text, flags=re.S)
    # Statements first, for they hold names too; what prints stays for the holes.
    text = re.sub(r"\{%-?.{0,600}?-?%\}|\{#.{0,600}?#\}|<!--.{0,3000}?-->", " ", text, flags=re.S)
    text = _HOLE.sub(fill, text)
    return _CODE.sub(" ", text)


def seen(text: str) -> str:
    """What a reader of the mail would see, line by line, links named after their words."""
    text = _UNSEEN.sub(" ", text)
    text = _HREF.sub(lambda m: " ", text)
    text = html.unescape(_TAG.sub("", _BREAK.sub("\n", text)))
    text = re.sub(r"\[\d+:|[{}\]\[]", " ", text).replace("\x01", "{").replace("\x02", "}")
    text = _ADDRESS.sub("{link}", text)
    text = re.sub(r"(\{\w+\})(?:\s*\1)+", r"\1", text)
    lines = [
        " ".join(line.split()).strip("|*#=-_~ ") for line in text.replace("\\n", "\n").splitlines()
    ]
    return "\n".join(line for line in lines if line and not _PROGRAM.search(line))


# ---- translations -------------------------------------------------------------------------------


def _unquoted(block: str) -> str:
    return "".join(ast.literal_eval(part) for part in re.findall(r'"(?:[^"\\\n]|\\.)*"', block))


def _po(path: Path) -> dict[str, str]:
    found = {}
    pattern = r'^msgid\s+((?:"(?:[^"\\\n]|\\.)*"\s*)+)^msgstr\s+((?:"(?:[^"\\\n]|\\.)*"\s*)+)'
    for match in re.finditer(pattern, path.read_text("utf-8", "replace"), re.M):
        try:
            found[_unquoted(match[1])] = _unquoted(match[2])
        except (SyntaxError, ValueError):
            continue
    return found


def entries(path: Path) -> dict[object, object]:
    """What a file of translations holds by its original; nothing where it cannot be read."""
    try:
        if path.suffix == ".po":
            return dict(_po(path))
        with path.open("rb") as file:
            return dict(gettext.GNUTranslations(file)._catalog)  # type: ignore[attr-defined]
    except (OSError, UnicodeDecodeError, ValueError):
        return {}


_LOCALE = re.compile(
    r"(?:^|[/_.-])(zh|de|fr|es|pt|it|nl)(?:[_-](?:[A-Z][a-z]{3}|[A-Za-z]{2}))?(?=[/_.-])"
)


def locale_of(place: str) -> str:
    """The language of a file of translations, by its place, or nothing."""
    found = _LOCALE.findall(place)
    return found[-1] if found else ""


def catalogues(folder: Path) -> dict[str, dict[str, str]]:
    """What the translations below a folder hold, by language."""
    by: dict[str, dict[str, str]] = {tongue: {} for tongue in TONGUES}
    paths = [p for ending in ("*.po", "*.mo") for p in sorted(folder.rglob(ending))]
    for path in paths:
        tongue = locale_of(str(path.relative_to(folder)))
        if not tongue or "djangojs" in path.name or path.stat().st_size > 4_000_000:
            continue
        for key, text in entries(path).items():
            if isinstance(key, str) and key and text and isinstance(text, str):
                by[tongue].setdefault(key.split("\x04")[-1].strip(), text)
    return by


_TRANS = re.compile(
    r"\{%-?\s*(?:trans|translate)\s+(?P<q>[\"'])(?P<a>.*?)(?P=q)[^%]*%\}"
    r"|\{%-?\s*block(?:trans|translate)\b(?P<how>[^%]*)%\}(?P<b>.*?)\{%-?\s*endblock(?:trans|translate)\s*-?%\}"
    r"|\{%-?\s*trans\b[^%\"']*-?%\}(?P<j>.*?)\{%-?\s*endtrans\s*-?%\}"
    r"|\{\{\s*_\((?P<r>[\"'])(?P<c>.*?)(?P=r)\)[^}]*\}\}|\$\{\s*_\((?P<s>[\"'])(?P<d>.*?)(?P=s)\)[^}]*\}"
    r"|\[%-?\s*\|\s*loc[^%]*%\](?P<t>.*?)\[%\s*END\s*-?%\]|\[%-?\s*\"(?P<u>[^\"]*)\"\s*\|\s*loc[^%]*%\]",
    re.S,
)


_KEYED = re.compile(
    r"<([\w:]+)\b[^<>]*?i18n:translate=\"(?P<key>[^\"]*)\"[^<>]*>(?P<inner>.*?)</\1\s*>", re.S
)
"""What zope keeps translations of, by a key or by the words themselves."""
_NAMED = re.compile(r"<([\w:]+)\b[^<>]*?i18n:name=\"(\w+)\"[^<>]*?(?:/>|>.*?</\1\s*>)", re.S)


def translated(text: str, catalogue: dict[str, str] | None) -> tuple[str, float]:
    """The template with its translatable parts in another language (or as they are, without a
    catalogue), and the share of them that the catalogue holds."""
    asked = known = 0

    def say(match: re.Match[str]) -> str:
        nonlocal asked, known
        held = match.groupdict()
        words = next(held[k] for k in "abjcdtu" if held[k] is not None)
        if catalogue is None:
            return words
        if held["b"] is not None or held["j"] is not None:
            words = re.split(r"\{%-?\s*plural", words)[0]
            words = re.sub(r"\{\{\s*([\w.]+)[^}]*\}\}", r"%(\1)s", words)
            if "trimmed" in (held["how"] or "trimmed"):
                words = " ".join(words.split())
        asked += len(words)
        answer = catalogue.get(words.strip())
        known += len(words) if answer else 0
        return answer or words

    def keyed(match: re.Match[str]) -> str:
        nonlocal asked, known
        inner = _NAMED.sub(r"${\2}", match["inner"])
        words = " ".join(inner.split())
        if catalogue is None:
            return f"<p>{inner}</p>"
        answer = catalogue.get(match["key"] or words)
        asked += len(words)
        known += len(words) if answer else 0
        return f"<p>{answer or inner}</p>"

    out = _TRANS.sub(say, _KEYED.sub(keyed, text))
    return out, known / asked if asked else 0.0


def by_lines(text: str, catalogue: dict[str, str]) -> tuple[str, float]:
    """HTML whose translations are kept by piece of text, in another language."""
    asked = known = 0

    def say(match: re.Match[str]) -> str:
        nonlocal asked, known
        words = " ".join(match[1].split())
        if len(words) < 4:
            return match[0]
        asked += len(words)
        answer = catalogue.get(words)
        known += len(words) if answer else 0
        return f">{answer or words}<"

    return re.sub(r">([^<>]+)<", say, text), known / asked if asked else 0.0
