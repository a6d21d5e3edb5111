"""The login page against a bare C server that sends the same bytes."""

import http.client
import os
import re
import ssl

from install import Install, login_path
from machine import Failure, free_port, listens, quartiles, run


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


def wrk(port, seconds, tls=False):
    """Requests a second, and the median and 99th percentile in milliseconds."""
    scheme = "https" if tls else "http"
    text = run(
        "wrk", "-t2", "-c64", f"-d{seconds}s", "--latency", f"{scheme}://127.0.0.1:{port}{login_path()}",
        seconds=seconds + 30)
    if "Non-2xx" in text or "Socket errors" in text:
        raise Failure("wrk: " + text[-300:])
    unit = {"us": 0.001, "ms": 1, "s": 1_000}
    latency = {
        name: float(value) * unit[of] for name, value, of in re.findall(r"(50|99)%\s+([\d.]+)(us|ms|s)", text)}
    return float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1]), latency["50"], latency["99"]


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
            pairs.append((wrk(port, bench.rounds(3, 1), tls), wrk(ours.port, bench.rounds(3, 1), tls)))
        machine.stop(limit)
    bench.note(f"{len(body)} bytes, {len(headers)} headers; p50 {quartiles([own[1] for _, own in pairs])[0]:.2f} ms"
               f" (limit {quartiles([c[1] for c, _ in pairs])[0]:.2f}), p99 {quartiles([own[2] for _, own in pairs])[0]:.1f} ms"
               f" (limit {quartiles([c[2] for c, _ in pairs])[0]:.1f})")
    return [(own[0], c[0]) for c, own in pairs]


def login_page_ratio(bench):
    return bench.ratio(compare(bench, tls=False), "requests/s")


def login_page_tls_ratio(bench):
    return bench.ratio(compare(bench, tls=True), "requests/s")


def growth_login(bench):
    """Microseconds of a login page beside many vouchers, over those beside few."""
    with bench.small().serve() as few, bench.large().serve() as many:
        pairs = []
        for _ in range(bench.rounds(6, 3)):
            small, large = wrk(few.port, bench.rounds(2, 1)), wrk(many.port, bench.rounds(2, 1))
            pairs.append((1e6 / large[0], 1e6 / small[0]))
    return bench.ratio(pairs, "µs a page")
