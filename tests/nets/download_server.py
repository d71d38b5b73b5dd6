"""A web server on this machine that misbehaves in the way its path says."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class MisbehavingServer(ThreadingHTTPServer):
    """Serves `content` under any file name; the first part of the path chooses the manners."""

    daemon_threads = True
    block_on_close = True

    def __init__(self, content: bytes) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.content = content
        self.ranges: list[str | None] = []
        self.stopping = threading.Event()

    def base(self, manners: str) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/{manners}"


class Handler(BaseHTTPRequestHandler):
    server: MisbehavingServer

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: stray output fails tests."""

    def do_GET(self) -> None:
        manners = self.path.split("/")[1]
        self.server.ranges.append(self.headers.get("Range"))
        if manners.isdecimal():
            self.send_error(int(manners))
        elif manners == "loop":
            self.send_response(302)
            self.send_header("Location", self.path)
            self.end_headers()
        elif manners == "moved":
            self.send_response(302)
            self.send_header("Location", self.path.replace("/moved/", "/plain/"))
            self.end_headers()
        elif manners == "silent":
            self.server.stopping.wait(10)
        elif manners == "page":
            self._send(b"<html>Please log in</html>", "text/html; charset=utf-8")
        else:
            self._file(manners)

    def _file(self, manners: str) -> None:
        content = self.server.content
        start = 0
        asked = self.headers.get("Range")
        if asked and manners != "norange":
            start = int(asked.removeprefix("bytes=").rstrip("-"))
            if start >= len(content):
                self.send_response(416)
                self.send_header("Content-Range", f"bytes */{len(content)}")
                self.end_headers()
                return
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        else:
            self.send_response(200)
        body = content[start:]
        if manners == "wrong":
            body = bytes(len(body))
        if manners == "long":
            self.send_header("Content-Length", str(len(body) * 3))
        elif manners == "short":
            self.send_header("Content-Length", str(len(body) // 3))
        elif manners != "nolength":
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self._body(manners, body)

    def _body(self, manners: str, body: bytes) -> None:
        try:
            if manners == "break":
                self.wfile.write(body[: max(1, len(body) // 3)])
            elif manners == "stall":
                self.wfile.write(body[: len(body) // 3])
                self.server.stopping.wait(10)
            elif manners == "slow":
                for place in range(0, len(body), 4096):
                    self.wfile.write(body[place : place + 4096])
                    if self.server.stopping.wait(0.01):
                        return
            else:
                self.wfile.write(body)
        except OSError:
            return  # the client has hung up, which is what a cancelled download does

    def _send(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def serve(content: bytes) -> Iterator[MisbehavingServer]:
    with MisbehavingServer(content) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server
        finally:
            server.stopping.set()
            server.shutdown()
            thread.join()
