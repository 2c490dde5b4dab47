"""What an address is made for, where that explains what looks like a payload in it.

A sign-on names the address it returns to, a counter of visits carries the words of its page, a
host of code has folders named like a system's files, a search holds what people ask about. None
of this is attack; nor does it rule one out, so only what the purpose explains is taken away.
"""

from __future__ import annotations

import re
from dataclasses import replace
from posixpath import normpath
from urllib.parse import unquote

from mingjian.detect.traffic.decode import ROUNDS, Decoded, decode, spaced
from mingjian.detect.traffic.payload import Hit
from mingjian.detect.traffic.request import Request
from mingjian.detect.traffic.standing import Standing

_ADDRESS = re.compile(r"(?:https?:)?//|/\w", re.I)
_SIGNS = re.compile(r"['\"<>(){};|`$\\\r\n\0]|\.\.")
"""What encoding once more than need be is done to hide; letters in another script are not."""
_SIGNED = re.compile(
    r"[?&](?:sig|signature|x-amz-signature|x-goog-signature|ossaccesskeyid|token)="
)
_MACRO = re.compile(
    r"=(?:\$\{[A-Z_]{3,40}(?::[A-Z0-9]{1,4})?\}|(?:\{\{|%7B%7B)\w{3,40}(?:\}\}|%7D%7D))(?=&|$)"
)
"""A value that an advertising server was to fill in and did not."""
_SIGN_ON = re.compile(
    r"\b(?:response_type|client_id|code_challenge|samlrequest|samlresponse|wtrealm)="
    r"|/(?:cas|oauth2?|oidc|openid|saml2?|sso|adfs|connect)/|/authorize\?|/openid-connect/"
)
_RETURN = frozenset(
    [
        "redirect_uri",
        "redirect_url",
        "redirecturl",
        "redirect",
        "post_logout_redirect_uri",
        "return",
        "returnurl",
        "return_url",
        "return_to",
        "returnto",
        "service",
        "relaystate",
        "wreply",
        "continue",
        "next",
        "goto",
        "back",
        "backurl",
        "callback",
        "callback_url",
        "successurl",
        "destination",
        "origin",
        "ref",
        "referer",
        "referrer",
        "dl",
        "dr",
        "u",
        "url",
        "urlref",
        "from",
        "target",
        "wctx",
        "state",
    ]
)
"""Parameters in which one address names another to come back to, or that was come from."""
_BACK = re.compile(
    r"[?&](?:redirect|return|callback|continue|service|relaystate|post_logout_redirect)\w*=[^&]*?"
    r"(?:localhost|127\.0\.0\.1|%5b::1%5d)(?::|%3a|%253a)\d",
    re.I,
)
"""A way back to a program on the asker's own machine, which waits at a port for it."""
_COUNTER = re.compile(
    r"/(?:g/|j/|r/)?collect$|/(?:matomo|piwik)\.php$|\.gif$|/(?:pixel|beacon|track|event|log|ping|"
    r"stat|analytics|telemetry|rum|impression)s?(?:\.\w{2,4})?$"
)
_CODE_HOST = re.compile(
    r"/(?:-/)?(?:blob|tree|raw|blame|browse|edit|commits?|src/(?:branch|commit|tag|master|main))/"
)
_RAW = re.compile(r"/(?:-/)?raw/(?:branch|commit|tag|refs)/")
"""A file of a host of code as programs fetch it."""
_PLAYS = re.compile(
    r"/(?:play(?:ground)?|fiddle|sandbox|repl|try(?:it)?|run(?:ner)?|compile|demo|embed)\b"
)
_PLAYED = re.compile(r"(?:^|&)(?:code|src|source|snippet|html|js|css|script|program)=")
"""A page that runs the code in its address, as lessons link it."""
_CARRIES = re.compile(rf"[?&](?:{'|'.join(sorted(_RETURN))})=(?:https?(?::|%3a|%253a)|/|%2f|%252f)")
_UNFILLED = re.compile(
    r"\{\{\s*[a-z_][\w. ]*\}\}|[$#]\{\s*[a-z_][\w. ]*\}"
    r"|<(?:your|insert)[-_ ][\w -]{1,30}>|<\?=?\s*\$\w+\s*\??>?|\{%\s*\w+\s*%\}|<%=\s*[\w.]+\s*%>"
)
"""A page's own placeholder that nothing was put into, as a crawler follows it."""
_SHARED = re.compile(r"\[code\b|```|\[pre\b|<pre\b|\[php\]|\[sql\]")
_QUERY = re.compile(
    r"\b(?:jql|cql|soql|sparql|lucene|kql|promql|logql|cql_filter|where|\$?filter|criteria|query|q)=",
    re.I,
)
_ASKED_AT = re.compile(
    r"/(?:query|search|_search|_sql|sparql|select|dataset|api/v\d+/query(?:_range)?)/?$|/rest/|/services/data/"
)
"""Where a service takes whole queries."""
_FORMULA = re.compile(
    r"\\(?:frac|sum|int|partial|sqrt|begin|left|right|mathbb|mathrm|text|cdot|alpha|beta|infty|"
    r"nabla|lim|prod|vec|hat|bar|times|le|ge|pi|theta|sigma|lambda)(?![a-z])"
)
_ASSETS = (
    ".css",
    ".js",
    ".png",
    ".jpg",
    ".jpeg",
    ".gif",
    ".svg",
    ".ico",
    ".woff",
    ".woff2",
    ".htm",
    ".html",
    ".ttf",
    ".map",
    ".webp",
    ".mp4",
    ".pdf",
)
_BREAKS = re.compile(r"['\"`;|&$(){}<>\\]|\.\.|--|/\*|=|%")
"""Signs that break out of a value. A sentence about an attack holds none of them."""
_COMMENT = re.compile(r"--|/\*|#|;\s*$|=\s*-?\d*['\"]")
"""What an injection ends in or begins with, and a query in its own field does not."""
_LOOKED_FOR = frozenset(
    [
        "q",
        "query",
        "s",
        "search",
        "wd",
        "kw",
        "keyword",
        "keywords",
        "word",
        "words",
        "text",
        "title",
        "term",
        "terms",
        "ask",
        "question",
    ]
)
_WORD = re.compile(r"[a-z]{2,}|[\u3040-\u30ff\u4e00-\u9fff]{2}|[^\W\d_a-z\u3040-\u9fff]{2,}")
_REGISTRY = re.compile(
    r"/v2/[^?]{1,200}/(?:manifests|blobs|tags)/|/maven2?/|/repository/|/simple/|/npm/|/nuget/|"
    r"/packages?/|/pypi/|/dists/|/charts/|/gems/|/api/plugins/|/-/[\w.-]+\.tgz$"
)
_PAYLOADS = re.compile(
    r"__|\bclass\b|config|request\b|self\b|java|process|exec|env\b|system|[*(]\s*[^)]"
)
_AT_MOST = 1.0
"""What a payload counts of a user whom the server knows, in shared code or in words looked for: it
may be his work, or talk of it."""


