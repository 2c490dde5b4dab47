"""Requests whose address carries other addresses, words or code by design, written for this
project: ordinary, and easily taken for an attack.

Sign-on and what it returns to, counters of visits, hosts of code, registries, searches about
attacks, short links, text in another script encoded twice, formulas, shared code.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from urllib.parse import quote, quote_plus

from traffic_examples import FIRST, HAN, HOSTS, WORDS, _agent, _line, _number
from traffic_work import snippet

LETTERS = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
SAID = [
    "how does {a} work",
    "{a} 是什么意思",
    "怎么防止 {a} 攻击",
    "difference between {a} and {b}",
    "what is {a} used for in {w}",
    "{a} 和 {b} 的区别",
    "why is {a} slow with {w}",
    "explain {a} to a beginner",
    "{w} {a} example",
    "permission denied {a} after upgrade of {w}",
    "learn {a} {w} course",
    "{a} 报错 怎么办",
]
ABOUT = [
    "union select",
    "union all select",
    "drop table",
    "delete from",
    "/etc/passwd",
    "/etc/shadow",
    "/etc/hosts",
    "insert into",
    "cat /etc/hosts",
    "order by 1",
    "information_schema",
    "/bin/bash",
    "waitfor delay",
    "win.ini",
    "/proc/self",
    "xp_cmdshell",
    "phpinfo",
    "javascript:",
    "__proto__",
    "file://",
]


def _token(r: random.Random, least: int = 6, most: int = 12) -> str:
    return "".join(r.choice(LETTERS) for _ in range(r.randint(least, most)))


def _page(r: random.Random, local: float = 0.0) -> str:
    """An address with parameters of its own, some of which hold an address again."""
    host, word, n = r.choice(HOSTS), r.choice(WORDS), r.randint(1, 900)
    here = [f"127.0.0.1:{r.randint(1025, 60000)}", f"localhost:{r.randint(3000, 9000)}"]
    host = r.choice(here) if r.random() < local else host
    scheme = "http" if host[0] in "1l" else r.choice(["https", "https", "http"])
    inner = quote(f"/{word}/list.do?id={n}&name={r.choice(HAN)}", safe="")
    return f"{scheme}://{host}" + r.choice(
        [
            f"/{word}?page={n}&q={quote(r.choice(HAN))}",
            f"/{word}/index.{r.choice(['jsp', 'php', 'html', 'asp'])}?return={inner}",
            f"/{word}/callback",
            f"/login?next={inner}",
            f"/{word}/{n}.html",
            f"/#/{word}?tab={n}",
            f"/{word}?utm_source={word}&kw=%3C{word}%3E",
            f"/{word}?title={quote(r.choice(HAN) + ' | ' + word)}",
        ]
    )


def sign_on_line(r: random.Random) -> str:
    """Signing on at one place for another."""
    page, word = quote(_page(r, 0.2), safe=r.choice(["", "", ":/"])), r.choice(WORDS)
    plain = quote(_page(r), safe="")
    if r.random() < 0.15:
        page = quote(page, safe="")
    state = _token(r, 8, 40)
    target = r.choice(
        [
            f"/oauth2/authorize?response_type=code&client_id={word}&redirect_uri={page}&state={state}",
            f"/oauth/authorize?client_id={_number(r)}&redirect_uri={page}&response_type=token",
            f"/realms/{word}/protocol/openid-connect/auth?client_id={word}&redirect_uri={page}&nonce={state}",
            f"/connect/authorize/callback?client_id=spa&redirect_uri={page}&code_challenge={state}",
            f"/cas/login?service={page}",
            f"/cas/logout?service={page}",
            f"/saml2/idp/sso?SAMLRequest={_token(r, 60, 160)}%3D%3D&RelayState={page}",
            f"/adfs/ls/?wa=wsignin1.0&wtrealm=urn:{word}&wctx={page}",
            f"/sso/login?returnUrl={page}",
            f"/login?redirect={page}",
            f"/passport/login?goto={plain}&from={word}",
            f"/account/signin?ReturnUrl={page}",
            f"/connect/qrconnect?appid=wx{_number(r)}&redirect_uri={page}&scope=snsapi_login",
            f"/logout?post_logout_redirect_uri={page}",
            f"/oauth2/callback?code={state}&state={page}",
            f"/go?url={plain}",
            f"/link?target={plain}",
            f"/share?url={plain}&title={quote(r.choice(HAN))}",
            f"/oembed?format=json&url={plain}",
            f"/wx/callback?signature={r.randrange(1 << 60):x}&nonce={_number(r)}",
        ]
    )
    if target.startswith("/wx/"):
        return _line(r, r.choice(["GET", "POST"]), target, 200, "-", r.choice(["Mozilla/4.0", "-"]))
    referer = r.choice(["-", f"https://{r.choice(HOSTS)}/", f"https://{r.choice(HOSTS)}/{word}"])
    return _line(r, "GET", target, r.choice([302, 302, 200, 303, 400]), referer, _agent(r))


def counter_line(r: random.Random) -> str:
    """A counter of visits is told the page's address and title."""
    page, word, host = quote(_page(r), safe=""), r.choice(WORDS), r.choice(HOSTS)
    told = r.choice(
        [f"{r.choice(HAN)} | {word}", f"<{word}> {r.choice(HAN)}", f'"{word}" – {host}']
    )
    title = quote(told, safe="")
    target = r.choice(
        [
            f"/g/collect?v=2&tid=G-{_token(r)}&dl={page}&dt={title}&en=page_view",
            f"/j/collect?v=1&t=pageview&dl={page}&dr={page}&dt={title}",
            f"/matomo.php?action_name={title}&idsite=4&rec=1&url={page}&urlref={page}",
            f"/piwik.php?action_name={title}&idsite=1&rec=1&url={page}",
            f"/hm.gif?cc=1&ck=1&ds=1536x864&si={r.randrange(1 << 60):x}&u={page}&tt={title}",
            f"/log.gif?t=pv&u={page}&r={page}&ti={title}",
            f"/pixel.gif?id={_number(r)}&ref={page}",
            f"/beacon?ev=view&url={page}&ts={_number(r)}",
            f"/api/event?n=pageview&u={page}&d={host}",
            f"/rum?url={page}&msg={title}&line={r.randint(1, 90)}",
            f"/t/o/{_token(r)}/{_token(r, 12, 40)}.gif",
            f"/track/click/{_token(r, 10, 30)}?u={page}",
        ]
    )
    method = "POST" if r.random() < 0.15 else "GET"
    referer = f"https://{r.choice(HOSTS)}/" if r.random() < 0.75 else "-"
    return _line(r, method, target, r.choice([200, 204, 302]), referer, _agent(r))


