"""What is measured in one request: named features, the same at training time and at run time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from mingjian.detect.traffic.decode import Decoded, decode
from mingjian.detect.traffic.masked import masked
from mingjian.detect.traffic.payload import Hit, classes, hits, is_plain, lists
from mingjian.detect.traffic.probes import Family, probed
from mingjian.detect.traffic.purpose import fetches, hidden_rounds, shows_code, signed, unexplained
from mingjian.detect.traffic.request import Request
from mingjian.detect.traffic.standing import Standing, method_odd, standing, without_queries

_ABSENT = frozenset({400, 404, 405, 410})
"""Answers of a server that does not have what was asked for; 401 and 403 are of one that has."""
_CHROME = re.compile(r"AppleWebKit/([\d.]+).*Chrome/(\d+)\.(\d+)\.(\d+)\.(\d+)")
_LONGEST_AGENT = 2_000
"""Characters of a browser's name that are read."""
_RANDOM = re.compile(r"/(?=[A-Za-z0-9]{6,12}(?:[/.]|$))(?=[^/]*[A-Z])(?=[^/]*[a-z])(?=[^/]*\d)")
_LISTS = ("tools", "forged", "markers", "crawlers", "clients", "foreign", "tails")
_OPEN = re.compile(r"[?&]service=(?:wms|wmts|wfs|wcs|csw)\b")
"""A product's face to everybody: maps and their layers, as the public standards ask for them."""
_NOTICE = re.compile(r"notif|callback|hook|/ipn\b")
"""A path at which one server tells another of a payment, say: some send half a name."""
_BARE = frozenset({"mozilla", "mozilla/4.0", "mozilla/5.0", "mozilla/5.0 (compatible)"})
"""The beginning of every browser's name, sent alone by programs that hide badly."""
_OVERLONG = re.compile(r"([^\W_])\1{99}")
"""One character a hundred times over, as tests for overflows send."""
_HIDDEN = re.compile(r"/\.(?!well-known(?:/|$))[a-z]")
"""A file or folder whose name begins with a dot."""
_MEANT_TO_BE_READ = re.compile(r"\.(?:example|sample|template|dist)$")
"""A pattern of a hidden file, which projects publish for others to fill in."""
_DISGUISED = re.compile(
    r"\.(?:pdf|jpe?g|png|gif|docx?|txt|csv)\.(?:php\d?|phtml|phar|jspx?|aspx?|cgi)(?:[/;]|$)"
)
"""A program that calls itself a document, as what was uploaded past a check does."""
_DUMP = re.compile(r"\.sql(?:\.(?:gz|zip|bz2|xz|7z))?$|[/_-](?:db|dump|backup|bak)[\w.-]{0,40}$")
_ARCHIVES = (".zip", ".rar", ".7z", ".gz", ".tgz", ".tar", ".bz2", ".war", ".sql", ".dump")
_SCRIPTS = (
    ".php",
    ".asp",
    ".aspx",
    ".ashx",
    ".jsp",
    ".jspx",
    ".cgi",
    ".pl",
    ".cfm",
    ".do",
    ".action",
)
_SIGNS = re.compile(r"['\"<>(){};`|\\^$*\[\]]")

