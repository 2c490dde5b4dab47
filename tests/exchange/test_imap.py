"""The mailbox over IMAP against a small server: read-only, by UID, honest about what is gone."""

from __future__ import annotations

import re
import socketserver
import threading

import pytest

from mingjian.exchange.imap import Mailbox, MailboxProblem


class FakeServer(socketserver.ThreadingTCPServer):
    """As much of IMAP4rev1 as a reader needs. `log` holds every command it was given."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Session)
        self.messages = {}
        self.validity = 7
        self.log = []
        self.fetched_then_gone = None
        self.drop_on = None

    @property
    def port(self):
        return self.server_address[1]


class _Session(socketserver.StreamRequestHandler):
    def handle(self):
        self.wfile.write(b"* OK IMAP4rev1 ready\r\n")
        while line := self.rfile.readline():
            tag, _, command = line.decode().strip().partition(" ")
            self.server.log.append(command)
            if self.server.drop_on and command.startswith(self.server.drop_on):
                return
            verb = command.upper()
            if verb.startswith("CAPABILITY"):
                self._say("* CAPABILITY IMAP4rev1")
            elif verb.startswith("LOGIN") and "secret" not in command:
                self._say(f"{tag} NO wrong")
                continue
            elif verb.startswith("EXAMINE"):
                self._say(f"* {len(self.server.messages)} EXISTS")
                self._say(f"* OK [UIDVALIDITY {self.server.validity}] valid")
                self._say(f"{tag} OK [READ-ONLY] done")
                continue
            elif verb.startswith("UID SEARCH"):
                first = int(re.search(r"UID (\d+):", command)[1])
                uids = sorted(self.server.messages)
                found = [u for u in uids if u >= first] or uids[-1:]
                self._say("* SEARCH " + " ".join(map(str, found)))
            elif verb.startswith("UID FETCH"):
                self._fetch(command)
            elif verb.startswith("LOGOUT"):
                self._say("* BYE")
                self._say(f"{tag} OK bye")
                return
            self._say(f"{tag} OK done")

    def _fetch(self, command):
        uid = int(command.split()[2])
        data = self.server.messages.get(uid)
        if data is None:
            return
        if "BODY.PEEK[]" in command:
            self.wfile.write(f"* 1 FETCH (UID {uid} BODY[] {{{len(data)}}}\r\n".encode())
            self.wfile.write(data + b")\r\n")
        else:
            date = "31-Jan-2026 16:00:00 +0800"
            self._say(f'* 1 FETCH (UID {uid} RFC822.SIZE {len(data)} INTERNALDATE "{date}")')

    def _say(self, line):
        self.wfile.write(line.encode() + b"\r\n")


@pytest.fixture
def server():
    made = FakeServer()
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.shutdown()
    made.server_close()
    thread.join()


def _opened(server, folder="INBOX", password="secret"):
    return Mailbox("127.0.0.1", server.port, "desk", password, folder, tls=False)


def test_messages_are_read_and_nothing_is_changed(server):
    server.messages = {3: b"From: a@b.example\r\n\r\nhello", 9: b"x" * 5000}
    mailbox = _opened(server, '已发送 "&')
    assert mailbox.validity == 7
    assert mailbox.uids_after(0) == [3, 9]
    assert mailbox.uids_after(3) == [9]
    assert mailbox.uids_after(9) == []
    assert mailbox.size_and_date(9) == (5000, 1769846400.0)
    assert mailbox.message(3) == server.messages[3]
    assert mailbox.message(4) is mailbox.size_and_date(4) is None
    mailbox.close()
    assert 'EXAMINE "&XfJT0ZAB- \\"&-"' in server.log
    changing = ("SELECT", "STORE", "EXPUNGE", "APPEND", "COPY", "MOVE", "CLOSE", "BODY[")
    assert not [line for line in server.log if any(word in line for word in changing)]


def test_what_goes_wrong_is_one_kind_of_problem(server):
    with pytest.raises(MailboxProblem):
        _opened(server, password="wrong")
    mailbox = _opened(server)
    server.drop_on = "UID"
    with pytest.raises(MailboxProblem):
        mailbox.uids_after(0)
    mailbox.close()
    free = server.port + 1
    with pytest.raises(MailboxProblem):
        Mailbox("127.0.0.1", free if free < 65536 else 1, "a", "b", "INBOX", tls=False)
