"""More requests written for this project: people who run products, services and their long
queries, rich text; worms, other protocols, and the short payloads of fuzzing lists.

The lists lie in `traffic_written.json`. Probed paths are typed as scanners send them, from
memory of public reports, and not drawn from the detector's own list.
"""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, quote_plus

from traffic_examples import HAN, HOSTS, PHRASES, WORDS, _agent, _line, _number

LISTS = json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))
ODD = ["C#", "C++", ".NET", "R&B", "A+", "'90s", "$5", "50/50", "N°", "@me", "#1"]
STATUS = [200, 304, 302, 301, 403, 404, 401, 500]


def rich_value(r: random.Random) -> str:
    """A long or odd value of an honest user: rich text, code, formulas, searches."""
    word, other, han = r.choice(WORDS), r.choice(WORDS), r.choice(HAN)
    n, m = r.randint(1, 99), r.randint(100, 9999)
    kinds: list[Callable[[], str]] = [
        lambda: r.choice(LISTS["searches_en"]),
        lambda: r.choice(LISTS["searches_zh"]),
        lambda: f"{r.choice(LISTS['searches_zh'])} {r.choice(LISTS['searches_en'])}",
        lambda: r.choice(LISTS["sentences"]),
        lambda: r.choice(LISTS["code"]),
        lambda: f"{han}（{word}）{n}%，{m}元",
        lambda: f"{word.title()}: {n}/{m}; {other} #{n} & {n + 1}",
        lambda: f"{word} -{other} \"{r.choice(WORDS)}\" site:{r.choice(HOSTS)}",
        lambda: f"=SUM({word[:1].upper()}{n}:{word[:1].upper()}{m})",
        lambda: json.dumps(
            {"page": n, "filter": {"name": word, "tags": [other, han]}}, ensure_ascii=False
        ),
        lambda: json.dumps([{"field": word, "op": "gt", "value": n}]),
        lambda: f"price gt {n} and name eq '{word}'",
        lambda: f"created_at>={2000 + n % 26}-01-01,{word}:desc",
        lambda: f"https://{r.choice(HOSTS)}/{word}?a={n}&b={other}#top",
        lambda: f"D:\\{word}\\{other} {n}.docx",
        lambda: f"{word}/{other}/{n}.pdf",
        lambda: f"[{n}, {m}] -> ({other})",
        lambda: f"{n}' {m % 12}\" ({word})",
        lambda: f"**{word}** _{other}_ [{han}](https://{r.choice(HOSTS)}/{n})",
        lambda: f"- {word}\r\n- {other}\r\n- {han}",
        lambda: f"{word}<br>{other}" if r.random() < 0.3 else f"{word}; {other}; {n}",
        lambda: f"{n} {word}s & {m} {other}s, isn't it? (yes/no)",
        lambda: f"{r.choice(ODD)} {word}",
        lambda: base64.b64encode(r.randbytes(r.randint(20, 120))).decode(),
        lambda: ",".join(str(r.randint(1, 9999)) for _ in range(r.randint(3, 30))),
        lambda: f"{r.choice(PHRASES)}, {r.choice(PHRASES)}",
    ]  # fmt: skip
    return r.choice(kinds)()


def short_payload(r: random.Random) -> str:
    """A payload as the lists that fuzzers read from hold it, mostly short."""
    n, w = r.randint(1, 9999), r.choice(WORDS)
    value = r.choice(LISTS["payloads"]).replace("{n}", str(n)).replace("{w}", w)
    roll = r.random()
    if roll < 0.25 and not value[0].isalnum():
        value = f"{r.choice([w, str(n)])}{value}"
    elif roll < 0.35:
        value = quote(value, safe=r.choice(["", "/"]))
    elif roll < 0.38:
        value = quote(quote(value, safe=""), safe="")
    elif roll < 0.42:
        value = value.upper()
    return value


def operator_line(r: random.Random) -> str:
    """A person at work in a product's own pages: they answer, and he comes from them."""
    target = r.choice(LISTS["operated"]).replace("{n}", _number(r)).replace("{w}", r.choice(WORDS))
    host = r.choice(HOSTS)
    page = target.partition("?")[0].rpartition("/")[0]
    referer = f"https://{host}{page}/" if r.random() < 0.8 else "-"
    status = r.choices(STATUS, [80, 8, 8, 2, 1, 1, 1, 1])[0]
    return _line(r, "POST" if r.random() < 0.25 else "GET", target, status, referer, _agent(r))


