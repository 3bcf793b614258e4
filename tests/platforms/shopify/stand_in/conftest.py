"""One running stand-in for all tests of this folder, seeded anew for each."""

from collections.abc import Iterator

import pytest

from platforms.shopify.config import read_config
from platforms.shopify.platform import ShopifyPlatform
from platforms.shopify.transport import Timing
from simulators.shopify.testing import Running, running
from tests.platforms.loopback import LoopbackStore, Said, guarded, loopback_store
from tests.platforms.shopify.stand_in.world import CALLBACK, World


@pytest.fixture(scope="package")
def shared() -> Iterator[Running]:
    with running(orders=60, customers=25) as stand_in:
        yield stand_in


@pytest.fixture
def world(shared: Running) -> Iterator[World]:
    shared.control("reset", seed=1, orders=60)
    app = shared.state.app
    shared.control("app", redirect_urls=[CALLBACK], auto_consent=True)
    config = read_config(
        {
            "APP_URL": "https://app.example",
            "SHOPIFY_API_KEY": app.client_id,
            "SHOPIFY_API_SECRET": app.secret,
            "SHOPIFY_URL_TEMPLATE": shared.url_template,
        }
    )
    # Hurried, so that a fault costs a test milliseconds.
    timing = Timing(
        first_wait_seconds=0.01,
        longest_wait_seconds=2.0,
        timeout_seconds=30.0,
        throttled_attempts=4,
    )
    clock = shared.state.clock
    yield World(shared, ShopifyPlatform(guarded(), config, timing, clock.now), shared.shop().domain)
    shared.control("faults", "DELETE")


@pytest.fixture
def inbox() -> Iterator[LoopbackStore]:
    with loopback_store() as store:
        store.script = lambda asked: Said(200)
        yield store
