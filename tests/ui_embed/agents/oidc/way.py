"""How a test goes to the provider and comes back."""

from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from integration.models import Session
from tests.ui_embed.agents.oidc.issuer import (
    Issuer,
)
from tests.ui_embed.agents.people import get
from tests.ui_embed.sites import FOREIGN, SESSION, cookies_of
from tests.ui_embed.world import World

CALLBACK = "/sign-in/oidc/callback"


def begin(client: FlaskClient, query: str = "") -> str:
    """Begin; the provider's address."""
    answer = get(client, f"/sign-in/oidc{query}")
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def come_back(client: FlaskClient, way_back: str) -> TestResponse:
    """Arrive from the provider's site."""
    return get(client, way_back, {name: FOREIGN[name] for name in FOREIGN if name != "Origin"})


def sign_in(client: FlaskClient, issuer: Issuer, **claims: Any) -> TestResponse:
    return come_back(client, issuer.consent(begin(client), **claims))


def count(world: World, model: Any) -> int:
    with world.services.db.across_workspaces() as session:
        return int(session.execute(select(func.count()).select_from(model)).scalar_one())


def nobody_is_in(world: World, answer: TestResponse) -> bool:
    return SESSION not in "".join(cookies_of(answer)) and count(world, Session) == 0
