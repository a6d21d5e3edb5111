"""A phone or a laptop on the hotspot: headless Chromium whose every request goes through the simulated router."""

import base64
import json
import time
from dataclasses import dataclass
from pathlib import Path

from selenium import webdriver
from selenium.common.exceptions import NoAlertPresentException, NoSuchElementException, WebDriverException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

BLOCKED = 2


@dataclass(frozen=True)
class Profile:
    name: str
    language: str
    width: int
    height: int
    ratio: int
    scripts: bool
    cookies: bool
    dark: bool

    @property
    def is_phone(self) -> bool:
        return self.width < 600


PROFILES = [
    Profile("phone-scripts-en-light", "en", 360, 740, 2, scripts=True, cookies=True, dark=False),
    Profile("phone-plain-sw-dark", "sw", 360, 740, 2, scripts=False, cookies=True, dark=True),
    Profile("desktop-plain-en-light", "en", 1280, 800, 1, scripts=False, cookies=False, dark=False),
    Profile("desktop-scripts-sw-dark", "sw", 1280, 800, 1, scripts=True, cookies=False, dark=True),
]


class Phone:
    """One browser; `new_device` makes it another device, with nothing remembered."""

    made = 0

    def __init__(self, profile: Profile, proxy: str, screenshots: Path):
        self.profile, self.screenshots = profile, screenshots
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        options.page_load_strategy = "normal"
        for argument in [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,OptimizationHints,MediaRouter,Translate",
            f"--proxy-server={proxy}", f"--window-size={profile.width},{profile.height}", "--hide-scrollbars",
        ]:
            options.add_argument(argument)
        if profile.dark:
            options.add_argument("--blink-settings=preferredColorScheme=0")
        settings = {
            "intl.accept_languages": profile.language, "intl.selected_languages": profile.language,
            "credentials_enable_service": False, "profile.password_manager_enabled": False,
        }
        if not profile.scripts:
            settings["profile.managed_default_content_settings.javascript"] = BLOCKED
        if not profile.cookies:
            settings["profile.managed_default_content_settings.cookies"] = BLOCKED
        options.add_experimental_option("prefs", settings)
        if profile.is_phone:
            options.add_experimental_option(
                "mobileEmulation",
                {"deviceMetrics": {
                    "width": profile.width, "height": profile.height, "pixelRatio": profile.ratio, "touch": True,
                    "mobile": True}})
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
        self.driver.set_page_load_timeout(15)
        self.driver.set_script_timeout(5)
        if not profile.is_phone:
            self._command(
                "Emulation.setDeviceMetricsOverride",
                {"width": profile.width, "height": profile.height, "deviceScaleFactor": 1, "mobile": False})
        self._command(
            "Emulation.setEmulatedMedia",
            {"features": [{"name": "prefers-color-scheme", "value": "dark" if profile.dark else "light"}]})
        self._command("Network.enable", {})
        self.mac = ""
        self.new_device()

    def quit(self):
        self.driver.quit()

    def _command(self, name: str, facts: dict):
        return self.driver.execute_cdp_cmd(name, facts)

    # Who it is

    def new_device(self) -> str:
        Phone.made += 1
        self.become(f"02:00:5E:10:{Phone.made >> 8:02X}:{Phone.made & 255:02X}")
        return self.mac

    def become(self, mac: str):
        """Lets the browser speak for a device, with no cookies, no cache and no history of another."""
        self.mac = mac
        self.driver.get("about:blank")
        self._command("Network.clearBrowserCookies", {})
        self._command("Network.clearBrowserCache", {})
        self._command("Network.setExtraHTTPHeaders", {"headers": {"X-Simulated-Phone": mac}})

    # What it does

    def open(self, address: str):
        self.driver.get(address)

    def find(self, selector: str):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector: str) -> list:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def has(self, selector: str) -> bool:
        return bool(self.all(selector))

    def text(self, selector: str = "body") -> str:
        """What stands there; empty while a page gives way to the next."""
        try:
            return self.find(selector).text
        except (NoSuchElementException, WebDriverException):
            return ""

    def click(self, selector: str):
        """Presses a link or a button and waits for the page that it leads to.

        By the protocol's own mouse, since chromedriver's click waits for scripts of the page, which may be off.
        """
        before = self.find("html").id
        self.press(selector)
        self.wait("another page", lambda: self.find("html").id != before)

    def press(self, selector: str):
        """The same for what leads to no other page."""
        root = self._command("DOM.getDocument", {"depth": 0})["root"]["nodeId"]
        node = self._command("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
        if not node:
            raise AssertionError(f"no {selector} at {self.address}: {self.text()[:400]!r}")
        self._command("DOM.scrollIntoViewIfNeeded", {"nodeId": node})
        corners = self._command("DOM.getContentQuads", {"nodeId": node})["quads"][0]
        place = {"x": (corners[0] + corners[4]) / 2, "y": (corners[1] + corners[5]) / 2}
        for kind in ["mousePressed", "mouseReleased"]:
            self._command("Input.dispatchMouseEvent", {"type": kind, "button": "left", "clickCount": 1, **place})

    def fill(self, selector: str, text: str):
        """Types into a field in place of what is there; by the protocol, since chromedriver knows no emoji."""
        field = self.find(selector)
        field.clear()
        field.send_keys("")
        self._command("Input.insertText", {"text": text})

    def enter(self, code: str):
        """Types a code on the page that is open and sends it."""
        field = self.find("#code")
        field.clear()
        field.send_keys(code)
        self.click("form button")

    @property
    def address(self) -> str:
        return self.driver.current_url

    def wait(self, what: str, condition, seconds: float = 8):
        """Waits until a condition holds; the answer is how long that took.

        Reads only, so that a page without scripts has to go on by itself.
        """
        start = time.monotonic()
        while True:
            try:
                if condition():
                    return time.monotonic() - start
            except WebDriverException:
                pass
            if time.monotonic() - start > seconds:
                raise AssertionError(f"not within {seconds} s: {what}; at {self.address}: {self.text()[:400]!r}")
            time.sleep(0.05)

    def wait_for_status(self, seconds: float = 8):
        return self.wait("the status page", lambda: self.is_at_status and self.has(".quiet"), seconds)

    @property
    def is_at_status(self) -> bool:
        return "/hotspot/kilimani/market/status" in self.address

    def sees_internet(self, page: str = "http://example.com/") -> bool:
        """Whether a page of the outside opens, and not the hotspot's."""
        self.open(page)
        return self.address.startswith(page) and "/hotspot/" not in self.address and not self.has("#code")

    # What it saw

    def picture(self, step: str):
        """The whole page as it stands, in the folder of screenshots."""
        name = f"{step}--{self.profile.name}.png"
        try:
            size = self._command("Page.getLayoutMetrics", {})["cssContentSize"]
            height, width = size["height"], size["width"]
            shot = self._command(
                "Page.captureScreenshot",
                {"captureBeyondViewport": True, "clip": {
                    "x": 0, "y": 0, "width": self.profile.width, "height": max(height, self.profile.height), "scale": 1}})
            (self.screenshots / name).write_bytes(base64.b64decode(shot["data"]))
        except WebDriverException:
            return
        assert width <= self.profile.width, f"{name} is wider than the screen: {width}"

    def new_complaints(self) -> list[str]:
        """What Chromium said since the last call against the content policy or about broken scripts.

        A 4xx answer to a form is part of the design, so its line is no complaint.
        """
        complaints = []
        for entry in self.driver.get_log("browser"):
            words = entry["message"]
            if "Failed to load resource" in words and entry.get("source") == "network":
                continue
            if "ontent Security Policy" in words or "Refused to" in words or entry["level"] == "SEVERE":
                complaints.append(words)
        return complaints

    def requests(self) -> list[dict]:
        """The requests since the last call: `url`, `bytes` on the wire (headers and body as they were encoded)."""
        requests: dict[str, dict] = {}
        order = []
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            facts, kind = message["params"], message["method"]
            if kind == "Network.requestWillBeSent":
                row = {"url": facts["request"]["url"], "bytes": 0, "encoding": ""}
                requests[facts["requestId"]] = row
                order.append(row)
            elif kind == "Network.responseReceived" and facts["requestId"] in requests:
                headers = {k.lower(): v for k, v in facts["response"]["headers"].items()}
                requests[facts["requestId"]]["encoding"] = headers.get("content-encoding", "")
            elif kind == "Network.loadingFinished" and facts["requestId"] in requests:
                requests[facts["requestId"]]["bytes"] = facts["encodedDataLength"]
        return [row for row in order if row["url"].startswith("http")]