NAMES = (
    *(f"class.{name}" for name in (
        "sql", "script", "traversal", "command", "template", "ssrf", "code", "header"
    )),
    "classes", "strongest", "signs", "signs_share", "hidden", "overlong", "referer_attack",
    "agent_attack", "agent_tool", "agent_crawler", "agent_client", "agent_empty",
    "agent_impossible", "agent_short", "agent_forged", "method_odd", "status_4xx", "status_5xx",
    "probe_secret", "probe_exploit", "probe_product", "probe_refused", "unpublished",
    "script_missing", "random_name",
    "post_without_referer", "broken_request", "foreign", "proxy", "marker", "grammar",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Measured:
    """The features of a request by name, and what a reader is told about."""

    values: dict[str, float]
    hits: tuple[Hit, ...]
    where: str | None
    """Which field the payload stands in: target, referer or agent."""
    decoded: Decoded
    """That field decoded; the target where no field holds one."""
    tool: str | None
    probe: Family | None
    """The family of the probed path."""


@lru_cache(maxsize=1)
def _named() -> dict[str, tuple[str, ...]]:
    read = lists()
    return {name: tuple(read[name]) for name in _LISTS}


def grammar_text(decoded: Decoded) -> str:
    """What the n-gram model reads: the masked form of the first 600 characters."""
    return masked(decoded.text[:600])


def _impossible(agent: str) -> float:
    """1 for a browser string that no browser sends, 0.5 for one of a pre-release build.

    Chrome's WebKit number has stood at 537.36 since Chrome 28; until the reduced strings of
    2022, where build and patch are 0, a released build had a patch number, rarely below 30.
    """
    found = _CHROME.search(agent[:_LONGEST_AGENT])
    if found is None:
        return 0.0
    webkit, major, _, build, patch = found.groups()
    if int(major) >= 28 and webkit != "537.36" and "Mobile" not in agent:
        return 1.0
    if build == "0" or int(major) < 28:
        return 0.0
    return 0.7 if patch == "0" else 0.5 if int(patch) < 30 else 0.0


@lru_cache(maxsize=1024)
def _agent(agent: str) -> tuple[dict[str, float], str | None]:
    """Features of an agent string, and the tool it names."""
    lower = agent.lower()
    named = _named()
    tool = next((tool for tool in named["tools"] if tool in lower), None)
    crawler = any(name in lower for name in named["crawlers"])
    forged = lower in _BARE or lower.count(")") > lower.count("(")
    found = {
        "agent_tool": float(tool is not None and not crawler),
        "agent_crawler": float(crawler),
        "agent_client": float(any(name in lower for name in named["clients"])),
        "agent_empty": float(lower in ("", "-")),
        "agent_impossible": _impossible(agent),
        "agent_forged": float(forged or any(name in lower for name in named["forged"])),
        "agent_short": float(1 < len(agent) < 20 and not crawler),
    }
    return found, tool if not crawler else None


def measure(request: Request) -> Measured:
    """All features but `grammar`, which the detector's model adds."""
    decoded = decode(request.target)
    values = dict.fromkeys(NAMES, 0.0)
    own: list[Hit] = []
    where: str | None = None
    bare, who = not request.logged, standing(request)
    read = decoded if bare else without_queries(decoded, request, who)
    if bare or not is_plain(read.text) or ".." in read.text or "%" in request.target:
        own = hits(read)
    elif read.text:
        own = [hit for hit in hits(read) if hit.strength >= 2.0]
    if own and not bare:
        own = unexplained(own, request, decoded, who)
    if own:
        where = "target"
    payload = decoded
    for field, text in (("referer", request.referer), ("agent", request.agent)):
        if text and len(text) > 1 and _SIGNS.search(text.replace("(", "").replace(")", "")):
            undone = decode(text)
            other = [hit for hit in hits(undone) if hit.strength >= 2.5]
            if field == "agent":
                # Browsers' own strings hold brackets, semicolons and two-letter languages.
                other = [hit for hit in other if hit.strength >= 3 and hit.of.id != "command"]
            if other:
                values[f"{field}_attack"] = max(hit.strength for hit in other)
                own += other
                if where is None:
                    where, payload = field, undone
    # A payload weighs what it is, wherever it stands.
    for hit in own:
        name = f"class.{hit.of.id}"
        values[name] = max(values[name], hit.strength)
    values["classes"] = float(sum(values[f"class.{one.id}"] >= 1.5 for one in classes()))
    values["strongest"] = max((hit.strength for hit in own), default=0.0)
    signs = len(_SIGNS.findall(decoded.text[:600]))
    values["signs"] = min(signs, 20) / 10
    values["signs_share"] = signs / (5 + len(decoded.text[:600]))
    rounds = decoded.rounds if bare or decoded.rounds < 2 else hidden_rounds(request.target)
    values["hidden"] = min(3.0, max(0, rounds - 1) + 2.0 * decoded.overlong + (decoded.escapes > 2))
    values["overlong"] = float(_OVERLONG.search(decoded.text[:_LONGEST_AGENT]) is not None)
    tool, probe = _surroundings(request, values, decoded, who)
    return Measured(values, tuple(own), where, payload, tool, probe)


def _probe(family: Family, status: int, referred: bool, who: Standing) -> tuple[str, float]:
    """The feature that a probed path raises, and by how much.

    Whoever runs the product gets an answer and comes from its pages, or is known to it by name;
    a scan comes from nowhere and is refused nearly always.
    """
    referred = referred or who.known
    if family.kind == "secret":
        if who.at_files:
            return "probe_secret", 0.1  # a program of files looks whether its own is there
        return "probe_secret", 0.5 if referred and status not in _ABSENT else 1.0
    if family.kind == "product":
        at_work = referred or who.office or who.monitor
        return "probe_product", 0.0 if at_work else 0.8 if status in _ABSENT else 0.5
    return "probe_exploit", 0.2 if referred else 1.0 if status in _ABSENT else 0.6


def _surroundings(
    request: Request, values: dict[str, float], decoded: Decoded, who: Standing
) -> tuple[str | None, Family | None]:
    """Features of what stands around the target; the tool and the probed family, if any."""
    tool = None
    if request.agent is not None:
        found, tool = _agent(request.agent)
        values.update(found)
    named = _named()
    shown = f"{request.target} {request.referer or ''}".lower()
    values["marker"] = float(any(name in shown for name in named["markers"]))
    if request.method is None:
        return tool, None
    status = request.status or 200
    family = probed(decoded.text, status)
    referred = request.referred
    in_host = shows_code(request, who)
    path = request.path.lower()
    by_signature = signed(request)
    pattern = _MEANT_TO_BE_READ.search(path) is not None
    if family is not None and family.kind == "secret" and (by_signature or pattern):
        family = None
    if family is not None and family.kind == "product" and _OPEN.search(decoded.text):
        family = None
    if family is not None and family.kind != "secret" and fetches(request):
        family = None  # a package is called as the product is
    if family is not None and not (family.kind != "product" and in_host):
        # A product that calls a query bad is there.
        answer = 200 if status == 400 and "?" in request.target else status
        name, strength = _probe(family, answer, referred, who)
        values[name] = strength
        values["probe_refused"] = strength * (answer in _ABSENT)
    sought = status in _ABSENT and not referred and not (who.monitor or who.office)
    if in_host or by_signature:
        pass  # its own reader has it
    elif _DISGUISED.search(path):
        values["unpublished"] = 1.0
    elif pattern:
        pass
    elif _HIDDEN.search(path) or path.endswith(named["tails"]):
        given = (referred or who.known) and status not in _ABSENT
        values["unpublished"] = 0.0 if who.at_files else 0.3 if given else 1.0
    elif sought and path.endswith(_ARCHIVES) and not fetches(request):
        values["unpublished"] = 1.0 if _DUMP.search(path) else 0.7
    values["script_missing"] = float(sought and path.endswith(_SCRIPTS))
    values["random_name"] = float(sought and _RANDOM.search(request.path) is not None)
    values["method_odd"] = method_odd(request.method, status, who)
    if (request.method == "POST" or "signature=" in request.target) and _NOTICE.search(path):
        values["agent_forged"] *= (request.agent or "").lower() not in _BARE
    # A client that said nothing before it hung up is logged as "-".
    silent = request.target in ("", "-")
    values["broken_request"] = float(request.logged and request.method == "" and not silent)
    lower = request.target[:200].lower()
    values["foreign"] = values["broken_request"] * any(one in lower for one in named["foreign"])
    values["proxy"] = float(
        request.method == "CONNECT" or lower.startswith(("http://", "https://"))
    )
    values["status_4xx"] = float(400 <= status < 500)
    values["status_5xx"] = float(status >= 500)
    values["post_without_referer"] = float(request.method == "POST" and not referred)
    return tool, family
