"""What measuring needs of the machine: programs built, started, waited for and ended by their process id."""

import os
import resource
import shutil
import signal
import socket
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
LIMITS = {
    "http_limit": "-lmicrohttpd", "redeem_limit": "-lsqlite3", "ledger_limit": "-lsqlite3", "notice_limit": "-lsqlite3",
    "load_limit": "-lsqlite3", "redeem_client": "",
}
PACKAGES = {
    "wrk": "wrk", "cc": "gcc", "openssl": "openssl", "/usr/include/microhttpd.h": "libmicrohttpd-dev",
    "/usr/include/sqlite3.h": "libsqlite3-dev",
}


class Failure(Exception):
    """Why a metric could not be measured."""


def run(*words, seconds=600, given=None, environment=None):
    """Runs a program to its end and returns what it printed."""
    try:
        done = subprocess.run(
            [str(word) for word in words], input=given, capture_output=True, text=True, timeout=seconds,
            env={**os.environ, **(environment or {})}, cwd=ROOT)
    except subprocess.TimeoutExpired:
        raise Failure(f"{words[0]} did not end within {seconds} seconds") from None
    if done.returncode != 0:
        raise Failure(f"{Path(str(words[0])).name} {words[1] if len(words) > 1 else ''}: {done.stderr.strip()[-400:]}")
    return done.stdout


def timed(*words, **options):
    """Seconds that a program takes."""
    start = time.monotonic()
    run(*words, **options)
    return time.monotonic() - start


class Machine:
    """The built programs, a folder that disappears at the end, and the processes that run."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="lango-bench-"))
        self.processes = []
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 65_536)), hard))

    def build(self):
        missing = [package for what, package in PACKAGES.items() if not (shutil.which(what) or Path(what).exists())]
        if missing:
            prefix = [] if os.getuid() == 0 else ["sudo"]
            run(*prefix, "apt-get", "update", "-qq")
            run(*prefix, "apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing)
        run(ROOT / "scripts/packages", "build")
        self.lango = self.program("lango")
        for name, library in LIMITS.items():
            run("cc", "-O2", "-o", self.folder / name, HERE / f"{name}.c", *library.split())

    def program(self, name):
        """Builds one of the package's programs as it is delivered; where it is."""
        build = ["swift", "build", "-c", "release", "--static-swift-stdlib", "--product", name]
        build += ["--scratch-path", ROOT / ".build"]
        run(*build, seconds=1_800)
        return Path(run(*build, "--show-bin-path").strip()) / name

    def start(self, *words, environment=None, until):
        """Starts a program that serves, and waits until `until` holds."""
        log = open(self.folder / "log", "ab")
        process = subprocess.Popen(
            [str(word) for word in words], stdout=subprocess.DEVNULL, stderr=log, cwd=ROOT,
            env={**os.environ, **(environment or {})})
        self.processes.append(process)
        wait(lambda: process.poll() is not None or until(), f"{words[0]} does not answer")
        if process.poll() is not None:
            raise Failure(f"{Path(str(words[0])).name} ended: {(self.folder / 'log').read_text()[-400:]}")
        return process

    def stop(self, process):
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)
        if process in self.processes:
            self.processes.remove(process)

    def close(self):
        for process in list(self.processes):
            self.stop(process)
        shutil.rmtree(self.folder, ignore_errors=True)

    def limit(self, name, *words, seconds=300):
        """Runs one of the C programs; the numbers that it printed."""
        return [float(word) for word in run(self.folder / name, *words, seconds=seconds).split()]


def python_with(requirements, name):
    """The interpreter of a venv of that name below `.build`, with what a file of requirements asks for."""
    folder = ROOT / ".build" / name
    have = folder / "requirements.txt"
    if not have.exists() or have.read_text() != requirements.read_text():
        run("python3", "-m", "venv", folder)
        run(folder / "bin/pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements)
        shutil.copy(requirements, have)
    return folder / "bin/python"


def wait(condition, complaint, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise Failure(complaint)
        time.sleep(0.01)


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def listens(port):
    with socket.socket() as one:
        one.settimeout(1)
        return one.connect_ex(("127.0.0.1", port)) == 0


def resident_kib(process):
    for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise Failure("the process is gone")


def processor_seconds(process):
    """What the process has had of the processors so far, in its own code and in the kernel."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def quartiles(values):
    """Median, and the quartiles around it."""
    if len(values) < 2:
        return values[0], values[0], values[0]
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return middle, low, high
