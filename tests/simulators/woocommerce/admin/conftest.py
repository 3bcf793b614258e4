"""The admin over seeded sites, in a test client and on a real port beside a stub service."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from simulators.woocommerce.admin.plugin.installed import Installation, Plugin
from simulators.woocommerce.model.order import Order
from simulators.woocommerce.model.people import User
from simulators.woocommerce.model.site import Site
from simulators.woocommerce.seed.demo import HEROINE_EMAIL, seeded
from simulators.woocommerce.server import Server, create_app
from simulators.woocommerce.state import State
from simulators.woocommerce.wc_auth.handover import make_key
from tests.simulators.serving import serving
from tests.simulators.woocommerce.admin.stub_service import Service

PLUGIN = Path(__file__).parents[4] / "ui_embed/woocommerce/tillside"
APP_URL = "https://tillside.example"
SECRET = "a-secret-of-the-tests-with-43-characters-xx"


def new_state(app_url: str = APP_URL) -> State:
    """Seeded sites that have the plugin."""
    made = seeded(orders=30, customers=12)
    made.base_url = "http://localhost"
    made.resources["plugin"] = Plugin(PLUGIN, app_url)
    return made


@pytest.fixture
def state() -> State:
    return new_state()


@pytest.fixture
def site(state: State) -> Site:
    return state.site()


@pytest.fixture
def fired(state: State) -> list[tuple[str, int]]:
    """The topics that the state fires from here on, with the object's id."""
    topics: list[tuple[str, int]] = []
    state.listeners.append(lambda _site, topic, subject: topics.append((topic, subject)))
    return topics


@pytest.fixture
def visitor(state: State) -> FlaskClient:
    return create_app(state).test_client()


def colleague(site: Site, role: str) -> User:
    return next(user for user in site.users.values() if user.role == role)


def sign_in(client: FlaskClient, site: Site, role: str = "shop_manager") -> FlaskClient:
    client.get("/wp-admin/")
    answer = client.post("/wp-admin/sign-in", data={"user": colleague(site, role).id})
    assert answer.status_code == 303
    return client


@pytest.fixture
def client(visitor: FlaskClient, site: Site) -> FlaskClient:
    """A browser in which the shop's manager is signed in."""
    return sign_in(visitor, site)


def act(client: FlaskClient, action: str, **fields: object) -> str:
    """Post a form of the admin; what the page says then."""
    data = {"action": action, "back": "/wp-admin/", **{k: str(v) for k, v in fields.items()}}
    answer = client.post("/wp-admin/admin-post.php", data=data)
    assert answer.status_code == 303, answer.text
    return client.get(answer.location).text


def connect(state: State, site: Site, app_url: str = APP_URL) -> Installation:
    """As if the service had handed over with a key of the owner's."""
    key = make_key(state, site, site.manager(), "read_write")
    panel = f"{app_url}/panel?store={site.name}"
    made = Installation("inst-of-the-tests", SECRET, app_url, panel, key.consumer_key)
    state.resources["plugin"].installations[site.prefix] = made
    return made


@pytest.fixture
def installation(state: State, site: Site) -> Installation:
    return connect(state, site)


@pytest.fixture
def heroines(site: Site) -> list[Order]:
    """Her five orders, the newest last; the fourth is partly refunded."""
    mine = [one for one in site.orders.values() if one.billing["email"] == HEROINE_EMAIL]
    return sorted(mine, key=lambda order: order.created_at)


@dataclass(frozen=True, slots=True)
class World:
    """A running stand-in, connected with a stub of the service."""

    state: State
    site: Site
    service: Service

    def at(self, path: str) -> str:
        return f"{self.state.base_url}/wp-admin/{path}"


@pytest.fixture
def world() -> Iterator[World]:
    service = Service(SECRET)
    with serving(service.app) as app_url:
        state = new_state(app_url)
        connect(state, state.site(), app_url)
        server = Server(state, create_app(state), host="localhost")
        server.start()
        yield World(state, state.site(), service)
        server.stop()
