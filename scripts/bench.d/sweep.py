"""What it takes to keep a router as the database says: sweeps of a large hotspot, and single changes."""

import os
import random
import re
import secrets
import sqlite3
import time

from install import Install
from machine import Failure, free_port, listens

USERS = 10_000
RATES = ["1M/2M", "2M/5M"]
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def username(entitlement, mac):
    """The name of a device's user on its router, as `Device.username` makes it."""
    number, word = int.from_bytes(entitlement[8:]) & 0xFF_FFFF_FFFF | 0x100_0000_0000, ""
    while number:
        number, digit = divmod(number, 36)
        word = DIGITS[digit] + word
    return f"v{word}-{mac & 0xFFFFFF:06x}"


def key(milliseconds):
    return milliseconds.to_bytes(6) + secrets.token_bytes(10)


def place(install, count, name="gate", start=0):
    """Devices that have access and a user on a router, written into the database as redemptions leave them."""
    now = int(time.time() * 1_000)
    with sqlite3.connect(install.database) as store:
        tenant, router, site = store.execute(
            "SELECT tenant, id, site FROM router WHERE name = ?", (name,)).fetchone()
        (package,) = store.execute("SELECT id FROM package WHERE name = 'Week'").fetchone()
        entitlements, devices, counters = [], [], []
        for number in range(count):
            entitlement, mac = key(now), 0x02_5A_20_00_00_00 + start + number
            entitlements.append(
                (entitlement, tenant, package, key(now), site, now, now + 600_000_000, now, RATES[number % 2]))
            devices.append((tenant, entitlement, mac, router, username(entitlement, mac), now))
            counters.append((tenant, entitlement, mac, router))
        store.executemany(
            """
            INSERT INTO entitlement (id, tenant, package, source, source_id, site, starts_at, ends_at, connected_at,
                online_used, data_used, rate_limit, device_limit)
            VALUES (?, ?, ?, 'voucher', ?, ?, ?, ?, ?, 0, 0, ?, 1)
            """, entitlements)
        store.executemany(
            """
            INSERT INTO device (tenant, entitlement, mac, router, username, added_at, online_used, bytes_up, bytes_down)
            VALUES (?, ?, ?, ?, ?, ?, 0, 0, 0)
            """, devices)
        store.executemany(
            "INSERT INTO counter (tenant, entitlement, mac, router, online, bytes) VALUES (?, ?, ?, ?, 0, 0)", counters)


class Hotspot:
    """An instant simulated router and the gateway that serves it."""

    def __init__(self, bench, name):
        machine, port = bench.machine, free_port()
        self.machine = machine
        self.router = machine.start(
            machine.program("lango-routersim"), "--version", "7.20", "--user", "bench", "--password", "bench",
            "--api-port", port, until=lambda: listens(port))
        self.install = Install(machine, name).make(router=False)
        self.install.router("gate", f"api://127.0.0.1:{port}", "bench")

    def sweep(self, server):
        """The requests of a sweep, the writes among them, and the processor seconds of the gateway."""
        before = processor_seconds(server.process)
        told = self.install.lango("router", "sweep", "gate", "--tenant", "pamoja", "--wait", "300")
        found = re.match(r"gate: (\d+) requests, (\d+) of them writes", told)
        if not found:
            raise Failure(told[:300])
        return int(found[1]), int(found[2]), processor_seconds(server.process) - before

    def close(self):
        self.machine.stop(self.router)
        self.install.remove()


def processor_seconds(process):
    fields = open(f"/proc/{process.pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def sweeps(bench):
    """A router that lost everything, then unchanged, then with 100 changes; once a run."""
    if bench.sweeps is None:
        bench.sweeps = measured(bench)
    return bench.sweeps


def measured(bench):
    hotspot = Hotspot(bench, "sweep")
    place(hotspot.install, USERS)
    with hotspot.install.serve(traffic=0, surveys=10_080) as server:
        start = time.monotonic()
        while hotspot.sweep(server)[1] > 0:
            if time.monotonic() - start > 300:
                raise Failure("sweeps do not come to an end")
        unchanged, changed = [], []
        for _ in range(bench.rounds(5, 2)):
            unchanged.append(hotspot.sweep(server))
            with sqlite3.connect(hotspot.install.database, timeout=30) as store:
                some = [row[0] for row in store.execute("SELECT id FROM entitlement")]
                for entitlement in random.Random(7).sample(some, 100):
                    store.execute(
                        "UPDATE entitlement SET rate_limit = CASE rate_limit WHEN ? THEN ? ELSE ? END WHERE id = ?",
                        (RATES[0], RATES[1], RATES[0], entitlement))
            changed.append(hotspot.sweep(server))
    hotspot.close()
    if any(writes for _, writes, _ in unchanged) or any(writes != 100 for _, writes, _ in changed):
        raise Failure(f"writes: {unchanged}, {changed}")
    return unchanged, changed


def sweep_10k_unchanged_requests(bench):
    return bench.value([requests for requests, _, _ in sweeps(bench)[0]], "requests")


def sweep_10k_unchanged_cpu_s(bench):
    return bench.value([seconds for _, _, seconds in sweeps(bench)[0]], "s of processor")


def sweep_10k_100_changes(bench):
    unchanged, changed = sweeps(bench)
    return bench.value([more[0] - less[0] for less, more in zip(unchanged, changed)], "requests more")


def change(install, server, codes, start, count):
    """Redeems one voucher after another; the milliseconds from each one's commit to its end on the router, in order."""
    with sqlite3.connect(install.database) as store:
        (before,) = store.execute("SELECT max(id) FROM effect").fetchone()
    for number in range(start, start + count):
        server.redeem(codes, number, 1, connections=1)
        # So that each finds the router's lane free.
        time.sleep(0.05)
    for _ in range(100):
        with sqlite3.connect(install.database) as store:
            rows = store.execute(
                "SELECT id, settled_at FROM effect WHERE state = 1 AND id > ?", (before or b"",)).fetchall()
        if len(rows) == count:
            return sorted(settled - int.from_bytes(effect[:6]) for effect, settled in rows)
        time.sleep(0.1)
    raise Failure(f"{len(rows)} of {count} changes reached the router")


def changes(bench):
    """What single changes take; once a run."""
    if bench.changes is None:
        hotspot = Hotspot(bench, "changes")
        count = bench.rounds(300, 100)
        hotspot.install.generate(count, "--no-file")
        codes, _ = hotspot.install.vouchers()
        with hotspot.install.serve(traffic=0, surveys=10_080) as server:
            hotspot.sweep(server)
            bench.changes = change(hotspot.install, server, codes, 0, count)
        hotspot.close()
    return bench.changes


def change_to_router_ms_p50(bench):
    return bench.value([changes(bench)[len(changes(bench)) // 2]], "ms")


def change_to_router_ms_p99(bench):
    return bench.value([changes(bench)[len(changes(bench)) * 99 // 100]], "ms")
