"""Ordinary addresses, invented: where people sign on, pay, confirm, track and read their mail.

Lists of sites hold few such pages and phishing feeds are full of their imitations, so that a
model that saw only these would take the words of signing on for a sign of phishing. Names are of
banks, offices, schools, hospitals, utilities, carriers and shops in towns that do not exist.
"""

# Templates of paths read best as one row each.
# ruff: noqa: E501

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from link_ordinary import FAMILY, Draw, western

from mingjian.detect.link.lists import read_list

NAME = "invented: organisations"
_HEX = "0123456789abcdef"
_HOSTED = (
    "okta.com", "auth0.com", "onelogin.com", "list-manage.com", "myshopify.com", "zendesk.com",
    "atlassian.net", "sharepoint.com", "instructure.com", "bamboohr.com", "freshdesk.com",
    "my.salesforce.com", "service-now.com", "myworkday.com", "awstrack.me", "ct.sendgrid.net",
    "b2clogin.com", "personio.de", "duosecurity.com", "pingone.eu", "cmail19.com",
)  # fmt: skip


@cache
def _told() -> dict[str, Any]:
    told = json.loads(Path(__file__).with_name("link_organisations.json").read_text("utf-8"))
    return {k: {n: v.split() for n, v in of.items()} for k, of in told.items() if k != "about"}


def _uuid(d: Draw) -> str:
    return "-".join(d.token(n, n, _HEX) for n in (8, 4, 4, 4, 12))


def organisation(d: Draw, of: dict[str, list[str]]) -> str:
    """The registrable name of an organisation."""
    if d.random() < 0.12:
        return western(d)
    place = d.choice(of["first"]) + d.choice(("", "", "", "-")) + d.choice(of["last"])
    name = d.choice(of["names"]).format(p=place)
    if d.random() < 0.25:
        name = name.replace("-", "")
    return f"{name}.{d.choice(of['ends'])}"


def _sign_on(d: Draw, home: str, word: str) -> str:
    there = d.choice(
        (f"https://{d.word()}.{home}/{d.word()}", f"https://www.{home}/{word}", f"https://{home}/")
    )
    coded = there.replace(":", "%3A").replace("/", "%2F")
    if d.random() < 0.3:
        coded = coded.replace("%3A", "%3a").replace("%2F", "%2f")
    page = d.choice(
        (f"%2F{d.word()}", f"/{d.word()}/{d.word()}", "%2f", f"%2F{d.word()}%2F{d.word()}")
    )
    return d.choice((
        f"/realms/{d.word()}/protocol/openid-connect/auth?client_id={d.word()}&redirect_uri={coded}&response_type=code&scope=openid&state={_uuid(d)}",
        f"/auth/realms/{d.word()}/login-actions/{d.choice(('authenticate', 'reset-credentials', 'action-token'))}?session_code={d.token(20, 43)}&execution={_uuid(d)}&client_id={d.word()}&tab_id={d.token(11, 11)}",
        f"/idp/profile/SAML2/Redirect/SSO?execution=e{d.number(1, 1)}s{d.number(1, 1)}", f"/idp/profile/SAML2/Redirect/SSO?SAMLRequest={d.token(80, 200)}",
        f"/cas/login?service={coded}", f"/authserver/login?service={coded}", f"/cas/login;jsessionid={d.token(32, 32, _HEX).upper()}?service={coded}",
        f"/adfs/ls/?wa=wsignin1.0&wtrealm=urn%3a{d.word()}&wctx=rm%3d0%26id%3dpassive", f"/adfs/ls/?SAMLRequest={d.token(80, 160)}&RelayState={coded}",
        f"/oauth2/v2.0/authorize?client_id={_uuid(d)}&redirect_uri={coded}&response_type=code", f"/connect/authorize?client_id={d.word()}&redirect_uri={coded}&nonce={d.token(20, 40)}",
        f"/simplesaml/module.php/core/loginuserpass?AuthState=_{d.token(42, 42, _HEX)}", f"/Shibboleth.sso/Login?target={coded}", f"/sso/login?returnUrl={coded}", f"/openam/XUI/?realm=/{d.word()}#login/",
        f"/login?redirect={page}", f"/signin?next={page}", f"/Account/Login?ReturnUrl={page}", f"/users/sign_in?locale={d.choice(('en', 'de', 'fr'))}", f"/login?returnTo={page}", f"/user/login?destination={page}",
        f"/accounts/login/?next={page}", f"/login.aspx?ReturnUrl={page}", "/login", "/login/", "/signin", "/auth", "/auth/login", "/sso", f"/{word}", f"/portal/{word}", f"/login.php?lang={d.choice(('en', 'de', 'fr'))}",
        f"/nidp/idff/sso?id={d.number(1, 2)}", f"/app/{d.word()}/{d.token(20, 20)}/sso/saml", f"/login/{d.token(16, 24)}", f"/{d.choice(('en', 'de', 'fr', 'it'))}/{word}?session={d.token(12, 32)}",
    ))  # fmt: skip


