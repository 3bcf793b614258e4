"""A running stand-in for each test of this folder, and an inbox that says 200."""

from collections.abc import Iterator

import pytest

from simulators.woocommerce.testing import running
from tests.platforms.loopback import LoopbackStore, Said, loopback_store
from tests.platforms.woocommerce.stand_in.world import World


@pytest.fixture
def world() -> Iterator[World]:
    """Two sites of the stand-in, on the plain http of loopback."""
    with running(orders=6, customers=3, auto_consent=True) as stand_in:
        yield World(stand_in)


@pytest.fixture
def inbox() -> Iterator[LoopbackStore]:
    """Where a store's POSTs come to."""
    with loopback_store() as store:
        store.script = lambda asked: Said(200)
        yield store
