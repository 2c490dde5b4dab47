"""A receiver of webhooks that fails as it is told to, and honours the idempotency key."""

from __future__ import annotations

import socket
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from mingjian.exchange.webhook import signature

SECRET = b"a secret of the two sides"


class Receiver:
    """What it does to each request in turn: "500", "429", "307", "timeout", "drip", "reset",
    "lost" (takes the message in, then drops the connection) or "ok"."""

    def __init__(self) -> None:
        self.plan: list[str] = []
        self.requests: list[tuple[str, bytes]] = []
        self.taken_in: dict[str, bytes] = {}
        """Message by key: a second one with the same key is passed over."""
        self.forged = 0
        self.stop = threading.Event()
        self.lock = threading.Lock()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                receiver.take(self)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/in?desk=1"

    def take(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers["Content-Length"]))
        key, at = request.headers["Idempotency-Key"], request.headers["X-Mingjian-Timestamp"]
        with self.lock:
            what = self.plan.pop(0) if self.plan else "ok"
            self.requests.append((key, body))
            good = request.headers["X-Mingjian-Signature"] == signature(SECRET, at, key, body)
            self.forged += not good
            if what in ("ok", "lost") and good:
                self.taken_in.setdefault(key, body)
        if what == "timeout":
            self.stop.wait(5)
        elif what == "drip":
            self._drip(request)
        elif what in ("reset", "lost"):
            linger = struct.pack("ii", 1, 0)
            request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            request.connection.close()
            request.close_connection = True
        else:
            request.send_response(200 if what == "ok" else int(what))
            request.send_header("Location", "http://169.254.169.254/latest")
            request.send_header("Retry-After", "0")
            request.send_header("Content-Length", "0")
            request.end_headers()

    def _drip(self, request: BaseHTTPRequestHandler) -> None:
        """A header that never ends, a byte now and then."""
        try:
            request.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            while not self.stop.is_set():
                request.wfile.write(b"a")
                request.wfile.flush()
                time.sleep(0.05)
        except OSError:
            pass

    def close(self) -> None:
        self.stop.set()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
