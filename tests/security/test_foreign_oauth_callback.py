"""OAuth callback with a foreign, sub- or look-alike domain, userinfo, port: 400, no secret out."""

import pytest
from flask.testing import FlaskClient

from tests.security.installing import NEW_SHOP, begun, callback
from tests.security.untouched import nothing_done, packets
from tests.ui_embed.world import World

DOMAINS = {
    "foreign": "evil.example",
    "below a foreign one": f"{NEW_SHOP}.evil.example",
    "a sub-domain": f"a.{NEW_SHOP}",
    "look-alike": "сretan.myshopify.com",
    "look-alike host": "cretan.myshopify.com.co",
    "another ending": "cretan-myshopify.com",
    "userinfo": f"user@{NEW_SHOP}",
    "userinfo before another": f"{NEW_SHOP}@evil.example",
    "port": f"{NEW_SHOP}:8443",
    "path": f"{NEW_SHOP}/../evil",
    "fragment": f"evil.example#{NEW_SHOP}",
    "backslash": f"evil.example\\.{NEW_SHOP}",
    "line break": f"{NEW_SHOP}\nevil.example",
    "scheme": f"https://{NEW_SHOP}",
    "empty": "",
}


@pytest.mark.parametrize("domain", DOMAINS.values(), ids=DOMAINS)
def test_foreign_oauth_callback(world: World, client: FlaskClient, domain: str) -> None:
    state = begun(client)
    with nothing_done(world.services, may_go={"install_states"}):
        answer = callback(client, state, shop=domain)
    assert answer.status_code in (400, 401)
    with nothing_done(world.services):
        assert client.get("/shopify/install", query_string={"shop": domain}).status_code == 400


def test_a_shop_that_stands_twice(world: World, client: FlaskClient) -> None:
    state = begun(client)
    with nothing_done(world.services):
        answer = callback(client, state, ("shop", "evil.example"))
    assert answer.status_code == 400


def test_the_shops_own_is_asked_for_its_token(world: World, client: FlaskClient) -> None:
    state = begun(client)
    with packets() as sent:
        callback(client, state)
    assert sent == [f"look-up of {NEW_SHOP}"]
