"""What a person does who pays from a phone instead of entering a voucher; once for every profile of browser."""

import threading

from flows import Visit


class Buying(Visit):
    # What a wide screen adds nothing to.
    phones_only = {"test_other_operator", "test_wrong_pin"}
    numbers = iter(range(22_000_000, 23_000_000))
    lock = threading.Lock()

    def number(self) -> str:
        """A number that nobody had before: `254722…`."""
        with Buying.lock:
            return f"2547{next(Buying.numbers)}"

    def choose(self, package: str):
        """Presses a package on the login page."""
        for place, button in enumerate(self.phone.all(".offers button")):
            if button.text.startswith(package):
                self.phone.click(f".offers button:nth-of-type({place + 1})")
                return
        self.fail(f"no {package} among the offers")

    def ask(self, number: str, package: str = "1 hour") -> str:
        """Pays a package from a number, up to the page that waits; the answer is that page."""
        self.arrive()
        self.choose(package)
        self.phone.fill("#phone", "0" + number[3:])
        self.phone.click("form button")
        self.phone.wait("the waiting page", lambda: self.words["payment.asking.heading"] in self.phone.text("h1"))
        return self.phone.address

    def touch(self, number: str, **what):
        """What is done on the phone that is asked."""
        self.phone.wait("the prompt", lambda: self.demo.is_asked(number))
        self.demo.pay("POST", "touches", {"number": number, **what})

    def receipt(self, number: str) -> str:
        return next(p["receipt"] for p in self.demo.pay("GET", "state")["payments"] if p["number"] == number)

    def test_buys(self):
        """A package, the PIN on the phone: online by itself"""
        phone, words, number = self.phone, self.words, self.number()
        self.arrive()
        self.assertIn(words["offers.heading"], phone.text())
        phone.picture("80-login-offers")
        self.choose("1 hour")
        self.assertIn(words["offer.title"], phone.text("h1"))
        phone.picture("81-offer")
        phone.fill("#phone", "0" + number[3:])
        phone.click("form button")
        phone.wait("the waiting page", lambda: words["payment.asking.heading"] in phone.text("h1"))
        self.assertIn(f"+{number[:4]}", phone.text())
        self.assertNotIn(number[4:], phone.address)
        phone.picture("82-asking")
        self.touch(number, pin=self.demo.pin)
        phone.wait_for_status(15)
        self.assertEqual(len(self.demo.sessions(phone.mac)), 1)
        phone.picture("83-paid-status")
        self.assertTrue(phone.sees_internet())

    def test_cancelled(self):
        """Cancelled on the phone: told so, tried again with one press, online"""
        phone, words, number = self.phone, self.words, self.number()
        self.ask(number)
        self.touch(number, what="cancel")
        phone.wait("the news", lambda: words["payment.failed.heading"] in phone.text("h1"), 15)
        self.assertIn(words["payment.reason.cancelled"], phone.text())
        phone.picture("84-cancelled")
        phone.click("form button")
        phone.wait("the waiting page", lambda: words["payment.asking.heading"] in phone.text("h1"))
        self.touch(number, pin=self.demo.pin)
        phone.wait_for_status(15)

    def test_wrong_pin(self):
        """A wrong PIN: told so, and another number may pay"""
        phone, words, number = self.phone, self.words, self.number()
        self.ask(number)
        self.touch(number, pin="0000")
        phone.wait("the news", lambda: words["payment.reason.wrong-pin"] in phone.text(), 15)
        phone.click("a.quiet")
        phone.wait("the form", lambda: phone.has("#phone"))
        other = self.number()
        phone.fill("#phone", "+" + other)
        phone.click("form button")
        self.touch(other, pin=self.demo.pin)
        phone.wait_for_status(15)

    def test_closed_in_between(self):
        """The pop-up closes while the PIN is entered: back at the door, the payment is known, and then online"""
        phone, words, number = self.phone, self.words, self.number()
        self.ask(number)
        phone.become(phone.mac)
        self.arrive()
        self.assertIn("/payments/", phone.address)
        self.assertIn(words["payment.asking.heading"], phone.text("h1"))
        self.assertNotIn(number[-3:], phone.text("main p"), "whoever knows the device's address must not learn the number")
        phone.picture("85-back-at-the-door")
        phone.open("about:blank")
        self.touch(number, pin=self.demo.pin)
        phone.wait("the session", lambda: self.demo.sessions(phone.mac), 15)
        self.assertTrue(phone.sees_internet())

    def test_receipt_on_another_device(self):
        """Two devices for one payment: the second one enters the receipt and the end of the number"""
        phone, words, number = self.phone, self.words, self.number()
        self.ask(number, "Day")
        self.touch(number, pin=self.demo.pin)
        phone.wait_for_status(15)
        end = phone.text(".facts dd")
        receipt = self.receipt(number)
        phone.new_device()
        self.arrive()
        phone.click(".after a")
        phone.wait("the form", lambda: phone.has("#receipt"))
        phone.picture("86-receipt")
        phone.fill("#receipt", receipt[:-1] + ("A" if receipt[-1] != "A" else "B"))
        phone.fill("#phone", number[-4:])
        phone.click("form button")
        phone.wait("the refusal", lambda: words["problem.payment.receipt-unknown"] in phone.text(".alert"))
        self.assertEqual(phone.find("#phone").get_attribute("value"), number[-4:])
        phone.picture("87-receipt-unknown")
        phone.fill("#receipt", receipt.lower())
        phone.click("form button")
        phone.wait_for_status()
        self.assertEqual(phone.text(".facts dd"), end, "it ends when it would have ended")
        self.assertIn("2", phone.text())

    def test_other_operator(self):
        """A number without M-PESA: told by its operator's name, what was typed is kept"""
        phone, words = self.phone, self.words
        self.arrive()
        self.choose("Week")
        phone.fill("#phone", "0733 123 456")
        phone.click("form button")
        self.assertIn("Airtel", phone.text(".alert"))
        self.assertEqual(phone.find("#phone").get_attribute("value"), "0733 123 456")
        phone.picture("88-other-operator")

    def pay_by_hand(self, number: str, shillings: int) -> str:
        """Money for no payment, as it comes to the paybill; the answer is its receipt."""
        shortcode = "522522"
        with Buying.lock:
            if not Buying.told_by_hand:
                self.demo.command("payments", "register", shortcode, "--tenant", "kilimani")
                Buying.told_by_hand = True
        self.demo.pay(
            "POST", "payments",
            {"shortcode": shortcode, "number": number, "amount": shillings, "reference": "mama"})
        self.phone.wait("the receipt", lambda: any(p["number"] == number for p in self.demo.pay("GET", "state")["payments"]))
        receipt = self.receipt(number)
        self.phone.wait(
            "its news", lambda: receipt in self.demo.command("payments", "unmatched", "--tenant", "kilimani"), 15)
        return receipt

    told_by_hand = False

    def test_spends_what_is_kept(self):
        """Money that found no payment: shown to its owner, who buys with one press, and adds what is missing"""
        phone, words, number = self.phone, self.words, self.number()
        receipt = self.pay_by_hand(number, 30)
        self.arrive()
        phone.click(".after a")
        phone.wait("the form", lambda: phone.has("#receipt"))
        phone.fill("#receipt", receipt)
        phone.fill("#phone", "0" + number[3:])
        phone.click("form button")
        phone.wait("the wallet", lambda: "/wallets/" in phone.address)
        wallet = phone.address
        self.assertIn("30", phone.text("h1"))
        self.assertNotIn(number[4:], phone.address)
        phone.picture("89-wallet")
        phone.click(".offers button")
        phone.wait_for_status()
        self.assertEqual(len(self.demo.sessions(phone.mac)), 1)
        phone.picture("90-wallet-status")
        phone.open(wallet)
        self.assertIn("10", phone.text("h1"))
        self.assertIn(words["wallet.rest.note"], phone.text("main"))
        phone.picture("91-wallet-rest")
        phone.click("form[action$='/payments'] button")
        phone.wait("the waiting page", lambda: words["payment.asking.heading"] in phone.text("h1"))
        self.touch(number, pin=self.demo.pin)
        phone.wait_for_status(15)
        self.assertIn("KES 0", self.demo.command("payments", "wallet", number, "--tenant", "kilimani"))
