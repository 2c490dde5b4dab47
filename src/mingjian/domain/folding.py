"""Text as it is compared and searched: whatever is typed alike is equal."""

from __future__ import annotations

from unicodedata import normalize


def folded(text: str) -> str:
    """NFKC, case folded, white space as single blanks; without NUL and lone surrogates, which
    a database's text columns refuse."""
    plain = text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
    return " ".join(normalize("NFKC", plain).casefold().split())
