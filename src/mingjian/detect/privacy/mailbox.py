"""E-mail addresses of persons; role mailboxes (info@, support@) are an organisation's.

So are mailing lists and trackers (debian-user@lists.debian.org, 12345@bugs.example.org).
"""

from __future__ import annotations

import re
import string

from mingjian.detect.privacy.gates import Beginnings
from mingjian.detect.privacy.hit import Hit

_LABEL = r"[A-Za-z0-9\u00c0-\u024f-]"
_DOMAIN = rf"(?!-){_LABEL}{{1,63}}(?:[.．]{_LABEL}{{1,63}}){{0,6}}[.．][A-Za-z]{{2,24}}"
_AFTER_AT = re.compile(rf"[ ]?({_DOMAIN})(?![A-Za-z0-9])")
_SPACED = re.compile(r"[ ]?([A-Za-z0-9-]{2,40}) ?\. ?(com|cn|net|org)(?: ?\. ?cn)?(?![A-Za-z0-9])")
_LOCAL = string.ascii_letters + string.digits + "._%+'-" + "".join(map(chr, range(0xC0, 0x250)))
"""All characters of the part before the @."""
_LONGEST_LOCAL = 64
_ROLE = (
    r"info|support|admin|administrator|service|services|sales|contact|no-?reply|do-?not-?reply|"
    r"webmaster|postmaster|hostmaster|abuse|hr|jobs?|careers?|kefu|kf|help|helpdesk|marketing|"
    r"press|"
    r"media|office|security|privacy|legal|billing|accounts?|feedback|enquir(?:y|ies)|inquir(?:y|"
    r"ies)|"
    r"hello|team|notifications?|notice|alerts?|news|newsletter|mailer|mailer-daemon|root|git|"
    r"bounce|"
    r"bounces|list|subscribe|unsubscribe|customer(?:\.?service|care)?|cs|pr|ir|dpo|editor|public|"
    r"shouhou|zhaopin|hezuo|tousu|jubao|gongsi|bangong|xinxi|service\w*|reply|updates?|orders?|"
    r"community|bd|cooperation|recruit\w*|resume|booking|reservations?|enquiry|partners?|"
    r"business|webmail|mail|email|ops|dev|devops|api|bot|ci|www"
)
_ROLES = re.compile(rf"(?:{_ROLE})(?:[-_.+][a-z0-9]*)?", re.IGNORECASE)
_PLAIN_ROLES = frozenset(role for role in _ROLE.split("|") if role.isalpha())
_ROLE_HEADS = Beginnings.of_alternation(_ROLE).heads
"""Their first three letters, or all of two."""
_LIST_HOSTS = frozenset(
    ("lists", "list", "listserv", "listserver", "mailman", "bugs", "groups", "tickets")
)
"""What the host of a mailing list or tracker is called."""
_LIST_SITES = (".googlegroups.com", ".groups.io", ".yahoogroups.com")
_OF_LIST = re.compile(
    r".+-(?:announce|request|owner|subscribe|unsubscribe|bounces|devel|list|discuss|commits)",
    re.IGNORECASE,
)
_NOT_A_DOMAIN = frozenset(
    [
        *("png", "jpg", "jpeg", "gif", "svg", "webp", "js", "css", "json", "html", "htm", "xml"),
        *("py", "java", "md", "txt", "pdf", "mp4", "zip", "local"),
    ]
)


def find_mailboxes(text: str) -> list[Hit]:
    """E-mail addresses, with a role mailbox as `business_contact`."""
    hits = []
    at = text.find("@")
    while at >= 0:
        hit = _mailbox_at(text, at)
        if hit is not None:
            hits.append(hit)
        at = text.find("@", at + 1)
    return hits


def _mailbox_at(text: str, at: int) -> Hit | None:
    stop = at - 1 if at and text[at - 1] == " " else at
    domain = _AFTER_AT.match(text, at + 1)
    if domain is None and " " in text[at - 1 : at + 24]:
        domain = _SPACED.match(text, at + 1)
    if domain is None:
        return None
    if stop != at and text[at + 1 : at + 2] != " ":
        return None  # "meet me @ home.com": only "name @ host.com" with both spaces counts
    before = text[max(0, stop - _LONGEST_LOCAL) : stop]
    name = before[len(before.rstrip(_LOCAL)) :].lstrip(".-'%+_")
    host = domain[0].lower()
    if " " in host or "．" in host:
        host = host.replace(" ", "").replace("．", ".")
    if not name or host[host.rfind(".") + 1 :] in _NOT_A_DOMAIN or ".." in name:
        return None
    kind = "business_contact" if _is_role(name) or _is_list(name, host) else "email"
    return Hit(kind, stop - len(name), domain.end(), f"{name.lower()}@{host}")


def _is_role(name: str) -> bool:
    if name.isascii():
        low = name.lower()
        if low in _PLAIN_ROLES:
            return True
        if low[:3] not in _ROLE_HEADS and low[:2] not in _ROLE_HEADS:
            return False
    return _ROLES.fullmatch(name) is not None


def _is_list(name: str, host: str) -> bool:
    """A mailing list or tracker: by its host, or by what its name ends with."""
    return (
        (host.count(".") > 1 and host[: host.index(".")] in _LIST_HOSTS)
        or f".{host}".endswith(_LIST_SITES)
        or ("-" in name and _OF_LIST.fullmatch(name) is not None)
    )
