"""A state minted in another browser, reused, late, or for another shop: 400."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from integration.models import InstallState
from tests.security.installing import begun, callback
from tests.security.untouched import nothing_done
from tests.ui_embed.world import World

Attack = Callable[[World, FlaskClient], str]


def _other_browser(world: World, client: FlaskClient) -> str:
    return begun(world.app.test_client())


def _other_shop(world: World, client: FlaskClient) -> str:
    return begun(client, "minoan.myshopify.com")


def _late(world: World, client: FlaskClient) -> str:
    state = begun(client)
    with world.services.db.across_workspaces(write=True) as session:
        [held] = session.execute(select(InstallState)).scalars()
        held.expires_at -= timedelta(minutes=10, seconds=1)
    return state


def _reused(world: World, client: FlaskClient) -> str:
    state = begun(client)
    callback(client, state)
    return state


def _forged(world: World, client: FlaskClient) -> str:
    nonce, _, signature = begun(client).partition(".")
    return f"{nonce[:-1]}{'b' if nonce.endswith('a') else 'a'}.{signature}"


def _none(world: World, client: FlaskClient) -> str:
    begun(client)
    return ""


@pytest.mark.parametrize("attack", [_other_browser, _other_shop, _late, _reused, _forged, _none])
def test_install_state(world: World, client: FlaskClient, attack: Attack) -> None:
    state = attack(world, client)
    with nothing_done(world.services, may_go={"install_states"}):
        answer = callback(client, state)
    assert answer.status_code == 400
