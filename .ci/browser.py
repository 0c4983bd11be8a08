"""The playground's pages in a real browser: two residents write, the concierge accepts the suggestion.

    python3 .ci/browser.py BASE_URL SHOTS_DIR [--neighbourhood ID] [--axe FILE]

BASE_URL is a running playground that a connector is connected to, as `koppelaar demo --serve` keeps it. Everything is
done with the keyboard alone. Screenshots go to SHOTS_DIR. With --axe, a copy of axe-core (its `axe.min.js`) checks
every page for accessibility.
"""

import argparse
import re
import sys
import time
from pathlib import Path

from webdriver import ENTER, RIGHT, SPACE, TAB, Browser, Failure

SUGGESTION_TIMEOUT_SECS = 90
PAGE_TIMEOUT_SECS = 10

# Names that no made-up resident has, so that the suggestion is recognised by them.
ASKER, HELPER = "Wiesje Proefberg", "Bartel Proefman"
REQUEST = ("Boodschappen zaterdagochtend",
           "Wie kan zaterdagochtend boodschappen voor mij doen? Ik heb mijn enkel verzwikt en kom de trap niet af.")
OFFER = ("Ik doe graag boodschappen",
         "Ik doe elke zaterdagochtend boodschappen. Ik doe het graag ook voor een buur die de deur niet uit kan.")


