"""People as a file: whom it has is found first, what of them some hundred at a time.

Between two pages no transaction is open, and nothing is kept but the ids. Who takes people out is
written down before the first of them goes, as views are: personal data leaves.
"""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import BoundedSemaphore
from typing import Any, Literal

from sqlalchemy import select, update

from integration.agents.directory import door_of
from integration.audit.actions import Action
from integration.audit.recording import CONSOLE, record
from integration.db import WorkspaceSession
from integration.errors import AppError, Invalid
from integration.models import PeopleExport
from integration.search.find import search_people
from integration.segments.conditions import Condition
from integration.segments.matching import PROFILES, meeting, shown_people
from integration.segments.people import PersonRow, person_rows
from integration.segments.spreadsheet import BYTE_ORDER_MARK, Value, amount_cell, lines
from integration.services import Services

# Stable words, whatever the reader's language: files are joined, and read by programs.
COLUMNS = (
    "profile_id",
    "name",
    "email",
    "phone",
    "language",
    "tags",
    "own_tags",
    "account",
    "customer_since",
    "first_order_at",
    "last_order_at",
    "currency",
    "orders",
    "spent",
    "unpaid",
    "refunded",
)
MOST_SEARCHED = 10_000
_PAGE = 500
_SEARCH_PAGE = 200
_AT_ONCE = BoundedSemaphore(4)


@dataclass(frozen=True, slots=True)
class Exporter:
    """Who takes people out, as the audit keeps it; `surface` is where (page, api, command)."""

    workspace_id: int
    viewer: str
    surface: str
    store_id: int | None = None

    @property
    def actor(self) -> str:
        """How the audit of deeds names them."""
        if self.surface == "command":
            return CONSOLE
        return self.viewer if self.store_id is None else door_of(self.viewer, self.store_id)


@dataclass(frozen=True, slots=True)
class Selection:
    """Whom: a search's people, a segment's by its conditions, or all."""

    what: Literal["all", "search", "segment"] = "all"
    search: str = ""
    conditions: tuple[Condition, ...] = ()
    segment_id: int | None = None


class PeopleFile:
    """A file that is being written. `close` it, however far it was read."""

    def __init__(self, services: Services, exporter: Exporter, ids: "array[int]", row: int) -> None:
        self.people = len(ids)
        self._services, self._exporter = services, exporter
        self._ids, self._row = ids, row
        self._handed_out = 0
        self._is_open = True

    def __iter__(self) -> Iterator[bytes]:
        """The file, a piece at a time. Who was erased or joined to another meanwhile is left out.

        A person has a row for each currency, without any order one without a currency.
        """
        yield BYTE_ORDER_MARK + lines([COLUMNS])
        for start in range(0, len(self._ids), _PAGE):
            with self._services.db.workspace(self._exporter.workspace_id) as session:
                people = person_rows(session, self._ids[start : start + _PAGE])
            self._handed_out += len(people)
            if people:
                yield lines(row for person in people for row in _rows(person))

    def close(self) -> None:
        """Write down how many were handed out; a second time does nothing."""
        if not self._is_open:
            return
        self._is_open = False
        _AT_ONCE.release()
        now = self._services.now()
        ended = update(PeopleExport).where(PeopleExport.id == self._row)
        with self._services.db.workspace(self._exporter.workspace_id, write=True) as session:
            session.execute(ended.values(people=self._handed_out, ended_at=now))


def begin_export(services: Services, exporter: Exporter, selection: Selection) -> PeopleFile:
    """The file of these people; that it was begun is committed when this returns.

    Raises Invalid where a search finds more than `MOST_SEARCHED`, and 429 `busy` where several are
    being written already.
    """
    if not _AT_ONCE.acquire(blocking=False):
        raise AppError(
            "Several files are being written already. Try again in a minute.",
            code="busy",
            status=429,
        )
    try:
        now = services.now()
        ids = _whom(services, exporter.workspace_id, selection, now)
        row = _begun(services, exporter, selection, len(ids), now)
    except BaseException:
        _AT_ONCE.release()
        raise
    return PeopleFile(services, exporter, ids, row)


@dataclass(frozen=True, slots=True)
class ExportDone:
    """That somebody took people out. `ended_at` is None while it goes on, or was cut off."""

    viewer: str
    surface: str
    what: str
    segment_id: str | None
    people: int
    begun_at: datetime
    ended_at: datetime | None


def newest_exports(session: WorkspaceSession, limit: int = 10) -> list[ExportDone]:
    """Who took people out lately, the newest first."""
    newest = select(PeopleExport).order_by(PeopleExport.begun_at.desc(), PeopleExport.id.desc())
    return [
        ExportDone(
            viewer=row.viewer,
            surface=row.surface,
            what=row.what,
            segment_id=None if row.segment_id is None else str(row.segment_id),
            people=row.people,
            begun_at=row.begun_at,
            ended_at=row.ended_at,
        )
        for row in session.execute(newest.limit(limit)).scalars()
    ]


def _whom(
    services: Services, workspace_id: int, selection: Selection, now: datetime
) -> "array[int]":
    """Their ids in order: eight bytes each, however many there are."""
    if selection.what == "search":
        return _searched(services, workspace_id, selection.search)
    with services.db.workspace(workspace_id) as session:
        connection = session.connection()
        met = meeting(selection.conditions, now, connection.dialect)
        asked = select(PROFILES.c.id).where(shown_people(workspace_id), met)
        found = connection.execute(asked.execution_options(yield_per=10_000))
        return array("q", sorted(row.id for row in found))


def _searched(services: Services, workspace_id: int, text: str) -> "array[int]":
    ids: list[int] = []
    cursor: str | None = None
    while True:
        with services.db.workspace(workspace_id) as session:
            page = search_people(session, text, limit=_SEARCH_PAGE, cursor=cursor)
        ids += [int(person.id) for person in page.found]
        cursor = page.next
        if cursor is None:
            return array("q", sorted(set(ids)))
        if len(ids) > MOST_SEARCHED:
            raise Invalid(
                f"More than {MOST_SEARCHED} people match. Search for more, or make a segment.",
                code="too_many_people",
            )


def _begun(
    services: Services, exporter: Exporter, selection: Selection, people: int, now: datetime
) -> int:
    row = PeopleExport(
        store_id=exporter.store_id,
        viewer=exporter.viewer,
        surface=exporter.surface,
        what=selection.what,
        segment_id=selection.segment_id,
        people=people,
        begun_at=now,
    )
    told: dict[str, Any] = {
        "what": selection.what,
        "surface": exporter.surface,
        "people": people,
    }
    with services.db.workspace(exporter.workspace_id, write=True) as session:
        session.add(row)
        record(session, Action.PEOPLE_EXPORTED, by=exporter.actor, now=now, **told)
        session.flush()
        return row.id


def _rows(person: PersonRow) -> Iterator[Sequence[Value]]:
    head: tuple[Value, ...] = (
        int(person.id),
        person.display_name,
        next(iter(person.emails), None),
        next(iter(person.phones), None),
        person.locale,
        "; ".join(person.tags),
        "; ".join(person.own_tags),
        "yes" if person.has_account else "no",
        person.customer_since,
        person.first_order_at,
        person.last_order_at,
    )
    if not person.totals:
        yield (*head, None, 0, None, None, None)
    for total in person.totals:
        minor = (total.spent_minor, total.unpaid_minor, total.refunded_minor)
        amounts = (amount_cell(each, total.currency) for each in minor)
        yield (*head, total.currency, total.orders, *amounts)
