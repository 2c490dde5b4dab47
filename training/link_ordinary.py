"""Ordinary addresses, invented: how shops, newspapers, offices, forums and mails build theirs.

Feeds of phishing pages give paths, lists of good sites give home pages. A model that sees both
learns that a path is a bad sign. These addresses have the paths that ordinary sites have, on
well-known names and on invented ones, so that it cannot.
"""

# Templates of paths read best as one row each.
# ruff: noqa: E501

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path

from mingjian.detect.link.lists import lists, read_list


def words(name: str) -> list[str]:
    """A list of `link_words.json`."""
    told = json.loads(Path(__file__).with_name("link_words.json").read_text("utf-8"))
    return " ".join(told[name]).split()


EN = words("en")
PINYIN = words("pinyin")
FAMILY = words("family")
TOPICS = words("topics")
ZH_TOPICS = words("zh_topics")
ENDINGS = words("endings")
ZH_ENDINGS = words("zh_endings")


class Draw(random.Random):
    """Random choices with the pieces addresses are made of."""

    def slug(self, low: int = 3, high: int = 9, joiner: str = "-") -> str:
        at = self.randrange(len(TOPICS) - high)
        return joiner.join(TOPICS[at : at + self.randint(low, high)])

    def number(self, low: int = 3, high: int = 9) -> str:
        size = self.randint(low, high)
        return str(self.randrange(10 ** (size - 1), 10**size))

    def token(self, low: int = 6, high: int = 24, alphabet: str = "") -> str:
        signs = alphabet or self.choice(
            ("0123456789abcdef", "abcdefghijklmnopqrstuvwxyz0123456789",
             "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        )  # fmt: skip
        return "".join(self.choices(signs, k=self.randint(low, high)))

    def date(self, form: str) -> str:
        year, month, day = self.randint(2004, 2026), self.randint(1, 12), self.randint(1, 28)
        return form.format(y=year, m=month, d=day)

    def word(self) -> str:
        return self.choice(EN)


def pinyin(draw: Draw) -> str:
    """A Chinese name spelt out."""
    return "".join(draw.choices(PINYIN, k=draw.randint(2, 4))) + "." + draw.choice(ZH_ENDINGS)


def initials(draw: Draw) -> str:
    """A Chinese name by its initials, or beginning with a number that is easy to keep."""
    if draw.random() < 0.3:
        name = draw.choice(("51", "91", "360", "365", "37", "4399", "17", "52", "99", "58"))
        name += "".join(draw.choices(PINYIN, k=draw.randint(1, 2)))
    else:
        name = "".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=draw.randint(2, 7)))
        name += draw.choice(("", "", "", "jx", "kj", "js", "88", "365", "100", "zs", "gs"))
    return f"{name}.{draw.choice(ZH_ENDINGS)}"


def western(draw: Draw) -> str:
    """A shop, a club, a firm, a family."""
    form = draw.random()
    joiner = draw.choice(("", "", "", "-"))
    if form < 0.6:
        name = joiner.join(draw.choices(EN, k=2 if form < 0.45 else 3))
    elif form < 0.75:
        name = draw.choice(FAMILY) + joiner + draw.word()
    elif form < 0.85:
        name = draw.word() + draw.choice(("ly", "ify", "hub", "ster", "io", "lab", "o", "ia"))
    elif form < 0.93:
        name = "".join(draw.choices("bcdfghklmnprstvwz", k=draw.randint(2, 5)))
    else:
        pairs = draw.randint(2, 4)
        name = "".join(draw.choice("bcdfglmnprstvz") + draw.choice("aeiou") for _ in range(pairs))
        name += draw.choice(("", "n", "x", "s", "24", "4u"))
    return f"{name}.{draw.choice(ENDINGS)}"


def invented(draw: Draw) -> str:
    """A host of a site nobody has heard of, as most sites are."""
    return draw.choice((pinyin, initials, western, western))(draw)


_SUBS = words("subs")


def _with_sub(draw: Draw, host: str) -> str:
    return f"{draw.choice(_SUBS)}.{host}" if draw.random() < 0.45 else host


