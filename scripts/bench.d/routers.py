"""Whole routers read over each of their services, and many of them; the simulated router stands at the other end."""

import os
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

from install import Install
from machine import Failure, free_port, listens, run

USERS = 10_000
# What a hotspot's user looks like where Lango made it.
USER = "add name=u{0:05} password=p{0:05} profile=default limit-uptime=1h comment=\"lango:bench/{0:05}\""
VERSIONS = "6.49,7.8,7.12,7.16,7.20,7.24"
SERVICES = {"api": "apis", "rest": "https", "ssh": "ssh"}


def read_users(bench, service):
    """Seconds that reading 10,000 hotspot users takes over a service, signing in included."""
    machine = bench.machine
    script = machine.folder / "users.rsc"
    script.write_text("/ip hotspot user\n" + "".join(USER.format(number) + "\n" for number in range(USERS)))
    ports = {name: free_port() for name in ("rest-tls-port", "api-tls-port", "ssh-port")}
    options = [word for name, port in ports.items() for word in (f"--{name}", port)]
    port = ports[{"api": "api-tls-port", "rest": "rest-tls-port", "ssh": "ssh-port"}[service]]
    router = machine.start(
        machine.program("lango-routersim"), "--version", "7.20", "--user", "bench", "--password", "bench", "--script",
        script, *options, until=lambda: listens(port))
    way = f"{SERVICES[service]}://127.0.0.1:{port}"
    count, *seconds = run(
        machine.program("lango-bench"), "read-users", way, "bench", "bench", bench.rounds(9, 3)).split()
    machine.stop(router)
    if int(count) < USERS:
        raise Failure(f"{count} users were read")
    return bench.value([float(word) for word in seconds], "s")


def read_10k_users_api(bench):
    return read_users(bench, "api")


def read_10k_users_rest(bench):
    return read_users(bench, "rest")


def read_10k_users_ssh(bench):
    return read_users(bench, "ssh")


class Silent:
    """Routers that take a connection and never say a word."""

    def __init__(self, count):
        self.listeners = [socket.create_server(("127.0.0.1", 0), backlog=64) for _ in range(count)]

    def ports(self):
        return [listener.getsockname()[1] for listener in self.listeners]

    def close(self):
        for listener in self.listeners:
            listener.close()


def sync_500(bench):
    """Seconds of `router sync --all` over living routers, and over the same with a ninth more that are dead; once a run."""
    if bench.syncs is None:
        bench.syncs = syncs(bench)
    return bench.syncs


class Fleet:
    """Simulated routers in one process, r0, r1 and so on, and an install that knows them; dead ones d0, d1 join later."""

    def __init__(self, bench, name):
        self.machine = bench.machine
        self.living, self.dead = bench.rounds(450, 90), bench.rounds(50, 10)
        self.silent = Silent(self.dead // 2)
        first = free_block(5 * self.living)
        self.process = self.machine.start(
            self.machine.program("lango-routersim"), "--routers", self.living, "--first-port", first, "--versions",
            VERSIONS, "--user", "bench", "--password", "bench", until=lambda: listens(first + 5 * self.living - 3))
        self.install = Install(self.machine, name).make(router=False)
        self.add([(f"r{number}", f"api://127.0.0.1:{first + 5 * number + 2}") for number in range(self.living)])

    def add(self, routers):
        """Makes routers by the program's own command, several at a time: each mostly waits for the disk."""
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda router: self.install.router(*router, "bench"), routers))

    def add_dead(self):
        """Half of the dead refuse connections, half take them and are silent."""
        ports = self.silent.ports() + [free_port() for _ in range(self.dead - self.dead // 2)]
        self.add([(f"d{number}", f"api://127.0.0.1:{port}") for number, port in enumerate(ports)])

    def close(self):
        self.silent.close()
        self.machine.stop(self.process)
        self.install.remove()


def syncs(bench):
    fleet = Fleet(bench, "routers")
    install, living, dead = fleet.install, fleet.living, fleet.dead
    # The first reading writes all that there is; those that follow are what happens each hour.
    sync(install, living, 0)
    alone = [sync(install, living, 0) for _ in range(bench.rounds(3, 2))]
    fleet.add_dead()
    together = [sync(install, living, dead) for _ in range(bench.rounds(3, 2))]
    fleet.close()
    return together, alone


def sync(install, living, dead):
    """Seconds until the last router that lives is read, and until the command ends."""
    start, read, last = time.monotonic(), 0, 0
    with subprocess.Popen(
        [install.machine.lango, "router", "sync", "--tenant", "pamoja", "--all"], stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, env={**os.environ, **install.environment}) as process:
        for line in process.stdout:
            if " tables read," in line:
                read, last = read + 1, time.monotonic() - start
    whole = time.monotonic() - start
    if read != living or (process.returncode == 0) != (dead == 0):
        raise Failure(f"{read} of {living} routers were read, the last line: {line.strip()[-300:]}")
    return last, whole


def free_block(count):
    """The first of so many ports in a row that nobody uses."""
    for first in range(20_000, 60_000 - count, count):
        if not any(listens(port) for port in range(first, first + count)):
            return first
    raise Failure(f"there are no {count} free ports in a row")


def sync_500_routers_s(bench):
    together, _ = sync_500(bench)
    bench.note(f"{bench.rounds(450, 90)} that answer, {bench.rounds(50, 10)} dead: half refuse, half are silent")
    return bench.value([whole for _, whole in together], "s")


def sync_dead_ratio(bench):
    together, alone = sync_500(bench)
    bench.note("until the last that answers is read")
    return bench.ratio([(ours[0], limit[0]) for ours, limit in zip(together, alone)], "s")
