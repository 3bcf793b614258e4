"""The alarms of objects that nobody can read: each stands until its object is read well."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from integration.db import WorkspaceSession
from integration.standing_alarms import ALARMS, clear_standing, that_stand
from platforms.changes import Change, CustomerChanged, CustomerDeleted, OrderChanged, OrderDeleted

CODE = "record_unreadable"
# A store whose every order is broken is one trouble, not a hundred thousand.
AT_MOST = 50
MORE = "more of the store's orders and accounts can't be read and are left out"

_NAMES = {"order": "order", "customer": "account"}


def message_of(kind: str, external_id: str) -> str:
    """The alarm's sentence, by which it is known again."""
    return f"the store's {_NAMES[kind]} {external_id} can't be read and is left out"


def standing(session: WorkspaceSession, store_id: int) -> list[tuple[str, dict[str, Any]]]:
    """The messages and details of those that stand."""
    rows = session.connection().execute(
        select(ALARMS.c.message, ALARMS.c.details).where(*that_stand(session, store_id, CODE))
    )
    return [(row.message, row.details) for row in rows]


def clear_those_read(
    session: WorkspaceSession, store_id: int, changes: Sequence[Change], now: datetime
) -> None:
    """Clear what stands of objects that these changes tell: they were read, or are gone."""
    found = standing(session, store_id)
    if found:
        told = set(map(_message_of_change, changes))
        clear(session, store_id, [message for message, _ in found if message in told], now)


def clear(session: WorkspaceSession, store_id: int, messages: Iterable[str], now: datetime) -> None:
    """Clear those; with the last of them also that there are more."""
    over = list(messages)
    if over and {message for message, _ in standing(session, store_id)} <= {MORE, *over}:
        over.append(MORE)
    if over:
        clear_standing(session, store_id, CODE, now=now, messages=over)


def _message_of_change(change: Change) -> str | None:
    match change:
        case OrderChanged(record):
            return message_of("order", record.external_id)
        case CustomerChanged(record):
            return message_of("customer", record.external_id)
        case OrderDeleted(external_id):
            return message_of("order", external_id)
        case CustomerDeleted(external_id):
            return message_of("customer", external_id)
        case _:
            return None
