"""Payments in bad weather, with every part real but the provider and the routers: thousands of phones buy through the
pages, news of their money is lost, doubled or late, routers are down in random windows, and the gateway is killed again
and again (SIGKILL) and started anew. Afterwards the money of the provider, the books, the database and the routers are
compared, phone by phone.

Time runs `--speed` times as fast for all of them: the simulators are told, the gateway reads it through libfaketime.
"""

import argparse
import datetime
import http.client
import json
import os
import random
import re
import socket
import sys
import threading
import time
import urllib.parse
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts/bench.d"))
from books import PostgreSQL, SQLite  # noqa: E402
from install import Install  # noqa: E402
from machine import Failure, Machine, free_port, listens, wait  # noqa: E402

SHORT_CODE, TOKEN, PRICE = "600966", "storm-control", 20
FAKETIME = "/usr/lib/{}-linux-gnu/faketime/libfaketimeMT.so.1".format(os.uname().machine)
# How long after its router's return a phone that paid may be offline, in simulated seconds.
PATIENCE = 60
# How often the gateway reads the provider's list, which tells what no news tells, in simulated seconds.
LIST = 900


class Control:
    """The control side of a simulator."""

    def __init__(self, port):
        self.port = port

    def __call__(self, method, path, **body):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(
            method, f"/_simulator/{path}", json.dumps(body) if body else None, {"Authorization": f"Bearer {TOKEN}"})
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        if answer.status != 200:
            raise Failure(f"the simulator answers {path} with {answer.status}: {text[:200]}")
        return json.loads(text)


