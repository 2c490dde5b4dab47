"""A mailbox on a server, looked at read-only: EXAMINE and BODY.PEEK change nothing in it."""

from __future__ import annotations

import base64
import imaplib
import re
import ssl
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any

SECONDS = 30.0
_UID = re.compile(rb"\bUID (\d{1,10})\b")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d{1,12})\b")
_DATE = re.compile(rb'\bINTERNALDATE "([^"]{1,40})"')


class MailboxProblem(Exception):
    """The server cannot be reached, refuses, or answers what the protocol does not allow."""


class Mailbox:
    """One folder of one account, held open read-only."""

    def __init__(
        self, host: str, port: int, user: str, password: str, folder: str, *, tls: bool
    ) -> None:
        """Connect and look into `folder`. Raises `MailboxProblem`."""
        try:
            if tls:
                context = ssl.create_default_context()
                self._server: imaplib.IMAP4 = imaplib.IMAP4_SSL(
                    host, port, ssl_context=context, timeout=SECONDS
                )
            else:
                self._server = imaplib.IMAP4(host, port, timeout=SECONDS)
        except (OSError, imaplib.IMAP4.error) as error:
            raise MailboxProblem(type(error).__name__) from None
        try:
            self._server.login(user, password)
            state, _ = self._server.select(_folder_name(folder), readonly=True)
            validity = self._server.response("UIDVALIDITY")[1]
            if state != "OK" or not validity or validity[0] is None:
                raise MailboxProblem("EXAMINE")
            self.validity = int(validity[0])
        except (OSError, imaplib.IMAP4.error, ValueError) as error:
            self.close()
            raise MailboxProblem(type(error).__name__) from None
        except MailboxProblem:
            self.close()
            raise

    def uids_after(self, uid: int) -> list[int]:
        """UIDs above `uid` that the folder has now, rising."""
        try:
            # A folder that is held open shows what came in meanwhile only when asked anew.
            self._server.noop()
        except (OSError, imaplib.IMAP4.error) as error:
            raise MailboxProblem(type(error).__name__) from None
        lines = self._ask("SEARCH", f"UID {uid + 1}:*")
        named = [one for line in lines if isinstance(line, bytes) for one in line.split()]
        found = {int(one) for one in named if one.isdigit() and len(one) <= 10}
        # With nothing above, `n:*` names the last message all the same.
        return sorted(one for one in found if one > uid)

    def size_and_date(self, uid: int) -> tuple[int, float | None] | None:
        """Bytes of a message and when the server received it; None: it is no longer there."""
        for line in self._ask("FETCH", str(uid), "(UID RFC822.SIZE INTERNALDATE)"):
            head = line[0] if isinstance(line, tuple) else line
            named, size = _UID.search(head or b""), _SIZE.search(head or b"")
            if named and size and int(named[1]) == uid:
                return int(size[1]), _date(head)
        return None

    def message(self, uid: int) -> bytes | None:
        """The whole message as it lies on the server; None: it is no longer there."""
        for part in self._ask("FETCH", str(uid), "(UID BODY.PEEK[])"):
            if isinstance(part, tuple) and len(part) == 2:
                named = _UID.search(part[0])
                if named is None or int(named[1]) == uid:
                    return bytes(part[1])
        return None

    def close(self) -> None:
        """End the connection; the server may be gone already."""
        try:
            self._server.logout()
        except (OSError, imaplib.IMAP4.error):
            self._server.shutdown()

    def _ask(self, command: str, *arguments: str) -> list[Any]:
        try:
            state, answer = self._server.uid(command, *arguments)
        except (OSError, imaplib.IMAP4.error) as error:
            raise MailboxProblem(type(error).__name__) from None
        if state != "OK":
            raise MailboxProblem(command)
        return list(answer)


def _date(head: bytes) -> float | None:
    found = _DATE.search(head)
    if found is None:
        return None
    try:
        said = parsedate_to_datetime(found[1].decode("ascii").strip().replace("-", " ", 2))
    except (ValueError, UnicodeDecodeError):
        return None
    return (said if said.tzinfo else said.replace(tzinfo=UTC)).timestamp()


def _folder_name(folder: str) -> str:
    """A folder's name quoted, in the modified UTF-7 of RFC 3501 section 5.1.3."""

    def encoded(found: re.Match[str]) -> str:
        data = base64.b64encode(found[0].encode("utf-16-be"), altchars=b"+,")
        return "&" + data.decode("ascii").rstrip("=") + "-"

    name = re.sub(r"[^\x20-\x7e]+", encoded, folder.replace("&", "&-"))
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
