"""The demo ISP with its simulated router, started for the tests on ports and in a folder of its own."""

import base64
import csv
import json
import os
import re
import signal
import socket
import sqlite3
import ssl
import subprocess
import time
import urllib.parse
import urllib.request
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[2]


def free_ports(count: int) -> int:
    """The first of so many free ports in a row."""
    for first in range(21_000 + os.getpid() % 400 * 20, 60_000, 20):
        taken = []
        try:
            for port in range(first, first + count):
                listener = socket.socket()
                taken.append(listener)
                listener.bind(("127.0.0.1", port))
            return first
        except OSError:
            continue
        finally:
            for listener in taken:
                listener.close()
    raise RuntimeError("no free ports")


class Demo:
    def __init__(self, folder: Path, programs: Path):
        self.folder, self.lango = folder, programs / "lango"
        self.port = free_ports(9)
        self.gateway = f"http://127.0.0.1:{self.port}"
        self.phones = f"http://127.0.0.1:{self.port + 1}"
        self.output = open(folder / "demo.out", "wb")
        self.process = subprocess.Popen(
            [self.lango, "demo", "--port", str(self.port), "--data", folder],
            cwd=HOUSE, env=dict(os.environ, LANGO_TRAFFIC="10"), stdin=subprocess.DEVNULL, stdout=self.output,
            stderr=self.output, start_new_session=True)
        self.facts = self._wait_until_ready()
        self.vouchers = list(self.facts["vouchers"])
        self.pairs = list(self.facts["vouchersForTwoDevices"])
        self.control_facts = self.facts["routers"][0]["control"]

    def _wait_until_ready(self) -> dict:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            try:
                urllib.request.urlopen(self.gateway + "/hotspot/kilimani/market/v/READY", timeout=2).close()
                return json.loads((self.folder / "demo.json").read_text())
            except (OSError, ValueError):
                time.sleep(0.1)
        self.stop()
        raise RuntimeError("the demo did not start: " + (self.folder / "demo.out").read_text())

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(5)
        self.output.close()

    def forgive(self):
        """Forgets wrong codes from this address: hundreds of phones of the flows share it."""
        with sqlite3.connect(self.folder / "lango.db", timeout=20) as store:
            store.execute("DELETE FROM guess WHERE subject LIKE 'address %'")

    # The command line

    def said(self, *arguments: str) -> str:
        """What a command says, whether it is content or not."""
        try:
            return self.command(*arguments)
        except RuntimeError as trouble:
            return str(trouble)

    def command(self, *arguments: str, typed: str = "") -> str:
        surroundings = dict(os.environ, LANGO_DATA=str(self.folder), LANGO_PUBLIC_URL=self.gateway)
        done = subprocess.run(
            [self.lango, *arguments], cwd=HOUSE, env=surroundings, input=typed, capture_output=True, text=True,
            timeout=30)
        if done.returncode:
            raise RuntimeError(f"lango {' '.join(arguments)}: {done.stdout}{done.stderr.strip()}")
        return done.stdout

    def make_package(self, name: str, *options: str):
        self.command("package", "create", "--tenant", "kilimani", "--name", name, "--price", "5", "--unlisted", *options)

    def make_vouchers(self, package: str, count: int, *options: str, tenant="kilimani") -> list[dict]:
        """The rows of the batch's CSV: `code`, `link` and the rest."""
        sheet = self.folder / f"batch-{time.monotonic_ns()}.csv"
        self.command(
            "vouchers", "generate", "--tenant", tenant, "--package", package, "--count", str(count), "--out", str(sheet),
            *options)
        with open(sheet, encoding="utf-8-sig", newline="") as rows:
            return list(csv.DictReader(rows))

    def void(self, code: str):
        self.command("vouchers", "void", "--tenant", "kilimani", "--code", code)

    # The simulated router's own interface

    def control(self, method: str, path: str, body: dict | None = None) -> dict:
        request = urllib.request.Request(
            self.control_facts["url"].rstrip("/").removesuffix("/_simulator") + "/_simulator/" + path, method=method,
            data=json.dumps(body or {}).encode() if method != "GET" else None,
            headers={"Authorization": "Bearer " + self.control_facts["token"]})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    # The simulated phones that are asked to pay

    pin = "1234"

    def pay(self, method: str, path: str, body: dict | None = None) -> dict:
        control = self.facts["phones"]["control"]
        request = urllib.request.Request(
            control["url"] + "/" + path, method=method, data=json.dumps(body or {}).encode() if method != "GET" else None,
            headers={"Authorization": "Bearer " + control["token"], "Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def open_texts(self):
        """Gives the ISP an account for texts at the simulated Africa's Talking."""
        address = self.facts["phones"]["control"]["url"].rstrip("/").removesuffix("/_simulator")
        self.command(
            "messages", "account", "add", "africastalking", "--tenant", "kilimani", "--username", "sandbox", "--from",
            "LANGO", "--address", address, typed="text-key\n")

    def codes_for(self, number: str) -> list[str]:
        """The six digits in the texts to a phone, oldest first."""
        texts = [t["text"] for t in self.pay("GET", "state")["texts"] if t["number"].endswith(number[-9:])]
        return [found.group() for found in (re.search(r"\b\d{6}\b", text) for text in texts) if found]

    def is_asked(self, number: str) -> bool:
        """Whether a prompt lies open on a phone."""
        return any(p["number"] == number and p["state"] == "open" for p in self.pay("GET", "state")["prompts"])

    @staticmethod
    def send(address: str, **fields: str):
        """Sends a form of the gateway's as a browser without scripts does."""
        with urllib.request.urlopen(address, data=urllib.parse.urlencode(fields).encode(), timeout=10) as answer:
            answer.read()

    def fault(self, kind: str, **facts):
        self.control("POST", "faults", {"fault": kind, **facts})

    def is_captive(self, mac: str) -> bool:
        """What the captive portal API of RFC 8908 tells the device."""
        with urllib.request.urlopen(f"{self.facts['apiURL']}?mac={mac}", timeout=5) as answer:
            return json.load(answer)["captive"]

    def sessions(self, mac: str) -> list[dict]:
        return [s for s in self.control("GET", "state")["sessions"] if s.get("mac-address", "").upper() == mac.upper()]

    def paste(self, line: str) -> str:
        """What the router's terminal says to a line, by OpenSSH's client."""
        facts, ask = self.facts["routers"][0]["ssh"], self.folder / "askpass"
        if not ask.exists():
            ask.touch(mode=0o700)
            ask.write_text(f"#!/bin/sh\necho '{facts['password']}'\n")
        options = ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR"]
        words = [word for option in options for word in ("-o", option)]
        return subprocess.run(
            ["ssh", *words, "-p", str(facts["port"]), f"{facts['username']}@{facts['host']}", line],
            env=dict(os.environ, SSH_ASKPASS=str(ask), SSH_ASKPASS_REQUIRE="force"), stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=60).stdout

    def router(self, method: str, path: str, body: dict | None = None):
        """The router's REST interface, as its owner would use it."""
        rest = self.facts["routers"][0]["rest"]
        trusting = ssl.create_default_context()
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        word = base64.b64encode(f"{rest['username']}:{rest['password']}".encode()).decode()
        request = urllib.request.Request(
            rest["url"] + "/rest" + path, method=method, data=json.dumps(body).encode() if body is not None else None,
            headers={"Content-Type": "application/json", "Authorization": "Basic " + word})
        with urllib.request.urlopen(request, timeout=10, context=trusting) as answer:
            return json.loads(answer.read() or b"null")