class Weather:
    """What is simulated: the time, the provider, the routers; and when each router was there."""

    def __init__(self, machine, options, dice):
        self.machine, self.options, self.dice = machine, options, dice
        self.ahead, self.lock = 0.0, threading.Lock()
        self.clock = machine.folder / "clock"
        self.tell()
        first, control, payments = ports(5 * options.routers, dice), free_port(), free_port()
        machine.start(
            program(machine, options, "lango-routersim"), "--routers", options.routers, "--versions",
            "6.49,7.8,7.12,7.16,7.20,7.24", "--user", "bench", "--password", "bench", "--first-port", first,
            "--control-port", control, "--control-token", TOKEN, until=lambda: listens(control))
        machine.start(
            program(machine, options, "lango-darajasim"), "--port", payments, "--consumer-key", "bench-key",
            "--consumer-secret", "bench-secret", "--business", f"{SHORT_CODE}:bench-passkey", "--payers", "pays:4",
            "--control-token", TOKEN, until=lambda: listens(payments))
        self.routers, self.payers = Control(control), Control(payments)
        self.api = [first + 5 * number + 2 for number in range(options.routers)]
        self.payments = payments
        # For each router the windows in which it was away, the last one open while it is.
        self.away = [[] for _ in self.api]

    def now(self):
        return time.time() + self.ahead

    def tell(self):
        partial = self.clock.with_suffix(".new")
        partial.write_text(f"+{self.ahead:.3f}\n")
        partial.replace(self.clock)

    def flow(self, seconds):
        """Lets seconds pass, faster than they do."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            step = min(0.25, max(0.0, end - time.monotonic()))
            time.sleep(step)
            self.jump(round(step * (self.options.speed - 1)))

    def jump(self, seconds):
        if seconds <= 0:
            return
        with self.lock:
            self.ahead += seconds
            self.tell()
            self.routers("POST", "routers/all/time", advance=seconds)
            self.payers("POST", "time", advance=seconds)

    def turn(self):
        """Some routers go away and some come back, so that the share is away at any time."""
        for number, windows in enumerate(self.away):
            is_away = bool(windows) and windows[-1][1] is None
            if is_away and self.dice.random() < 0.3:
                self.up(number)
            elif not is_away and self.dice.random() < 0.3 * self.options.down / (1 - self.options.down):
                self.routers("POST", f"routers/{number + 1}/down")
                windows.append([self.now(), None])

    def up(self, number):
        self.routers("POST", f"routers/{number + 1}/up")
        self.away[number][-1][1] = self.now()

    def clear(self):
        """Fair weather: routers are there, news comes as it should."""
        for number, windows in enumerate(self.away):
            if windows and windows[-1][1] is None:
                self.up(number)
        self.payers("DELETE", "faults")

    def news(self):
        """What becomes of the news of one payment."""
        chance = self.dice.random()
        if chance < 0.2:
            self.payers("POST", "faults", fault="callback-lost")
        elif chance < 0.3:
            self.payers("POST", "faults", fault="callback-twice")
        elif chance < 0.4:
            self.payers("POST", "faults", fault="callback-late", seconds=self.dice.randrange(60, self.options.latest))


class Gateway:
    """`lango serve` under a clock of our own; killed and started anew on the same data and port."""

    def __init__(self, install, weather):
        self.install, self.weather, self.port = install, weather, free_port()
        # When it was there: from its first answer to its end.
        self.lives = []

    def start(self):
        environment = self.install.environment | {
            "LD_PRELOAD": FAKETIME, "FAKETIME_TIMESTAMP_FILE": str(self.weather.clock), "FAKETIME_NO_CACHE": "1",
            "DONT_FAKE_MONOTONIC": "1", "LANGO_TRAFFIC": "0", "LANGO_SURVEYS": "10080", "LANGO_READINGS": "120", "LANGO_PROVIDER_RATE": "50",
            "LANGO_PUBLIC_URL": f"http://127.0.0.1:{self.port}", "LANGO_ACCESS_LOG": "off",
        }
        # libfaketime makes its memory in the first program that it is loaded into, which must be another one.
        self.process = self.install.machine.start(
            "env", self.install.machine.lango, "serve", "--port", self.port, environment=environment,
            until=lambda: listens(self.port))
        self.lives.append([self.weather.now(), None])

    def kill(self):
        self.lives[-1][1] = self.weather.now()
        self.process.kill()
        self.process.wait(20)
        self.install.machine.processes.remove(self.process)

    def stop(self):
        self.lives[-1][1] = self.weather.now()
        self.install.machine.stop(self.process)


class Phone:
    """One phone at one router: it joins, opens the page, and pays."""

    def __init__(self, number, weather):
        self.number, self.router = number, number % len(weather.api)
        self.mac = f"02:5A:40:{number >> 16:02X}:{number >> 8 & 255:02X}:{number & 255:02X}"
        self.weather = weather

    def buy(self, port):
        joined = self.weather.routers(
            "POST", f"routers/{self.router + 1}/phones/traffic", mac=self.mac, up=1, down=0)
        fields = {
            "mac": self.mac, "ip": joined["address"], "link-login-only": "http://10.5.50.1/login",
            "dst": "http://example.org/", "identity": f"gate-{self.router}",
        }
        site = f"/hotspot/pamoja/site-{self.router}"
        page = ask(port, "GET", f"{site}?{urllib.parse.urlencode(fields)}")[1]
        offer = re.search(r'name="offer" value="([^"]+)"', page)
        if not offer:
            # The page shows the payment that is under way: an earlier attempt came through.
            return
        self.weather.news()
        form = urllib.parse.urlencode(fields | {"offer": offer[1], "phone": f"07{self.number + 10_000_000:08d}"})
        status, _ = ask(port, "POST", f"{site}/payments", form)
        if status not in (303, 409):
            raise Failure(f"paying is answered with {status}")


def ask(port, method, path, form=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request(method, path, form, {"Content-Type": "application/x-www-form-urlencoded"} if form else {})
    answer = connection.getresponse()
    text = answer.read().decode(errors="replace")
    connection.close()
    return answer.status, text


def program(machine, options, name):
    return Path(options.programs) / name if options.programs else machine.program(name)


def ports(count, dice):
    """The first of some ports in a row that nobody uses; not the same for another storm that begins now."""
    places = list(range(20_000, 32_000, count))
    dice.shuffle(places)
    for first in places:
        try:
            for port in range(first, first + count):
                with socket.socket() as one:
                    one.bind(("127.0.0.1", port))
            return first
        except OSError:
            continue
    raise Failure("no ports in a row are free")


def furnish(install, weather):
    tenant = ["--tenant", "pamoja"]
    install.lango("tenant", "create", "--slug", "pamoja", "--name", "Pamoja Wi-Fi", "--support", "+254 700 123 456")
    install.lango("package", "create", *tenant, "--name", "Week", "--price", PRICE, "--time", "7d", "--rate", "2M/5M")
    for number, port in enumerate(weather.api):
        install.lango(
            "site", "create", *tenant, "--slug", f"site-{number}", "--name", f"Site {number}", "--wifi", "Pamoja",
            "--hotspot-url", "http://10.5.50.1")
        install.lango(
            "router", "create", *tenant, "--site", f"site-{number}", "--name", f"gate-{number}", "--address",
            f"api://127.0.0.1:{port}", "--username", "bench", given="bench\n")
    install.lango(
        "payments", "add-account", SHORT_CODE, *tenant, "--consumer-key", "bench-key", "--address",
        f"http://127.0.0.1:{weather.payments}", given="bench-secret\nbench-passkey\n")


def register(install, gateway):
    """What an ISP does once: M-PESA learns where money is told, and that its list is read."""
    install.environment["LANGO_PUBLIC_URL"] = f"http://127.0.0.1:{gateway.port}"
    install.lango("payments", "register", SHORT_CODE, "--tenant", "pamoja", "--list", "254712345678")


def storm(weather, gateway, options, dice):
    """All phones buy while the weather is bad."""
    left, lock, troubles = list(range(options.count)), threading.Lock(), []

    def work():
        while True:
            with lock:
                if not left:
                    return
                number = left.pop(0)
            phone = Phone(number, weather)
            for _ in range(60):
                try:
                    phone.buy(gateway.port)
                    break
                except (OSError, http.client.HTTPException):
                    time.sleep(0.3)
                except Failure as failure:
                    troubles.append(f"phone {number}: {failure}")
                    break
            else:
                troubles.append(f"phone {number}: the gateway was not there for sixty attempts")
            # As many as the provider answers questions about.
            time.sleep(options.workers / (options.rate * options.speed))

    workers = [threading.Thread(target=work) for _ in range(options.workers)]
    for worker in workers:
        worker.start()
    next_kill, next_turn = time.monotonic() + dice.uniform(2, options.kills), 0
    while any(worker.is_alive() for worker in workers):
        weather.flow(0.5)
        if time.monotonic() > next_turn:
            weather.turn()
            next_turn = time.monotonic() + 30 / options.speed
        if time.monotonic() > next_kill:
            gateway.kill()
            gateway.start()
            next_kill = time.monotonic() + dice.uniform(1, options.kills)
    if troubles:
        raise Failure("; ".join(troubles[:5]))


def settle(weather, books, options):
    """Fair weather until nothing waits any more, and all news that is late has come."""
    weather.clear()
    # Whoever waited for a router comes in while time passes as before; then it may jump.
    weather.flow(2 * PATIENCE / options.speed)
    start = weather.now()
    while weather.now() < start + 3 * 3_600:
        weather.jump(60)
        weather.flow(0.5)
        open_payments, notices, effects = (books.rows(f"SELECT count(*) AS n FROM {what}")[0]["n"] for what in (
            "payment WHERE state IN ('new', 'sending', 'asked')", "payment_notice WHERE due_at IS NOT NULL",
            "effect WHERE state = 0"))
        if not (open_payments or notices or effects) and weather.now() > start + max(LIST, options.latest) + 200:
            return
    raise Failure(f"{open_payments} payments, {notices} notices and {effects} effects are open after three hours")


def milliseconds(key):
    """The instant in a key."""
    return int(key[:12], 16)


def check(weather, gateway, install, books):
    """What is wrong, in sentences; empty where nothing is."""
    wrong = []
    payments = books.rows("SELECT * FROM payment")
    entitlements = counts(books, "entitlement", "source_id")
    effects = books.rows("SELECT * FROM effect WHERE kind = 'connect'")
    routers = {row["id"]: int(row["name"].rsplit("-", 1)[1]) for row in books.rows("SELECT id, name FROM router")}
    receipts = counts(books, "payment_receipt", "receipt")
    clearing = books.rows("SELECT sum(debit) AS n FROM ledger_account WHERE kind = 'clearing'")[0]["n"]
    wrong += money(weather, payments, entitlements, receipts, clearing)
    wrong += online(weather, payments, routers)
    wrong += waits(weather, gateway, effects, routers)
    try:
        install.lango("ledger", "trial-balance", "--tenant", "pamoja", "--check")
    except Failure as failure:
        wrong.append(str(failure))
    return wrong


def counts(books, table, column):
    """How many rows have each value of a column."""
    found = books.rows(f"SELECT {column} AS value, count(*) AS n FROM {table} GROUP BY {column}")
    return {row["value"]: row["n"] for row in found}


def money(weather, payments, entitlements, receipts, clearing):
    """The provider's money against the database and the books: none lost, none twice."""
    moved = {}
    for payment in weather.payers("GET", "state")["payments"]:
        moved.setdefault(payment["number"], []).append(payment)
    total = sum(round(float(one["amount"]) * 100) for all_of in moved.values() for one in all_of)
    wrong = [f"the provider has moved {total}, the books say {clearing}"] if total != clearing else []
    paid = {}
    for payment in payments:
        if payment["state"] == "paid":
            paid.setdefault(payment["phone"].lstrip("+"), []).append(payment)
    for number, all_of in moved.items():
        ours = paid.get(number, [])
        if sum(one["received"] for one in ours) != sum(round(float(one["amount"]) * 100) for one in all_of):
            wrong.append(f"{number} has paid {len(all_of)} times, {len(ours)} are entered")
    wrong += [f"{number} is said to have paid and has not" for number in paid.keys() - moved.keys()]
    wrong += [f"a payment has {count} accesses" for count in entitlements.values() if count != 1]
    wrong += [f"receipt {receipt} is entered {count} times" for receipt, count in receipts.items() if count != 1]
    granted = sum(1 for all_of in paid.values() for one in all_of if one["outcome"] == "granted")
    if granted != len(entitlements):
        wrong.append(f"{granted} payments are granted, {len(entitlements)} accesses are there")
    return wrong


