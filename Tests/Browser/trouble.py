"""The router fails while people are at the gate: all browsers at once, since they share the router."""

import unittest

from demo import Demo
from phone import Phone
from supply import Supply, Words

SITE = "/hotspot/kilimani/market"


class Trouble(unittest.TestCase):
    where = "all profiles"

    def __init__(self, name: str, demo: Demo, supply: Supply, phones: list[Phone]):
        super().__init__(name)
        self.demo, self.supply, self.phones = demo, supply, phones

    def setUp(self):
        for phone in self.phones:
            phone.new_device()

    def tearDown(self):
        self.demo.control("DELETE", "faults")
        self.demo.control("POST", "up")
        for phone in self.phones:
            self.assertEqual(phone.new_complaints(), [])

    def test_router_down(self):
        """Router down: the code is safe, and each page connects by itself when the router is back"""
        for phone in self.phones:
            phone.open("http://example.com/")
        self.demo.control("POST", "down")
        for phone in self.phones:
            phone.enter(self.supply.take("hour"))
        for phone in self.phones:
            words = Words(phone.profile.language)
            phone.wait("the reassurance", lambda: words["connecting.router-down.heading"] in phone.text("h1"), 10)
            self.assertIn(words["connecting.router-down.text"], phone.text())
            phone.picture("80-router-down")
        for phone in self.phones:
            other = {"en": "sw", "sw": "en"}[phone.profile.language]
            phone.click("nav a")
            phone.wait("the other language", lambda: phone.find("html").get_attribute("lang") == other)
            self.assertIn(Words(other)["connecting.router-down.heading"], phone.text("h1"))
        self.demo.control("POST", "up")
        for phone in self.phones:
            phone.wait_for_status(25)
            self.assertTrue(phone.sees_internet())

    def log_in_by_form(self, step: str, challenged: bool):
        """The router would not take the device from the gateway: the device's own browser logs in."""
        for phone in self.phones:
            phone.open("http://example.com/")
            self.assertEqual(phone.has("[name=chap-challenge]"), challenged)
        # A router that is ready and yet refuses this one operation.
        self.demo.fault("error-500", menu="/ip/hotspot/active", verb="login", times=0)
        for phone in self.phones:
            words = Words(phone.profile.language)
            phone.enter(self.supply.take("hour"))
            if not phone.profile.scripts:
                phone.wait("the last step", lambda: words["connecting.form.heading"] in phone.text("h1"), 10)
                phone.picture(step)
                phone.click("#enter button")
            phone.wait_for_status(10)
            self.assertEqual(len(self.demo.sessions(phone.mac)), 1)
            self.assertTrue(phone.sees_internet())

    def test_form_with_chap(self):
        """The router refuses the gateway's login: the browser's form does it, with CHAP"""
        self.log_in_by_form("82-form-chap", challenged=True)

    def test_form_refused_too(self):
        """The router refuses the browser's form as well: told so, with a way on, and nothing goes round in circles"""
        # With scripts the form is sent at once; without, there is a moment to take the user away from the router.
        phone = next(p for p in self.phones if not p.profile.scripts)
        words = Words(phone.profile.language)
        phone.open("http://example.com/")
        self.demo.fault("error-500", menu="/ip/hotspot/active", verb="login", times=0)
        phone.enter(self.supply.take("hour"))
        phone.wait("the last step", lambda: words["connecting.form.heading"] in phone.text("h1"), 10)
        name = phone.find("[name=username]").get_attribute("value")
        for user in self.demo.router("GET", "/ip/hotspot/user?name=" + name):
            self.demo.router("DELETE", "/ip/hotspot/user/" + user[".id"])
        phone.click("#enter button")
        phone.wait("the refusal", lambda: words["problem.router.refused"] in phone.text(".alert"))
        phone.picture("84-form-refused")
        self.demo.control("DELETE", "faults")
        phone.click("form button")
        phone.wait_for_status()

    def test_form_with_pap(self):
        """The same on a router that asks for plain passwords"""
        profiles = [p for p in self.demo.router("GET", "/ip/hotspot/profile") if "http-chap" in p.get("login-by", "")]
        self.assertTrue(profiles)
        try:
            for profile in profiles:
                self.demo.router("PATCH", "/ip/hotspot/profile/" + profile[".id"], {"login-by": "http-pap"})
            self.log_in_by_form("83-form-pap", challenged=False)
        finally:
            for profile in profiles:
                self.demo.router(
                    "PATCH", "/ip/hotspot/profile/" + profile[".id"], {"login-by": profile["login-by"]})

    def test_slow_router(self):
        """Slow router: a waiting page, then online without a hand"""
        for phone in self.phones:
            phone.open("http://example.com/")
        self.demo.fault("slow", milliseconds=1_900, menu="/ip/hotspot/active", verb="login", times=2)
        for phone in self.phones:
            phone.enter(self.supply.take("hour"))
        for phone in self.phones:
            if "/connections/" in phone.address:
                self.assertIn(Words(phone.profile.language)["connecting.heading"], phone.text("h1"))
                phone.picture("81-connecting")
        self.assertTrue(list(self.phones[0].screenshots.glob("81-*")), "somebody saw the waiting page")
        for phone in self.phones:
            phone.wait_for_status(20)

    def test_lost_reply(self):
        """The router lets the device in and its answer is lost: online all the same"""
        self.demo.fault("lose-reply", menu="/ip/hotspot/active", verb="login", times=1)
        phone = self.phones[0]
        phone.open("http://example.com/")
        phone.enter(self.supply.take("hour"))
        phone.wait_for_status(25)
        self.assertEqual(len(self.demo.sessions(phone.mac)), 1)

