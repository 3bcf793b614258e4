"""The audit of views: committed when it returns, together where several come, each by itself."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError

from integration.crm import views
from integration.crm.views import View, ViewLog, write_view
from integration.models import ProfileView
from tests.factories.mirror import Mirror
from tests.factories.stores import NOW


def view(mirror: Mirror, number: int = 0, workspace_id: int | None = None) -> View:
    workspace_id = workspace_id or mirror.workspace_id
    return View(workspace_id, 7, None, f"staff {number}", "api", NOW + timedelta(seconds=number))


def viewers(mirror: Mirror) -> set[str]:
    return {found.viewer for found in mirror.all(ProfileView)}


def test_a_view_is_committed_when_it_returns(mirror: Mirror) -> None:
    write_view(mirror.db, view(mirror))
    (found,) = mirror.all(ProfileView)
    assert (found.workspace_id, found.profile_id, found.store_id) == (mirror.workspace_id, 7, None)
    assert (found.viewer, found.surface, found.viewed_at) == ("staff 0", "api", NOW)


def test_views_that_wait_share_a_commit(mirror: Mirror) -> None:
    log = ViewLog()
    commits: list[object] = []
    event.listen(mirror.db.engine, "commit", commits.append)
    with log._writing:
        threads = [
            threading.Thread(target=log.add, args=(mirror.db, view(mirror, number)))
            for number in range(8)
        ]
        for thread in threads:
            thread.start()
        while len(log._waiting) < len(threads):
            threading.Event().wait(0.001)
    for thread in threads:
        thread.join(30)
    assert viewers(mirror) == {f"staff {number}" for number in range(8)}
    assert len(commits) == 1


def test_one_that_cant_be_written_fails_alone(mirror: Mirror) -> None:
    log = ViewLog()
    waiting = [view(mirror, 0), view(mirror, 1, workspace_id=999), view(mirror, 2)]
    log._waiting.extend(views._Waiting(one) for one in waiting[1:])
    log.add(mirror.db, waiting[0])
    assert viewers(mirror) == {"staff 0", "staff 2"}
    with pytest.raises(IntegrityError):
        log.add(mirror.db, waiting[1])
    assert viewers(mirror) == {"staff 0", "staff 2"}
