"""One store's job raises mid-call, the thread then serves another: each sees only its own token."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from integration.install.granting import keep_grant
from platforms.errors import PlatformError
from platforms.port import Grant, Secret
from tests.platforms.loopback import Asked, LoopbackStore, Said, loopback_store
from tests.security.patience import without_pauses
from tests.ui_embed.world import DOMAIN, OTHER_DOMAIN, World, build_world

TOKENS = {DOMAIN: "token-of-the-aegean-store", OTHER_DOMAIN: "token-of-the-baltic-store"}
BROKEN = {
    "hangs up": Said(hang_up=True),
    "answers nonsense": Said(200, b"<html>"),
    "refuses": Said(403, b"{}"),
    "sets a cookie": Said(403, b"{}", {"Set-Cookie": "token=token-of-the-aegean-store; Path=/"}),
    "leads to the other": Said(302, b"", {"Location": f"/{OTHER_DOMAIN}/admin/api/graphql.json"}),
}


@pytest.fixture
def stores() -> Iterator[LoopbackStore]:
    """Both shops at one address, told apart by their paths: the worst case for what is shared."""
    with loopback_store() as made:
        yield made


@pytest.fixture
def house(tmp_path: Path, stores: LoopbackStore) -> Iterator[World]:
    """An application that reaches them, with a token of each."""
    world = build_world(
        tmp_path, ALLOW_PRIVATE_ADDRESSES="1", SHOPIFY_URL_TEMPLATE=stores.url_template
    )
    without_pauses(world)
    for domain, token in TOKENS.items():
        keep_grant(world.services, "shopify", Grant(domain, Secret(token), ("read_orders",)))
    yield world
    world.services.db.dispose()
    world.services.inbox.dispose()


def _run(world: World, name: str, workspace_id: int, store_id: int) -> None:
    with suppress(PlatformError):
        world.house.jobs[name].function(
            world.services, workspace_id=workspace_id, store_id=store_id
        )


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_job_that_raises(house: World, stores: LoopbackStore, broken: Said) -> None:
    def answer(asked: Asked) -> Said:
        return broken if asked.path.startswith(f"/{DOMAIN}/") else Said(200, b'{"data": {}}')

    stores.script = answer
    ours = (house.workspace_id, house.store_id)
    theirs = (house.other_workspace_id, house.other_store_id)
    for place in (ours, theirs):
        _run(house, "install.subscribe", *place)
    seen = {
        (asked.path.split("/")[1], asked.headers["x-shopify-access-token"])
        for asked in stores.asked
    }
    assert seen == set(TOKENS.items())
    for asked in stores.asked:
        others = {token for shop, token in TOKENS.items() if not asked.path.startswith(f"/{shop}/")}
        told = repr((asked.path, asked.headers, asked.body))
        assert [token for token in others if token in told] == []
