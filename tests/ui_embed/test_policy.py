"""Where a page may have its pictures from."""

from pathlib import Path

import pytest

from tests.ui_embed.sites import sign_in
from tests.ui_embed.world import build_world


@pytest.mark.parametrize(
    ("told", "more"),
    [
        ({}, []),
        ({"ALLOW_PRIVATE_ADDRESSES": "on"}, ["http://127.0.0.1:*", "http://localhost:*"]),
    ],
)
def test_pictures_come_by_plain_http_from_this_machine_alone_and_only_in_a_demo(
    tmp_path: Path, told: dict[str, str], more: list[str]
) -> None:
    world = build_world(tmp_path, **told)
    client = world.app.test_client()
    sign_in(world, client)
    answer = client.get("/settings/stores")
    policy = dict(
        part.partition(" ")[::2] for part in answer.headers["Content-Security-Policy"].split("; ")
    )
    assert answer.status_code == 200
    assert policy["img-src"].split() == ["'self'", "data:", "https:", *more]
    for name, sources in policy.items():
        assert name == "img-src" or "http:" not in sources
    world.services.db.dispose()
    world.services.inbox.dispose()