def known(draw: Draw) -> str:
    found = lists()
    hosting = {*found.hosting}
    names = sorted((found.known | {*found.official}) - hosting)
    host = draw.choice(names)
    return host if host.count(".") > 2 else _with_sub(draw, host)


def tenant(draw: Draw) -> str:
    """A page of somebody's own on a host for everybody, as most of them are: harmless."""
    hosts = read_list("hosts")
    kind = draw.choice(("app", "app", "app", "builder", "builder", "builder", "webhost", "dynamic"))
    # The services named first in the lists are the widely used ones.
    service = draw.choice(hosts[kind].split()[:40])
    name = draw.choice(("{a}", "{a}-{b}", "{a}{b}", "{f}", "{f}-{a}", "{f}{a}")).format(
        a=draw.word(), b=draw.word(), f=draw.choice(FAMILY)
    )
    return f"{name}.{service}"


def news(d: Draw) -> str:
    return d.choice((
        d.date("/{y}/{m:02d}/{d:02d}/") + d.slug() + d.choice(("/", "", ".html")),
        f"/{d.choice(('news', 'world', 'sport', 'business', 'politics'))}/{d.slug()}-{d.number()}",
        f"/article/{d.slug()}/{d.number()}", f"/{d.word()}/{d.slug()}.html",
        f"/story/{d.token(8, 12)}", f"/a/{d.number(6, 10)}", f"/{d.slug(4, 9)}",
        f"/{d.word()}/article{d.number(6, 8)}.ece", f"/blog/{d.slug()}/", f"/?p={d.number(2, 5)}",
    ))  # fmt: skip


def chinese(d: Draw) -> str:
    t = d.choice(ZH_TOPICS)
    return d.choice((
        d.date("/art/{y}/{m}/{d}/art_") + f"{d.number(2, 5)}_{d.number(5, 8)}.html",
        d.date("/{y}-{m:02d}/{d:02d}/c_") + f"{d.number(8, 10)}.htm",
        d.date(f"/{t}/{{y}}{{m:02d}}/t{{y}}{{m:02d}}{{d:02d}}_") + f"{d.number(6, 8)}.shtml",
        d.date(f"/{t}/{{y}}-{{m:02d}}/{{d:02d}}/content_") + f"{d.number(6, 8)}.htm",
        f"/{t}/{d.number(2, 8)}.html", f"/{t}/show-{d.number(1, 3)}-{d.number(2, 6)}-1.html",
        f"/n1/{d.date('{y}/{m:02d}{d:02d}')}/c{d.number(4, 6)}-{d.number(8, 8)}.html",
        f"/html/{d.number(1, 4)}/{d.number(3, 7)}.html", f"/{t}/index.html", f"/{t}/list.jsp?id=\
{d.number(2, 5)}", f"/index.php?m=content&c=index&a=show&catid={d.number(1, 3)}&id={d.number()}",
        f"/item.htm?id={d.number(10, 12)}", f"/thread-{d.number(4, 7)}-1-1.html",
        f"/question/{d.number(8, 9)}/answer/{d.number(9, 10)}", f"/p/{d.number(8, 10)}",
        f"/video/BV{d.token(10, 10)}", f"/{d.number(10, 12)}.html", f"/col/col{d.number(3, 6)}/",
        f"/portal/login?service=https%3A%2F%2F{invented(d)}%2Findex",
        f"/default.aspx?tabid={d.number(2, 3)}", f"/s?wd={d.token(4, 20)}&rsv_spt=1&ie=utf-8",
        f"/s/{d.token(22, 22)}", f"/sys/user/register.action?type={d.number(1, 1)}", "/kefu/", "/m/",
    ))  # fmt: skip


