"""Runs every flow with every profile of browser, then those in which the router fails, and counts."""

import argparse
import shutil
import signal
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

import buying
import flows
import office
import trouble
import wire
from demo import HOUSE, Demo
from phone import PROFILES, Phone, Profile
from supply import Supply


class Count(unittest.TestResult):
    """Prints a line a test as soon as it is known."""

    lock = threading.Lock()

    def __init__(self):
        super().__init__()
        self.passed = 0
        self.began = 0.0

    def startTest(self, test):
        super().startTest(test)
        self.began = time.monotonic()

    def _say(self, mark: str, test, more: str = ""):
        with Count.lock:
            words = test.shortDescription() or test.id()
            print(f"{mark} {words} [{getattr(test, 'where', '')}] {time.monotonic() - self.began:.1f} s{more}", flush=True)

    def addSuccess(self, test):
        super().addSuccess(test)
        self.passed += 1
        self._say("✓", test)

    def addFailure(self, test, error):
        super().addFailure(test, error)
        self._say("✗", test, "\n    " + self.failures[-1][1].replace("\n", "\n    "))

    def addError(self, test, error):
        super().addError(test, error)
        self._say("✗", test, "\n    " + self.errors[-1][1].replace("\n", "\n    "))


def tests(case: type, only: str, *arguments) -> unittest.TestSuite:
    names = unittest.TestLoader().getTestCaseNames(case)
    if isinstance(arguments[-1], Phone) and not arguments[-1].profile.is_phone:
        names = [name for name in names if name not in getattr(case, "phones_only", ())]
    all_tests = [case(name, *arguments) for name in names]
    return unittest.TestSuite(t for t in all_tests if only in (t.shortDescription() or "") + t.id())


def main() -> int:
    options = argparse.ArgumentParser(description="Tests the hotspot's pages in Chromium.")
    options.add_argument("--only", default="", help="only tests whose sentence or name holds these words")
    options.add_argument("--screenshots", type=Path, default=HOUSE / ".build/browser-screenshots")
    options.add_argument("--programs", type=Path, default=HOUSE / ".build/debug", help="folder of lango and lango-routersim")
    chosen = options.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is ended
    start = time.monotonic()
    shutil.rmtree(chosen.screenshots, ignore_errors=True)
    chosen.screenshots.mkdir(parents=True)
    results: list[Count] = []
    folder = Path(tempfile.mkdtemp(prefix="lango-browser-"))
    demo, phones = None, []
    try:
        demo = Demo(folder, chosen.programs.resolve())
        supply = Supply(demo)
        phones = launch(PROFILES, demo, chosen.screenshots)

        def run(case: type, *arguments):
            count = Count()
            results.append(count)
            tests(case, chosen.only, *arguments).run(count)

        run(wire.Wire, demo, supply)
        for phone in phones:  # one after another, since they are weighed and timed
            run(flows.Weight, demo, supply, phone)
            run(flows.First, demo, supply, phone)
        side_by_side([(lambda phone=phone: run(flows.Flows, demo, supply, phone)) for phone in phones])
        side_by_side([(lambda phone=phone: run(buying.Buying, demo, supply, phone)) for phone in phones])
        run(trouble.Trouble, demo, supply, phones)
        for phone in phones:
            phone.quit()
        phones = launch(office.PROFILES, demo, chosen.screenshots)
        for phone in phones:
            run(office.Office, demo, phone)
    finally:
        for phone in phones:
            phone.quit()
        if demo:
            demo.stop()
        shutil.rmtree(folder, ignore_errors=True)
    passed = sum(r.passed for r in results)
    failed = sum(len(r.failures) + len(r.errors) for r in results)
    print(f"screenshots: {chosen.screenshots}")
    print(f"{passed} passed, {failed} failed in {time.monotonic() - start:.0f} s")
    return 1 if failed or not passed else 0


def launch(profiles: list[Profile], demo: Demo, screenshots: Path) -> list[Phone]:
    phones: list[Phone] = []
    try:
        for profile in profiles:
            phones.append(Phone(profile, demo.phones, screenshots))
    except BaseException:
        for phone in phones:
            phone.quit()
        raise
    return phones


def side_by_side(works: list):
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(150)


if __name__ == "__main__":
    sys.exit(main())
