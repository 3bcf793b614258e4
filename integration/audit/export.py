"""The audit as a file: a table for spreadsheets, or a JSON object a line for programs.

Who takes it out is written down before the first line goes.
"""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any, Literal

import orjson

from integration.audit.actions import Action
from integration.audit.asked import AuditAsked
from integration.audit.reading import AuditEntry, all_entries
from integration.audit.recording import record
from integration.audit.viewing import ViewSeen, all_views
from integration.segments.spreadsheet import BYTE_ORDER_MARK, Value, lines
from integration.services import Services

Form = Literal["csv", "jsonl"]

# Stable words, whatever the reader's language.
DEED_COLUMNS = (
    "id", "at", "actor", "actor_kind", "actor_name", "action", "target", "target_name", "details",
)  # fmt: skip
VIEW_COLUMNS = (
    "id", "at", "actor", "actor_kind", "actor_name", "profile_id", "is_erased", "surface",
    "conversation_id",
)  # fmt: skip
_ROWS_AT_ONCE = 200


def export_deeds(
    services: Services, workspace_id: int, asked: AuditAsked, form: Form, *, by: str
) -> Iterator[bytes]:
    """The file of deeds, a piece at a time; that it was taken is committed when this returns."""
    _note(services, workspace_id, "deeds", form, by)
    return _written(map(_deed, all_entries(services, workspace_id, asked)), DEED_COLUMNS, form)


def export_views(
    services: Services, workspace_id: int, asked: AuditAsked, form: Form, *, by: str
) -> Iterator[bytes]:
    """The file of views, likewise. Persons are in it by our ids alone."""
    _note(services, workspace_id, "views", form, by)
    return _written(map(_view, all_views(services, workspace_id, asked)), VIEW_COLUMNS, form)


def _note(services: Services, workspace_id: int, what: str, form: Form, by: str) -> None:
    now = services.now()
    with services.db.workspace(workspace_id, write=True) as session:
        record(session, Action.AUDIT_EXPORTED, by=by, now=now, what=what, form=form)


def _deed(entry: AuditEntry) -> dict[str, Any]:
    return asdict(entry)


def _view(view: ViewSeen) -> dict[str, Any]:
    return asdict(view)


def _written(
    rows: Iterable[dict[str, Any]], columns: tuple[str, ...], form: Form
) -> Iterator[bytes]:
    if form == "csv":
        yield BYTE_ORDER_MARK + lines([columns])
    gathered: list[dict[str, Any]] = []
    for row in rows:
        gathered.append({name: row[name] for name in columns})
        if len(gathered) == _ROWS_AT_ONCE:
            yield _piece(gathered, form)
            gathered = []
    if gathered:
        yield _piece(gathered, form)


def _piece(rows: list[dict[str, Any]], form: Form) -> bytes:
    if form == "csv":
        return lines([tuple(_cell(value) for value in row.values()) for row in rows])
    return b"".join(orjson.dumps(row, option=orjson.OPT_UTC_Z) + b"\n" for row in rows)


def _cell(value: Any) -> Value:
    if isinstance(value, dict):
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode() if value else None
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value  # type: ignore[no-any-return]
