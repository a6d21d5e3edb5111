"""What a person does on the hotspot, once for every profile of browser."""

import time
import unittest

import codes
from demo import Demo
from phone import Phone
from supply import Supply, Words

SITE = "/hotspot/kilimani/market"


class Visit(unittest.TestCase):
    """A test with a new device in the browser's hands."""

    def __init__(self, name: str, demo: Demo, supply: Supply, phone: Phone):
        super().__init__(name)
        self.demo, self.supply, self.phone = demo, supply, phone
        self.where = phone.profile.name
        self.words = Words(phone.profile.language)

    def setUp(self):
        self.demo.forgive()
        self.phone.new_device()

    def tearDown(self):
        self.assertEqual(self.phone.new_complaints(), [])

    def arrive(self, page: str = "http://example.com/"):
        """Any page, which the hotspot turns into its own."""
        self.phone.open(page)
        self.assertIn(SITE, self.phone.address)

    def go_online(self, code: str):
        self.arrive()
        self.phone.enter(code)
        self.phone.wait_for_status()

    def refuse(self, code: str, problem: str):
        """Enters a code that must be refused with the words of this problem, on a page that can be used again."""
        self.phone.enter(code)
        title = self.words[f"problem.{problem}"]
        self.phone.wait(f"the words for {problem}", lambda: title in self.phone.text(".alert"))
        self.assertIn(self.words.until_value(f"problem.{problem}.advice"), self.phone.text(".alert"))
        self.assertEqual(self.phone.find("#code").get_attribute("value"), code.strip(), "the code is kept for correction")
        self.assertEqual(self.demo.sessions(self.phone.mac), [])


class Weight(Visit):
    def test_weight(self):
        """The login page: one request, 14 KB at most"""
        phone = self.phone
        phone.requests()
        self.arrive()
        time.sleep(0.3)
        seen = [r for r in phone.requests() if r["url"].startswith(self.demo.gateway)]
        self.assertEqual(len(seen), 1, [r["url"] for r in seen])
        self.assertTrue(2_000 < seen[0]["bytes"] <= 14 * 1024, seen)


class First(Visit):
    def test_online_within_two_seconds(self):
        """A voucher in small letters with spaces: online within 2 seconds, on the status page"""
        phone, words = self.phone, self.words
        self.arrive()
        self.assertTrue(phone.address.startswith(self.demo.gateway + SITE + "?"))
        self.assertEqual(phone.find("html").get_attribute("lang"), phone.profile.language)
        self.assertIn(words["login.heading"], phone.text("h1"))
        phone.picture("01-login")
        phone.find("#code").send_keys(codes.as_typed(self.supply.take("hour")))
        phone.picture("02-login-typed")
        start = time.monotonic()
        phone.click("form button")
        phone.wait_for_status()
        self.assertLess(time.monotonic() - start, 2.0)
        self.assertEqual(len(self.demo.sessions(phone.mac)), 1, "the router knows one session")
        seen = phone.text()
        for key in ["status.online", "status.time-left", "status.ends", "status.devices", "status.log-out"]:
            self.assertIn(words[key], seen)
        self.assertIn(phone.mac, seen)
        self.assertIn({"en": "1 hour", "sw": "saa 1"}[phone.profile.language], phone.text(".big b"), "a fresh hour is an hour")
        phone.picture("03-status")
        self.assertIn("example.com", phone.find("a.button").get_attribute("href"))
        phone.click("a.button")
        phone.wait("the page that was asked for", lambda: phone.address == "http://example.com/")
        self.assertIn("stands for example.com", phone.text())
        self.assertTrue(phone.sees_internet("http://elsewhere.example/"))


