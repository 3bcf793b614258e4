"""The postal addresses behind the places that two profiles share, as somebody typed them."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select, union

from integration.db import WorkspaceSession
from integration.identity.places import place_keys
from integration.identity.reasons import Reason
from integration.identity.two import Two
from integration.identity.weights import ClueKind
from integration.models import Customer, Order
from integration.statements.bulk import among, table_of

_CUSTOMERS, _ORDERS = table_of(Customer).c, table_of(Order).c
# People with more addresses than that are shown without them rather than slowly.
_MOST_ADDRESSES = 1000
_COMPARED = ("line1", "line2", "city", "postal_code")
_SHOWN = ("line1", "line2", "postal_code", "city")


def place_texts(
    session: WorkspaceSession, reasons: Mapping[Two, tuple[Reason, ...]]
) -> dict[Two, tuple[str, ...]]:
    """The addresses at which both of a pair are known by one name: the left one's, else none."""
    keys = {
        pair: {value.partition("|")[2] for value in reason.values}
        for pair, told in reasons.items()
        for reason in told
        if reason.kind == ClueKind.PLACE
    }
    if not keys:
        return {}
    found: dict[int, dict[str, str]] = {}
    for profile_id, address in _addresses(session, {pair.left for pair in keys}):
        known = found.setdefault(profile_id, {})
        typed = (address.get(name) for name in _COMPARED)
        text = ", ".join(address[name] for name in _SHOWN if address.get(name))
        for key in place_keys(*typed):
            known.setdefault(key, text)
    return {
        pair: tuple(sorted({texts[key] for key in asked if key in texts}))[:1]
        for pair, asked in keys.items()
        if (texts := found.get(pair.left))
    }


def _addresses(
    session: WorkspaceSession, profile_ids: set[int]
) -> Iterator[tuple[int, dict[str, Any]]]:
    connection = session.connection()
    parts = [
        select(columns.profile_id, column.label("address")).where(
            columns.workspace_id == session.workspace_id,
            among(connection, columns.profile_id, profile_ids),
            column.is_not(None),
        )
        for columns, column in (
            (_CUSTOMERS, _CUSTOMERS.address),
            (_ORDERS, _ORDERS.shipping_address),
            (_ORDERS, _ORDERS.billing_address),
        )
    ]
    told = union(*parts).subquery()
    rows = connection.execute(select(told.c.profile_id, told.c.address).limit(_MOST_ADDRESSES))
    for profile_id, address in rows:
        if isinstance(address, dict):
            yield profile_id, address
