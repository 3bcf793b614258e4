"""Both ways in, renewal and the way out, at the stand-in."""

from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from platforms.errors import (
    AuthorizationLost,
    SessionRefused,
)
from platforms.port import Secret
from tests.platforms.shopify.stand_in.world import CALLBACK, World


def test_the_code_grant(world: World) -> None:
    url = world.platform.installer.begin(world.domain, state="state-1", redirect_uri=CALLBACK)
    with requests.Session() as browser:
        browser.trust_env = False
        answer = browser.get(url, allow_redirects=False, timeout=30)
    assert answer.status_code == 302
    location = answer.headers["Location"]
    assert location.startswith(CALLBACK)
    query = parse_qsl(urlsplit(location).query, keep_blank_values=True)
    assert dict(query)["state"] == "state-1"
    now = world.stand_in.state.clock.now()
    assert world.platform.installer.store_domain(query) == world.domain
    grant = world.platform.installer.complete(query, now=now)
    assert grant.domain == world.domain
    assert grant.expires_at is not None
    assert timedelta(minutes=59) < grant.expires_at - now <= timedelta(minutes=61)
    assert grant.refresh_token is not None
    assert world.platform.reader(world.access(grant)).store().domain == world.domain
    assert world.stand_in.state.alarms == []


def test_exchange_refresh_and_a_dead_refresh_token(world: World) -> None:
    grant = world.grant()
    assert grant.refresh_token is not None
    fresh = world.platform.installer.refresh(world.domain, grant.refresh_token)
    assert fresh.access_token != grant.access_token
    assert fresh.refresh_token not in (None, grant.refresh_token)
    assert world.platform.reader(world.access(fresh)).store().name
    with pytest.raises(AuthorizationLost):
        world.platform.installer.refresh(world.domain, Secret("shprt_unknown"))
    with pytest.raises(SessionRefused):
        world.platform.installer.exchange("a.b.c")


def test_an_expired_token_is_renewed_once_on_the_way(world: World) -> None:
    grant = world.grant()
    world.stand_in.control("clock", seconds=3700)
    assert world.platform.reader(world.access(grant)).store().domain == world.domain


def test_revoke_ends_it_and_a_late_call_is_lost(world: World) -> None:
    grant = world.grant()
    access = world.access(grant)
    world.platform.installer.revoke(access)
    with pytest.raises(AuthorizationLost):
        world.platform.reader(access).store()
    world.platform.installer.revoke(access)