class Flows(Visit):
    # What a wide screen adds nothing to; the suite is to end within three minutes.
    phones_only = {
        "test_another_voucher", "test_back_and_again", "test_comes_back_after_the_router_forgot", "test_malformed",
        "test_words_of_the_router", "test_data_is_up",
    }

    def follow_link(self, link: str):
        phone = self.phone
        code = link.rsplit("/", 1)[1]
        phone.open(link)
        self.assertEqual(phone.text(".ticket"), f"{code[:5]}-{code[5:]}", "as on the voucher")
        phone.picture("10-join")
        phone.click("a.button")
        phone.wait("the login page", lambda: phone.has("#code"))
        self.assertEqual(phone.find("#code").get_attribute("value"), f"{code[:5]}-{code[5:]}")
        phone.picture("11-join-login")
        phone.click("form button")
        phone.wait_for_status()
        self.assertTrue(phone.sees_internet())

    def test_link_behind_the_qr_code(self):
        """The link behind the QR code: the code is filled in, one press goes online"""
        link = self.supply.link(of_site=True)
        self.assertTrue(link.startswith(f"{self.demo.gateway}{SITE}/v/"), link)
        self.phone.open(link)
        self.assertEqual(self.phone.text(".ssid"), "Kilimani Wi-Fi")
        self.follow_link(link)

    def test_link_of_a_voucher_for_every_site(self):
        """The link on a voucher for every site works at any of them"""
        link = self.supply.link(of_site=False)
        self.phone.open(link)
        self.assertIn(self.words["join.step.wifi.any"], self.phone.text())
        for network in ["Kilimani Wi-Fi", "Diani Wi-Fi"]:
            self.assertIn(network, self.phone.text(".ssid"))
        self.assertNotIn("Diani", self.phone.text("header"), "it is not the voucher of one place")
        self.phone.picture("12-join-anywhere")
        self.follow_link(link)

    def test_free_trial(self):
        """A free trial: a number, and the code that is sent to it; the same number on another device is told when it was"""
        phone, words = self.phone, self.words
        number = f"0733{int(phone.mac.replace(':', '')[-4:], 16):06d}"
        self.arrive()
        phone.click('form[action$="/trials"] button')
        phone.wait("the form", lambda: phone.has("#phone"))
        phone.picture("14-trial")
        phone.fill("#phone", number)
        phone.click("form button")
        phone.wait("the field for the code", lambda: phone.has("#code"))
        self.assertIn(number, phone.text("#hint"))
        phone.picture("14-trial-code")
        phone.wait("the text", lambda: len(self.demo.codes_for(number)) == 1)
        code = self.demo.codes_for(number)[0]
        phone.fill("#code", "000000" if code != "000000" else "000001")
        phone.click("form button")
        phone.wait("the refusal", lambda: words["problem.trial.code-wrong"] in phone.text(".alert"))
        phone.picture("14-trial-code-wrong")
        self.assertEqual(self.demo.sessions(phone.mac), [])
        phone.fill("#code", f"{code[:3]} {code[3:]}")
        phone.click("form button")
        phone.wait_for_status()
        self.assertEqual(len(self.demo.sessions(phone.mac)), 1)
        phone.new_device()
        self.arrive()
        phone.click('form[action$="/trials"] button')
        phone.fill("#phone", number)
        phone.click("form button")
        phone.wait("the refusal", lambda: words["problem.trial.used"] in phone.text(".alert"))
        self.assertTrue(phone.has("#code") and not phone.has('form[action$="/trials"]'), "a voucher is what is left")
        phone.picture("15-trial-used")

    def test_television(self):
        """A TV shows a code; typed on a phone that is online, the TV goes on by itself; a third device is one too many"""
        phone, words = self.phone, self.words
        self.go_online(self.supply.take("twins"))
        first = phone.mac
        phone.click('a[href*="/guests/"]')
        phone.picture("16-guest")
        guests = phone.address
        phone.new_device()
        self.arrive()
        phone.click('form[action$="/pairings"] button')
        code = phone.text(".ticket")
        self.assertEqual(len(code), 6)
        phone.picture("17-pairing")
        # The one browser is the TV now, so the phone's form is sent by hand.
        self.demo.send(guests.split("?")[0], guest=code.lower())
        phone.wait_for_status(15)
        self.assertEqual(len(self.demo.sessions(phone.mac)), 1)
        phone.become(first)
        phone.open(guests)
        phone.fill("#guest", "3c-2e-f9-01-23-45")
        phone.click("form button")
        self.assertIn(words["problem.pairing.device-limit"], phone.text(".alert"))
        phone.picture("18-guest-limit")

    def test_mistyped(self):
        """One character misread: told so, and it does not count as a try"""
        self.arrive()
        good = self.supply.take("hour")
        for _ in range(6):
            self.refuse(codes.with_one_slip(good), "voucher.mistyped")
        self.phone.picture("20-mistyped")
        self.phone.enter(good)
        self.phone.wait_for_status()

    def test_malformed(self):
        """Something that is no code at all: told what a code looks like"""
        self.arrive()
        self.refuse("hello", "voucher.malformed")
        self.phone.picture("21-malformed")

    def test_dead_vouchers(self):
        """Expired, void, of another place: each is told apart"""
        self.arrive()
        for number, (kind, problem) in enumerate([
            ("expired", "voucher.expired"), ("void", "voucher.void"), ("other-site", "voucher.other-site"),
        ]):
            self.refuse(self.supply.take(kind), problem)
            self.phone.picture(f"3{number}-{kind}")

    def test_unknown_until_locked_out(self):
        """Made-up codes and another provider's are unknown; after five, when to try again, and a good code waits too"""
        # An address has thirty tries for all the devices behind it: the four profiles together stay below that.
        self.arrive()
        self.refuse(codes.made_up(), "voucher.unknown")
        self.phone.picture("22-unknown")
        self.refuse(self.supply.take("other-isp"), "voucher.unknown")
        for _ in range(3):
            self.refuse(codes.made_up(), "voucher.unknown")
        self.refuse(codes.made_up(), "guess.locked")
        self.assertRegex(self.phone.text(".alert"), r"\d{1,2}:\d{2}", "the time of day when to try again")
        self.phone.picture("23-locked")
        self.refuse(self.supply.take("hour"), "guess.locked")

    def test_time_is_up(self):
        """Time is up: offline by itself, the open status page tells so, and a new code is asked for"""
        phone, words = self.phone, self.words
        code = self.supply.take("blink")
        self.go_online(code)
        phone.picture("40-short-status")
        self.assertEqual(len(self.demo.sessions(phone.mac)), 1)
        phone.wait("the news on the open page", lambda: words["ended.time"] in phone.text("h1"), 15)
        phone.wait("the end of the session", lambda: not self.demo.sessions(phone.mac))
        self.assertTrue(self.demo.is_captive(phone.mac))
        self.arrive()
        self.assertIn(words["ended.time"], phone.text("h1"))
        phone.picture("41-time-is-up")
        self.refuse(code, "voucher.used-up")
        phone.picture("42-used-up")
        phone.enter(self.supply.take("hour"))
        phone.wait_for_status()

    def test_data_is_up(self):
        """Data is used up: offline, told so, and a new code is asked for"""
        phone, words = self.phone, self.words
        self.go_online(self.supply.take("sip"))
        phone.picture("43-data-status")
        self.demo.control("POST", "phones/traffic", {"mac": phone.mac, "up": 1_000_000, "down": 5_000_000})
        phone.wait("the end of the session", lambda: not self.demo.sessions(phone.mac))

        def is_told() -> bool:
            self.arrive()
            return words["ended.data"] in phone.text("h1")

        phone.wait("the news", is_told, 10)
        phone.picture("44-data-is-up")
        phone.enter(self.supply.take("hour"))
        phone.wait_for_status()

    def test_comes_back(self):
        """Logs out and comes back: recognised, one tap, the time is kept"""
        phone, words = self.phone, self.words
        self.go_online(self.supply.take("hour"))
        end = phone.text(".facts dd")
        self.assertFalse(self.demo.is_captive(phone.mac))
        phone.click("form button.quiet")
        phone.wait("the farewell", lambda: words["logged-out.heading"] in phone.text("h1"))
        self.assertEqual(self.demo.sessions(phone.mac), [])
        self.assertTrue(self.demo.is_captive(phone.mac))
        phone.picture("50-logged-out")
        phone.click("a.button")
        phone.wait("the welcome", lambda: words["welcome.heading"] in phone.text("h1"))
        phone.picture("51-welcome-back")
        phone.click("form button")
        phone.wait_for_status()
        self.assertEqual(phone.text(".facts dd"), end, "it ends when it would have ended")
        self.assertTrue(phone.sees_internet())

    def test_comes_back_after_the_router_forgot(self):
        """The router ended the session by itself: back without a code, the browser remembering nothing"""
        phone, words = self.phone, self.words
        self.go_online(self.supply.take("hour"))
        for session in self.demo.sessions(phone.mac):
            self.demo.router("DELETE", "/ip/hotspot/active/" + session[".id"])
        for cookie in self.demo.router("GET", "/ip/hotspot/cookie"):
            if cookie.get("mac-address", "").upper() == phone.mac:
                self.demo.router("DELETE", "/ip/hotspot/cookie/" + cookie[".id"])
        phone.become(phone.mac)
        phone.open("http://example.com/")
        self.assertIn(words["welcome.heading"], phone.text("h1"))
        phone.click("form button")
        phone.wait_for_status()

    def test_another_voucher(self):
        """Recognised, but with another voucher in hand: that one is taken"""
        phone = self.phone
        self.go_online(self.supply.take("hour"))
        phone.click("form button.quiet")
        phone.wait("the farewell", lambda: self.words["logged-out.heading"] in phone.text("h1"))
        self.arrive()
        phone.click(".after a")
        phone.wait("the form", lambda: phone.has("#code"))
        phone.enter(self.supply.take("hour"))
        phone.wait_for_status()

    def test_two_devices(self):
        """A voucher for two devices: the third is refused until one logs out"""
        phone = self.phone
        code = self.supply.take("twins")
        self.go_online(code)
        first, status = phone.mac, phone.address
        phone.new_device()
        self.go_online(code)
        self.assertIn("2", phone.text())
        phone.picture("60-second-device")
        phone.new_device()
        self.arrive()
        self.refuse(code, "voucher.device-limit")
        phone.picture("61-third-device")
        third = phone.mac
        phone.become(first)
        phone.open(self.demo.gateway + SITE + f"/status?mac={first}")
        self.assertFalse(phone.has("form button.quiet"), "whoever knows an address cannot log its device out")
        self.assertIn("/logout", phone.find("a.quiet").get_attribute("href"))
        phone.picture("62-recognised-status")
        phone.open(status)
        phone.click("form button.quiet")
        phone.wait("the farewell", lambda: self.words["logged-out.heading"] in phone.text("h1"))
        phone.become(third)
        self.go_online(code)

    def test_back_and_again(self):
        """Back to the first page and the same code again, or one tap: online as before, nothing counted twice"""
        phone = self.phone
        code = self.supply.take("hour")
        self.go_online(code)
        end = phone.text(".facts dd")
        phone.driver.back()
        phone.wait("the first page", lambda: phone.has("form") and not phone.is_at_status)
        if phone.has("#code"):  # as Chromium kept it; asked anew, the gateway knows the device
            phone.enter(code)
        else:
            phone.click("form button")
        phone.wait_for_status()
        self.assertEqual(phone.text(".facts dd"), end)
        self.assertEqual(len(self.demo.sessions(phone.mac)), 1)

    def test_words_of_the_router(self):
        """What the router says when it refuses a login reaches the person in their language"""
        for error, problem in [
            ("user-session-limit", "voucher.device-limit"), ("uptime-limit", "entitlement.ended"),
            ("radius-timeout", "router.refused"),
        ]:
            self.phone.open(f"{self.demo.facts['portalURL']}?mac={self.phone.mac}&error={error}")
            self.assertIn(self.words[f"problem.{problem}"], self.phone.text(".alert"))
            self.assertTrue(self.phone.has("#code"))

    def test_language_switch(self):
        """The other language is one tap away on every page, and stays through the flow"""
        phone = self.phone
        other = {"en": "sw", "sw": "en"}[phone.profile.language]
        there = Words(other)

        def switch(heading: str):
            phone.click("nav a")
            phone.wait("the other language", lambda: phone.find("html").get_attribute("lang") == other)
            self.assertIn(there[heading], phone.text())

        self.arrive()
        switch("login.heading")
        phone.picture("70-switched")
        phone.enter(codes.with_one_slip(codes.made_up()))
        phone.wait("the refusal", lambda: there["problem.voucher.mistyped"] in phone.text(".alert"))
        phone.enter(self.supply.take("hour"))
        phone.wait_for_status()
        self.assertIn(there["status.online"], phone.text())
        phone.click("form button.quiet")
        phone.wait("the farewell", lambda: there["logged-out.heading"] in phone.text("h1"))

    def test_language_switch_after_an_error(self):
        """The language link on the answer to a form and on the farewell leads on, not astray"""
        phone = self.phone
        other = {"en": "sw", "sw": "en"}[phone.profile.language]
        there = Words(other)
        self.arrive()
        self.refuse(codes.with_one_slip(codes.made_up()), "voucher.mistyped")
        phone.click("nav a")
        phone.wait("the other language", lambda: phone.find("html").get_attribute("lang") == other)
        self.assertTrue(phone.has("#code"))
        self.go_online(self.supply.take("hour"))
        phone.click("form button.quiet")
        phone.wait("the farewell", lambda: self.words["logged-out.heading"] in phone.text("h1"))
        phone.click("nav a")
        phone.wait("the other language", lambda: phone.find("html").get_attribute("lang") == other)
        self.assertNotIn(there["problem.device.unknown"], phone.text())
        for step, path, key in [("71-join", "/v/AB2CD", "join.heading"), ("72-problem", "/status/x", "problem.session.forged")]:
            phone.open(self.demo.gateway + SITE + path)
            self.assertIn(self.words[key], phone.text())
            phone.click("nav a")
            phone.wait("the other language", lambda: there[key] in phone.text())
            phone.picture(step)