def service_line(r: random.Random) -> str:
    """Interfaces, pixels, monitors, players, old addresses: long and ugly but honest."""
    word, value = r.choice(WORDS), rich_value(r)
    sent = quote(value, safe=r.choice(["", "/", "/:,"])) if r.random() < 0.8 else quote_plus(value)
    token = base64.urlsafe_b64encode(r.randbytes(r.randint(12, 90))).decode()
    more = quote_plus(rich_value(r))
    kinds = [
        f"/api/v2/{word}?q={sent}&size=20",
        f"/collect?v=1&t=pageview&dl={sent}&dt={more}&cid={_number(r)}.{_number(r)}",
        f"/pixel.gif?d={token}",
        f"/hm.gif?cc=1&ck=1&cl=24-bit&ds=1536x864&ep={_number(r)}&si={token[:32]}&su={sent}",
        f"/search?keyword={sent}&from={more}",
        f"/s?ie=utf-8&wd={quote(r.choice(LISTS['searches_zh']))}&rsv_t={token}",
        f"/so/{quote(r.choice(LISTS['searches_zh']))}.html",
        f"/paste?text={sent}",
        f"/odata/{word}?$filter={sent}&$orderby={word}%20desc&$top=50",
        f"/jsonp?callback=jQuery{_number(r)}_{_number(r)}&data={sent}",
        f"/oauth2/callback?code={token}&state={token[:20]}",
        f"/sso/login?service=https%3A%2F%2F{r.choice(HOSTS)}%2F{word}%3Fid%3D{_number(r)}",
        f"/image/resize?src=https://{r.choice(HOSTS)}/{word}.jpg&w=300",
        f"/graphql?query={quote('{' + word + '(id:' + _number(r) + '){name,price}}')}",
        f"/{quote(r.choice(HAN))}/{quote(r.choice(HAN))}?{quote(r.choice(HAN))}={sent}",
        f"/tiles/{r.randint(1, 18)}/{_number(r)}/{_number(r)}.png",
        f"/socket.io/?EIO=4&transport=polling&t={token[:7]}",
        f"/game/{word}/score?uid={_number(r)}&sig={token}&ts={_number(r)}",
        f"/gov/zwfw/{word}/queryList.do?title={quote(r.choice(HAN))}&pageNo={r.randint(1, 30)}",
        f"/Item/Show.asp?m=1&d={_number(r)}",
        f"/forum.php?mod=viewthread&tid={_number(r)}&extra=page%3D1",
        f"/thread-{_number(r)}-1-1.html",
        f"/cart?items[]={_number(r)}&items[]={_number(r)}&coupon={word.upper()}50%25",
        f"/{word}?utm_source={word}&utm_medium=cpc&gclid={token}&fbclid=IwAR{token}",
        r.choice(LISTS["checks"]),
        r.choice(LISTS["checks"]),
    ]  # fmt: skip
    target = r.choice(kinds)
    check = target in LISTS["checks"]
    if check:
        agent = r.choice(LISTS["checkers"])
    else:
        agent = _agent(r) if r.random() < 0.7 else r.choice(LISTS["clients"])
    referer = "-" if check or r.random() < 0.45 else f"https://{r.choice(HOSTS)}/{word}/"
    method = "HEAD" if check and r.random() < 0.3 else "POST" if r.random() < 0.12 else "GET"
    if not check and r.random() < 0.03:
        method = r.choice(["OPTIONS", "PUT", "DELETE"])
    status = r.choices(STATUS, [72, 6, 5, 3, 3, 7, 2, 2])[0]
    return _line(r, method, target, status, referer, agent)


def _refused(r: random.Random) -> int:
    return r.choices([404, 403, 400, 301, 302, 200, 405, 500, 401], [58, 8, 8, 6, 4, 10, 2, 2, 2])[
        0
    ]


def search_line(r: random.Random) -> str:
    """A search for known products and files, mostly under the name of an ordinary browser."""
    if r.random() < 0.08:
        return stray_line(r)
    target = r.choice(LISTS["probed"]).replace("{n}", _number(r)).replace("{w}", r.choice(WORDS))
    method = r.choices(["GET", "POST", "HEAD"], [80, 10, 10])[0]
    agent = _agent(r) if r.random() < 0.75 else r.choice(LISTS["bare"])
    status = _refused(r)
    referer = "-" if r.random() < 0.93 else "http://www.google.com/"
    return _line(r, method, target, status, referer, agent)


def stray_line(r: random.Random) -> str:
    """Another protocol at the web's port, or a test whether the server lends itself as a proxy."""
    address = f"192.0.2.{r.randint(1, 254)}"
    agent = r.choice(LISTS["sweepers"]) if r.random() < 0.6 else _agent(r)
    roll = r.random()
    if roll < 0.6:
        line = _line(r, "GET", "/", 400, "-", "-")
        said = r.choice(LISTS["foreign"]).replace("{a}", address)
        return line.replace('"GET / HTTP/1.1"', f'"{said}"')
    if roll < 0.8:
        target = r.choice([f"{address}:443", "www.example.com:443", f"{address}:25"])
        return _line(r, "CONNECT", target, r.choice([400, 405, 404, 200]), "-", agent)
    host = r.choice([address, "azenv.example", "ip.example"])
    target = f"http://{host}/{r.choice(['', 'azenv.php', 'ip'])}"
    return _line(r, "GET", target, r.choice([404, 400, 200, 403]), "-", agent)


def worm_line(r: random.Random) -> str:
    """A worm or a wide sweep: a known flaw with its command, another protocol, a proxy test."""
    address = f"192.0.2.{r.randint(1, 254)}"
    agent = r.choice(LISTS["sweepers"]) if r.random() < 0.6 else _agent(r)
    roll = r.random()
    if roll < 0.72:
        target = r.choice(LISTS["flaws"]).replace("{a}", address).replace("{w}", r.choice(WORDS))
        method = "POST" if r.random() < 0.35 else "GET"
        return _line(r, method, target, _refused(r), "-", agent)
    if roll < 0.9:
        return stray_line(r)
    method = r.choice(["HEAD", "GET", "OPTIONS", "PROPFIND"])
    target = r.choice(["/", "/robots.txt", "/sitemap.xml", "/favicon.ico"])
    return _line(r, method, target, _refused(r), "-", r.choice(LISTS["sweepers"]))