def online(weather, payments, routers):
    """Who paid is online with one user; nobody else is."""
    wrong, wanted = [], {number: set() for number in routers.values()}
    for payment in payments:
        if payment["outcome"] == "granted":
            wanted[routers[payment["router"]]].add(":".join(f"{payment['mac']:012X}"[i:i + 2] for i in range(0, 12, 2)))
    for number, macs in wanted.items():
        state = weather.routers("GET", f"routers/{number + 1}/state")
        sessions = [session["mac-address"] for session in state["sessions"]]
        users = [user["mac-address"] for user in state["users"] if user.get("comment", "").startswith("lango:")]
        for what, found in (("sessions", sessions), ("users", users)):
            if len(set(found)) != len(found):
                wrong.append(f"router {number}: {what} are doubled")
            if set(found) != macs:
                wrong.append(
                    f"router {number}: {len(macs - set(found))} paid and have no {what}, {len(set(found) - macs)} did not pay")
    return wrong


def waits(weather, gateway, effects, routers):
    """Everybody was let in within a minute in which router and gateway were there."""
    wrong, longest = [], 0.0
    for effect in effects:
        asked, settled = milliseconds(effect["id"]) / 1_000, (effect["settled_at"] or 0) / 1_000
        if effect["state"] != 1 or effect["note"] != "online":
            wrong.append(f"an order to let somebody in ended as {effect['state']} {effect['note']}")
            continue
        for start, end in fair(weather.away[routers[effect["router"]]], gateway.lives, asked, settled):
            longest = max(longest, end - start)
    if longest > PATIENCE:
        wrong.append(f"somebody waited {longest:.0f} s at a router that was there")
    print(f"storm: the longest wait at a router that was there: {longest:.0f} s", flush=True)
    return wrong


