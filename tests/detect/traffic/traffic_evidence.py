"""Web log evidence for the tests, as intake hands it over."""

from __future__ import annotations

from mingjian.domain.evidence import Evidence, EvidenceKind
from mingjian.testing.promise import as_accepted

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


VARIED = [
    "1' and 1=1-- -",
    "<img src=x onerror=alert(1)>",
    "../../etc/passwd",
    "{{config}}",
    "x;id",
    "') union select 1,2,3#",
    "http://127.0.0.1:22/",
    '"><script>alert(2)</script>',
]
"""Payloads of eight kinds, as one prober tries them on a path."""


def log_line(
    target: str,
    *,
    client: str = "198.51.100.9",
    second: int = 0,
    method: str = "GET",
    status: int = 200,
    agent: str = BROWSER,
    user: str = "-",
    referer: str = "-",
) -> str:
    """A line of a combined log; `second` counts from 21:00:00."""
    clock = f"21:{second // 60:02}:{second % 60:02}"
    return (
        f'{client} - {user} [12/Sep/2026:{clock} +0800] "{method} {target} HTTP/1.1" {status} 512 '
        f'"{referer}" "{agent}"'
    )


def evidence_of(*lines: str) -> Evidence:
    """Those lines as one piece of web log evidence."""
    return as_accepted("\n".join(lines).encode("utf-8", "surrogatepass"), EvidenceKind.WEB_LOG)
