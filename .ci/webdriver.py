"""A browser driven over the W3C WebDriver protocol, with nothing but Python's standard library."""

import base64
import json
import re
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
START_TIMEOUT_SECS = 30
CALL_TIMEOUT_SECS = 60
TAB, ENTER, SPACE, RIGHT = "\ue004", "\ue007", " ", "\ue014"
KEYS_MAX_TABS = 120

CHROMIUM_ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--lang=nl",
]


class Failure(Exception):
    """Something on the page is not as it should be."""


class Browser:
    """One headless Chromium with an empty profile; closes with its `with` block."""

    def __enter__(self):
        self.profile = tempfile.mkdtemp(prefix="koppelaar-browser-")
        self.log = open(Path(self.profile) / "chromedriver.log", "w+", encoding="utf-8")
        self.driver = subprocess.Popen(
            [_program("chromedriver"), "--port=0"], stdout=self.log, stderr=subprocess.STDOUT, text=True
        )
        try:
            self.base = f"http://127.0.0.1:{self._port()}"
            options = {
                "binary": _program("chromium"),
                "args": [*CHROMIUM_ARGUMENTS, f"--user-data-dir={self.profile}/profile"],
            }
            capabilities = {"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
            session = self._call("POST", "/session", {"capabilities": {"alwaysMatch": capabilities}})
            self.session = f"/session/{session['sessionId']}"
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, *_):
        try:
            self._call("DELETE", self.session)
        finally:
            self._stop()

    # Pages

    def open(self, url):
        self._post("/url", {"url": url})

    def url(self):
        return self._get("/url")

    def script(self, source, *arguments):
        return self._post("/execute/sync", {"script": source, "args": list(arguments)})

    def script_async(self, source, *arguments):
        return self._post("/execute/async", {"script": source, "args": list(arguments)})

    def devtools(self, command, **parameters):
        return self._post("/goog/cdp/execute", {"cmd": command, "params": parameters})

    def console(self):
        """What the browser's console said since the last look."""
        return self._post("/se/log", {"type": "browser"})

    def screenshot(self, path):
        Path(path).write_bytes(base64.b64decode(self._get("/screenshot")))

    def look(self, width, height, dark=False, phone=False):
        """Shows pages at that size, in the light or the dark scheme."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        still = {"name": "prefers-reduced-motion", "value": "reduce"}
        self.devtools("Emulation.setEmulatedMedia", features=[scheme, still])
        self.devtools(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=phone
        )

    # Elements

    def all(self, selector):
        return [Element(self, found[ELEMENT]) for found in
                self._post("/elements", {"using": "css selector", "value": selector})]

    def one(self, selector):
        found = self.all(selector)
        if len(found) != 1:
            raise Failure(f"`{selector}` is there {len(found)} times on {self.url()}, not once")
        return found[0]

    def wait(self, what, condition, timeout_secs):
        """Returns the first true value of `condition`."""
        end = time.monotonic() + timeout_secs
        while True:
            value = condition()
            if value:
                return value
            if time.monotonic() > end:
                raise Failure(f"{what} did not happen within {timeout_secs} s on {self.url()}")
            time.sleep(0.2)

    # Keyboard

    def keys(self, text):
        strokes = [{"type": kind, "value": key} for key in text for kind in ("keyDown", "keyUp")]
        self._post("/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": strokes}]})

    def focused(self):
        return self.script(
            "const e = document.activeElement; return e.id || e.getAttribute('href') || e.name || e.tagName"
        )

    def tab_to(self, selector):
        """Presses Tab until the element has the focus, which must be visible."""
        for _ in range(KEYS_MAX_TABS):
            if self.script("return document.activeElement.matches(arguments[0])", selector):
                self._check_focus_is_visible(selector)
                return
            self.keys(TAB)
        raise Failure(f"`{selector}` cannot be reached with the keyboard on {self.url()}")

    def _check_focus_is_visible(self, selector):
        outlined = self.script("""
            const shown = (e) => e && getComputedStyle(e).outlineStyle !== 'none'
                && parseFloat(getComputedStyle(e).outlineWidth) >= 2;
            const e = document.activeElement;
            return shown(e) || shown(e.nextElementSibling);""")
        if not outlined:
            raise Failure(f"the focus on `{selector}` is not visible")

    # Protocol

    def _port(self):
        end = time.monotonic() + START_TIMEOUT_SECS
        while time.monotonic() < end and self.driver.poll() is None:
            self.log.seek(0)
            found = re.search(r"started successfully on port (\d+)", self.log.read())
            if found:
                return found[1]
            time.sleep(0.1)
        self.log.seek(0)
        raise Failure(f"chromedriver did not start: {self.log.read().strip()}")

    def _get(self, path):
        return self._call("GET", self.session + path)

    def _post(self, path, body):
        return self._call("POST", self.session + path, body)

    def _call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self.base + path, data, {"Content-Type": "application/json"}, method=method
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=CALL_TIMEOUT_SECS) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            value = json.load(error)["value"]
            raise Failure(f"{value['error']}: {value['message'].splitlines()[0]}") from None

    def _stop(self):
        self.driver.terminate()
        try:
            self.driver.wait(10)
        except subprocess.TimeoutExpired:
            self.driver.kill()
        self.log.close()
        shutil.rmtree(self.profile, ignore_errors=True)


class Element:
    """An element of the page that is open."""

    def __init__(self, browser, identifier):
        self.browser = browser
        self.path = f"/element/{identifier}"

    def text(self):
        return self.browser._get(f"{self.path}/text")

    def attribute(self, name):
        return self.browser._get(f"{self.path}/attribute/{name}")

    def value(self):
        return self.browser._get(f"{self.path}/property/value")

    def click(self):
        self.browser._post(f"{self.path}/click", {})


def _program(name):
    path = shutil.which(name)
    if path is None:
        raise Failure(f"`{name}` is not installed\nhint: apt-get install chromium chromium-driver")
    return path
