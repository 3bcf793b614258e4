"""Workspaces that take turns at what is due in them, a batch each."""

import time
from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from integration.services import Services


def take_turns(
    services: Services,
    workspace_ids: InstrumentedAttribute[int],
    work_off_batch: Callable[[int], int],
    *,
    is_over: Callable[[float], bool],
) -> tuple[int, bool]:
    """Work off batches of the workspaces that a table of what is due names in this column.

    `work_off_batch` returns how many it did of a workspace, `is_over` tells by the seconds that all
    took whether to make way. Returns how many were done, and whether something may be left.
    """
    began = time.monotonic()
    done = before = last = 0
    while True:
        workspace_id = _with_work(services, workspace_ids, after=last)
        if workspace_id is None and last and done > before:
            before, last = done, 0
            continue
        if workspace_id is None:
            # Nothing is due, or others write in each workspace where something is.
            return done, False
        done += work_off_batch(workspace_id)
        last = workspace_id
        if is_over(time.monotonic() - began):
            return done, True


def _with_work(
    services: Services, workspace_ids: InstrumentedAttribute[int], *, after: int
) -> int | None:
    """The next workspace with something due."""
    following = select(workspace_ids).where(workspace_ids > after).order_by(workspace_ids)
    with services.db.across_workspaces() as session:
        return session.execute(following.limit(1)).scalar_one_or_none()
