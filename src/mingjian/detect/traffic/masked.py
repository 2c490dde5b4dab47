"""A payload with its accidental words masked, so that a model learns grammar and not sites.

Every run of letters that is no keyword of some query, script or shell language becomes `w`,
every number `0`; signs stay. What is left is how a payload is built.
"""

from __future__ import annotations

import re

_WORDS = """
select union all from where and or not null like in is between having group order by limit
insert into values update set delete drop table create alter exec execute declare cast
convert char chr concat sleep benchmark waitfor delay case when then else end if exists
count user version database schema information_schema substring substr ascii rlike regexp
rownum dual script alert prompt confirm onerror onload onclick onmouseover onfocus
javascript vbscript document cookie window location eval src href img svg iframe body input
style object embed link meta expression string fromcharcode http https file php ftp data
text html etc passwd shadow boot ini windows system32 win proc self environ cat ls dir id
whoami uname wget curl ping cmd exe bash sh nc echo powershell system exec passthru phpinfo
print md5 jndi ldap rmi class java runtime getruntime process lang import subclasses config
template entity doctype xml admin root true false the of to for with on at
"""
_KEYWORDS = frozenset(_WORDS.split())
_RUN = re.compile(r"[^\W\d_]+|\d+|\s+")


def _mask(match: re.Match[str]) -> str:
    run = match[0]
    if run[0].isspace():
        return " "
    if run[0].isdigit():
        return "0"
    return run if run in _KEYWORDS else "w"


def masked(text: str) -> str:
    """The masked form of a decoded, lower-case text."""
    return _RUN.sub(_mask, text)
