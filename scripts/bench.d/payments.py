"""News of money kept and answered against the bare rows in C, and the way from a payer's tap to being online."""

import http.client
import re
import sqlite3
import time
import urllib.parse

from install import SITE, Install
from machine import HERE, Failure, free_port, listens, run
from sweep import Hotspot

SHORT_CODE = "600966"


def account(install, address):
    """A paybill of the tenant; the path to which confirmations are posted."""
    install.lango(
        "payments", "add-account", SHORT_CODE, "--tenant", "pamoja", "--consumer-key", "bench-key", "--address", address,
        given="bench-secret\nbench-passkey\n")
    return re.search(r"/in/c/[^/]+/confirm", install.lango("payments", "accounts", "--tenant", "pamoja"))[0]


def kept(install):
    """How many notices there are, and how long a sealed one is."""
    with sqlite3.connect(install.database) as store:
        count, size = store.execute("SELECT count(*), avg(length(body_sealed)) FROM payment_notice").fetchone()
    return count, int(size or 0)


def intake(install, road, seconds):
    """Confirmations a second that are on the disk and answered, and the length of a sealed one."""
    with install.serve() as server:
        text = load(server, road, seconds)
        count, size = kept(install)
    answered = int(re.search(r"(\d+) requests in", text)[1])
    # What was on its way when the load ended may be there without an answer.
    if "Non-2xx" in text or not answered <= count <= answered + 256:
        raise Failure(f"{answered} confirmations answered, {count} kept: {text[-200:]}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1]), size


def load(server, road, seconds, first=0):
    """What wrk says of posting confirmations with all its might."""
    return run(
        "wrk", "-t2", "-c256", f"-d{seconds}s", "-s", HERE / "notices.lua", f"http://127.0.0.1:{server.port}{road}", "--",
        str(first), seconds=seconds + 30)


def callback_intake_ratio(bench):
    base, pairs = Install(bench.machine, "intake").make(), []
    road = account(base, "http://127.0.0.1:9")
    for _ in range(bench.rounds(8, 4)):
        # Each round begins with nothing waiting: what was kept is settled while more comes in.
        ours, bare = (base.copy(f"intake-{name}") for name in ("ours", "bare"))
        rate, size = intake(ours, road, bench.rounds(3, 1))
        count = bench.rounds(100_000, 40_000)
        taken = bench.machine.limit("notice_limit", bare.database, count, 64, size)[0]
        pairs.append((rate, count / taken))
        ours.remove()
        bare.remove()
    base.remove()
    return bench.ratio(pairs, "callbacks/s")


def growth_settlement(bench):
    """Milliseconds of a settlement beside ten million lines of the books, over those beside ten thousand."""
    spots = []
    for name, lines in (("books-few", 10_000), ("books-many", bench.rounds(10_000_000, 1_000_000))):
        install = Install(bench.machine, name).make()
        road = account(install, "http://127.0.0.1:9")
        settled(install, road, 0)
        fill_books(install, lines)
        spots.append((install, road))
    pairs = []
    for turn in range(bench.rounds(6, 3)):
        few, many = (settled(install, road, (turn + 1) * 1_000_000) for install, road in spots)
        pairs.append((many, few))
    for install, _ in spots:
        install.remove()
    return bench.ratio(pairs, "ms a settlement")


def settled(install, road, first):
    """Milliseconds of each settlement, while what was posted in a second is worked off and nothing else comes in."""
    with install.serve() as server, sqlite3.connect(install.database, timeout=60) as store:
        load(server, road, 1, first)

        def waiting():
            return store.execute("SELECT count(*) FROM payment_notice WHERE due_at IS NOT NULL").fetchone()[0]

        start, before = time.monotonic(), waiting()
        while (left := waiting()) > 0:
            if time.monotonic() - start > 120:
                raise Failure(f"{left} of {before} confirmations are not settled after two minutes")
            time.sleep(0.02)
        return (time.monotonic() - start) * 1_000 / max(1, before)


def fill_books(install, lines):
    """Postings from clearing to suspense, as years of payments leave them, behind the few that are there."""
    with sqlite3.connect(install.database) as store:
        tenant, (clearing, at), (suspense, other) = books(store)
        now, count = int(time.time() * 1_000) - 40_000_000_000, lines // 2

        def posting(number):
            return (now + number).to_bytes(6) + number.to_bytes(10)

        store.executemany(
            """
            INSERT INTO ledger_posting (id, tenant, source, source_id, day, booked_at, note)
            VALUES (?, ?, 'past', ?, 20500, ?, '')
            """, ((posting(number), tenant, f"{number:010}", now + number) for number in range(count)))
        for account, position, amount in ((clearing, at, 5_000), (suspense, other, -5_000)):
            store.executemany(
                "INSERT INTO ledger_line (account, position, tenant, posting, amount, balance) VALUES (?, ?, ?, ?, ?, ?)",
                ((account, position + number + 1, tenant, posting(number), amount, (position + number + 1) * amount)
                 for number in range(count)))
            store.execute(
                "UPDATE ledger_account SET lines = lines + ?, debit = debit + ? WHERE id = ?",
                (count, count * amount, account))


def books(store):
    """The tenant, and its accounts of clearing and suspense with how many lines each has."""
    rows = store.execute(
        "SELECT tenant, id, lines FROM ledger_account WHERE kind IN ('clearing', 'suspense') ORDER BY kind").fetchall()
    return rows[0][0], rows[0][1:], rows[1][1:]


class PayingPhones:
    """A simulated payment service where everybody pays at once, an instant router, and the gateway between them."""

    def __init__(self, bench):
        machine, port = bench.machine, free_port()
        self.machine = machine
        self.payers = machine.start(
            machine.program("lango-darajasim"), "--port", port, "--consumer-key", "bench-key", "--consumer-secret",
            "bench-secret", "--business", f"{SHORT_CODE}:bench-passkey", "--payers", "pays:0", until=lambda: listens(port))
        self.hotspot = Hotspot(bench, "payments")
        self.install = self.hotspot.install
        account(self.install, f"http://127.0.0.1:{port}")

    def buy(self, port, number):
        """A phone buys the first package that is offered."""
        fields = {
            "mac": f"02:5A:30:00:{number >> 8:02X}:{number & 255:02X}", "ip": f"10.5.{50 + number // 200}.{number % 200 + 2}",
            "link-login-only": "http://10.5.50.1/login", "dst": "http://example.org/", "identity": "gate",
        }
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("GET", f"{SITE}?{urllib.parse.urlencode(fields)}")
        offer = re.search(r'name="offer" value="([^"]+)"', connection.getresponse().read().decode())
        if not offer:
            raise Failure("the login page offers nothing to buy")
        form = urllib.parse.urlencode(fields | {"offer": offer[1], "phone": f"0712{number:06d}"})
        connection.request("POST", f"{SITE}/payments", form, {"Content-Type": "application/x-www-form-urlencoded"})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        if answer.status != 303:
            raise Failure(f"paying is answered with {answer.status}")

    def online(self):
        """Milliseconds from each tap to its phone online, in the order of the taps."""
        with sqlite3.connect(self.install.database) as store:
            taps = store.execute("SELECT id FROM payment ORDER BY id").fetchall()
            ends = store.execute("SELECT settled_at FROM effect WHERE state = 1 ORDER BY id").fetchall()
        return [end - int.from_bytes(tap[:6]) for (tap,), (end,) in zip(taps, ends)]

    def close(self):
        self.machine.stop(self.payers)
        self.hotspot.close()


def ways(bench):
    """The milliseconds of some phones, one after another, sorted; once a run."""
    if bench.payments is None:
        phones = PayingPhones(bench)
        port = free_port()
        with phones.install.serve(on=port, traffic=0, surveys=10_080, public_url=f"http://127.0.0.1:{port}") as server:
            phones.hotspot.sweep(server)
            for number in range(bench.rounds(300, 100)):
                phones.buy(server.port, number)
                start = time.monotonic()
                while len(phones.online()) <= number:
                    if time.monotonic() - start > 30:
                        raise Failure(f"phone {number} paid and is not online")
                    time.sleep(0.05)
                # A provider is asked five times a second at the most.
                time.sleep(0.2)
            bench.payments = sorted(phones.online())
        phones.close()
    return bench.payments


def prompt_to_online_ms_p50(bench):
    return bench.value([ways(bench)[len(ways(bench)) // 2]], "ms")


def prompt_to_online_ms_p99(bench):
    return bench.value([ways(bench)[len(ways(bench)) * 99 // 100]], "ms")
