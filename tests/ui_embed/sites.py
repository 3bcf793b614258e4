"""The whole application with stores in memory that hand keys over by themselves, and a browser."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from integration.install.proving import prove
from integration.install.sessions import open_session
from integration.models import Store
from integration.models.vocabulary import Role, SessionKind
from platforms.errors import InstallRefused
from platforms.port import StorePlatform
from platforms.woocommerce.admin import WooCommerceAdminHost
from platforms.woocommerce.config import read_config
from tests.factories.fake_handover import SLUG, FakeInstaller, FakePlatform, FakeSite
from tests.factories.store_signed import handed_over
from tests.ui_embed.world import APP_URL, World

SITE = "kiosk.example/shop"
OTHER_SITE = "bazaar.example"
CONNECT = f"/{SLUG}/connect"
SAME = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
FOREIGN = {
    "Sec-Fetch-Site": "cross-site",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Dest": "document",
    "Origin": "https://kiosk.example",
}
FETCHED = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}
ELSEWHERE = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}
SESSION = "__Host-tillside_session"
FRAMED = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}


class _Installer(FakeInstaller):
    def store_domain(self, query: Sequence[tuple[str, str]]) -> str:
        raise InstallRefused("such a store has no install request")


def put_sites(
    world: World, *sites: FakeSite, app_url: str = APP_URL, allow_http: bool = False
) -> None:
    """Have the application reach these stores, and no others that hand keys over."""
    held = {site.domain: site for site in sites}
    platform = FakePlatform(held)
    platform.installer = _Installer(held)
    switch = {"ALLOW_PRIVATE_ADDRESSES": "1"} if allow_http else {}
    platform.host = WooCommerceAdminHost(read_config({"APP_URL": app_url, **switch}))
    platforms = cast(dict[str, StorePlatform], world.services.platforms)
    platforms[SLUG] = cast(StorePlatform, platform)


def begun(client: FlaskClient, address: str = SITE, **more: Any) -> tuple[str, str]:
    """Begin to connect; the nonce, and the address to come back to."""
    headers = more.pop("headers", SAME)
    answer = client.post(CONNECT, data={"store_url": address, **more}, headers=headers)
    assert answer.status_code == 303, answer.text
    return asked_of_the_store(answer)


def asked_of_the_store(answer: TestResponse) -> tuple[str, str]:
    """The nonce and the path to come back to, out of the way to the store's own page."""
    asked = parse_qs(urlsplit(answer.headers["Location"]).query)
    return asked["user_id"][0], urlsplit(asked["return_url"][0]).path


def hand_over(client: FlaskClient, nonce: str, **told: str) -> TestResponse:
    """What the store posts."""
    body = handed_over(nonce, **told)
    return client.post(f"/{SLUG}/callback/{nonce}", data=body, content_type="application/json")


def prove_all(world: World) -> None:
    """Run the jobs that prove keys, as a worker does."""
    jobs: Any = world.services.jobs
    waiting = [arguments for name, arguments in jobs.waiting if name == "install.prove"]
    for arguments in waiting:
        prove(world.services, connection_id=arguments["connection_id"])


def connected(world: World, client: FlaskClient, address: str = SITE, **more: Any) -> TestResponse:
    """Connect to the end; the answer where the browser comes back."""
    nonce, way_back = begun(client, address, **more)
    assert hand_over(client, nonce).status_code == 200
    prove_all(world)
    return client.get(f"{way_back}?success=1&user_id={nonce}", headers=FOREIGN)


def session_token(world: World, **changes: Any) -> str:
    """A new session's token: an owner's in a browser, unless changed."""
    values = {
        "workspace_id": world.workspace_id,
        "store_id": world.store_id,
        "kind": SessionKind.BROWSER,
        "role": Role.OWNER,
        "viewer": "owner:1",
        "lifetime": timedelta(days=30),
        **changes,
    }
    return open_session(world.services, **values).token


def panel_token(world: World) -> str:
    """A bearer of somebody who looks in a store's admin."""
    hour = timedelta(hours=1)
    viewer = "woocommerce-staff:5"
    return session_token(
        world, kind=SessionKind.PANEL, role=Role.AGENT, viewer=viewer, lifetime=hour
    )


def sign_in(world: World, client: FlaskClient, **changes: Any) -> None:
    """Put a new session's cookie into that browser."""
    client.set_cookie(SESSION, session_token(world, **changes), domain="localhost", secure=True)


def ask(client: FlaskClient, path: str, headers: dict[str, str], method: str = "GET") -> Any:
    """Ask over https, where the cookie goes along."""
    return client.open(path, method=method, headers=headers, base_url="https://localhost")


def cookies_of(answer: TestResponse) -> list[str]:
    """What an answer has the browser keep."""
    return answer.headers.getlist("Set-Cookie")


def count(world: World, model: Any) -> int:
    """How many rows there are."""
    with world.services.db.across_workspaces() as session:
        return int(session.execute(select(func.count()).select_from(model)).scalar_one())


def place_of(world: World, domain: str = SITE) -> tuple[int, int]:
    """The workspace and the id of the store with that name."""
    with world.services.db.across_workspaces() as session:
        statement = select(Store.workspace_id, Store.id).where(Store.domain == domain)
        workspace_id, store_id = session.execute(statement).one()
    return workspace_id, store_id
