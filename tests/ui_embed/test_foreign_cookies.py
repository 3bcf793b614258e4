"""Another application's cookie with letters hides ours: who holds one is told, and can go on."""

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from integration.processes.ports import free_port

ROOT = Path(__file__).parents[2]
NAME = "tillside_session"
TOLD = "Your cookies can't be read"


@dataclass(frozen=True)
class Served:
    """The front of a process of its own, and a session that is signed in there."""

    port: int
    token: str

    def ask(self, cookie: bytes) -> tuple[int, str]:
        """The answer to a browser that opens the panel with these cookies."""
        connection = http.client.HTTPConnection("localhost", self.port, timeout=60)
        connection.putrequest("GET", "/panel")
        connection.putheader("Cookie", cookie)
        connection.endheaders()
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, text


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder, port = tmp_path_factory.mktemp("front"), free_port()
    file = folder / "token"
    command = [sys.executable, "-m", "tests.ui_embed.served_front", str(folder), str(port)]
    process = subprocess.Popen([*command, str(file)], cwd=ROOT, start_new_session=True)
    try:
        _await(port)
        yield Served(port, file.read_text(encoding="utf-8"))
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(30)


def _await(port: int) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        connection = http.client.HTTPConnection("localhost", port, timeout=60)
        try:
            connection.request("GET", "/healthz")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.05)
        else:
            return
        finally:
            connection.close()
    raise RuntimeError("the server didn't start")


def test_who_holds_such_a_cookie_is_told_why_nobody_knows_them(served: Served) -> None:
    ours = f"{NAME}={served.token}".encode()
    status, page = served.ask(ours)
    assert status == 200
    assert 'action="/sign-out"' in page
    for other in ("name=λόγος".encode(), "name=é".encode("latin-1")):
        status, page = served.ask(ours + b"; " + other)
        assert status == 401
        assert TOLD in page.replace("&#39;", "'")
        assert "data-remove-cookies" in page
    status, page = served.ask(b"name=word")
    assert status == 401
    assert "data-remove-cookies" not in page


@pytest.mark.browser
def test_one_press_removes_it_and_they_are_signed_in(
    served: Served, page: Page, refused: list[str]
) -> None:
    panel = f"http://localhost:{served.port}/panel"
    ours = {"name": NAME, "value": served.token, "url": panel, "httpOnly": True}
    page.context.add_cookies([ours])  # type: ignore[list-item]
    page.goto(panel)
    signed_in = page.locator('form[action="/sign-out"]')
    expect(signed_in).to_be_visible()
    page.evaluate("document.cookie = 'kept=word; Path=/'")
    page.evaluate("document.cookie = 'greeting=λόγος; Path=/'")
    page.goto(panel)
    expect(page.get_by_role("heading", name=TOLD)).to_be_visible()
    page.get_by_role("button", name="Remove that cookie").click()
    expect(signed_in).to_be_visible()
    held = {cookie["name"]: cookie["value"] for cookie in page.context.cookies(panel)}  # type: ignore[typeddict-item]
    assert held.keys() == {NAME, "kept"}
    assert held[NAME] == served.token
    assert refused == []