def hidden_rounds(target: str) -> int:
    """How often an encoding had to be undone until the last sign came out.

    An address within an address is encoded once more by need: its own parts are looked at by
    themselves. 2 and more is hiding.
    """
    return _hidden(target, ROUNDS)


def _hidden(target: str, left: int) -> int:
    path, _, query = target.partition("?")
    deepest = _rounds(path, left)
    for part in re.split(r"[&;]", query) if query else ():
        name, _, value = part.partition("=")
        deepest = max(deepest, _rounds(value or name, left))
    return deepest


def _rounds(text: str, left: int) -> int:
    deepest, shown = 0, len(_SIGNS.findall(text))
    for count in range(1, left + 1):
        once = unquote(text)
        if once == text:
            break
        if count <= 2 and "?" in once and _ADDRESS.match(once):
            return max(1, _hidden(once, left - count))
        now = len(_SIGNS.findall(once))
        if now > shown:
            deepest, shown = count, now
        text = once
    return deepest


def fetches(request: Request) -> bool:
    """Whether it asks a registry of packages or images for one, whose name may be a product's."""
    return _REGISTRY.search(request.path) is not None


def signed(request: Request) -> bool:
    """Whether the server gave what a signed address, which it had made itself, asked for."""
    return request.served and _SIGNED.search(request.target.lower()) is not None


