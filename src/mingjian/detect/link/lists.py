"""The hand-written lists of `data/`, read once and turned into what looking up needs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from mingjian.domain.message import Message


def read_list(name: str) -> Mapping[str, Any]:
    """The list `data/<name>.json`."""
    found = files("mingjian.detect.link").joinpath("data", f"{name}.json")
    return dict(json.loads(found.read_text("utf-8")))


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


@dataclass(frozen=True, slots=True)
class Brand:
    """A name that phishing pages borrow, and the domains that truly are its own."""

    name: Message
    domains: frozenset[str]


@dataclass(frozen=True, slots=True)
class Lists:
    """Everything looked up by name."""

    second: frozenset[str]
    flat: frozenset[str]
    endings: frozenset[str]
    hosting: Mapping[str, str]
    """Host or domain -> builder, app, webhost, dynamic, ipfs, form or shortener."""
    known: frozenset[str]
    official: Mapping[str, Brand]
    """Registrable domain -> the brand that owns it."""
    names: Mapping[str, Brand]
    """Words that name a brand and nothing else."""
    plain_names: Mapping[str, Brand]
    """Brand words that are ordinary words or short: they count only as a whole token."""
    heads: frozenset[str]
    """The first four characters of every entry of `names`."""
    near: Mapping[str, tuple[str, ...]]
    """A brand word less one character -> the brand words it may be."""
    cheap: frozenset[str]
    free: frozenset[str]
    ruled: frozenset[str]
    words: Mapping[str, str]
    """Word -> its class (credential, urgency, money, service, gambling, kit, article)."""
    folders: frozenset[str]
    """Folders of a site's own program, where visitors have no business."""
    documents: frozenset[str]
    """Words for shared documents and mailboxes, and services that keep them."""
    functions: frozenset[str]
    """First labels of hosts that say what a server of an organisation does (login, webmail)."""
    mailings: frozenset[str]
    """First labels of hosts that links of newsletters lead to."""
    services: frozenset[str]
    """Registrable domains under which many organisations sign on or send mail."""
    regional: Mapping[str, frozenset[str]]
    """Ending -> words by which a brand's regional houses begin their names there."""


SHORTEST_NEAR = 6
"""Brand words shorter than this are too close to ordinary words for a spelling comparison."""


def shortened(word: str) -> tuple[str, ...]:
    """The word, and the word less any one character; in one order, so that every process
    names the same brand."""
    return tuple(dict.fromkeys((word, *(word[:i] + word[i + 1 :] for i in range(len(word))))))


@cache
def lists() -> Lists:
    suffixes, hosts, endings = read_list("suffixes"), read_list("hosts"), read_list("endings")
    known, words, brands = read_list("known"), read_list("words"), read_list("brands")
    official: dict[str, Brand] = {}
    names: dict[str, Brand] = {}
    plain: dict[str, Brand] = {}
    for zh, en, marks, domains in brands["brands"]:
        brand = Brand(Message(zh, en), _words(domains))
        for domain in brand.domains:
            official.setdefault(domain, brand)
        for mark in marks.split():
            word = mark.lstrip("*")
            # Under five letters a name is found inside too many other words.
            whole = mark[0] == "*" or len(word) < 5
            (plain if whole else names).setdefault(word, brand)
    near: dict[str, list[str]] = {}
    for name in names:
        if len(name) >= SHORTEST_NEAR and name.isalpha():
            for form in shortened(name):
                near.setdefault(form, []).append(name)
    kinds = ("form", "builder", "app", "webhost", "dynamic", "ipfs", "shortener")
    classes = ("article", "kit", "kit_page", "service", "gambling", "money", "urgency")
    return Lists(
        second=_words(suffixes["second"]),
        flat=_words(suffixes["flat"]),
        endings=_words(suffixes["more"]),
        hosting={host: kind for kind in kinds for host in hosts[kind].split()},
        known=_words(known["global"]) | _words(known["chinese"]),
        official=official,
        names=names,
        plain_names=plain,
        heads=frozenset(name[:4] for name in names),
        near={form: tuple(found) for form, found in near.items()},
        cheap=_words(endings["cheap"]),
        free=_words(endings["free"]),
        ruled=_words(endings["ruled"]),
        folders=_words(words["folder"]),
        documents=_words(words["document"]),
        functions=_words(words["function"]),
        mailings=_words(words["mailing"]),
        services=_words(known["services"]),
        regional={end: _words(heads) for end, heads in brands["regional"].items()},
        words={word: kind for kind in (*classes, "credential") for word in words[kind].split()},
    )
