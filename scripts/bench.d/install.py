"""An install made by the program's own commands: one tenant, one site, a router that refuses connections, vouchers."""

import csv
import random
import shutil
import sqlite3
import time
import urllib.parse

from machine import Failure, free_port, listens, run

SITE = "/hotspot/pamoja/market"
# What the router's login.html sends with a phone.
VISIT = {
    "mac": "02:5A:10:00:00:{:02X}", "ip": "10.5.50.21", "username": "",
    "link-login-only": "http://10.5.50.1/login", "link-orig": "http://example.org/", "identity": "market-gate",
    "server-name": "hotspot1", "chap-id": "\\155", "chap-challenge": "\\220\\044\\310\\321\\077\\126\\240\\011",
    "dst": "http://example.org/", "error": "",
}


def login_path(phone=0):
    fields = {**VISIT, "mac": VISIT["mac"].format(phone)}
    return f"{SITE}?{urllib.parse.urlencode(fields)}"


class Install:
    """A data folder and what can be done with it."""

    def __init__(self, machine, name):
        self.machine = machine
        self.data = machine.folder / name
        self.database = self.data / "lango.db"
        self.environment = {"LANGO_DATA": str(self.data)}

    def lango(self, *words, given=None, seconds=600):
        return run(self.machine.lango, *words, given=given, seconds=seconds, environment=self.environment)

    def make(self, router=True):
        tenant = ["--tenant", "pamoja"]
        self.lango("tenant", "create", "--slug", "pamoja", "--name", "Pamoja Wi-Fi", "--support", "+254 700 123 456")
        self.lango(
            "site", "create", *tenant, "--slug", "market", "--name", "Pamoja Market", "--wifi", "Pamoja Wi-Fi",
            "--hotspot-url", "http://10.5.50.1")
        for name, price, time in [("1 hour", "20", "1h"), ("Day", "80", "1d"), ("Week", "400", "7d")]:
            self.lango(
                "package", "create", *tenant, "--name", name, "--price", price, "--time", time, "--rate", "2M/5M",
                "--voucher-validity", "90d")
        if router:
            # Nobody listens there: every connection is refused at once.
            self.router("market-gate", f"http://127.0.0.1:{free_port()}", "nothing")
        return self

    def router(self, name, address, password):
        self.lango(
            "router", "create", "--tenant", "pamoja", "--site", "market", "--name", name, "--address", address,
            "--username", "bench", given=password + "\n")

    def generate(self, count, *options):
        """Makes a batch of vouchers; the seconds that making and storing took."""
        start = time.monotonic()
        self.lango(
            "vouchers", "generate", "--tenant", "pamoja", "--package", "1 hour", "--count", count, *options)
        return time.monotonic() - start

    def copy(self, name):
        """The same install once more; nobody may be using it."""
        twin = Install(self.machine, name)
        shutil.copytree(self.data, twin.data)
        return twin

    def remove(self):
        shutil.rmtree(self.data)

    def vouchers(self):
        """Writes the codes and the hashes of all vouchers in the same random order; the two files."""
        table, codes, hashes = (self.data / name for name in ("all.csv", "codes", "hashes"))
        self.lango("vouchers", "print", "--tenant", "pamoja", "--batch", "1", "--out", table)
        with open(table, newline="", encoding="utf-8-sig") as lines:
            code_of = {int(row["serial"]): row["code"] for row in csv.DictReader(lines)}
        with sqlite3.connect(self.database) as store:
            hash_of = dict(store.execute("SELECT serial, code_hash FROM voucher"))
        order = list(code_of)
        random.Random(2026).shuffle(order)
        codes.write_text("".join(code_of[serial] + "\n" for serial in order))
        hashes.write_bytes(b"".join(hash_of[serial] for serial in order))
        table.unlink()
        return codes, hashes

    def used(self):
        """How many vouchers are redeemed, and how many entitlements, devices and effects there are."""
        with sqlite3.connect(self.database) as store:
            return [
                store.execute(f"SELECT count(*) FROM {what}").fetchone()[0]
                for what in ("voucher WHERE state = 1", "entitlement", "device", "effect")
            ]

    def serve(self, on=None, **settings):
        """Starts the gateway on a port, on a free one where none is given."""
        return Server(self, on or free_port(), settings)


class Server:
    """A running `lango serve`."""

    def __init__(self, install, port, settings):
        self.install = install
        self.machine = install.machine
        self.port = port
        environment = install.environment | {f"LANGO_{key.upper()}": str(value) for key, value in settings.items()}
        self.process = self.machine.start(
            self.machine.lango, "serve", "--port", self.port, environment=environment,
            until=lambda: listens(self.port))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.machine.stop(self.process)

    def redeem(self, codes, skip, count, connections=256):
        """Redeems `count` vouchers over HTTP; seconds, and the median and 99th percentile in milliseconds."""
        return self.machine.limit(
            "redeem_client", self.port, SITE, codes, skip, count, connections)
