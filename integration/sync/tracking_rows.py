"""Parcels by the number that their carrier knows them by, kept with the parcels themselves.

In the same transaction, so that whoever writes in with a number just read in a mail is known at
once.
"""

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, and_, delete, select

from integration.models import Fulfillment, TrackingNumber
from integration.statements.bulk import among, table_of
from integration.statements.by_driver import change, change_each
from integration.sync.held import Mirror
from integration.sync.parcels import Parcel, Parcels

_NUMBERS, _PARCELS = table_of(TrackingNumber), table_of(Fulfillment)
SHORTEST, LONGEST = 4, 64
_KEY = ("workspace_id", "number", "store_id", "order_external_id", "parcel_external_id")


def folded_number(number: str | None) -> str | None:
    """A tracking number in the one form by which it is looked up, None for what can be none.

    Upper case, without spaces, dashes and whatever else is no letter or digit; full-width forms as
    plain ones.
    """
    if not number:
        return None
    if not (number.isascii() and number.isalnum()):
        number = "".join(filter(str.isalnum, unicodedata.normalize("NFKC", number)))
    return number.upper() if SHORTEST <= len(number) <= LONGEST else None


def write_numbers(mirror: Mirror, orders: Mapping[str, Parcels]) -> None:
    """Write the numbers that parcels of these orders got, remove those that they lost."""
    got: list[tuple[Any, ...]] = []
    lost: list[tuple[Any, ...]] = []
    for order_external_id, parcels in orders.items():
        if not parcels.held:
            got.extend(_rows(mirror, order_external_id, parcels.now.values()))
        elif parcels.now != parcels.held:
            now = _rows(mirror, order_external_id, parcels.now.values())
            held = _rows(mirror, order_external_id, parcels.held.values())
            got.extend(now - held)
            lost.extend(held - now)
    if lost:
        change_each(mirror.connection, _removal(mirror.connection.dialect.name), sorted(lost))
    if got:
        _insert(mirror.connection, sorted(got))


def forget_numbers(
    connection: Connection, workspace_id: int, store_id: int, order_external_ids: Collection[str]
) -> None:
    """Remove the numbers of these orders' parcels, which have to be there still."""
    these = and_(
        _PARCELS.c.workspace_id == workspace_id,
        _PARCELS.c.store_id == store_id,
        among(connection, _PARCELS.c.order_external_id, order_external_ids),
    )
    told = connection.execute(select(_PARCELS.c.tracking).where(these)).scalars().all()
    numbers = {folded_number(entry.get("number")) for tracking in told for entry in tracking}
    connection.execute(
        delete(_NUMBERS).where(
            _NUMBERS.c.workspace_id == workspace_id,
            among(connection, _NUMBERS.c.number, sorted(filter(None, numbers))),
            _NUMBERS.c.store_id == store_id,
            among(connection, _NUMBERS.c.order_external_id, order_external_ids),
        )
    )


def _rows(
    mirror: Mirror, order_external_id: str, parcels: Iterable[Parcel]
) -> set[tuple[Any, ...]]:
    return {
        (mirror.workspace_id, number, mirror.store_id, order_external_id, parcel.record.external_id)
        for parcel in parcels
        for entry in parcel.record.tracking
        if (number := folded_number(entry.number)) is not None
    }


def _insert(connection: Connection, rows: list[tuple[Any, ...]]) -> None:
    into = f"INSERT INTO {_NUMBERS.name} ({', '.join(_KEY)})"
    unless = "ON CONFLICT DO NOTHING"
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(_KEY))
        change_each(connection, f"{into} VALUES ({marks}) {unless}", rows)
        return
    # One statement, since each of many costs a round of the server's own.
    kinds = ("bigint", "text", "bigint", "text", "text")
    columns = ", ".join(f"%s::{kind}[]" for kind in kinds)
    values = [list(column) for column in zip(*rows, strict=True)]
    change(connection, f"{into} SELECT * FROM unnest({columns}) {unless}", values)  # noqa: S608


@lru_cache(maxsize=2)
def _removal(name: str) -> str:
    mark = "?" if name == "sqlite" else "%s"
    where = " AND ".join(f"{column} = {mark}" for column in _KEY)
    return f"DELETE FROM {_NUMBERS.name} WHERE {where}"  # noqa: S608
