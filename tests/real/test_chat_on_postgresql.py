"""What a chat's visitors see, read from PostgreSQL: by the short way and by the long one."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.ui_embed.widget import test_plain_reading as reading
from tests.ui_embed.widget.chats import Visitor, add_chat, desk
from tests.ui_embed.world import World, build_world

pytestmark = pytest.mark.real

(_SAME,) = reading.test_both_ways_tell_the_same.pytestmark  # type: ignore[attr-defined]


@pytest.fixture
def world(tmp_path: Path, schema_url: str) -> Iterator[World]:
    """The application on a fresh database."""
    built = build_world(tmp_path, DATABASE_URL=schema_url)
    yield built
    built.services.db.dispose()
    built.services.inbox.dispose()


@pytest.mark.parametrize(*_SAME.args)
def test_it_is_the_same_as_on_sqlite(
    world: World, monkeypatch: pytest.MonkeyPatch, happens: Any, is_plain: bool
) -> None:
    assert not world.services.db.is_sqlite
    add_chat(world)
    visitor, agent = Visitor(world.app.test_client()), desk(world)
    reading.test_both_ways_tell_the_same(world, visitor, agent, monkeypatch, happens, is_plain)
