"""Pages of deeds and of views: by id, whole, each row once, whatever is added meanwhile."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from integration.audit import paging, reading, viewing
from integration.audit.actions import Action
from integration.audit.asked import AuditAsked
from integration.audit.reading import all_entries, audit_page
from integration.audit.recording import record
from integration.audit.viewing import all_views, views_page
from integration.models import ProfileView
from tests.ui_embed.world import NOW, World, build_world

Add = Callable[[World, int], None]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    built = build_world(tmp_path)
    yield built
    built.services.db.dispose()
    built.services.inbox.dispose()


def add_deeds(world: World, count: int) -> None:
    for number in range(count):
        at = NOW + timedelta(minutes=number)
        with world.services.db.workspace(world.workspace_id, write=True) as session:
            record(session, Action.JOIN_CODE_MADE, by="agent:1", now=at)


def add_views(world: World, count: int) -> None:
    for number in range(count):
        row = ProfileView(profile_id=number + 1, store_id=world.store_id, viewer="agent:1",
                          surface="panel", viewed_at=NOW + timedelta(minutes=number))  # fmt: skip
        with world.services.db.workspace(world.workspace_id, write=True) as session:
            session.add(row)


def _seen(page: Any) -> list[int]:
    return [int(each.id) for each in (page.entries if hasattr(page, "entries") else page.views)]


@pytest.mark.parametrize(
    ("add", "page_of"), [(add_deeds, audit_page), (add_views, views_page)], ids=["deeds", "views"]
)
def test_a_page_ends_where_the_next_begins(
    world: World, add: Add, page_of: Callable[..., Any]
) -> None:
    """The last page says so, also where it is full; nobody's page has another workspace's."""
    add(world, 6)
    with world.services.db.workspace(world.workspace_id) as session:
        first = page_of(session, AuditAsked(), limit=3)
        assert (_seen(first), first.next) == ([6, 5, 4], "4")
        last = page_of(session, AuditAsked(), before=int(first.next), limit=3)
        assert (_seen(last), last.next) == ([3, 2, 1], None)
        none = page_of(session, AuditAsked(), before=1, limit=3)
        assert (_seen(none), none.next) == ([], None)
        asked = AuditAsked(since=NOW + timedelta(minutes=1), until=NOW + timedelta(minutes=4))
        assert _seen(page_of(session, asked, limit=3)) == [4, 3, 2]
    with world.services.db.workspace(world.other_workspace_id) as session:
        assert _seen(page_of(session, AuditAsked(), limit=3)) == []


@pytest.mark.parametrize(
    ("add", "every", "module"),
    [(add_deeds, all_entries, reading), (add_views, all_views, viewing)],
    ids=["deeds", "views"],
)
def test_all_pages_have_each_row_once_whatever_is_added_meanwhile(
    world: World, monkeypatch: pytest.MonkeyPatch, add: Add, every: Callable[..., Any], module: Any
) -> None:
    monkeypatch.setattr(module, "EXPORTED_AT_ONCE", 2)
    assert paging.EXPORTED_AT_ONCE == 500
    add(world, 5)
    found = every(world.services, world.workspace_id, AuditAsked())
    ids = [int(next(found).id)]
    # Nothing is held open between two pages: a writer comes in.
    add(world, 2)
    ids += [int(each.id) for each in found]
    assert ids == [5, 4, 3, 2, 1]
