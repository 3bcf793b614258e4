"""A forged hand-over of WooCommerce's keys: 404, and the keys stay what they are."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from integration.models import PendingConnection
from platforms.woocommerce.handover import WooCommerceHandover
from tests.factories.fake_handover import SLUG, FakeSite
from tests.factories.store_signed import handed_over
from tests.security.untouched import nothing_done
from tests.ui_embed.sites import SITE, begun, prove_all, put_sites
from tests.ui_embed.world import World

KEY = "ck_" + "1" * 40
OTHER = "ck_" + "2" * 40


@pytest.fixture
def site(world: World) -> FakeSite:
    """A store that is visited in memory; what it hands over is read by the adapter itself."""
    platforms: Any = world.services.platforms
    real = platforms[SLUG].handover
    assert isinstance(real, WooCommerceHandover)
    both = {f"{key}:{key.replace('ck_', 'cs_')}": "read_write" for key in (KEY, OTHER)}
    made = FakeSite(SITE, keys=both)
    put_sites(world, made)
    platforms[SLUG].handover.receive = real.receive
    return made


def _late(world: World) -> None:
    with world.services.db.across_workspaces(write=True) as session:
        for row in session.execute(select(PendingConnection)).scalars():
            row.expires_at -= timedelta(minutes=30)


@pytest.mark.parametrize(
    "case",
    ["guessed", "another's nonce", "used", "late", "wider", "narrower", "no json", "Shopify"],
)
def test_forged_key_hand_over(world: World, client: FlaskClient, site: FakeSite, case: str) -> None:
    nonce, _ = begun(client)
    another, _ = begun(world.app.test_client())
    path, body = f"/{SLUG}/callback/{nonce}", handed_over(nonce, OTHER)
    if case == "guessed":
        path, body = f"/{SLUG}/callback/{'x' * 43}", handed_over("x" * 43, OTHER)
    elif case == "another's nonce":
        body = handed_over(another, OTHER)
    elif case == "used":
        assert client.post(path, data=handed_over(nonce, KEY)).status_code == 200
        prove_all(world)
    elif case == "late":
        _late(world)
    elif case == "wider":
        body = handed_over(nonce, OTHER, permissions="read_write_delete")
    elif case == "narrower":
        body = handed_over(nonce, OTHER, permissions="read")
    elif case == "no json":
        body = b"\xff"
    else:
        path = f"/shopify/callback/{nonce}"
    with nothing_done(world.services):
        answer = client.post(path, data=body, content_type="application/json")
    assert answer.status_code == 404
    assert site.calls[-1] != "prove" or case == "used"


def test_the_stores_own_hand_over_is_taken(
    world: World, client: FlaskClient, site: FakeSite
) -> None:
    nonce, _ = begun(client)
    assert client.post(f"/{SLUG}/callback/{nonce}", data=handed_over(nonce, KEY)).status_code == 200