def shows_code(request: Request, who: Standing) -> bool:
    """Whether somebody who came from its pages reads a file that a host of code has."""
    at_home = request.referred or who.known or _RAW.search(request.path) is not None
    return request.served and at_home and _CODE_HOST.search(request.path) is not None


def unexplained(hits: list[Hit], request: Request, decoded: Decoded, who: Standing) -> list[Hit]:
    """The hits without those that the request's purpose explains; some weakened.

    `hits` are of `decoded`, the target's decoded text.
    """
    left = [hit for hit in hits if not _explained(hit, request, who)]
    shared = request.referred and (_SHARED.search(spaced(decoded.text)) or _plays(request))
    if left and (who.known or shared or _all_told(request, left)):
        return [replace(hit, strength=min(hit.strength, _AT_MOST)) for hit in left]
    return left


def _plays(request: Request) -> bool:
    path, query = request.path.lower(), request.query.lower()
    return _PLAYS.search(path) is not None and _PLAYED.search(query) is not None


def _explained(hit: Hit, request: Request, who: Standing) -> bool:
    path, lower = request.path.lower(), request.target.lower()
    if hit.of.id == "ssrf":
        if hit.strength <= 2.0 and (_SIGN_ON.search(lower) or _BACK.search(lower)):
            return True
        name = re.match(r"[?&]?([\w\[\]]{1,40})=", hit.matched)
        return hit.strength < 2.0 and name is not None and name[1] in _RETURN
    if hit.of.id == "sql" and hit.strength < 3.0 and _ASKED_AT.search(path):
        return _QUERY.search(lower) is not None and not _COMMENT.search(unquote(lower))
    if hit.strength < 2.0 and (_COUNTER.search(path) or _CARRIES.search(lower)):
        return True
    if hit.of.id == "traversal":
        return shows_code(request, who) or (hit.strength < 3.0 and _stays_inside(request))
    if hit.of.id == "template" and _MACRO.search(request.target):
        return _PAYLOADS.search(hit.matched) is None
    path = decode(path).text
    if "javascript:void(0)" in path or (_UNFILLED.search(path) and not _PAYLOADS.search(path)):
        return hit.of.id in ("template", "code", "script")
    return hit.of.id == "template" and bool(_FORMULA.search(unquote(lower)))


def _stays_inside(request: Request) -> bool:
    """A page that names its style sheet by `../`, which a client sends as it stands; several sheets
    joined in one address (`/??a.js,b/../c.js`)."""
    path, query = unquote(request.path), unquote(request.query)
    if ".." in query:
        return query.startswith("?") and all(
            _is_inside("/" + part) and part.partition("?")[0].lower().endswith(_ASSETS)
            for part in query[1:].split(",")
        )
    given = request.served or request.referred
    return given and _is_inside(path) and path.lower().endswith(_ASSETS)


def _is_inside(path: str) -> bool:
    return path.startswith("/") and not normpath("." + path).startswith("..")


def _all_told(request: Request, hits: list[Hit]) -> bool:
    """Whether every hit stands in what somebody looks for: some words about it, and no sign that
    breaks out."""
    told = []
    for part in request.query.split("&"):
        name, _, sent = part.partition("=")
        value = spaced(decode(sent).text)
        if name.lower() in _LOOKED_FOR and not _BREAKS.search(value):
            told.append(value)
    for hit in hits:
        matched = spaced(hit.matched)
        around = [v.replace(matched, " ") for v in told if matched and matched in v]
        if not any(len(_WORD.findall(rest)) >= 2 for rest in around):
            return False
    return True