class Run:
    def __init__(self, browser, base, shots, place, axe):
        self.browser, self.base, self.shots, self.place, self.axe = browser, base.rstrip("/"), shots, place, axe
        self.feed = f"{self.base}/n/{place}"
        self.inbox = f"{self.feed}/inbox"

    def everything(self):
        self.step("first page and language", self.first_page)
        self.step("skip link", self.skip_link)
        self.step("wrong form", self.wrong_form)
        self.step("a resident asks", lambda: self.write("question", ASKER, *REQUEST))
        self.step("a resident offers", lambda: self.write("offer", HELPER, *OFFER))
        self.step("suggestion and answer", self.accept)
        self.step("withdraw", self.withdraw)
        self.step("without scripts", self.without_scripts)
        self.step("looks", self.looks)

    def step(self, name, action):
        start = time.monotonic()
        action()
        self.check_console()
        print(f"ok    {name} ({time.monotonic() - start:.1f} s)", flush=True)

    # Steps

    def first_page(self):
        browser = self.browser
        browser.look(1280, 800)
        for code in ("fr", "en", "nl"):
            browser.open(self.base + "/")
            browser.tab_to(f".languages a[lang={code}]")
            browser.keys(ENTER)
            self.wait_for(lambda: browser.script("return document.documentElement.lang") == code, f"language {code}")
            browser.open(self.feed)
            self.expect(browser.script("return document.documentElement.lang"), code, "language of the next page")
            self.check_page()
        browser.open(self.base + "/")
        self.shot("first-page")
        browser.tab_to(f"a[href='/n/{self.place}']")
        browser.keys(ENTER)
        self.wait_for(lambda: browser.url() == self.feed, "the neighbourhood")

    def skip_link(self):
        browser = self.browser
        browser.open(self.feed)
        browser.keys(TAB)
        self.expect(browser.focused(), "#main", "first stop of the keyboard")
        browser.keys(ENTER)
        self.expect(browser.focused(), "main", "where the skip link leads")

    def wrong_form(self):
        browser = self.browser
        browser.open(f"{self.feed}?write=question")
        browser.tab_to("#title")
        browser.keys("Blijft staan")
        browser.tab_to(".write button[type=submit]")
        browser.keys(ENTER)
        self.wait_for(lambda: browser.all("#errors"), "the list of errors")
        self.expect(browser.focused(), "errors", "where the focus is after a wrong form")
        self.expect(browser.one("#title").value(), "Blijft staan", "what was typed")
        self.check_page()
        browser.tab_to("#errors a[href='#text']")
        browser.keys(ENTER)
        self.expect(browser.focused(), "text", "where the error leads")
        # The browser reports the refusal itself as an error, which is what was asked for here.
        self.check_console(but="422")

    def write(self, kind, name, title, text):
        browser = self.browser
        browser.open(self.feed)
        browser.tab_to("a[href$='?write=none#write']")
        browser.keys(ENTER)
        self.wait_for(lambda: browser.all("#write form"), "the form")
        browser.tab_to("#name")
        browser.keys(name)
        # The last kind is chosen; arrows go round to the others.
        browser.tab_to("input[name=kind]")
        for _ in range(["question", "offer"].index(kind) + 1):
            browser.keys(RIGHT)
        self.expect(browser.one("input[name=kind]:checked").value(), kind, "chosen kind")
        browser.tab_to("#title")
        browser.keys(title)
        browser.tab_to("#text")
        browser.keys(text)
        browser.tab_to("#shared")
        browser.keys(SPACE + SPACE)
        self.check_page()
        self.shot(f"form-{kind}")
        browser.tab_to(".write button[type=submit]")
        browser.keys(ENTER)
        self.wait_for(lambda: browser.all("#posted"), "the confirmation of the post")
        first = browser.all(".post")[0].text()
        for part in (name, title, text):
            self.expect(part in first, True, f"`{part}` in the newest post")

    def accept(self):
        browser = self.browser
        browser.open(self.inbox + "#latest")
        self.check_page()
        suggestion = browser.wait(
            "a suggestion for the request", lambda: self.message(lambda text: ASKER in text), SUGGESTION_TIMEOUT_SECS
        )
        print("----- suggestion\n" + suggestion + "\n-----")
        found = re.search(r"(?:voorstel|suggestie)\D{0,6}(\d+)", suggestion, re.IGNORECASE)
        if not found:
            raise Failure("the suggestion has no number")
        self.shot("inbox-suggestion")
        before = len(browser.all("#thread > li.plugin"))
        browser.tab_to("#answer")
        browser.keys(found[1])
        browser.tab_to(".answer .row button")
        browser.keys(ENTER)
        self.wait_for(lambda: self.own_answer(found[1]), "the answer in the thread")
        browser.wait(
            "a confirmation", lambda: len(browser.all("#thread > li.plugin")) > before, SUGGESTION_TIMEOUT_SECS
        )
        print("----- confirmation\n" + browser.all("#thread > li.plugin .text")[-1].text() + "\n-----")
        self.check_page()
        self.shot("inbox-confirmed")

    def withdraw(self):
        browser = self.browser
        browser.open(self.feed)
        newest = browser.script("return document.querySelector('.post').id")
        browser.tab_to(f"#{newest} button")
        browser.keys(ENTER)
        self.wait_for(lambda: browser.all(f"#{newest}.withdrawn"), "the withdrawal")

    def without_scripts(self):
        browser = self.browser
        browser.devtools("Emulation.setScriptExecutionDisabled", value=True)
        browser.open(self.inbox)
        before = len(browser.all("#thread > li.own"))
        browser.one("#answer").click()
        browser.keys("? 1")
        browser.one(".answer .row button").click()
        self.wait_for(lambda: len(browser.all("#thread > li.own")) == before + 1, "an answer without scripts")
        browser.devtools("Emulation.setScriptExecutionDisabled", value=False)

    def looks(self):
        browser = self.browser
        pages = {"home": self.base + "/", "feed": self.feed, "write": self.feed + "?write=offer", "inbox": self.inbox}
        for device, width, height, dark, phone in (
            ("desktop", 1280, 800, False, False), ("desktop-dark", 1280, 800, True, False),
            ("phone", 390, 844, False, True), ("phone-dark", 390, 844, True, True), ("narrow", 320, 640, False, True),
        ):
            browser.look(width, height, dark, phone)
            for name, address in pages.items():
                browser.open(address)
                if name == "inbox":
                    browser.script("scrollTo(0, document.documentElement.scrollHeight)")
                self.check_page()
                self.shot(f"{name}-{device}")

    # Checks

    def message(self, wanted):
        texts = [element.text() for element in self.browser.all("#thread > li.plugin .text")]
        return next((text for text in reversed(texts) if wanted(text)), None)

    def own_answer(self, text):
        own = self.browser.all("#thread > li.own .text")
        return own and own[-1].text() == text

    def check_page(self):
        """Nothing sticks out to the side, and axe-core finds no serious fault."""
        browser = self.browser
        wide = browser.script("return document.documentElement.scrollWidth - innerWidth")
        if wide > 0:
            raise Failure(f"{browser.url()} is {wide} pixels wider than its window")
        if self.axe is None:
            return
        browser.script(self.axe + "; window.axe = axe")
        result = browser.script_async("""
            const done = arguments[arguments.length - 1];
            axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})
                .then((result) => done(result.violations.map((v) =>
                    [v.impact, v.id, v.help, v.nodes.map((n) => n.target.join(' ')).slice(0, 5).join(', ')])))
                .catch((error) => done([['critical', 'axe', String(error), '']]));""")
        for impact, rule, text, where in result:
            print(f"axe   {impact} {rule}: {text} ({where}) on {browser.url()}")
        if any(impact in ("serious", "critical") for impact, *_ in result):
            raise Failure(f"axe-core finds serious faults on {browser.url()}")

    def check_console(self, but=None):
        wrong = [entry["message"] for entry in self.browser.console()
                 if entry["level"] == "SEVERE" and not (but and but in entry["message"])]
        if wrong:
            raise Failure("the console has errors: " + "; ".join(wrong))

    def wait_for(self, condition, what):
        self.browser.wait(what, condition, PAGE_TIMEOUT_SECS)

    def expect(self, found, wanted, what):
        if found != wanted:
            raise Failure(f"{what} is `{found}`, not `{wanted}`, on {self.browser.url()}")

    def shot(self, name):
        self.browser.screenshot(self.shots / f"{name}.png")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base_url")
    parser.add_argument("shots_dir", type=Path)
    parser.add_argument("--neighbourhood", default="waterwijk", help="where the residents write (Dutch)")
    parser.add_argument("--axe", type=Path, help="axe.min.js of axe-core")
    asked = parser.parse_args()
    asked.shots_dir.mkdir(parents=True, exist_ok=True)
    axe = asked.axe.read_text(encoding="utf-8") if asked.axe else None
    if axe is None:
        print("axe-core was not given: accessibility is checked by the keyboard alone")
    try:
        with Browser() as browser:
            run = Run(browser, asked.base_url, asked.shots_dir, asked.neighbourhood, axe)
            try:
                run.everything()
            except Failure:
                run.shot("failure")
                raise
    except Failure as failure:
        sys.exit(f"error: {failure}")


if __name__ == "__main__":
    main()