def shop(d: Draw) -> str:
    return d.choice((
        f"/products/{d.slug(2, 5)}", f"/product/{d.number(4, 9)}/{d.slug(2, 4)}",
        f"/dp/{d.token(10, 10, 'ABCDEFGHJKLMNPQRSTUVWXYZ0123456789')}/ref=sr_1_{d.number(1, 1)}",
        f"/shop/{d.word()}/{d.slug(2, 4)}.html?color={d.word()}&size={d.number(1, 2)}",
        f"/itm/{d.number(12, 12)}?hash=item{d.token(10, 10)}:g:{d.token(12, 20)}", "/cart",
        f"/checkout/{d.token(32, 32, '0123456789abcdef')}", f"/category/{d.word()}?page={d.number(1, 2)}",
        f"/c/{d.word()}-{d.word()}/{d.number(3, 6)}", f"/track?order={d.number(6, 9)}", "/wishlist",
        f"/index.php?route=product/product&product_id={d.number(2, 4)}", f"/{d.word()}/{d.word()}/",
        f"/catalog/product/view/id/{d.number(2, 5)}", "/customer/account/login/",
        f"/gp/css/order-details?orderID={d.number(3, 3)}-{d.number(7, 7)}-{d.number(7, 7)}",
    ))  # fmt: skip


def software(d: Draw) -> str:
    a, b = d.word(), d.word()
    return d.choice((
        f"/{a}/{b}", f"/{a}/{b}/issues/{d.number(1, 5)}", f"/{a}/{b}/pull/{d.number(1, 5)}/files",
        f"/{a}/{b}/blob/main/{d.word()}/{d.word()}.py#L{d.number(1, 3)}", f"/{a}/{b}/releases/tag/v1.{d.number(1, 2)}",
        f"/{a}/{b}/commit/{d.token(40, 40, '0123456789abcdef')}", f"/{a}/-/merge_requests/{d.number(1, 4)}",
        f"/questions/{d.number(5, 8)}/{d.slug(4, 9)}", f"/docs/{d.word()}/{d.word()}.html#{d.slug(1, 3)}",
        f"/en/latest/{d.word()}.html", f"/download/{a}-{d.number(1, 2)}.{d.number(1, 2)}.tar.gz",
        f"/{a}/{b}.git", f"/api/v{d.number(1, 1)}/{a}?limit={d.number(1, 2)}", f"/wiki/{a.title()}_{b.title()}",
        f"/forum/viewtopic.php?f={d.number(1, 2)}&t={d.number(3, 6)}", f"/showthread.php?t={d.number(4, 7)}",
        f"/package/{a}", f"/project/{a}-{b}/", f"/~{d.choice(FAMILY)}/", f"/{d.choice(FAMILY)}/{a}/tree/master/{b}",
        f"/cgi-bin/bugreport.cgi?bug={d.number(5, 6)}", f"/mailman/listinfo/{a}", f"/r/{a}/comments/{d.token(6, 6)}/{d.slug(3, 6, '_')}/",
    ))  # fmt: skip


def office(d: Draw) -> str:
    """Logging in, paying and verifying, as the real pages of real services are addressed."""
    back = d.choice((f"https://{invented(d)}/{d.word()}", f"/{d.word()}/{d.word()}"))
    coded = back.replace(":", "%3A").replace("/", "%2F")
    return d.choice((
        "/login", "/signin", "/account/login", "/users/sign_in", "/user/login", "/auth/login", "/login.html",
        "/login.aspx", "/login.php", "/accounts/login/", "/account/verify", "/password/reset", "/wp-login.php",
        f"/login?return_to={coded}", f"/sso/login?redirect_uri={coded}&state={d.token(16, 40)}",
        f"/oauth2/v2.0/authorize?client_id={d.token(36, 36, '0123456789abcdef-')}&response_type=code&redirect_uri={coded}&scope=openid+profile&nonce={d.token(20, 40)}",
        f"/verify?token={d.token(20, 60)}", f"/account/confirm-email/{d.token(30, 60)}", "/support/contact", "/help/account-security",
        f"/payments/invoice/{d.number(5, 8)}", "/online-banking/login", "/personal/accounts/", f"/billing/{d.token(12, 20)}/pay",
        f"/ls/click?upn={d.token(60, 140)}", f"/track/click/{d.number(7, 8)}/{invented(d)}?p={d.token(60, 200)}",
        f"/unsubscribe?u={d.token(20, 26)}&id={d.token(10, 10)}&e={d.token(10, 10)}", f"/CL0/{coded}/1/{d.token(60, 70)}",
        f"/?utm_source=newsletter&utm_medium=email&utm_campaign={d.word()}_{d.number(4, 4)}", f"/e/{d.token(16, 30)}/{d.token(6, 8)}",
        f"/{d.word()}?utm_source={d.word()}&utm_medium=social&fbclid={d.token(40, 61)}", f"/url?q={coded}&sa=D&source=editors&ust={d.number(16, 16)}",
        f"/l.php?u={coded}&h={d.token(40, 80)}", f"/calendar/event?eid={d.token(40, 60)}", f"/s/{d.token(15, 15)}/{d.slug(1, 3)}.pdf?dl=0",
        f"/forms/d/e/1FAIpQLS{d.token(40, 48)}/viewform", f"/file/d/{d.token(33, 33)}/view?usp=sharing", f"/j/{d.number(10, 11)}?pwd={d.token(32, 32)}",
        f"/document/d/{d.token(44, 44)}/edit", f"/:w:/s/{d.word()}/{d.token(40, 50)}?e={d.token(6, 6)}", f"/invite/{d.token(8, 10)}", f"/{d.token(7, 8)}",
    ))  # fmt: skip


