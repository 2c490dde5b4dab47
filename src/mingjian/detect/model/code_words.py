"""Passages of text that read like program code, a shell command or an address.

Every branch of the patterns begins with a fixed letter and looks back after the word, not
before it: Python searches several times as fast for a pattern of which it knows the first letters.
"""

from __future__ import annotations

import re


def _words(words: str, rest: str = "") -> str:
    """Branches for words that no letter or digit precedes, each followed by `rest`."""
    return "|".join(rf"{word}(?<!\w{word}){rest}" for word in words.split(","))


_CODE_WORDS = "|".join(
    [
        r"__\w{2,20}__",
        _words("import", r"\s+\w"),
        _words("exec,eval,compile,open,getattr,system,popen,print", r"\s*\("),
        _words("os", r"\.\w"),
        _words("subprocess,socket,lambda,curl,wget,bash,netcat,powershell,chmod", r"\b"),
        _words("whoami,nslookup", r"\b"),
        _words("base64 -d,sh -c,python -,python3 -,rm -,nc -,echo "),
        r"/bin/|/etc/|cmd\.exe|\$\(|`\w+`",
        *(rf"{mark}\s*\w+\s" for mark in (";", "&", r"\|")),
    ]
)
_ADDRESS_WORDS = _words("http,https,ftp,file,gopher,tcp,ldap,smb", "://")

CODE = re.compile(_CODE_WORDS)
CODE_OR_ADDRESS = re.compile(rf"{_CODE_WORDS}|{_ADDRESS_WORDS}|\\(?<!.\\)\\\w")
"""The last branch is a Windows share at the start of the text."""
