"""Persons at the desk: each signed in, reading pages and sending their forms."""

from __future__ import annotations

import http.client
from typing import Any
from urllib.parse import urlencode

from mingjian.app.access import Role

from .conftest import Desk


class Person(Desk):
    """Somebody signed in under a name, in one role."""

    def __init__(self, server: Desk, name: str, role: Role) -> None:
        super().__init__(server.port, server.door)
        self.name = f"{name} {role}"
        self.role = role
        self.sign_in(name, role)

    def read(self, page: str, **query: str) -> Any:
        """The JSON of a page."""
        reply = self.ask(f"/en/{page}.json?{urlencode(query)}")
        assert reply.status == 200, reply.body
        return reply.json()

    def page(self, page: str, language: str = "en", **query: str) -> str:
        reply = self.ask(f"/{language}/{page}?{urlencode(query)}")
        assert reply.status == 200, reply.body
        return reply.body

    def do(self, where: str, query: dict[str, str], **fields: str) -> Any:
        """Send the form of a deed, ``page/deed``; the answer, which leads on where it was done."""
        return self.post(f"/en/{where}?{urlencode(query)}", fields)

    def told(self, where: str, query: dict[str, str], **fields: str) -> tuple[int, Any]:
        """The same by a program: status and JSON."""
        reply = self.post(f"/en/{where}?{urlencode(query)}", fields, Accept="application/json")
        return reply.status, reply.json()

    def file(
        self, where: str, query: dict[str, str], **fields: str
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        """A deed that answers with a file."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(
            "POST",
            f"/en/{where}?{urlencode(query)}",
            urlencode({"csrf": self.token, **fields}),
            {
                "Cookie": self.cookie,
                "Content-Type": "application/x-www-form-urlencoded",
                "Origin": f"http://127.0.0.1:{self.port}",
            },
        )
        reply = connection.getresponse()
        data = reply.read()
        connection.close()
        return reply.status, reply.headers, data
