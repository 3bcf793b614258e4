"""A shop's page with the widget in it, the service behind it, and the merchant's desk."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page
from redis import Redis

from integration.app import build_channels, build_house, build_platforms
from integration.chat.proofs import proof_of_passed_on
from integration.clock import utc_now
from integration.crypto import keyring
from integration.db import Database
from integration.events_valkey import ValkeyEvents
from integration.http import GuardedHttp
from integration.models import Conversation, Visitor
from integration.processes.ports import free_port
from integration.processes.valkey import running_valkey
from integration.recorded_jobs import RecordedJobs
from integration.services import Services
from integration.settings import load
from tests.factories.conversations import make_channel
from tests.ui_embed.widget.chats import CHAT, Desk, proxy_query
from tests.ui_embed.widget.served_shop import KEYS
from tests.ui_embed.world import API_KEY, API_SECRET

ROOT = Path(__file__).resolve().parents[3]
# As strict as a shop can be: no inline style, nothing of other origins but the service.
POLICY = "default-src 'self'; style-src 'self'; script-src {app}; connect-src 'self' {app}"
# What was said, in the chat's order.
LINES = "tillside-chat .log .text"
_WITHIN_SECONDS = 120.0


@dataclass(slots=True)
class Shop:
    """Where things are. `url` opens a page of the shop; its query sets the tag's attributes."""

    app: str
    port: int
    desk: Desk
    proof: dict[str, str | None] = field(default_factory=dict)
    cart: dict[str, Any] = field(default_factory=dict)

    def add_chat(self, token: str, **settings: Any) -> None:
        """A further chat of the shop's."""
        services = self.desk.services
        make_channel(
            services.db,
            self.desk.workspace_id,
            "chat",
            ring=services.keyring,
            token=token,
            name="Chat",
            settings=settings,
        )

    def newest(self) -> int:
        """The conversation that began last."""
        return self.desk.conversations()[-1].id

    def visitor_of(self, conversation_id: int) -> Visitor:
        """A conversation's visitor."""
        with self.desk.services.db.workspace(self.desk.workspace_id) as session:
            conversation = session.get_one(Conversation, conversation_id)
            return session.get_one(Visitor, conversation.visitor_id)

    def signed(self, customer: str) -> str:
        """A proof for a customer, as the app proxy gives it."""
        query = proxy_query(customer, now=self.desk.services.now())
        made = proof_of_passed_on(self.desk.services, "shopify", list(query.items())).proof
        assert made is not None
        return made

    def url(self, lang: str = "en", path: str = "products/lamp", **data: str) -> str:
        """A page; `data` are the tag's data attributes."""
        query = "&".join(f"{name}={value}" for name, value in data.items())
        return f"http://127.0.0.1:{self.port}/{lang}/{path}?{query}"


def page_of(shop: Shop, path: str, query: dict[str, str]) -> str:
    """A product's page, with the widget's tag at its end."""
    lang = path.split("/")[1]
    data = {"channel": CHAT, **query}
    attributes = "".join(f' data-{name}="{value}"' for name, value in data.items())
    direction = "rtl" if lang == "he" else "ltr"
    return (
        f'<!doctype html><html lang="{lang}" dir="{direction}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<title>Lamp</title></head><body><h1>Lamp</h1><p>A lamp for the table.</p>"
        f'<div id="contact"></div><script src="{shop.app}/widget.js"{attributes} async></script>'
        "</body></html>"
    )


def _handler(shop: Shop) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            if parts.path == "/proof":
                self._send(json.dumps({"proof": shop.proof.get("proof")}), "application/json")
            elif parts.path == "/cart.js":
                self._send(json.dumps(shop.cart), "application/json")
            elif parts.path == "/favicon.ico":
                self._send("", "image/x-icon")
            else:
                self._send(page_of(shop, parts.path, query), "text/html; charset=utf-8")

        def _send(self, text: str, media_type: str) -> None:
            body = text.encode()
            self.send_response(200)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Security-Policy", POLICY.format(app=shop.app))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    return Handler


@contextmanager
def open_shop(folder: Path) -> Iterator[Shop]:
    """A shop, its service and its desk, as long as the block runs."""
    port, file = free_port(), folder / "told.json"
    shop = Shop(f"http://localhost:{port}", 0, Desk(None, 0, 0))  # type: ignore[arg-type]
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(shop))
    shop.port = server.server_port
    thread = Thread(target=server.serve_forever)
    thread.start()
    (folder / "valkey").mkdir()
    (folder / "data").mkdir()
    try:
        with running_valkey(folder / "valkey") as valkey:
            arguments = [str(folder / "data"), str(port), str(shop.port), valkey.url, str(file)]
            with _serving(arguments, file) as told:
                services = _services(folder / "data", shop, valkey.url)
                shop.desk = Desk(services, told["workspace_id"], told["agent_id"])
                yield shop
                services.db.dispose()
                services.inbox.dispose()
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def _serving(arguments: list[str], file: Path) -> Iterator[dict[str, Any]]:
    command = [sys.executable, "-m", "tests.ui_embed.widget.served_shop", *arguments]
    process = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
    try:
        deadline = time.monotonic() + _WITHIN_SECONDS
        # It tells what it made before it listens.
        while not _answers(arguments[1]):
            assert process.poll() is None, "the service ended"
            assert time.monotonic() < deadline, "the service didn't begin"
            time.sleep(0.05)
        yield json.loads(file.read_text(encoding="utf-8"))
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _answers(port: str) -> bool:
    connection = http.client.HTTPConnection("localhost", int(port), timeout=60)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _services(folder: Path, shop: Shop, valkey: str) -> Services:
    environment = {
        "APP_URL": shop.app,
        "DATA_DIR": str(folder),
        "SECRET_KEY": "a-secret-of-the-tests",
        "ENCRYPTION_KEYS": KEYS,
        "SHOPIFY_API_KEY": API_KEY,
        "SHOPIFY_API_SECRET": API_SECRET,
    }
    settings = load(environment)
    return Services(
        settings=settings,
        db=Database(settings.effective_database_url),
        inbox=Database(settings.effective_inbox_url),
        keyring=keyring(KEYS),
        http=GuardedHttp(allow_private_addresses=True),
        platforms=build_platforms(GuardedHttp(), environment),
        jobs=RecordedJobs(build_house().jobs),
        events=ValkeyEvents(Redis.from_url(valkey)),
        channels=build_channels(settings),
        now=utc_now,
    )


def open_chat(page: Page) -> None:
    """Open the chat by its button."""
    page.locator("tillside-chat .launch").click()
    page.locator("tillside-chat .panel").wait_for()


def say(page: Page, text: str) -> None:
    """Write and send."""
    page.locator("tillside-chat .write textarea").fill(text)
    page.locator("tillside-chat .send").click()


def shown(page: Page) -> list[str]:
    """What the chat shows as said, greeting included."""
    return page.locator(LINES).all_inner_texts()