def _software(d: Draw) -> str:
    return d.choice((
        "/roundcube/", "/?_task=login", f"/?_task=mail&_mbox=INBOX&_uid={d.number(2, 5)}&_action=show", "/webmail/", "/owa/", "/owa/auth/logon.aspx?replaceCurrent=1&url=https%3a%2f%2f", "/mail/", "/SOGo/so/", "/zimbra/",
        f"/cpsess{d.number(10, 10)}/3rdparty/roundcube/?_task=mail", "/horde/login.php", "/login/index.php", "/moodle/login/index.php", f"/course/view.php?id={d.number(2, 5)}", f"/mod/assign/view.php?id={d.number(4, 7)}",
        f"/login/forgot_password.php?token={d.token(32, 32)}", f"/login/confirm.php?data={d.token(15, 15)}/{d.word()}", f"/index.php/s/{d.token(15, 15)}", "/index.php/login", f"/s/{d.token(15, 15)}/download", "/nextcloud/index.php/apps/files/",
        "/ucp.php?mode=login", f"/ucp.php?mode=activate&u={d.number(2, 5)}&k={d.token(8, 16)}", "/wp-login.php", f"/wp-login.php?action=rp&key={d.token(20, 20)}&login={d.word()}", "/wp-login.php?action=lostpassword", "/wp-admin/",
        "/users/sign_in", f"/users/password/edit?reset_password_token={d.token(20, 20)}", "/session/new", "/dana-na/auth/url_default/welcome.cgi", "/+CSCOE+/logon.html", "/remote/login?lang=en", "/global-protect/login.esp", "/RDWeb/Pages/en-US/login.aspx",
        "/MyChart/Authentication/Login?", "/login.action?os_destination=%2Fdashboard.action", "/servicedesk/customer/user/login?destination=portals", f"/browse/{d.word().upper()}-{d.number(1, 4)}", "/ilias.php?baseClass=ilstartupgui&cmd=showLogin", "/phpmyadmin/",
        "/j_spring_security_check", "/login.jsf", "/faces/login.xhtml", f"/web/guest/login?p_p_id={d.number(2, 2)}", "/identity/login", "/manager/html", "/admin/login/?next=/admin/", "/auth/signin?callbackUrl=%2F", "/secure/Dashboard.jspa", "/portal/login.do",
    ))  # fmt: skip


def _business(d: Draw, word: str, other: str) -> str:
    key, number = d.token(8, 40), d.number(5, 12)
    name = d.choice(
        (
            "id",
            "nr",
            "ref",
            "no",
            "token",
            "code",
            "t",
            "key",
            "order",
            "invoice",
            "case",
            "ticket",
            "aktenzeichen",
            "dossier",
            "expediente",
            "numero",
        )
    )
    return d.choice((
        f"/{word}", f"/{word}/", f"/{word}/{other}", f"/{word}/{number}", f"/{word}?{name}={number}", f"/{word}?{name}={key}", f"/{word}/{key}", f"/{other}/{word}?{name}={number}", f"/{d.word()}/{word}", f"/{d.word()}/{word}/{other}",
        f"/{word}.html", f"/{word}.aspx?{name}={number}", f"/{word}.php?{name}={number}", f"/{word}.jsp", f"/{word}.do", f"/{d.choice(('en', 'de', 'fr', 'it', 'es'))}/{word}", f"/{word}?step={d.number(1, 1)}", f"/{d.choice(('privat', 'personal', 'business', 'private', 'web', 'app', 'portal', 'online'))}/{word}",
        f"/{word}/{number}/{key}", f"/checkout/{d.token(32, 32, _HEX)}", f"/checkout/order-received/{d.number(4, 6)}/?key=wc_order_{d.token(13, 13)}", f"/help/{word}", f"/{word}?email={d.word()}%40{d.word()}.com&{name}={key}", f"/{word}?lang=en&{name}={_uuid(d)}", f"/{word}/{_uuid(d)}",
    ))  # fmt: skip


