"""Web addresses in running text: plain, defanged, without a scheme, with Chinese around them.

Nothing found here is ever opened. An address ends where Chinese text or punctuation begins:
in `http://a.cn，请` and `http://a.cn请点击` it is `http://a.cn`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_SIGNS = ("://", "www.", "hxxp", "[.]", "[:]")
_TOP = "com|cn|net|org|top|xyz|vip|cc|info|shop|site|online|club|icu|ltd|work|fun|link|live"
_TOP_WITH_PATH = "tk|ru|me|io|co|app|dev|cf|ga|ml|gq|ly|gd|la|hk|tw|us|uk|de|fr|jp|kr|in|pw|ws|to"
_BARE_SIGNS = tuple(f".{name}" for name in f"{_TOP}|{_TOP_WITH_PATH}".split("|"))

# Letters of any alphabet but Han, kana and hangul, so that look-alike letters stay inside.
_CHAR = r"[A-Za-z0-9\-._~:/?#\[\]@!$&()*+,;=%{}|^\\\u00c0-\u1fff]"
_FOUND = re.compile(
    rf"(?<![A-Za-z0-9])(?P<scheme>(?:https?|hxxps?|ftp)\s?(?:\[:\]|:|：)(?://|\\\\))"
    rf"(?P<rest>{_CHAR}{{0,2048}})"
    rf"|(?<![A-Za-z0-9@./_\-])(?P<www>www(?:\.|\[\.\]){_CHAR}{{3,2048}})"
    r"|(?<![A-Za-z0-9@./_\-=&?%])(?P<bare>(?:[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?"
    rf"(?:\.|\[\.\])){{1,5}}(?:(?:{_TOP})(?![A-Za-z0-9_@\-]|\.[A-Za-z])(?::\d{{2,5}})?"
    rf"(?:[/?]{_CHAR}{{0,2000}})?"
    rf"|(?:{_TOP_WITH_PATH})(?::\d{{2,5}})?/{_CHAR}{{1,2000}}))",
    re.I,
)
_IDN = re.compile(
    r"(?:[0-9A-Za-z\-\u00c0-\u1fff\u3040-\u30ff\u4e00-\u9fff]{1,63}[.。]){1,8}"
    r"(?:[a-z]{2,24}|中国|中國|公司|网络|網絡|网址|集团|香港|在线|中文网|我爱你|商城|政务|公益|手机)"
    rf"(?::\d{{2,5}})?(?:[/?]{_CHAR}{{0,2000}})?",
    re.I,
)
_HOST_END = re.compile(r"[/?#\\]")
_TRAILING = ".,;:!?'\"*_|\\^~`，。；：！？、"
_PAIRS = {")": "(", "]": "[", "}": "{"}


@dataclass(frozen=True, slots=True)
class FoundLink:
    """An address at `start` to `end` (exclusive) of the text.

    `url` is the address made whole again: scheme restored, `hxxp` and `[.]` undone.
    """

    start: int
    end: int
    url: str
    defanged: bool


def find_links(text: str) -> Iterator[FoundLink]:
    """The web addresses in `text`, in order; repeats are given again."""
    if not _worth_searching(text):
        return
    position = 0
    while match := _FOUND.search(text, position):
        start, end = match.span()
        position = max(end, start + 1)
        if match["scheme"] is not None:
            body = match.end("scheme")
            end = _trimmed(text, body, end)
            if not _has_host(text[body:end]):
                idn = _IDN.match(text, body)
                if idn is None:
                    continue
                end = _trimmed(text, body, idn.end())
                position = max(position, end)
        else:
            end = _trimmed(text, start, end)
        written = text[start:end]
        url = refang(written)
        yield FoundLink(start, end, url, "xx" in written[:5].lower() or "[" in written[:300])


def _worth_searching(text: str) -> bool:
    if "." not in text and "。" not in text:
        return False
    lowered = text.lower()
    return any(sign in lowered for sign in _SIGNS) or any(sign in lowered for sign in _BARE_SIGNS)


def _has_host(rest: str) -> bool:
    """Whether the address begins with a host that has a plausible last label or is a number."""
    host = _HOST_END.split(rest.replace("[.]", "."), maxsplit=1)[0]
    host = host.rpartition("@")[2].partition(":")[0] if "[" not in host else host
    label = host.rstrip(".").rpartition(".")
    return (len(label[2]) >= 2 and (bool(label[0]) or host.lower() == "localhost")) or (
        host[:1] == "[" or (host.replace(".", "").isdigit() and bool(host))
    )


def _trimmed(text: str, start: int, end: int) -> int:
    """The end without the punctuation of the sentence and brackets that were never opened."""
    while end > start:
        last = text[end - 1]
        if last in _TRAILING:
            end -= 1
        elif last in _PAIRS and not text[start:end].endswith("[.]"):
            span = text[start:end]
            if span.count(_PAIRS[last]) >= span.count(last):
                break
            end -= 1
        else:
            break
    return end


def refang(written: str) -> str:
    """An address as a browser would take it: scheme restored, brackets around dots removed."""
    url = written.replace("[.]", ".").replace("[:]", ":").replace("：", ":", 1)
    if "[" in url[:12] and not url.lower().startswith(("http://[", "https://[")):
        url = url.replace("[", "", 1).replace("]", "", 1)
    lowered = url[:8].lower()
    if lowered.startswith("hxxp"):
        url = "http" + url[4:]
    elif not lowered.startswith(("http", "ftp")) or "://" not in url[:9].replace("\\\\", "//"):
        url = "http://" + url
    scheme, mark, rest = url.partition(":")
    return scheme.rstrip().lower() + mark + rest.replace("\\", "/") if mark else url