def code_host_line(r: random.Random) -> str:
    """A file, a package or a version of one, whatever it is called."""
    word, other, n = r.choice(WORDS), r.choice(WORDS), r.randint(1, 9)
    file = r.choice(
        [
            "etc/passwd.pp",
            "etc/hosts",
            ".env.example",
            ".gitignore",
            ".htaccess",
            "wp-config-sample.php",
            "tests/xss/<script>.html".replace("<", "%3C").replace(">", "%3E"),
            "config/database.yml",
            "docker/.env",
            "scripts/shell.php",
            "backup.sql",
            "templates/etc/shadow.j2",
            f"{word}.bak",
            "actuator/health.java",
        ]
    )
    place = f"https://{r.choice(HOSTS)}/{word}/{other}"
    kinds = [
        (f"/{word}/{other}/-/blob/main/{file}?ref_type=heads", place, _agent(r), 200),
        (f"/{word}/{other}/src/branch/master/{file}", place, _agent(r), 200),
        (f"/{word}/{other}/blob/v{n}.0/{file}", place, _agent(r), 200),
        (f"/{word}/{other}/raw/{file}", place, _agent(r), 200),
        (f"/projects/{word}/repos/{other}/browse/{file}", place, _agent(r), 200),
        (f"/v2/library/{r.choice(['phpmyadmin', 'wordpress', 'adminer', word])}/manifests/{n}", "-",
         "containerd/1.7.13", r.choice([200, 404])),
        (f"/npm/{r.choice(['phpmyadmin', 'drupal', word])}", "-", "npm/10.8.1 node/v20.9", 404),
        (f"/nexus/repository/maven-public/com/{word}/{other}/1.{n}/{other}-1.{n}.pom", "-",
         "Apache-Maven/3.9.9 (Java 17.0.10; Linux)", r.choice([200, 404, 404])),
        (f"/repository/raw/{word}/{other}-{n}.tar.gz", "-", "curl/8.5.0", r.choice([200, 404])),
        (f"/debian/dists/{word}/InRelease", "-", "Debian APT-HTTP/1.3 (2.6.1)", 200),
        (f"/plugins/{word}/{other}.zip", "-", "JetBrains IDE/2024.1", r.choice([200, 404])),
    ]  # fmt: skip
    target, referer, agent, status = r.choice(kinds)
    return _line(r, r.choice(["GET", "GET", "HEAD"]), target, status, referer, agent)


