"""Resident memory of the gateway."""

import socket
import time

from install import login_path
from machine import Failure, resident_kib


def ask(connection):
    """One request on a connection that stays open."""
    connection.sendall(f"GET {login_path()} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())

    def more():
        part = connection.recv(65_536)
        if not part:
            raise Failure("the gateway closed a connection")
        return part

    text = more()
    while b"\r\n\r\n" not in text:
        text += more()
    head, body = text.split(b"\r\n\r\n", 1)
    if not head.startswith(b"HTTP/1.1 200"):
        raise Failure(head[:80].decode())
    length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    while len(body) < length:
        body += more()


def connect(port):
    return socket.create_connection(("127.0.0.1", port), timeout=10)


def rss_idle_mb(bench):
    """Megabytes after the start and a few requests."""
    found = []
    for _ in range(bench.rounds(3, 1)):
        with bench.small().serve() as server:
            for _ in range(20):
                with connect(server.port) as one:
                    ask(one)
            time.sleep(1)
            found.append(resident_kib(server.process) / 1024)
    return bench.value(found, "MB")


def rss_per_idle_connection_kb(bench):
    """Kilobytes that each of 5,000 kept connections adds."""
    count, found = 5_000, []
    for _ in range(bench.rounds(2, 1)):
        with bench.small().serve(idle_timeout=600) as server:
            # What the program touches for the first time, and not for a connection, comes before.
            for _ in range(20):
                with connect(server.port) as one:
                    ask(one)
            time.sleep(1)
            before = resident_kib(server.process)
            kept = []
            for _ in range(count):
                kept.append(connect(server.port))
                ask(kept[-1])
            time.sleep(1)
            found.append((resident_kib(server.process) - before) / count)
            for connection in kept:
                connection.close()
    return bench.value(found, "KiB a connection")
