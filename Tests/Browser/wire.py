"""The captive portal API of RFC 8908 and what a phone's operating system sees, without a browser."""

import json
import unittest
import urllib.error
import urllib.parse
import urllib.request

from demo import Demo
from supply import Supply

MAC = "02:00:5E:AA:00:01"


class Wire(unittest.TestCase):
    where = "wire"

    def __init__(self, name: str, demo: Demo, supply: Supply):
        super().__init__(name)
        self.demo, self.supply = demo, supply

    def ask(self, accept: str | None, mac: str = MAC):
        request = urllib.request.Request(
            f"{self.demo.facts['apiURL']}?mac={mac}", headers={"Accept": accept} if accept else {})
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, answer.headers, json.load(answer)

    def test_captive_api(self):
        """RFC 8908: captive before, not captive after, whatever the Accept header says"""
        for accept in ["application/captive+json", "application/json", "*/*", "text/html", None]:
            status, headers, facts = self.ask(accept)
            self.assertEqual((status, headers["Content-Type"]), (200, "application/captive+json"), accept)
            self.assertIs(facts["captive"], True)
            self.assertTrue(facts["user-portal-url"].startswith(self.demo.gateway))
            self.assertIn("private", headers["Cache-Control"])
        self.redeem()
        for accept in ["application/captive+json", None]:
            _, _, facts = self.ask(accept)
            self.assertIs(facts["captive"], False)
            self.assertTrue(3_500 < facts["seconds-remaining"] <= 3_600, facts)
        self.assertIs(self.ask(None, mac="02:00:5E:AA:00:02")[2]["captive"], True)

    def redeem(self):
        """As a phone does it: through the router's pages, to the end of the redirections."""
        through = urllib.request.build_opener(urllib.request.ProxyHandler({"http": self.demo.phones}))
        through.addheaders = [("X-Simulated-Phone", MAC)]
        with through.open("http://example.com/", timeout=5) as page:
            query = urllib.parse.parse_qs(urllib.parse.urlsplit(page.url).query)
        form = {k: query[k][0] for k in ["mac", "ip", "link-login-only"]} | {"code": self.supply.take("hour")}
        with urllib.request.urlopen(
            self.demo.facts["portalURL"] + "/redemptions", urllib.parse.urlencode(form).encode(), timeout=10
        ) as page:
            self.assertIn("/status/", page.url)

    def test_probe_of_the_operating_system(self):
        """The probes of Android, Apple, Windows and Firefox are redirected while captive"""
        for address in [
            "http://connectivitycheck.gstatic.com/generate_204", "http://captive.apple.com/hotspot-detect.html",
            "http://www.msftconnecttest.com/connecttest.txt", "http://detectportal.firefox.com/canonical.html",
        ]:
            through = urllib.request.build_opener(
                urllib.request.ProxyHandler({"http": self.demo.phones}), NoRedirect())
            through.addheaders = [("X-Simulated-Phone", "02:00:5E:AA:00:03")]
            with self.assertRaises(urllib.error.HTTPError) as refusal:
                through.open(address, timeout=5)
            with refusal.exception as answer:
                self.assertEqual(answer.code, 302, address)

    def test_pages_of_errors_are_no_captive_traps(self):
        """Wrong addresses answer 4xx with a page, and with JSON where that was asked for"""
        for path, status in [("/hotspot/kilimani/nowhere", 404), ("/hotspot/nobody/market", 404), ("/hotspot/kilimani/market/status/x", 403)]:
            for accept in ["text/html", "application/json"]:
                with self.assertRaises(urllib.error.HTTPError) as refusal:
                    urllib.request.urlopen(
                        urllib.request.Request(self.demo.gateway + path, headers={"Accept": accept}), timeout=5)
                with refusal.exception as answer:
                    self.assertEqual(answer.code, status, path)
                    if "json" in accept:
                        self.assertIn("code", json.dumps(json.load(answer)))


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None