def fair(away, lives, start, end):
    """The spans between two instants in which the router was there and the gateway ran."""
    spans = [(max(start, born), min(end, died or end)) for born, died in lives]
    for gone, back in away:
        spans = [
            part for one, other in spans for part in ((one, min(other, gone)), (max(one, back or other), other))
        ]
    return [(one, other) for one, other in spans if other > one]


def main():
    parser = argparse.ArgumentParser(prog="scripts/soak payments")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    parser.add_argument("--count", type=int, default=10_000, help="payments")
    parser.add_argument("--routers", type=int, default=50)
    parser.add_argument("--down", type=float, default=0.3, help="share of the routers that is down at any time")
    parser.add_argument("--speed", type=float, default=10, help="how many seconds pass in one")
    parser.add_argument("--rate", type=float, default=1.5, help="payments in a simulated second")
    parser.add_argument("--kills", type=float, default=15, help="the gateway lives no longer than this, in seconds")
    parser.add_argument("--latest", type=int, default=1_800, help="seconds by which news comes late at the most")
    parser.add_argument("--workers", type=int, default=8)
    parser.add_argument("--engine", choices=["sqlite", "postgres"], default="sqlite", help="postgres: LANGO_TEST_POSTGRES")
    parser.add_argument("--programs", help="the folder of built programs; else they are built as they are delivered")
    options = parser.parse_args()
    print(
        f"storm: {options.count} payments, {options.routers} routers, {options.engine}, seed {options.seed}", flush=True)
    dice, machine, books = random.Random(options.seed), Machine(), None
    try:
        machine.lango = program(machine, options, "lango")
        weather = Weather(machine, options, dice)
        install = Install(machine, "storm")
        books = SQLite(install) if options.engine == "sqlite" else PostgreSQL(
            install, os.environ["LANGO_TEST_POSTGRES"], f"storm_{os.getpid()}")
        furnish(install, weather)
        gateway = Gateway(install, weather)
        register(install, gateway)
        gateway.start()
        start = datetime.datetime.now()
        storm(weather, gateway, options, dice)
        settle(weather, books, options)
        gateway.stop()
        wrong = check(weather, gateway, install, books)
        windows = sum(len(windows) for windows in weather.away)
        print(
            f"storm: {len(gateway.lives) - 1} kills, {windows} times a router was down, "
            f"{(datetime.datetime.now() - start).seconds} s, {weather.ahead / 60:.0f} minutes ahead", flush=True)
        for sentence in wrong[:20]:
            print(f"storm: {sentence}")
        if wrong:
            raise Failure(f"{len(wrong)} things are wrong, seed {options.seed}")
        print(f"storm: all {options.count} payments are accounted for on {options.engine}, everybody is online once")
    except Failure as failure:
        print(f"storm: failed: {failure}", file=sys.stderr)
        log = machine.folder / "log"
        if log.exists():
            keep = Path("/tmp") / f"lango-storm-{options.seed}.log"
            keep.write_bytes(log.read_bytes()[-2_000_000:])
            print(f"storm: what the programs said is in {keep}", file=sys.stderr)
        sys.exit(1)
    finally:
        machine.close()
        if books:
            books.close()


if __name__ == "__main__":
    main()
