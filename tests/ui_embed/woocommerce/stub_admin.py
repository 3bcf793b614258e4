"""A page of a store's admin with our frame in it: the plugin's own script, WordPress stubbed.

The page stands on `localhost`, we on `127.0.0.1`: two sites, as with a real store.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import quote

from flask import Flask, Response
from sqlalchemy import select
from werkzeug.serving import make_server

from integration.install.companions import companion_of
from integration.models import Store
from integration.processes.ports import free_port
from tests.factories.fake_handover import FakeSite
from tests.factories.store_signed import ticket
from tests.ui_embed.gallery import serving
from tests.ui_embed.people_rows import add_person
from tests.ui_embed.sites import connected, put_sites
from tests.ui_embed.world import NOW, World, build_world

SCRIPT = Path(__file__).parents[3] / "ui_embed/woocommerce/tillside/assets/panel.js"
_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Edit order</title>
<style>body{{margin:16px;font:14px sans-serif}} iframe{{border:0;inline-size:100%;
block-size:420px;display:block}} .tillside-panel{{max-inline-size:380px}}</style></head><body>
<h1>Order</h1>
<div class="tillside-panel" data-tillside-origin="{app}" data-tillside-src="{source}"
 data-tillside-admin="{origin}/shop/wp-admin/" data-tillside-order="{order}"
 data-tillside-customer=""><p data-tillside-notice="silent" hidden>silent</p>
<p data-tillside-notice="expired" hidden>expired</p><button hidden>Try again</button>
<iframe title="Tillside" referrerpolicy="strict-origin"></iframe></div>
<script>
window.said = [];
window.addEventListener("message", (event) => window.said.push(event.data));
window.wp = {{ apiFetch: async () => (await fetch("/ticket")).json() }};
</script><script src="/panel.js"></script></body></html>"""


@dataclass
class Admin:
    """The admin that is served. `tickets` are handed out; `gives` says how.

    At `foreign_origin` stand the same pages, on an origin that isn't the store's.
    """

    world: World
    app_url: str
    origin: str
    profile_id: int
    workspace_id: int
    store_id: int
    foreign_origin: str
    gives: str = "tickets"
    tickets: list[str] = field(default_factory=list)

    @property
    def domain(self) -> str:
        """The store's canonical name."""
        return f"{self.origin}/shop"

    def page(self, order: str = "") -> str:
        """The address of a page that frames us, for that order."""
        return f"{self.origin}/edit/{order or 'none'}"

    def frame_url(self, order: str) -> str:
        """What the frame is pointed at."""
        asked = f"&order={order}" if order else ""
        return f"{self.app_url}/panel?store={quote(self.domain, safe='')}{asked}"

    def new_ticket(self) -> str:
        """A ticket of somebody who looks; a nonsense one where it is told to."""
        if self.gives == "nonsense":
            return "a.b.c"
        companion = companion_of(
            self.world.services, workspace_id=self.workspace_id, store_id=self.store_id
        )
        assert companion is not None
        claims = {"iss": self.domain, "jti": secrets.token_hex(16), "locale": "en", "manager": True}
        made = ticket(companion, "", NOW, **claims)
        self.tickets.append(made)
        return made


@contextmanager
def served_admin(folder: Path) -> Iterator[Admin]:
    """Tillside and a store's admin, each on an origin of its own; Dimitra ordered #1042 there."""
    port, admin_port, foreign_port = free_ports(3)
    app_url, origin = f"http://127.0.0.1:{port}", f"http://localhost:{admin_port}"
    world = build_world(folder, app_url=app_url, ALLOW_PRIVATE_ADDRESSES="1")
    domain = f"{origin}/shop"
    site = FakeSite(domain, name="Kiosk", keys={"ck_1": "read_write"})
    put_sites(world, site, app_url=app_url, allow_http=True)
    connected(world, world.app.test_client(), domain)
    with world.services.db.across_workspaces() as session:
        statement = select(Store.workspace_id, Store.id).where(Store.domain == domain)
        workspace_id, store_id = session.execute(statement).one()
    profile_id = add_person(world, orders=25, place=(workspace_id, store_id))
    foreign = f"http://localhost:{foreign_port}"
    admin = Admin(world, app_url, origin, profile_id, workspace_id, store_id, foreign)
    pages = _pages(admin)
    with serving(world.app, port), _serving(pages, admin_port), _serving(pages, foreign_port):
        yield admin
    world.services.db.dispose()
    world.services.inbox.dispose()


def _pages(admin: Admin) -> Flask:
    app = Flask("stub-admin")

    @app.get("/edit/<order>")
    def edit(order: str) -> str:
        asked = "" if order == "none" else order
        source = admin.frame_url(asked)
        return _PAGE.format(app=admin.app_url, source=source, origin=admin.origin, order=asked)

    @app.get("/panel.js")
    def script() -> Response:
        return Response(SCRIPT.read_text(encoding="utf-8"), mimetype="text/javascript")

    @app.get("/ticket")
    def give() -> Any:
        return {"ticket": admin.new_ticket()} if admin.gives != "nothing" else ({"no": 1}, 500)

    @app.get("/shop/wp-admin/<path:_>")
    def order_page(_: str) -> str:
        return "<title>The order in WordPress</title>"

    return app


@contextmanager
def _serving(app: Flask, port: int) -> Iterator[None]:
    server = make_server("localhost", port, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def free_ports(count: int) -> list[int]:
    """Ports of this machine that nobody listened on just now."""
    ports: list[int] = []
    while len(ports) < count:
        ports.append(free_port(ports))
    return ports