def told_line(r: random.Random) -> str:
    """Somebody asks about what an attack also holds."""
    text = r.choice(SAID).format(a=r.choice(ABOUT), b=r.choice(ABOUT), w=r.choice(WORDS))
    sent = quote_plus(text) if r.random() < 0.6 else quote(text, safe=r.choice(["", "/"]))
    name = r.choice(["q", "query", "wd", "kw", "search", "s", "text", "keyword", "title", "word"])
    path = r.choice(["/search", "/s", "/so", "/docs/search/", "/questions/search", "/", "/ask"])
    referer = f"https://{r.choice(HOSTS)}/" if r.random() < 0.75 else "-"
    return _line(r, "GET", f"{path}?{name}={sent}", 200, referer, _agent(r))


def inside_line(r: random.Random) -> str:
    """Short links, relative styles, formulas, other scripts encoded twice, code between marks."""
    word, other, n, host = r.choice(WORDS), r.choice(WORDS), r.randint(1, 90), r.choice(HOSTS)
    twice = quote(quote(f"{r.choice(HAN)}/{r.choice(HAN)}.cpt", safe=""), safe="")
    formula = r.choice(
        [
            r"\frac{a}{b}=\sqrt{x_{1}}",
            rf"\sum_{{i=1}}^{{{n}}} x_i^2 \quad ${{x}}$",
            r"\begin{matrix} 1 & 0 \\ 0 & 1 \end{matrix}",
            r"f(x)=\int_0^1 {{x^2}} dx",
        ]
    )
    shared = f"[code]{snippet(r)}[/code]" if r.random() < 0.5 else f"```\n{snippet(r)}\n```"
    target, referer, status = r.choice(
        [
            (f"/{_token(r)}", "-", r.choice([301, 302, 302, 404])),
            (f"/s/{_token(r)}", "-", r.choice([200, 302, 404])),
            (f"/i/{_token(r)}.jpg", f"https://{host}/", 200),
            (f"/watch/{_token(r, 9, 12)}", f"https://{host}/", 200),
            (f"/themes/{word}/../shared/{other}.css?v={n}", f"https://{host}/themes/{word}/", 200),
            (f"/{word}/./../img/{other}.png", f"https://{host}/{word}/a.html", 200),
            (f"/webroot/decision/view/report?viewlet={twice}&op=view", f"https://{host}/", 200),
            (f"/report?name={quote(quote(r.choice(HAN)))}", f"https://{host}/", 200),
            (f"/tex.svg?{quote(formula)}", f"https://{host}/", 200),
            (f"/latex?f={quote(formula, safe='')}", f"https://{host}/", 200),
            (f"/forum.php?mod=ajax&message={quote(shared, safe='')}", f"https://{host}/", 200),
            (f"/preview?text={quote(shared, safe='')}", f"https://{host}/", 200),
            (
                f"/{quote(r.choice(HAN))}/{quote(quote(r.choice(HAN)))}.html",
                f"https://{host}/",
                200,
            ),
        ]
    )
    line = _line(r, "GET", target, status, referer, _agent(r))
    user = r.choice(FIRST)
    return line.replace(" - - [", f" - {user} [", 1) if r.random() < 0.05 else line


def exchange_line(r: random.Random) -> str:
    """A request of one of these kinds."""
    kinds: list[Callable[[random.Random], str]] = [
        sign_on_line,
        counter_line,
        code_host_line,
        told_line,
        inside_line,
    ]
    return r.choices(kinds, [34, 30, 14, 4, 18])[0](r)
