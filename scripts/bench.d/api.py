"""The binary API of RouterOS: reading it beside the client that programs in Python use, and what idle routers cost."""

from machine import Failure, HERE, free_port, listens, python_with, run

LIMIT = HERE / "api_limit.py"


def api_codec_ratio(bench):
    """Sentences decoded a second, over those that librouteros decodes of the same bytes."""
    program = bench.machine.program("lango-bench")
    python = python_with(HERE / "api_requirements.txt", "librouteros-venv")
    replies = bench.machine.folder / "replies"
    run(python, "-B", LIMIT, "make", replies)
    pairs = []
    for _ in range(bench.rounds(9, 3)):
        ours, theirs = run(program, "api-decode", replies, 20).split(), run(python, "-B", LIMIT, "decode", replies).split()
        if ours[:2] != theirs[:2]:
            raise Failure(f"we read {ours[0]} sentences and {ours[1]} values, librouteros {theirs[0]} and {theirs[1]}")
        pairs.append(tuple(int(found[0]) / float(found[2]) for found in (ours, theirs)))
    sentences = int(ours[0])
    bench.note(f"{replies.stat().st_size / sentences:.0f} bytes and {int(ours[1]) / sentences:.0f} values a sentence")
    return bench.ratio(pairs, "sentences/s")


def rss_per_router_kb(bench):
    """Resident memory that each of 500 kept connections over TLS adds after a reading of 50 users, in KiB."""
    program, count, port = bench.machine.program("lango-bench"), 500, free_port()
    pem = bench.machine.folder / "router.pem"
    run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/", "-keyout", pem, "-out", pem)
    pin = run("openssl", "x509", "-in", pem, "-noout", "-fingerprint", "-sha256").strip().split("=")[1]
    peer = bench.machine.start("python3", "-B", HERE / "api_peer.py", port, pem, until=lambda: listens(port))
    costs = []
    for _ in range(bench.rounds(5, 2)):
        before, after = (int(word) for word in run(program, "api-idle", port, count, pin).split())
        costs.append((after - before) / count)
    bench.machine.stop(peer)
    return bench.value(costs, "KiB")
