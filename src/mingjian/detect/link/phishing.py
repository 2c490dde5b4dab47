"""Addresses made to lead people to a phishing page, judged by the address alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import ClassVar

from mingjian.detect.contract import NotApplicable
from mingjian.detect.learned import store
from mingjian.detect.link.address import (
    LONGEST,
    SCRIPT,
    SITES,
    Address,
    local,
    one_label,
    read_address,
    refanged,
    scheme_of,
)
from mingjian.detect.link.features import A_WORD, OF_HOST, Measured, judged, measure
from mingjian.detect.link.lists import lists
from mingjian.detect.link.lookalike import owner
from mingjian.detect.link.net import Net
from mingjian.detect.link.reasons import Reason, reasons
from mingjian.detect.link.spelling import Spelling
from mingjian.detect.link.trees import Trees
from mingjian.detect.link.visited import NAME as VISITED_LISTS
from mingjian.detect.link.visited import YEARS, visited
from mingjian.detect.link.wordlike import NAME as NAMES_TABLE
from mingjian.detect.link.wordlike import SHORTEST_SAID, table, wordlike
from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.domain.finding import Finding, TextSpan
from mingjian.domain.message import Message
from mingjian.domain.proposition import PropositionPair

PACKAGE = "mingjian.detect.link"
MODEL = "link_phishing"

PHISHING = PropositionPair(
    id="link.phishing",
    h1=Message(
        "该网址是为把人引到钓鱼页面而制作的",
        "the address was made to lead people to a phishing page",
    ),
    h2=Message("该网址是普通网址", "it is an ordinary address"),
)
_NOT_WEB = Message(
    "不是网页地址（没有主机，或为其他协议），本检测器不测量",
    "this is not the address of a web page (no host, or another scheme), so it is not measured",
)
_LOCAL = Message(
    "主机在本地网络之内（内网或本机 IP、不对外分配的后缀，或只有一段的主机名）："
    "外面的人不会被引到那里，因此不测量，也不发表意见",
    "the host lies inside a local network (a private or loopback IP address, an ending that is "
    "never given out, or a name of one label): nobody outside can be led there, so it is not "
    "measured and no opinion is given",
)
_LIST = Message(
    "这是一份网址清单；其中每个网址作为派生材料分别检验",
    "this is a list of addresses; each is examined by itself as a part",
)
_LIKE_PHISHING = Message(
    "其组成与拼写更接近已知的钓鱼网址",
    "its make-up and spelling are closer to those of known phishing addresses",
)
_LIKE_ORDINARY = Message(
    "其组成与拼写更接近普通网址",
    "its make-up and spelling are closer to those of ordinary addresses",
)
_NOTE = 0.0
"""Below this measurement nothing is of note: the training set was balanced."""
_RAISED = 0.5
"""What a name must have added, against a word in its place, for the sentence to say so."""
_OF_NET = 0.3
"""How much of the raw measurement is the net's; the rest is the trees'."""


def joined(trees: float, net: float) -> float:
    """The raw measurement of both (natural log odds, before `judged`)."""
    return (1 - _OF_NET) * trees + _OF_NET * net


class Phishing:
    """Measures an address by its parts, its spelling and the brands it names."""

    name: ClassVar[str] = "link.phishing"
    version: ClassVar[str] = store.version("8", PACKAGE, MODEL, NAMES_TABLE, VISITED_LISTS)
    accepts: ClassVar[frozenset[EvidenceKind]] = frozenset({EvidenceKind.LINK})
    propositions: ClassVar[tuple[PropositionPair, ...]] = (PHISHING,)

    def __init__(self, options: Mapping[str, str]) -> None:
        arrays = store.load(PACKAGE, MODEL)
        self._spelling = Spelling.of(arrays)
        self._trees, self._net = Trees.of(arrays), Net.of(arrays)
        self._of_host = lru_cache(maxsize=SITES)(self._trees.left_open)
        lists()
        table()
        visited()

    def examine(self, evidence: Evidence) -> Iterable[Finding]:
        text = (evidence.text or "").strip()
        if evidence.format == "url-list" or "\n" in text[:LONGEST]:
            raise NotApplicable(_LIST)
        address = read_address(text)
        if address is None:
            plain = refanged(text)
            if scheme_of(plain) in SCRIPT:
                return (_script(plain),)
            raise NotApplicable(_LOCAL if one_label(text) else _NOT_WEB)
        if local(address.site):
            raise NotApplicable(_LOCAL)
        measured = measure(address)
        return (self._finding(address, measured, evidence.text or ""),)

    def score(self, address: Address, measured: Measured) -> float:
        """The raw measurement: log odds for a training set of equal halves, then `judged`."""
        numbers = self._numbers(measured)
        left = self._of_host(tuple(numbers[:OF_HOST]))
        left &= self._trees.left_open(numbers[OF_HOST:], OF_HOST)
        raw = joined(self._trees.summed(left), self._net.measure(numbers))
        return judged(raw, address, measured)

    def _numbers(self, measured: Measured) -> list[float]:
        spelt = self._spelling.measure(measured.host_text, measured.path_text)
        return [*measured.numbers, *spelt]

    def _raised(self, address: Address, measured: Measured) -> bool:
        """Whether the measurement would be less if the name were a word."""
        name = address.site.name
        parts = [part for part in name.split("-") if len(part) >= SHORTEST_SAID]
        if not all(wordlike(part).no_word for part in (name, *parts)):
            return False
        numbers = self._numbers(measured)
        as_word = [*numbers]
        for at, number in A_WORD.items():
            as_word[at] = number
        return self._joined(numbers) - self._joined(as_word) >= _RAISED

    def _joined(self, numbers: Sequence[float]) -> float:
        return joined(self._trees.measure(numbers), self._net.measure(numbers))

    def _finding(self, address: Address, measured: Measured, text: str) -> Finding:
        score = round(self.score(address, measured), 4)
        raised = score >= _NOTE and self._raised(address, measured)
        found = reasons(address, measured, raised)
        offset = text.find(address.written) if address.written else -1
        where = [place for r in found for place in r.places if offset >= 0]
        return Finding(
            signal="link.phishing",
            because=_because(address, measured, found, score),
            score=score,
            proposition=PHISHING.id,
            quiet=score < _NOTE,
            where=tuple(TextSpan(offset + a, offset + b) for a, b in dict.fromkeys(where)),
            context={"form": "web", "length": float(len(text))},
            details={
                "host": address.site.host[:253],
                "domain": address.site.domain[:253],
                "facts": [reason.code for reason in found],
                "cut": len(text) > LONGEST,
            },
        )


def _script(plain: str) -> Finding:
    """A fact: the address itself carries a page or a program."""
    scheme = scheme_of(plain)
    return Finding(
        signal="link.script",
        because=Message(
            f"这不是网站地址：{scheme}: 网址自身携带网页或程序，打开即在浏览器中运行",
            f"this names no site: a {scheme}: address itself carries a page or a program that "
            "the browser runs when it is opened",
        ),
        where=(TextSpan(0, len(scheme) + 1),),
        details={"scheme": scheme},
    )


def _because(address: Address, measured: Measured, found: list[Reason], score: float) -> Message:
    brand = owner(address.site)
    if brand is not None and address.site.hosting is None:
        first = Message(
            f"域名 {address.site.domain[:60]} 列为{brand.name.zh}的官方域名",
            f"the domain {address.site.domain[:60]} is listed as {brand.name.en}'s own",
        )
    elif address.site.hosting is None and address.site.domain in lists().known:
        first = Message(
            f"域名 {address.site.domain[:60]} 是常见网站",
            f"the domain {address.site.domain[:60]} is a well-known one",
        )
    elif measured.numbers_named("visited"):
        first = Message(
            f"域名 {address.site.domain[:60]} 在访问最多的一百万个网站之列",
            f"the domain {address.site.domain[:60]} is among the million most visited",
        )
    elif years := measured.numbers_named("visited_years"):
        listed = round(years * YEARS)
        first = Message(
            f"域名 {address.site.domain[:60]} 曾在访问最多的一百万个网站之列"
            f"（2020 至 2025 年的 {YEARS} 份名单中 {listed} 份）",
            f"the domain {address.site.domain[:60]} once was among the million most visited "
            f"({listed} of {YEARS} lists of 2020 to 2025)",
        )
    else:
        first = None
    told = [reason.sentence for reason in found[:4]]
    if first is not None:
        told = [first, *told[:2]]
    return _nothing_seen(score >= _NOTE) if not told else _joined(told, score >= _NOTE)


@lru_cache(maxsize=2)
def _nothing_seen(of_note: bool) -> Message:
    nothing = Message(
        "未见仿冒品牌或其他可指明的特征",
        "no imitated brand or other nameable sign was seen",
    )
    return _joined([nothing], of_note)


def _joined(told: Sequence[Message], of_note: bool) -> Message:
    end = _LIKE_PHISHING if of_note else _LIKE_ORDINARY
    zh = "；".join(message.zh for message in (*told, end)) + "。"
    en = "; ".join(message.en for message in (*told, end)) + "."
    return Message(zh, en[0].upper() + en[1:])
