"""Many clients at once against a server on the same cores, on 127.0.0.1, with as little work of their own as can be."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing

from bench.harness import Round

_ETAG = re.compile(rb"\r\netag: *([^\r]+)", re.IGNORECASE)
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


def request(method: str, path: str, headers: dict[str, str] | None = None, body: bytes = b"") -> bytes:
    """An HTTP/1.1 request as it goes over the wire."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *(f"{name}: {value}" for name, value in (headers or {}).items())]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def ask(connection: socket.socket, sent: bytes) -> bytes:
    """Send one request and return the body of its answer; `RuntimeError` unless that is a success or a redirect."""
    connection.sendall(sent)
    received = b""
    while (end := received.find(b"\r\n\r\n")) < 0:
        received += connection.recv(65536)
    length = _LENGTH.search(received, 0, end)
    whole = end + 4 + int(length.group(1) if length else 0)
    while len(received) < whole:
        received += connection.recv(65536)
    if received[9:10] not in b"23":
        raise RuntimeError(received[:2000].decode(errors="replace"))
    return received[end + 4 :]


def connected(port: int) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=60)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def get(port: int, path: str) -> bytes:
    with closing(connected(port)) as connection:
        return ask(connection, request("GET", path))


def etag_of(port: int, path: str) -> str:
    """What the content at *path* is known by."""
    with closing(connected(port)) as connection:
        connection.sendall(request("HEAD", path))
        found = _ETAG.search(connection.recv(65536))
    if found is None:
        raise RuntimeError(f"{path} has no ETag")
    return found[1].decode()


def asked(port: int, shares: Sequence[Sequence[bytes]]) -> float:
    """Each client sends its share of requests, one after the other; the seconds of the whole divided by the number of requests."""
    with ExitStack() as open_connections:
        connections = [open_connections.enter_context(closing(connected(port))) for _ in shares]

        def work(client: int) -> None:
            for sent in shares[client]:
                ask(connections[client], sent)

        with ThreadPoolExecutor(len(shares)) as clients:
            begun = time.perf_counter()
            list(clients.map(work, range(len(shares))))
            return (time.perf_counter() - begun) / sum(map(len, shares))


def repeated(port: int, sent: bytes, clients: int, each: int) -> Round:
    """A round in which every client sends the same request *each* times."""
    return lambda: asked(port, [[sent] * each] * clients)
