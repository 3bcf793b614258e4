"""Pages of what is only ever added to: the newest first, each from where the last ended."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Protocol, TypeVar

from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute

from integration.audit.asked import AuditAsked
from integration.db import WorkspaceSession
from integration.services import Services

A_PAGE = 50
MOST_A_PAGE = 200
EXPORTED_AT_ONCE = 500


class _Page(Protocol):
    @property
    def next(self) -> str | None: ...


Row = TypeVar("Row")
Page = TypeVar("Page", bound=_Page)


def in_time(
    statement: Select[Row], at: InstrumentedAttribute[datetime], asked: AuditAsked
) -> Select[Row]:
    """The statement for the time that is asked for alone."""
    if asked.since is not None:
        statement = statement.where(at >= asked.since)
    if asked.until is not None:
        statement = statement.where(at < asked.until)
    return statement


def newest(
    session: WorkspaceSession,
    statement: Select[Row],
    by: InstrumentedAttribute[int],
    *,
    before: int | None,
    limit: int,
) -> tuple[list[Row], str | None]:
    """The newest rows by that id, or those before one; and the `before` of those that follow."""
    if before is not None:
        statement = statement.where(by < before)
    rows = list(session.execute(statement.order_by(by.desc()).limit(limit + 1)).scalars())
    shown = rows[:limit]
    return shown, str(getattr(shown[-1], by.key)) if len(rows) > limit else None


def every_page(
    services: Services,
    workspace_id: int,
    page_of: Callable[[WorkspaceSession, int | None], Page],
) -> Iterator[Page]:
    """All pages, the newest first; between two of them no transaction is open.

    `page_of` is asked for each by the `before` that the last one told.
    """
    before: int | None = None
    while True:
        with services.db.workspace(workspace_id) as session:
            page = page_of(session, before)
        yield page
        if page.next is None:
            return
        before = int(page.next)