def gate(d: Draw) -> str:
    """Logging in, and links in mails, at sites of no great size."""
    return d.choice((
        "/login", "/user/login", "/login.html", "/login.aspx", "/login.php", "/wp-login.php", "/member/login", "/my-account/",
        f"/unsubscribe?u={d.token(20, 26)}&id={d.token(10, 10)}", f"/?utm_source=newsletter&utm_medium=email&utm_campaign={d.word()}", "/wp-admin/",
        f"/{d.word()}?utm_source={d.word()}&utm_medium=social&fbclid={d.token(40, 61)}", f"/track/click/{d.number(7, 8)}?p={d.token(60, 120)}", "/register",
    ))  # fmt: skip


def file(d: Draw) -> str:
    return d.choice((
        f"/wp-content/uploads/{d.date('{y}/{m:02d}')}/{d.slug(1, 4)}.{d.choice(('jpg', 'pdf', 'png', 'docx'))}",
        f"/assets/{d.word()}.{d.token(8, 8, '0123456789abcdef')}.js", f"/static/css/main.{d.token(8, 8)}.css", f"/images/{d.word()}{d.number(1, 3)}.jpg",
        f"/sites/default/files/{d.date('{y}-{m:02d}')}/{d.slug(2, 5, '_')}.pdf", f"/pdf/{d.date('{y}')}/{d.slug(1, 3)}.pdf", "/robots.txt",
        f"/media/{d.token(8, 20)}/{d.word()}.{d.choice(('mp4', 'jpg', 'webp'))}?width={d.number(3, 4)}&quality=80", "/sitemap.xml", "/favicon.ico",
        f"/{d.word()}/{d.token(36, 36, '0123456789abcdef-')}.png", f"/dist/{d.word()}@{d.number(1, 1)}.{d.number(1, 1)}/index.min.js", f"/download?id={d.number(3, 6)}",
        f"/{d.word()}.zip", f"/apk/{d.word()}_{d.number(1, 1)}.{d.number(1, 2)}.apk", f"/setup/{d.word()}-setup.exe", f"/docs/{d.word()}.doc", f"/feed/{d.word()}.xml",
    ))  # fmt: skip


_SHELVES, _STORES = words("shelves"), words("stores")


