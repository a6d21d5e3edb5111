"""What staff do with routers in the back office: look at one, read it, change it with a preview, take that back."""

import unittest

from demo import Demo
from phone import Phone, Profile
from supply import Words

# Staff sign in, so their browsers keep cookies.
PROFILES = [
    Profile("office-desktop-scripts-en-light", "en", 1280, 800, 1, scripts=True, cookies=True, dark=False),
    Profile("office-phone-plain-sw-dark", "sw", 360, 740, 2, scripts=False, cookies=True, dark=True),
]

# A name as an operator may well type it.
NAME = "Duka \"la\" Mama = 50%; 🦁"


class Office(unittest.TestCase):
    def __init__(self, name: str, demo: Demo, phone: Phone):
        super().__init__(name)
        self.demo, self.phone, self.where = demo, phone, phone.profile.name
        self.words = Words(phone.profile.language)

    def setUp(self):
        self.phone.new_device()
        staff = self.demo.facts["staff"][0]
        self.phone.open(staff["url"])
        self.phone.fill("#login", staff["username"])
        self.phone.fill("#password", staff["password"])
        self.phone.click("form button.primary")

    def tearDown(self):
        self.assertEqual(self.phone.new_complaints(), [])

    def open_router(self):
        """The page of the demo's router, by way of the list."""
        phone = self.phone
        phone.open(self.demo.facts["backOfficeURL"] + "/routers")
        self.assertEqual(phone.text("h1"), self.words["routers.title"])
        phone.picture("routers")
        phone.click("tbody th a")

    def users(self, name: str) -> list[dict]:
        return [user for user in self.demo.router("GET", "/ip/hotspot/user") if user["name"] == name]

    def paste_line(self) -> str:
        """Takes the line of the page to the router's terminal."""
        return self.demo.paste(self.phone.all("#line")[0].get_attribute("value"))

    def test_adopts_and_releases_a_router(self):
        """A router comes by one line, is reached where staff say, and leaves by another line"""
        phone, name = self.phone, f"new-{self.phone.profile.language}"
        phone.open(self.demo.facts["backOfficeURL"] + "/routers")
        phone.click(".heading a.button.primary")
        phone.picture("adoption-form")
        phone.fill("#f-name", name)
        phone.click("form.panel button.primary")
        page = phone.address
        self.assertIn(self.words["adopt.adopt.offered"], phone.text("main"))
        phone.picture("adoption-line")
        said = self.paste_line()
        self.assertIn("Lango: done. The router is in service.", said)
        phone.open(page)
        self.assertIn(self.words["adopt.state.done"], phone.text(".heading"))
        phone.picture("adoption-done")

        # The simulated router listens on ports of its own, which no report can know.
        router = page.removesuffix("/adoption")
        phone.open(router + "/way")
        phone.fill("#f-address", "192.0.2.1")
        phone.click("form.panel button.primary")
        self.assertTrue(phone.has("#f-address[aria-invalid=true]"), "an address without a scheme is refused")
        phone.picture("router-way-mistake")
        phone.fill("#f-address", f"apis://127.0.0.1:{self.demo.facts['routers'][0]['api']['tlsPort']}")
        phone.click("form.panel button.primary")

        def is_up() -> bool:
            phone.open(router + "/way")
            return phone.has("tbody .chip.up")

        phone.wait("the router to be met", is_up, 30)
        phone.picture("router-way")
        phone.click("form[action$='/keys'] button")
        self.assertIn("/user ssh-keys import", phone.all("#commands")[0].get_attribute("value"))
        phone.picture("router-way-key")
        self.assertIn("answers: RouterOS 7", self.demo.said("router", "test", name, "--tenant", "kilimani"))
        self.assertIn("\tworks", self.demo.command("router", "test", name, "--tenant", "kilimani", "--last"))

        phone.open(router)
        phone.press("details.danger summary")
        phone.picture("router-release")
        phone.press("#confirm")
        phone.click("details.danger button.bad")
        page = phone.address
        phone.picture("release-line")
        self.assertIn("Nothing of Lango is left on this router.", self.paste_line())
        phone.open(page)
        self.assertIn(self.words["adopt.state.done"], phone.text(".heading"))
        self.assertFalse([user for user in self.demo.router("GET", "/user") if user["name"].startswith("lango-")])

    def test_reads_a_router(self):
        """A router is read at the press of a button, and every tab shows what it has"""
        phone = self.phone
        self.open_router()
        phone.click(".heading form button")
        phone.wait("the first reading", lambda: phone.has("dl.numbers"), 20)
        self.assertIn("7.16.2", phone.text("dl.meta"))
        phone.picture("router-overview")
        tabs = [tab.get_attribute("href") for tab in phone.all("nav.tabs a")]
        self.assertGreaterEqual(len(tabs), 10)
        for tab in tabs[1:]:
            phone.open(tab)
            self.assertTrue(phone.has("nav.tabs a[aria-current=page]"), tab)
            self.assertTrue(phone.has("section, dl.numbers"), tab)
            phone.picture("router-" + tab.rstrip("/").rsplit("/", 1)[-1])

    def test_changes_a_router(self):
        """A change is shown before it is made, is on the router after, and can be taken back"""
        phone, name = self.phone, f"{NAME} {self.phone.profile.language}"
        self.open_router()
        phone.click(".heading a.button")
        phone.picture("router-kinds")
        phone.click(".kinds a[href$='/hotspot-user']")
        phone.click(".heading a.button")
        phone.click("form.panel button.primary")
        self.assertTrue(phone.has(".alert[role=alert]"), "a user without a name is refused")
        self.assertTrue(phone.has("[aria-invalid=true]"))
        phone.picture("router-change-mistake")
        phone.fill("#f-name", name)
        phone.fill("#f-password", "siri-kubwa")
        phone.click("form.panel button.primary")
        self.assertIn(name, phone.text("main"))
        self.assertNotIn("siri-kubwa", phone.text("main"))
        self.assertEqual(self.users(name), [], "a preview changes nothing")
        phone.picture("router-change-preview")
        phone.click("main form button.primary")
        phone.wait("the change to be made", lambda: phone.has("form[action$='/undo'] button, form[action*='undo'] button"))
        self.assertEqual(len(self.users(name)), 1)
        phone.picture("router-change-made")
        phone.click("form[action*='undo'] button")
        phone.wait("the change to be taken back", lambda: self.users(name) == [])
        phone.picture("router-change-undone")

    def test_follows_a_router(self):
        """Who dials in stands in the list, what passes is drawn, and who is disconnected is gone"""
        phone, user = self.phone, f"home {self.phone.profile.language} \"5\""
        if not self.demo.router("GET", "/interface/pppoe-server/server"):
            self.demo.router(
                "PUT", "/interface/pppoe-server/server",
                {"interface": "ether2", "service-name": "home", "disabled": "no"})
        self.demo.router(
            "PUT", "/ppp/secret", {"name": user, "password": "p", "service": "pppoe", "remote-address": "10.8.0.5"})
        self.demo.control("POST", "ppp/dial", {"user": user, "password": "p"})
        self.open_router()
        phone.click("nav.tabs a[href$='/sessions']")
        sessions = phone.address

        def is_listed() -> bool:
            # With scripts the page follows by itself; without them it is loaded anew, as its own refresh does.
            if not phone.profile.scripts:
                phone.open(sessions)
            return user in phone.text("#live")

        phone.wait("the subscriber to be listed", is_listed, 40)
        phone.picture("router-sessions")
        self.demo.control("POST", "ppp/traffic", {"user": user, "up": 3_000_000, "down": 40_000_000})
        phone.open(sessions + "?q=home")
        phone.click(".sessions form button")
        self.assertIn(user, phone.text("main"))
        phone.click("main form button.primary")
        active = lambda: [row["name"] for row in self.demo.router("GET", "/ppp/active")]
        phone.wait("the session to be ended", lambda: user not in active())
        phone.open(sessions)
        phone.wait("the list to follow", lambda: not is_listed(), 40)
        phone.click(".asof a[href*='past']")
        self.assertIn(user, phone.text("#live"))
        phone.open(sessions.replace("/sessions", "/traffic"))
        phone.wait("the first numbers", lambda: phone.has("svg.plot"), 5)
        self.assertTrue(phone.has("figcaption"))
        phone.picture("router-traffic")

    def test_serves_a_line(self):
        """A line is made and dials in, is kept out while it is suspended, is changed, restored and closed"""
        phone, name = self.phone, f"home-{self.phone.profile.language}"
        if not self.demo.router("GET", "/interface/pppoe-server/server"):
            self.demo.router(
                "PUT", "/interface/pppoe-server/server",
                {"interface": "ether2", "service-name": "home", "disabled": "no"})

        def profile(of: str) -> str | None:
            return next((row["profile"] for row in self.demo.router("GET", "/ppp/secret") if row["name"] == of), None)

        phone.open(self.demo.facts["backOfficeURL"] + "/lines")
        phone.click(".heading a.button.primary")
        phone.fill("#name", "a name")
        phone.fill("#password", "kimbo7ngao")
        phone.click("form.panel button.primary")
        self.assertTrue(phone.has(".alert[role=alert]"), "a name with a space is refused")
        phone.picture("line-mistake")
        phone.fill("#name", name)
        phone.fill("#address", "10.8.0." + {"en": "21", "sw": "22"}[phone.profile.language])
        phone.click("form.panel button.primary")
        page = phone.address.split("?")[0]
        phone.wait("the router to know the line", lambda: profile(name) is not None)
        self.demo.control("POST", "ppp/dial", {"user": name, "password": "kimbo7ngao"})
        phone.picture("line")

        phone.press("details.danger summary")
        phone.press("#confirm-suspend")
        phone.click("details.danger button.bad")
        phone.wait("the router to keep it out", lambda: profile(name) == "lango-suspended")
        self.assertIn(self.words["line.state.suspended"], phone.text(".heading"))
        phone.picture("line-suspended")
        phone.click(".heading a[href*='/why']")
        self.assertTrue(phone.has(".chain, table, ol"), "the chain says why")
        phone.picture("line-why")
        phone.open(page)
        phone.click("form[action$='/restorations'] button")
        phone.wait("the router to let it in", lambda: profile(name) != "lango-suspended")

        phone.open(page + "/change")
        phone.fill("#name", name + "-2")
        phone.picture("line-change")
        phone.click("form.panel button.primary")
        phone.wait("the router to know its new name", lambda: profile(name + "-2") and not profile(name))
        self.assertIn(name + "-2", phone.text("h1"))
        phone.open(page)
        phone.press("details:has(form[action$='/closings']) summary")
        phone.press("#confirm")
        phone.click("form[action$='/closings'] button")
        phone.wait("the login to go", lambda: profile(name + "-2") is None)

    def test_suspends_an_access(self):
        """A customer who is online is suspended, told so, and restored; slowed down, and sent away"""
        phone, demo = self.phone, self.demo
        package = f"Hour {phone.profile.language}"
        demo.make_package(package, "--time", "1h", "--rate", "2M/5M")
        code = demo.make_vouchers(package, 1)[0]["code"]
        phone.open("http://example.com/")
        phone.enter(code)
        phone.wait_for_status()

        phone.open(demo.facts["backOfficeURL"] + "/find?code=" + code)
        page = phone.address.split("?")[0]
        self.assertIn("/vouchers/", page)
        phone.press("details:has(form[action$='/suspensions']) summary")
        phone.picture("access-suspend")
        phone.fill("#reason", "The payment was called back")
        phone.click("form[action$='/suspensions'] button")
        self.assertIn(self.words["access.suspend.done"], phone.text("main"))
        phone.wait("the router to cut it", lambda: demo.sessions(phone.mac) == [])
        phone.picture("access-suspended")
        phone.click(".heading a[href*='/why']")
        self.assertIn("The payment was called back", phone.text(".chain"))
        phone.picture("access-suspended-why")

        phone.open("http://example.com/")
        self.assertIn(self.words["suspended.title"], phone.text())
        self.assertNotIn("called back", phone.text())
        phone.picture("suspended")
        phone.enter(code)
        self.assertIn(self.words["problem.access.suspended"], phone.text(".alert"))

        phone.open(page)
        phone.click("form[action$='/restorations'] button")
        phone.wait("the router to let it in", lambda: demo.sessions(phone.mac) != [])
        phone.press("details:has(form[action$='/speeds']) summary")
        phone.fill("#staff-rate", "6M/7M")
        phone.click("form[action$='/speeds'] button")
        self.assertIn(self.words["access.speed.staff"], phone.text("main"))
        phone.picture("access-speed")
        speeds = lambda: [row["max-limit"] for row in demo.router("GET", "/queue/simple")]
        phone.wait("the router to know the speed", lambda: "6000000/7000000" in speeds())
        phone.click("form[action$='/removals'] button")
        phone.wait("the device to be cut", lambda: demo.sessions(phone.mac) == [])
        self.assertFalse(phone.has("form[action$='/removals']"))

    def test_keeps_versions(self):
        """What an operator changed shows between two versions; without SSH a restore says what is missing"""
        phone, name = self.phone, f"pool-{self.phone.profile.language}"
        self.open_router()
        phone.click(".heading a[href$='/backups']")
        phone.click(".heading form button.primary")
        phone.wait("the first version", lambda: phone.has("tbody th a"), 20)
        self.demo.router("PUT", "/ip/pool", {"name": name, "ranges": "10.9.0.2-10.9.0.9"})
        phone.click(".heading form button.primary")
        phone.wait("the next version", lambda: len(phone.all("tbody th a")) >= 2, 20)
        self.assertTrue(phone.has(".alert"), "a binary backup wants SSH")
        phone.picture("router-backups")
        phone.click("tbody tr:first-child th a")
        self.assertIn("name=" + name, phone.text("table.diff .added"))
        phone.picture("router-backup-diff")
        phone.click(".heading a[href$='/plan']")
        phone.wait("the plan", lambda: phone.has(".alert[role=alert]"), 20)
        self.assertFalse(phone.has("#confirm"), "nothing is offered that cannot be done")
        phone.picture("router-restore-plan")

    def test_sets_up_payments(self):
        """Keys are tried, addresses registered, a first shilling paid: each step says how it went"""
        phone, words, number = self.phone, self.words, f"2547290000{10 + len(self.where) % 80}"
        phone.open(self.demo.facts["backOfficeURL"] + "/payments/accounts")
        phone.picture("payment-accounts")
        phone.click(".heading a.button.primary")
        phone.picture("payment-account-new")
        for field, text in {"number": "12", "key": "k", "secret": "s", "passkey": "p"}.items():
            phone.fill(f"#{field}", text)
        phone.click("form.panel button.primary")
        self.assertIn(words["problem.account.number-unfit"], phone.text(".alert"))
        phone.picture("payment-account-mistake")
        phone.click(".crumb a")
        phone.click("tbody th a")
        page = phone.address
        phone.click("form[action$='/checks'] button")
        self.assertIn(words["account.keys.tried"], phone.text(".notice"))
        phone.click("form[action$='/registrations'] button")
        phone.fill("#test input[type=tel]", "0" + number[3:])
        phone.picture("payment-account")
        phone.click("#test button")
        self.assertIn(words["account.test.asking"], phone.text("#test"))
        phone.picture("payment-account-waiting")
        phone.wait("the prompt", lambda: self.demo.is_asked(number))
        self.demo.pay("POST", "touches", {"number": number, "pin": self.demo.pin})
        good = words.until_value("account.test.good")
        phone.wait("the news", lambda: good in phone.text("#test"), 20)
        self.assertEqual(phone.address.split("?")[0], page.split("?")[0])
        self.assertEqual(phone.all("ol .chip.failed"), [])
        phone.picture("payment-account-good")

    def test_finds_payments(self):
        """Payments are listed, searched and shown; money that is nobody's is given to its payer"""
        phone, words, number = self.phone, self.words, f"2547280000{10 + len(self.where) % 80}"
        self.demo.said("payments", "register", "522522", "--tenant", "kilimani")
        self.demo.command("payments", "ask", number, "--amount", "5", "--tenant", "kilimani")
        self.demo.pay(
            "POST", "payments", {"shortcode": "522522", "number": number, "amount": 35, "reference": "mama"})
        phone.wait("the receipt", lambda: any(p["number"] == number for p in self.demo.pay("GET", "state")["payments"]))
        receipt = next(p["receipt"] for p in self.demo.pay("GET", "state")["payments"] if p["number"] == number)
        phone.wait("its news", lambda: receipt in self.demo.command("payments", "unmatched", "--tenant", "kilimani"), 15)
        phone.open(self.demo.facts["backOfficeURL"] + "/payments")
        self.assertEqual(phone.text("h1"), words["payments.title"])
        phone.picture("payments")
        phone.click("tbody th a")
        phone.picture("payment")
        phone.open(self.demo.facts["backOfficeURL"] + "/payments")
        phone.fill("#search", receipt)
        phone.click("form.find button")
        self.assertIn("/payments/unmatched", phone.address)
        self.assertIn(receipt, phone.text("main"))
        phone.picture("payments-unmatched")
        phone.fill("form.row input[type=tel]", "0" + number[3:])
        phone.click("form.row button")
        self.assertIn(words["unmatched.done"], phone.text(".notice"))
        self.assertIn("KES 35", self.demo.command("payments", "wallet", number, "--tenant", "kilimani"))
