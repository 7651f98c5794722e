"""Chromium without a window, told what to do over its own debugging pipe: no driver and no package between."""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome")
SECONDS = 60.0
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--hide-scrollbars", "--remote-debugging-pipe",
)  # fmt: skip


def executable() -> str | None:
    """Path of a Chromium, or None."""
    return next((path for path in map(shutil.which, NAMES) if path), None)


class Page:
    """One tab. `messages` are what its console said and what failed to load."""

    def __init__(self, write: int, read: int) -> None:
        self._write, self._read, self._buffer, self._last = write, read, b"", 0
        self._session: str | None = None
        self.messages: list[str] = []
        self._events: list[str] = []
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network", "DOM", "CSS"):
            self._call(f"{domain}.enable")

    def open(self, path: Path, width: int, height: int = 900) -> None:
        """Open a file in a window of that size, offline, and wait until its fonts and pictures are there."""
        offline = {"offline": True, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
        self._call("Network.emulateNetworkConditions", **offline)
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self._call("Emulation.setDeviceMetricsOverride", **size)
        self._events.clear()
        self._call("Page.navigate", url=path.resolve().as_uri())
        deadline = time.monotonic() + SECONDS
        while "Page.loadEventFired" not in self._events:
            self._receive(deadline)
        self.run("document.fonts.ready.then(() => Promise.all([...document.images].map(i => i.decode())))")

    def run(self, script: str) -> Any:
        """Value of a script."""
        answer = self._call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def fonts(self, selector: str) -> dict[str, int]:
        """Glyphs drawn below the first element of a selector by the name of the font that drew them."""
        root = self._call("DOM.getDocument")["root"]["nodeId"]
        node = self._call("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
        used = self._call("CSS.getPlatformFontsForNode", nodeId=node)["fonts"]
        return {font["familyName"]: font["glyphCount"] for font in used}

    def screenshot(self, path: Path) -> None:
        """The whole page as PNG."""
        picture = self._call("Page.captureScreenshot", captureBeyondViewport=True)["data"]
        path.write_bytes(base64.b64decode(picture))

    def print(self, path: Path) -> None:
        """The page as PDF, as a printer would get it."""
        printed = self._call("Page.printToPDF", preferCSSPageSize=True, printBackground=True)["data"]
        path.write_bytes(base64.b64decode(printed))

    def _call(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._last += 1
        message = {"id": self._last, "method": method, "params": parameters}
        if self._session is not None:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + SECONDS
        while True:
            answer = self._receive(deadline)
            if answer.get("id") == self._last:
                assert "error" not in answer, (method, answer["error"])
                result: dict[str, Any] = answer["result"]
                return result

    def _receive(self, deadline: float) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            left = deadline - time.monotonic()
            ready, _, _ = select.select([self._read], [], [], max(left, 0.0))
            assert ready, "Chromium did not answer"
            read = os.read(self._read, 1 << 20)
            assert read, "Chromium ended"
            self._buffer += read
        text, self._buffer = self._buffer.split(b"\0", 1)
        message: dict[str, Any] = json.loads(text)
        self._note(message)
        return message

    def _note(self, message: dict[str, Any]) -> None:
        method, parameters = message.get("method", ""), message.get("params", {})
        self._events.append(method)
        if method == "Runtime.consoleAPICalled":
            self.messages.append(f"console: {parameters['args']}")
        elif method == "Runtime.exceptionThrown":
            self.messages.append(f"exception: {parameters['exceptionDetails']['text']}")
        elif method == "Log.entryAdded":
            self.messages.append(f"log: {parameters['entry']['text']}")
        elif method == "Network.loadingFailed":
            self.messages.append(f"not loaded: {parameters['errorText']}")
        elif method == "Network.requestWillBeSent":
            address = parameters["request"]["url"]
            if not address.startswith(("file:", "data:", "about:")):
                self.messages.append(f"asked for {address}")


@contextmanager
def page() -> Iterator[Page]:
    """A tab of a Chromium of its own, which ends with the context."""
    command = executable()
    assert command is not None, "no Chromium"
    from_us, to_us = os.pipe(), os.pipe()
    profile = tempfile.mkdtemp(prefix="chromium-")

    def into_place() -> None:
        # Chromium reads from 3 and writes to 4; move both out of the way first
        read, write = os.dup(from_us[0]), os.dup(to_us[1])
        os.dup2(read, 3)
        os.dup2(write, 4)
        os.set_inheritable(3, True)
        os.set_inheritable(4, True)

    process = subprocess.Popen(
        [command, *FLAGS, f"--user-data-dir={profile}"],
        preexec_fn=into_place,
        close_fds=False,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        os.close(from_us[0])
        os.close(to_us[1])
        yield Page(from_us[1], to_us[0])
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        if process.poll() is None:
            process.kill()
            process.wait()
        for end in (from_us[1], to_us[0]):
            os.close(end)
        shutil.rmtree(profile, ignore_errors=True)
