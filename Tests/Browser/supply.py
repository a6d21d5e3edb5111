"""Vouchers of every kind, each handed out once."""

import json
import threading

from demo import HOUSE, Demo


class Supply:
    def __init__(self, demo: Demo):
        self._lock = threading.Lock()
        demo.make_package("Blink", "--time", "6s")
        demo.make_package("Sip", "--time", "1h", "--data-limit", "5MB")
        demo.make_package("Twins", "--time", "2h", "--devices", "2")
        demo.command(
            "package", "create", "--tenant", "kilimani", "--name", "Taster", "--price", "0", "--time", "30m", "--trial")
        demo.open_texts()
        self._shelves = {
            "hour": list(demo.facts["vouchers"]) + self._codes(demo.make_vouchers("1 hour", 40)),
            "twins": self._codes(demo.make_vouchers("Twins", 12)),
            "sip": self._codes(demo.make_vouchers("Sip", 4)),
            "blink": self._codes(demo.make_vouchers("Blink", 8)),
            "expired": self._codes(demo.make_vouchers("1 hour", 4, "--valid-for", "1s")),
            "other-site": self._codes(demo.make_vouchers("1 hour", 4, "--site", "beach")),
            "other-isp": self._codes(demo.make_vouchers("1 hour", 4, tenant="umoja")),
            "void": self._codes(demo.make_vouchers("1 hour", 4)),
        }
        for code in self._shelves["void"]:
            demo.void(code)
        # Vouchers that hold everywhere have a link of one site of the provider, whichever.
        self._links = [row["link"] for row in demo.make_vouchers("1 hour", 4)]
        self._links_of_site = [row["link"] for row in demo.make_vouchers("1 hour", 4, "--site", "market")]

    @staticmethod
    def _codes(rows: list[dict]) -> list[str]:
        return [row["code"] for row in rows]

    def take(self, kind: str) -> str:
        with self._lock:
            return self._shelves[kind].pop(0)

    def link(self, of_site: bool) -> str:
        with self._lock:
            return (self._links_of_site if of_site else self._links).pop(0)


class Words:
    """The catalogue of a language, as the pages should show it."""

    def __init__(self, language: str):
        self._words = json.loads((HOUSE / "locales" / f"{language}.json").read_text())

    def __getitem__(self, key: str) -> str:
        return self._words[key]

    def until_value(self, key: str) -> str:
        """The words of a message before its first value."""
        return self._words[key].split("{")[0].strip()
