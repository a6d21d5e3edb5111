"""The login page against a bare C server that sends the same bytes."""

import http.client
import os
import re
import ssl
from typing import NamedTuple

from install import login_path
from machine import Failure, free_port, listens, processor_seconds, quartiles, run


def certificate(machine):
    """A self-made EC P-256 certificate and its key."""
    paths = machine.folder / "certificate.pem", machine.folder / "key.pem"
    run(
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
        "-subj", "/CN=localhost", "-out", paths[0], "-keyout", paths[1])
    return paths


def visit(port, tls):
    """The login page as the gateway sends it: body, and the headers that are its own."""
    context = ssl._create_unverified_context()
    connection = (
        http.client.HTTPSConnection("127.0.0.1", port, timeout=10, context=context)
        if tls else http.client.HTTPConnection("127.0.0.1", port, timeout=10))
    connection.request("GET", login_path())
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200 or b'name="code"' not in body:
        raise Failure(f"the login page answers {answer.status}")
    own = [(name, value) for name, value in answer.getheaders() if name not in ("Date", "Content-Length", "Connection")]
    connection.close()
    return body, own


class Load(NamedTuple):
    """What wrk saw of a server: requests a second, milliseconds of an answer, processor microseconds of a request."""

    per_second: float
    median: float
    p99: float
    processor: float


def wrk(port, process, seconds, tls=False):
    before = processor_seconds(process)
    scheme = "https" if tls else "http"
    text = run(
        "wrk", "-t2", "-c64", f"-d{seconds}s", "--latency", f"{scheme}://127.0.0.1:{port}{login_path()}",
        seconds=seconds + 30)
    if "Non-2xx" in text or "Socket errors" in text:
        raise Failure("wrk: " + text[-300:])
    unit = {"us": 0.001, "ms": 1, "s": 1_000}
    latency = {
        name: float(value) * unit[of] for name, value, of in re.findall(r"(50|99)%\s+([\d.]+)(us|ms|s)", text)}
    spent = (processor_seconds(process) - before) * 1e6 / int(re.search(r"(\d+) requests in", text)[1])
    return Load(float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1]), latency["50"], latency["99"], spent)


def threads():
    """As many event loops as the gateway has for one address."""
    return max(4, 2 * len(os.sched_getaffinity(0)))


def compare(bench, tls):
    machine = bench.machine
    settings, words = {}, []
    if tls:
        chain, key = words = certificate(machine)
        settings = {"tls_certificate": chain, "tls_key": key}
    with bench.small().serve(**settings) as ours:
        body, headers = visit(ours.port, tls)
        page, head = machine.folder / "page", machine.folder / "head"
        page.write_bytes(body)
        head.write_text("".join(f"{name}: {value}\n" for name, value in headers))
        port = free_port()
        limit = machine.start(
            machine.folder / "http_limit", port, threads(), page, head, "fixed", *words, until=lambda: listens(port))
        pairs = []
        for _ in range(bench.rounds(8, 3)):
            seconds = bench.rounds(3, 1)
            bare = wrk(port, limit, seconds, tls)
            pairs.append((wrk(ours.port, ours.process, seconds, tls), bare))
        machine.stop(limit)
    middles = [[quartiles(column)[0] for column in zip(*side)] for side in zip(*pairs)]
    own, bare = (Load(*side) for side in middles)
    bench.note(
        f"{len(body)} bytes, {len(headers)} headers of its own; p50 {own.median:.2f} ms (limit {bare.median:.2f}), p99"
        f" {own.p99:.1f} ms (limit {bare.p99:.1f}), processor {own.processor:.1f} µs a page (limit {bare.processor:.1f})")
    return [(own.per_second, bare.per_second) for own, bare in pairs]


def login_page_ratio(bench):
    return bench.ratio(compare(bench, tls=False), "requests/s")


def login_page_tls_ratio(bench):
    return bench.ratio(compare(bench, tls=True), "requests/s")


def growth_login(bench):
    """Microseconds of a login page beside many vouchers, over those beside few."""
    with bench.small().serve() as few, bench.large().serve() as many:
        pairs = []
        for _ in range(bench.rounds(6, 3)):
            small, large = (wrk(one.port, one.process, bench.rounds(2, 1)) for one in (few, many))
            pairs.append((1e6 / large.per_second, 1e6 / small.per_second))
    return bench.ratio(pairs, "µs a page")
