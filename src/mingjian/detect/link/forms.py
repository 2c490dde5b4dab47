"""Forms that honest software gives its addresses: signing on, webmail, newsletters that count.

Phishing kits copy some of them, so none of them says that a page is harmless: they are numbers
that the trees weigh beside the others.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from mingjian.detect.link.address import Address, Site, site_of
from mingjian.detect.link.lists import lists

_SIGN_ON = re.compile(
    r"/realms/[^/]+/|/protocol/(?:openid-connect|saml)|/idp/|/(?:auth)?server/login|/cas/|"
    r"/adfs/|/oauth2?/|/oidc/|/connect/authorize|/saml2?[/.]|/simplesaml|/shibboleth|"
    r"/sso/|/authn|/openam/|/nidp/|/login/index\.php|/login/confirm\.php|"
    r"[?&](?:samlrequest|client_id|wtrealm|wctx|entityid|service)="
)
_SOFTWARE = re.compile(
    r"/owa/?|[?&]_task=|/roundcube|/webmail|/zimbra|/sogo|/horde|/ucp\.php|/index\.php/(?:s|login|"
    r"apps)\b|/nextcloud|/owncloud|/users/sign_in|/session/new|/wp-login\.php|/phpmyadmin|"
    r"/accounts?/login/?$|[?&](?:returnurl|next|return_to|back_url|destination)=(?:/|%2f)|"
    r"/login\.(?:action|jsf|xhtml|faces|cgi|esp)|/dana-na/|/\+cscoe\+|/global-protect|/remote/|"
    r"/my\.policy|/rdweb|/citrix|/mychart|/user/(?:login|password|reset)|/mod/|/course/"
)
_CLICK = re.compile(
    r"/(?:ls|wf|track|tracking|trk|clicks?|cl0|ss/c|f/a|e/c|e2t|ctc|c|l|lnk|r|go|u|q)/[\w\-.~%=+]{12,}"
    r"|[?&](?:upn|utm_campaign|utm_medium|mc_eid|mc_cid|_hsenc|trk|mkt_tok|elq|subscriber|"
    r"email_id|nl)=|/(?:unsubscribe|optout|opt-out|abmelden|desabonnement|preferences)\b"
)
_ONWARD = re.compile(r"=((?:https?(?::|%3a|%253a))?(?:/|%2f|%252f){2}[^&;#]{3,200})", re.I)
_AUTHORITY = re.compile(r"//([^/?#&%\\]+)")


def returns(address: Address) -> bool:
    """Whether a parameter leads on to a page of the same registrable domain, as signing on in
    one place for another does."""
    query = address.query[:800]
    if "//" not in query and "%2" not in query:
        return False
    for match in _ONWARD.finditer(f"?{query}"):
        found = _AUTHORITY.search(unquote(unquote(match[1])))
        if found is not None:
            site = site_of(found[1].rpartition("@")[2].partition(":")[0].lower())
            if site is not None and site.domain == address.site.domain:
                return True
    return False


def forms_of_path(lower: str, query: str) -> tuple[bool, bool, bool]:
    """Whether a path in lower case and its parameters have a form of signing on in one place for
    another, of known software that people sign on to, and of a link that a newsletter counts."""
    tail = f"{lower[:300]}?{query[:300].lower()}" if query else lower[:300]
    return (
        _SIGN_ON.search(tail) is not None,
        _SOFTWARE.search(tail) is not None,
        _CLICK.search(tail) is not None,
    )


def function_named(site: Site) -> bool:
    """Whether the first label below the registrable domain is nothing but the name of what a
    server does (login, webmail, idp)."""
    return len(site.sub) > 0 and site.sub[0].rstrip("0123456789") in lists().functions


def mailing_named(site: Site) -> bool:
    """Whether the host is named as those that newsletters' links lead to."""
    return len(site.sub) > 0 and site.sub[0].rstrip("0123456789") in lists().mailings


def regional(site: Site) -> str:
    """The brand word a site is named by as its regional houses are (sparkasse-ORT.de), without
    a lure word beside it; else empty."""
    if site.suffix not in lists().regional or site.sub[1:]:
        return ""
    first, hyphen, place = site.name.partition("-")
    if first == "vr" and place.startswith("bank-"):
        first, place = "vr-bank", place[5:]
    if not hyphen or first not in lists().regional[site.suffix]:
        return ""
    words = lists().words
    return "" if any(part in words for part in place.split("-")) else first