def media(d: Draw) -> str:
    """A film, a song or a picture: a shelf and a number that only the machine reads."""
    shelf = d.choice(_SHELVES)
    key = d.choice((
        d.token(8, 12), d.token(10, 24), d.token(20, 48), d.token(32, 32, "0123456789abcdef"), d.token(24, 24, "0123456789abcdef"), d.number(5, 9),
        "-".join(d.token(n, n, "0123456789abcdef") for n in (8, 4, 4, 4, 12)), f"{d.slug(2, 6)}-{d.number(4, 7)}", f"{d.token(10, 20)}/{d.slug(2, 5)}", f"{d.token(10, 24)}/{d.token(10, 32)}",
    ))  # fmt: skip
    return d.choice((
        f"/{shelf}/{key}", f"/{shelf}/{key}", f"/{shelf}/{key}/", f"/{key}", f"/{d.word()}/{shelf}/{key}", f"/{shelf}?v={key}", f"/{shelf}.html?id={key}",
        f"/{d.word()}/{d.slug(1, 3)}/{key}", f"/{shelf}/{d.number(3, 6)}/{key}", f"/{shelf}/index.html#id={key}", f"/{shelf}/{key}?autoplay=false",
        f"/{d.word()}/{d.choice(FAMILY)}/{shelf}/{d.number(4, 8)}/{key}", f"/{key}/iframe", f"/{d.word()}.aspx?id={key}", f"/s/{key}/file/{d.number(9, 13)}",
    ))  # fmt: skip


def plain(d: Draw) -> str:
    a, b = d.word(), d.word()
    return d.choice((
        "", "", "/", f"/{a}", f"/{a}/", f"/{a}/{b}", f"/{a}-{b}/", f"/{a}.html", f"/{a}.php", f"/{a}.aspx", "/about-us", "/contact", "/contact.html", "/en/",
        "/index.html", "/index.php", "/home", "/de/kontakt", "/impressum", "/services/", f"/{a}/{b}.htm", f"/index.php?id={d.number(1, 3)}", f"/{a}/index.php/{b}",
        f"/search?q={a}+{b}&page={d.number(1, 1)}", f"/events/{d.date('{y}-{m:02d}-{d:02d}')}", f"/people/{d.choice(FAMILY)}", f"/jobs/{d.number(4, 7)}", "/faq",
        f"/{a}/{b}/{d.word()}/", f"/tag/{a}", f"/user/{d.choice(FAMILY)}{d.number(1, 4)}", f"/#/{a}/{b}", f"/@{d.choice(FAMILY)}", f"/{a}.cfm?id={d.number(2, 4)}",
        f"/node/{d.number(2, 5)}", f"/map?lat={d.number(2, 2)}.{d.number(4, 6)}&lng={d.number(2, 2)}.{d.number(4, 6)}&z=12", f"/%E6%96%B0%E9%97%BB/{d.number(3, 6)}",
    ))  # fmt: skip


Maker = Callable[[Draw], str]
_OF_KNOWN: tuple[tuple[float, Maker], ...] = (
    (3, news), (3, shop), (2, software), (4, office), (1.5, file), (3, media), (5, plain),
)  # fmt: skip
_OF_OTHERS: tuple[tuple[float, Maker], ...] = (
    (3, news), (2, shop), (1, software), (0.7, gate), (1.5, file), (3, media), (6, plain),
)  # fmt: skip
FAMILIES: dict[str, tuple[Maker, ...]] = {
    "invented: known names": (known,),
    "invented: western names": (western, western, western, western, tenant),
    "invented: pinyin names": (pinyin,),
    "invented: initials": (initials,),
}


def ordinary(family: str, seed: int, count: int) -> list[str]:
    """`count` invented ordinary addresses of a family, with and without scheme."""
    draw = Draw(f"{family} {seed}")
    made = []
    for _ in range(count):
        host = draw.choice(FAMILIES[family])(draw)
        if host.endswith((".cn", ".top", ".vip")) and draw.random() < 0.75:
            path = chinese(draw) if draw.random() < 0.7 else ""
        else:
            paths = _OF_KNOWN if "known" in family else _OF_OTHERS
            make = draw.choices([make for _, make in paths], [weight for weight, _ in paths])[0]
            if make is media and draw.random() < 0.3:
                key = draw.token(10, 32, "0123456789abcdefghijklmnopqrstuvwxyz")
                host = f"{draw.choice([*_STORES, key, f'{draw.choice(_STORES)}-{key}'])}.{host}"
            path = make(draw)
        made.append(draw.choice(("https://", "https://", "http://", "")) + host + path)
    return made


if __name__ == "__main__":
    for name in FAMILIES:
        for line in ordinary(name, 7, 15):
            print(line)
