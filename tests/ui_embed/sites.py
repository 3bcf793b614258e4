"""The whole application with stores in memory that hand keys over by themselves, and a browser."""

from collections.abc import Sequence
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from integration.install.proving import prove
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
