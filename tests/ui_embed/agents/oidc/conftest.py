"""A world that knows an OpenID Connect provider on loopback."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from joserfc.jwk import RSAKey

from tests.integration.install.conftest import SettableClock
from tests.ui_embed.agents.oidc.issuer import (
    CLIENT_ID,
    CLIENT_SECRET,
    Issuer,
    new_key,
    providing,
)
from tests.ui_embed.world import NOW, World, build_world
from ui_embed.agents.provider import PROVIDER


@pytest.fixture(scope="module")
def key() -> RSAKey:
    return new_key()


@pytest.fixture(scope="module")
def other() -> RSAKey:
    """A key that isn't the provider's."""
    return new_key("k2")


@pytest.fixture
def issuer(key: RSAKey) -> Iterator[Issuer]:
    with providing(key) as made:
        yield made


@pytest.fixture
def world(tmp_path: Path, issuer: Issuer) -> Iterator[World]:
    built = build_world(
        tmp_path,
        ALLOW_PRIVATE_ADDRESSES="1",
        OIDC_ISSUER=issuer.address,
        OIDC_CLIENT_ID=CLIENT_ID,
        OIDC_CLIENT_SECRET=CLIENT_SECRET,
        OIDC_NAME="Aegean ID",
    )
    yield built
    built.services.db.dispose()
    built.services.inbox.dispose()


@pytest.fixture
def clock(world: World) -> SettableClock:
    made = SettableClock(NOW)
    object.__setattr__(world.services, "now", made)
    world.app.extensions[PROVIDER]._now = made
    return made