def _counted(d: Draw, home: str) -> str:
    there = f"https%3A%2F%2Fwww.{home}%2F{d.word()}"
    return d.choice((
        f"/ls/click?upn={d.token(60, 140)}", f"/CL0/https:%2F%2Fwww.{home}%2F{d.word()}/1/{d.token(60, 70)}/{d.token(43, 43)}={d.number(3, 3)}", f"/track/click/{d.number(8, 8)}/{home}?p={d.token(60, 200)}", f"/c/eJ{d.token(40, 160)}", f"/e/c/{d.token(60, 140)}",
        f"/f/a/{d.token(22, 22)}~~/{d.token(20, 40)}~", f"/ss/c/u001.{d.token(60, 120)}/{d.token(3, 3)}/{d.token(22, 22)}/h{d.number(1, 2)}/h001.{d.token(43, 43)}", f"/?qs={d.token(60, 90, _HEX)}", f"/u/{d.number(4, 6)}/{d.token(20, 40, _HEX)}?url={there}",
        f"/unsubscribe?u={d.token(20, 26)}&id={d.token(10, 10)}", f"/t/r-l-{d.token(8, 14)}-{d.token(6, 10)}-r/", f"/r/?id=h{d.token(7, 7, _HEX)},{d.token(7, 7, _HEX)},1", f"/pub/cc?_ri_={d.token(60, 90)}&_ei_={d.token(30, 40)}", f"/tr/cl/{d.token(60, 120)}", f"/l/{d.token(8, 12)}/{d.token(20, 30)}",
        f"/wf/click?upn={d.token(60, 140)}", f"/sub/{d.token(10, 30)}/manage", f"/preferences?token={d.token(20, 60)}", f"/v2/{d.token(10, 20)}?m={d.token(20, 40)}", f"/lnk/{d.token(40, 90)}/{d.number(1, 2)}/{d.token(20, 22)}", f"/click.php?u={d.number(3, 6)}&l={d.number(2, 4)}&e={d.word()}%40{home}",
    ))  # fmt: skip


def _tenant(d: Draw) -> str:
    """Somebody's own small program or draft on a service for everybody, named as those services
    name what nobody has named."""
    kind = d.choice(("app", "app", "app", "builder"))
    service = d.choice(read_list("hosts")[kind].split()[:40])
    a, b, key = d.word(), d.word(), d.token(5, 10, "0123456789abcdefghijklmnopqrstuvwxyz")
    name = d.choice((
        f"{a}-{b}-{d.token(6, 6, _HEX)}", f"{a}-{b}-{d.number(4, 5)}", f"{a}-{b}-{key}-{d.choice(FAMILY)}", f"{a}{b}-{key}", f"{a}-{d.token(5, 5, _HEX)}", f"{a}-{b}", f"{a}{b}",
        f"deploy-preview-{d.number(1, 3)}--{a}-{b}", f"app-{a}-prod-{d.token(14, 16)}".lower(), f"{a}-app", f"my-{a}-{b}", f"{d.choice(FAMILY)}-{a}", f"{a}-demo", f"{a}-{b}-dev", f"pub-{d.token(32, 32, _HEX)}",
    ))  # fmt: skip
    return f"{name}.{service}"


def _draft(d: Draw) -> str:
    a, b = d.word(), d.word()
    return d.choice((
        "", "", "", "/", f"/{a}", f"/{a}/{b}", f"/#/{a}", "/login", f"/{a}?{b}={d.number(1, 3)}", f"/api/{a}", f"/{a}/{d.number(1, 4)}", "/auth/handler", "/app/", f"/docs/{a}/", f"/{a}.html", f"/{a}.png", f"/{a}/index.html", f"/static/{a}.{d.token(8, 8, _HEX)}.js",
        f"/{a}/{_uuid(d)}", "/privacy", "/index.html", f"/invite?c={d.token(4, 8)}", f"/guides/{a}/", f"/{d.slug(1, 4)}/", f"/{a}.json", "/dashboard",
    ))  # fmt: skip


def organisations(seed: int, count: int) -> list[str]:
    """`count` invented addresses of pages where people sign on, pay, confirm, track, or that
    newsletters lead to."""
    draw = Draw(f"{NAME} {seed}")
    told = _told()
    made = []
    for _ in range(count):
        of = told[draw.choice([*told, "en", "en", "zh"])]
        home = organisation(draw, of)
        word, other, sub = (draw.choice(of[n]) for n in ("words", "words", "subs"))
        form = draw.random()
        if form < 0.34:
            host, path = f"{sub}.{home}", _sign_on(draw, home, word)
        elif form < 0.5:
            host, path = f"{sub}.{home}", _software(draw)
        elif form < 0.72:
            host, path = f"{sub}.{home}", _business(draw, word, other)
        elif form < 0.82:
            mailing = (
                "click",
                "links",
                "link",
                "email",
                "e",
                "t",
                "news",
                "track",
                "newsletter",
                "em",
                "go",
                "mail",
            )
            host, path = f"{draw.choice(mailing)}.{home}", _counted(draw, home)
        elif form < 0.94:
            host, path = _tenant(draw), _draft(draw)
        else:
            tenant = f"{draw.word()}{draw.choice(('', '-'))}{draw.word()}.{draw.choice(_HOSTED)}"
            counts = tenant.endswith(("manage.com", "awstrack.me", "sendgrid.net", "cmail19.com"))
            host, path = tenant, _counted(draw, home) if counts else _sign_on(draw, home, word)
        if draw.random() < 0.35 and form < 0.72:
            host = draw.choice(("www.", "")) + home
        if draw.random() < 0.12 and form < 0.5:
            path = draw.choice(("", "/"))
        if draw.random() < 0.02:
            host += draw.choice((":8443", ":2096", ":4443", ":8080"))
        made.append(draw.choice(("https://", "https://", "https://", "")) + host + path)
    return made


if __name__ == "__main__":
    for line in organisations(7, 40):
        print(line)
