"""A web address read by a thread of its own, so that a job can be stopped while nothing comes."""

from __future__ import annotations

import contextlib
import http.client
import queue
import socket
import ssl
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from types import TracebackType
from typing import Any

from cnnviz_app.core.context import Context
from cnnviz_app.core.errors import UserError

_CHUNK = 1 << 16
_BY_HAND = "Check the connection, or import the file from a USB stick."
_LATER = "Try again later, or import the file from a USB stick."


@dataclass(frozen=True)
class Head:
    """What comes before the file: the answer's number and its headers."""

    status: int
    headers: Message

    def total(self, have: int) -> int:
        """Length of the whole file when the answer states it, else 0."""
        stated = self.headers.get("Content-Length") or ""
        return int(stated) + have if stated.isdecimal() else 0

    def starts_at(self, have: int) -> bool:
        stated = self.headers.get("Content-Range") or ""
        return self.status == 206 and stated.startswith(f"bytes {have}-")


class Line:
    """One request; use as a context manager, read `head` first and then `chunks`."""

    def __init__(self, url: str, headers: dict[str, str], timeout: float) -> None:
        if not url.startswith(("http://", "https://")):
            raise ValueError(url)
        self._request = urllib.request.Request(url, headers=headers)
        self._timeout = timeout
        self._queue: queue.Queue[Head | bytes | Exception] = queue.Queue(maxsize=16)
        self._sockets: list[socket.socket] = []
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._work, name="download", daemon=True)

    def __enter__(self) -> Line:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closed.set()
        for connected in self._sockets:
            # wakes the thread out of a read that might wait for long
            with contextlib.suppress(OSError):
                connected.shutdown(socket.SHUT_RDWR)
        self._thread.join(1.0)

    def head(self, ctx: Context) -> Head:
        got = self._next(ctx)
        if isinstance(got, Head):
            return got
        raise got if isinstance(got, Exception) else http.client.HTTPException("no answer")

    def chunks(self, ctx: Context) -> Iterator[bytes]:
        while got := self._next(ctx):
            if isinstance(got, bytes):
                yield got
            elif isinstance(got, Exception):
                raise got

    def _next(self, ctx: Context) -> Head | bytes | Exception:
        while True:
            ctx.checkpoint()
            with contextlib.suppress(queue.Empty):
                return self._queue.get(timeout=0.05)

    def _put(self, item: Head | bytes | Exception) -> None:
        while not self._closed.is_set():
            with contextlib.suppress(queue.Full):
                self._queue.put(item, timeout=0.1)
                return

    def _work(self) -> None:
        try:
            opener = urllib.request.build_opener(_Http(self._sockets), _Https(self._sockets))
            with opener.open(self._request, timeout=self._timeout) as response:
                self._put(Head(response.status, response.headers))
                while not self._closed.is_set():
                    chunk = response.read1(_CHUNK)
                    self._put(chunk)
                    if not chunk:
                        return
        except Exception as error:  # noqa: BLE001 - raised again in the job that reads this line
            if isinstance(error, urllib.error.HTTPError):
                error.close()
            self._put(error)
        finally:
            for connected in self._sockets:
                connected.close()


class _Http(urllib.request.HTTPHandler):
    """Notes the socket of each connection, to be able to interrupt it."""

    def __init__(self, sockets: list[socket.socket]) -> None:
        super().__init__()
        self.sockets = sockets

    def http_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        sockets = self.sockets

        class Connection(http.client.HTTPConnection):
            def connect(self) -> None:
                super().connect()
                sockets.append(self.sock)

        return self.do_open(Connection, request)


class _Https(urllib.request.HTTPSHandler):
    """The same for safe connections."""

    def __init__(self, sockets: list[socket.socket]) -> None:
        super().__init__()
        self.sockets = sockets

    def https_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        sockets = self.sockets

        class Connection(http.client.HTTPSConnection):
            def connect(self) -> None:
                super().connect()
                sockets.append(self.sock)

        options: dict[str, Any] = {"context": ssl.create_default_context()}
        return self.do_open(Connection, request, **options)


def refused(host: str, name: str, code: int) -> UserError:
    """An answer that is no file, as a sentence."""
    if code in {301, 302, 303, 307, 308}:
        return UserError(f"The server {host} sends from one address to the next without end.",
                         _BY_HAND)
    if code in {401, 403, 407, 451}:
        return UserError(f"The server {host} does not give out {name} (answer {code}).",
                         "A proxy or firewall may forbid it: import the file from a USB stick.")
    if code in {404, 410}:
        return UserError(f"The server {host} has no file {name} (answer {code}).",
                         "It may have moved: import the file from another source.")
    if code == 429:
        return UserError(f"The server {host} asks for a pause (answer {code}).",
                         "Try again later.")
    return UserError(f"The server {host} has a fault of its own (answer {code}).", _LATER)


def unreachable(host: str, error: Exception) -> UserError:
    """No answer at all, as a sentence."""
    reason = getattr(error, "reason", error)
    if isinstance(reason, ssl.SSLError) and not isinstance(reason, ssl.SSLCertVerificationError):
        return UserError(f"No safe connection to {host} could be made.",
                         "A proxy may be in between: import the file from a USB stick.")
    if isinstance(reason, ssl.SSLError):
        return UserError(f"The connection to {host} is not safe: its certificate does not hold.",
                         "Check the date of this computer; a proxy may be in between.")
    if isinstance(reason, TimeoutError):
        return UserError(f"The server {host} does not answer.", _BY_HAND)
    if isinstance(reason, socket.gaierror):
        return UserError(f"There is no network, or no way to {host}.", _BY_HAND)
    return UserError(f"The server {host} cannot be reached.", _BY_HAND)
