"""The admin over seeded shops, in a test client and on a real port with a stub app beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from simulators.shopify.actions import app as app_actions
from simulators.shopify.admin import blueprint
from simulators.shopify.config import AppConfig
from simulators.shopify.model.order import Order
from simulators.shopify.model.shop import Shop
from simulators.shopify.seed.demo import FIRST_SHOP, seeded
from simulators.shopify.state import State
from tests.simulators.serving import serving
from tests.simulators.shopify.admin import stub_app

DIST = Path(__file__).parents[4] / "ui_embed/shopify/extensions/tillside-panel/dist"


@pytest.fixture
def state() -> State:
    app = AppConfig(app_url="https://tillside.example/shopify/app")
    made = seeded(app, orders=30, customers=12, now=datetime.now(UTC).replace(microsecond=0))
    app_actions.install(made, made.shop(FIRST_SHOP), app.scope_set)
    return made


@pytest.fixture
def shop(state: State) -> Shop:
    return state.shop(FIRST_SHOP)


@pytest.fixture
def fired(state: State) -> list[str]:
    """The topics that the state fires from here on."""
    topics: list[str] = []
    state.listeners.append(lambda _shop, topic, _subject: topics.append(topic))
    return topics


def admin_app(state: State) -> Flask:
    app = Flask("stand_in")
    app.register_blueprint(blueprint(state, DIST))
    return app


@pytest.fixture
def visitor(state: State) -> FlaskClient:
    return admin_app(state).test_client()


def sign_in(client: FlaskClient, shop: Shop) -> FlaskClient:
    owner = next(iter(shop.staff.values()))
    answer = client.post(f"/{shop.domain}/admin/login", data={"staff": owner.id})
    assert answer.status_code == 302
    return client


def named(shop: Shop, name: str) -> Order:
    """The order of that name."""
    return next(order for order in shop.orders.values() if order.name == name)


@pytest.fixture
def client(visitor: FlaskClient, shop: Shop) -> FlaskClient:
    """A browser in which the shop's owner is signed in."""
    return sign_in(visitor, shop)


@dataclass(frozen=True, slots=True)
class World:
    """A running admin with the stub app in it."""

    state: State
    shop: Shop
    admin: str
    app: str
    behaviour: stub_app.Behaviour

    def at(self, path: str) -> str:
        return f"{self.admin}/{self.shop.domain}/admin/{path}"


@pytest.fixture
def world(state: State, shop: Shop) -> Iterator[World]:
    behaviour = stub_app.Behaviour()
    with serving(stub_app.create(state, behaviour)) as app, serving(admin_app(state)) as admin:
        state.base_url = admin
        state.app.app_url = f"{app}/shopify/app"
        yield World(state, shop, admin, app, behaviour)
        behaviour.over.set()
