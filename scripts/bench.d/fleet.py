"""What many routers and many years cost: sweeps of a fleet, and a change beside all the accesses that ever were."""

import sqlite3
import statistics
import time

from machine import Failure
from routers import Fleet
from sweep import Hotspot, change, key, place, username

USERS = 200


def sweep_500x200_s(bench):
    """Seconds until each router that answers is compared with the database, all of them asked for at one moment."""
    fleet = Fleet(bench, "fleet")
    for number in range(fleet.living):
        place(fleet.install, USERS, f"r{number}", start=number * USERS)
    fleet.add_dead()
    with fleet.install.serve(traffic=0, surveys=10_080):
        filled = sweep_all(fleet)
        times = [sweep_all(fleet) for _ in range(bench.rounds(3, 2))]
        if any(writes for _, writes in times):
            raise Failure(f"sweeps of routers that are as they should be wrote: {times}")
    bench.note(
        f"{fleet.living} that answer with {USERS} users each, {fleet.dead} dead; made from nothing in {filled[0]:.0f} s")
    fleet.close()
    return bench.value([seconds for seconds, _ in times], "s")


def sweep_all(fleet):
    """The seconds that sweeps of all took, and the writes among their requests."""
    start, now = time.monotonic(), int(time.time() * 1_000)
    # The gateway writes all the time; on a busy machine it is long until there is a gap.
    with sqlite3.connect(fleet.install.database, timeout=300) as store:
        store.execute(
            """
            INSERT INTO router_sweep (router, tenant, asked_at, requests, writes) SELECT id, tenant, ?, 0, 0 FROM router
            WHERE true ON CONFLICT (router) DO UPDATE SET asked_at = excluded.asked_at
            """, (now,))
    while time.monotonic() - start < 900:
        with sqlite3.connect(fleet.install.database, timeout=60) as store:
            count, writes = store.execute(
                "SELECT count(*), sum(writes) FROM router_sweep WHERE asked_at IS NULL AND swept_at >= ?", (now,)
            ).fetchone()
        if count == fleet.living:
            return time.monotonic() - start, writes
        time.sleep(0.1)
    raise Failure(f"{count} of {fleet.living} routers were swept")


def growth_change(bench):
    """Milliseconds of a change beside many accesses that are over, over those beside few."""
    count, turns = bench.rounds(60, 40), bench.rounds(6, 3)
    spots = [Hotspot(bench, name) for name in ("change-small", "change-large")]
    codes = []
    for spot, past in zip(spots, (1_000, bench.rounds(1_000_000, 100_000))):
        spot.install.generate(count * turns, "--no-file")
        codes.append(spot.install.vouchers()[0])
        remember(spot.install, past)
    pairs = []
    with spots[0].install.serve(traffic=0, surveys=10_080) as few, spots[1].install.serve(
            traffic=0, surveys=10_080) as many:
        for spot, server in zip(spots, (few, many)):
            spot.sweep(server)
        for turn in range(turns):
            small, large = (
                middle(change(spot.install, server, some, turn * count, count))
                for spot, server, some in zip(spots, (few, many), codes))
            pairs.append((large, small))
    for spot in spots:
        spot.close()
    return bench.ratio(pairs, "ms a change")


def middle(times):
    """The mean of the middle half: milliseconds are whole."""
    return statistics.fmean(times[len(times) // 4:len(times) * 3 // 4])


def remember(install, count):
    """Accesses that were used up, with their devices, orders and sessions, as a year of redemptions leaves them."""
    now = int(time.time() * 1_000)
    with sqlite3.connect(install.database) as store:
        tenant, router, site = store.execute("SELECT tenant, id, site FROM router").fetchone()
        (package,) = store.execute("SELECT id FROM package WHERE name = 'Week'").fetchone()
        accesses, devices, effects, sessions = [], [], [], []
        for number in range(count):
            at = now - 31_000_000_000 + number * 30_000_000_000 // count
            access, mac = key(at), 0x02_5A_40_00_00_00 + number % 50_000
            accesses.append((access, tenant, package, key(at), site, at, at + 3_600_000, at, at + 3_600_000))
            devices.append((tenant, access, mac, router, username(access, mac), at, 3_600_000))
            effects.append((key(at), tenant, router, access, mac, at, at + 9))
            sessions.append((key(at), tenant, access, mac, router, at, at + 3_600_000, 3_600_000, at + 3_600_000))
        store.executemany(
            """
            INSERT INTO entitlement (id, tenant, package, source, source_id, site, starts_at, ends_at, connected_at,
                online_used, data_used, device_limit, ended_at, end_reason)
            VALUES (?, ?, ?, 'voucher', ?, ?, ?, ?, ?, 0, 0, 1, ?, 'time')
            """, accesses)
        store.executemany(
            """
            INSERT INTO device (tenant, entitlement, mac, router, username, added_at, online_used, bytes_up, bytes_down)
            VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0)
            """, devices)
        store.executemany(
            """
            INSERT INTO effect (id, tenant, router, kind, entitlement, mac, address, state, attempts, due_at, note,
                settled_at)
            VALUES (?, ?, ?, 'connect', ?, ?, 0, 1, 1, ?, 'online', ?)
            """, effects)
        store.executemany(
            """
            INSERT INTO session (id, tenant, entitlement, mac, router, address, started_at, seen_at, online, bytes_up,
                bytes_down, ended_at)
            VALUES (?, ?, ?, ?, ?, 0, ?, ?, ?, 0, 0, ?)
            """, sessions)
