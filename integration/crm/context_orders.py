"""A page of a person's orders with all their parts, in one statement."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Integer, ScalarSelect, Select, and_, bindparam, or_, select
from sqlalchemy.engine import Dialect

from integration.crm.json_lists import json_list, moment, objects
from integration.crm.records import (
    ContextFulfillment,
    ContextLine,
    ContextNote,
    ContextOrder,
    ContextPresentment,
    ContextRefund,
    ContextStore,
    ContextTracking,
)
from integration.db import WorkspaceSession
from integration.errors import Invalid
from integration.models import Fulfillment, Order, OrderLine, Refund, Store, Variant
from integration.statements.bulk import table_of
from integration.statements.prepared import Prepared
from platforms.port import StorePlatform

_ORDERS, _STORES, _LINES = table_of(Order), table_of(Store), table_of(OrderLine)
_PARCELS, _REFUNDS, _VARIANTS = table_of(Fulfillment), table_of(Refund), table_of(Variant)

_ORDER_COLUMNS = (
    "id",
    "store_id",
    "external_id",
    "name",
    "email",
    "buyer_name",
    "placed_at",
    "source_updated_at",
    "cancelled_at",
    "deleted_at",
    "currency",
    "total_minor",
    "current_total_minor",
    "refunded_minor",
    "presentment_currency",
    "presentment_total_minor",
    "financial_status",
    "fulfillment_status",
    "platform_status",
    "is_test",
    "counts",
    "sales_channel",
    "notes",
)
_LINE_COLUMNS = (
    "external_id",
    "position",
    "title",
    "variant_title",
    "sku",
    "quantity",
    "current_quantity",
    "unit_price_minor",
    "total_minor",
)
_PARCEL_COLUMNS = (
    "external_id",
    "status",
    "shipment_status",
    "tracking",
    "source_created_at",
    "source_updated_at",
)
_REFUND_COLUMNS = ("external_id", "amount_minor", "note", "source_created_at")


@dataclass(frozen=True, slots=True)
class OrderPage:
    """Some orders, newest first. `next` is the cursor for those that follow, or None."""

    orders: tuple[ContextOrder, ...]
    next: str | None


def read_orders(
    session: WorkspaceSession,
    platforms: Mapping[str, StorePlatform],
    profile_id: int,
    *,
    limit: int,
    cursor: str | None,
) -> OrderPage:
    """The person's orders after `cursor`. Raises Invalid for a cursor that is none."""
    values: dict[str, Any] = {
        "workspace_id": session.workspace_id,
        "profile_id": profile_id,
        "most": limit + 1,
    }
    if cursor is not None:
        values["placed_at"], values["order_id"] = _read_cursor(cursor)
    statement = _NEWEST if cursor is None else _FOLLOWING
    rows = statement.rows(session.connection(), **values)
    following = _cursor(rows[limit - 1]) if len(rows) > limit else None
    return OrderPage(tuple(_order(row, platforms) for row in rows[:limit]), following)


def named_order(
    session: WorkspaceSession, platforms: Mapping[str, StorePlatform], profile_id: int, asked: str
) -> ContextOrder | None:
    """The person's newest order of that name (`#1042` or `1042`) or external id, if any."""
    bare = asked.lstrip("#")
    given = {"workspace_id": session.workspace_id, "profile_id": profile_id, "most": 1}
    rows = _NAMED.rows(session.connection(), **given, bare=bare, marked=f"#{bare}")
    return _order(rows[0], platforms) if rows else None


def _newest(dialect: Dialect) -> Select[Any]:
    return (
        select(
            *(_ORDERS.c[name] for name in _ORDER_COLUMNS),
            _STORES.c.platform,
            _STORES.c.domain,
            _STORES.c.name.label("store_name"),
            _STORES.c.admin_url.label("store_admin_url"),
            *(part.label(name) for name, part in _parts(dialect).items()),
        )
        .join(_STORES, _STORES.c.id == _ORDERS.c.store_id)
        .where(
            _ORDERS.c.workspace_id == bindparam("workspace_id"),
            _ORDERS.c.profile_id == bindparam("profile_id"),
        )
        .order_by(_ORDERS.c.placed_at.desc(), _ORDERS.c.id.desc())
        .limit(bindparam("most", type_=Integer))
    )


def _following(dialect: Dialect) -> Select[Any]:
    placed_at = bindparam("placed_at", type_=_ORDERS.c.placed_at.type)
    return _newest(dialect).where(
        or_(
            _ORDERS.c.placed_at < placed_at,
            and_(_ORDERS.c.placed_at == placed_at, _ORDERS.c.id < bindparam("order_id")),
        )
    )


def _named(dialect: Dialect) -> Select[Any]:
    names = _ORDERS.c.name.in_((bindparam("bare"), bindparam("marked")))
    return _newest(dialect).where(or_(names, _ORDERS.c.external_id == bindparam("bare")))


_NEWEST, _FOLLOWING, _NAMED = Prepared(_newest), Prepared(_following), Prepared(_named)


def _parts(dialect: Dialect) -> dict[str, ScalarSelect[Any]]:
    lines = {name: _LINES.c[name] for name in _LINE_COLUMNS}
    variants = _LINES.outerjoin(
        _VARIANTS,
        and_(
            _VARIANTS.c.store_id == _LINES.c.store_id,
            _VARIANTS.c.external_id == _LINES.c.variant_external_id,
            _VARIANTS.c.deleted_at.is_(None),
        ),
    )
    return {
        "lines": json_list(
            dialect,
            lines | {"image_url": _VARIANTS.c.image_url, "stock": _VARIANTS.c.stock},
            variants,
            _LINES.c.store_id == _ORDERS.c.store_id,
            _LINES.c.order_external_id == _ORDERS.c.external_id,
        ),
        "fulfillments": json_list(
            dialect,
            {name: _PARCELS.c[name] for name in _PARCEL_COLUMNS},
            _PARCELS,
            _PARCELS.c.store_id == _ORDERS.c.store_id,
            _PARCELS.c.order_external_id == _ORDERS.c.external_id,
        ),
        "refunds": json_list(
            dialect,
            {name: _REFUNDS.c[name] for name in _REFUND_COLUMNS},
            _REFUNDS,
            _REFUNDS.c.store_id == _ORDERS.c.store_id,
            _REFUNDS.c.order_external_id == _ORDERS.c.external_id,
        ),
    }


def _cursor(row: Any) -> str:
    text = f"{row.placed_at.isoformat()}|{row.id}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> tuple[datetime, int]:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        moment_text, _, order_id = text.partition("|")
        placed_at = datetime.fromisoformat(moment_text)
        if placed_at.tzinfo is None or not 0 < int(order_id) < 2**63:
            raise ValueError(cursor)
        return placed_at.astimezone(UTC), int(order_id)
    except (ValueError, OverflowError, binascii.Error):
        raise Invalid("The cursor is none of ours.", code="invalid_cursor") from None


def _order(row: Any, platforms: Mapping[str, StorePlatform]) -> ContextOrder:
    platform = platforms.get(row.platform)
    presentment = None
    if row.presentment_currency is not None and row.presentment_total_minor is not None:
        presentment = ContextPresentment(row.presentment_currency, row.presentment_total_minor)
    return ContextOrder(
        id=str(row.id),
        external_id=row.external_id,
        name=row.name,
        store=ContextStore(str(row.store_id), row.platform, row.domain, row.store_name),
        sales_channel=row.sales_channel,
        placed_at=row.placed_at,
        updated_at=row.source_updated_at,
        financial_status=row.financial_status,
        fulfillment_status=row.fulfillment_status,
        currency=row.currency,
        total_minor=row.total_minor,
        current_total_minor=row.current_total_minor,
        refunded_minor=row.refunded_minor,
        counts=row.counts,
        platform_status=row.platform_status,
        cancelled_at=row.cancelled_at,
        deleted_at=row.deleted_at,
        is_test=row.is_test,
        email=row.email,
        buyer_name=row.buyer_name,
        presentment=presentment,
        lines=_lines(row),
        fulfillments=_fulfillments(row),
        refunds=_refunds(row),
        notes=tuple(_note(note) for note in row.notes),
        admin_url=(
            ""
            if platform is None
            else platform.host.order_url(row.domain, row.external_id, row.store_admin_url)
        ),
    )


def _lines(row: Any) -> tuple[ContextLine, ...]:
    found = sorted(objects(row.lines), key=lambda line: (line["position"], line["external_id"]))
    return tuple(
        ContextLine(**{name: value for name, value in line.items() if name != "position"})
        for line in found
    )


def _fulfillments(row: Any) -> tuple[ContextFulfillment, ...]:
    parcels = (
        ContextFulfillment(
            external_id=found["external_id"],
            status=found["status"],
            shipment_status=found["shipment_status"],
            tracking=tuple(ContextTracking(**entry) for entry in found["tracking"]),
            created_at=_time(found["source_created_at"]),
            updated_at=_time(found["source_updated_at"]),
        )
        for found in objects(row.fulfillments)
    )
    return tuple(sorted(parcels, key=lambda parcel: (parcel.created_at, parcel.external_id)))


def _refunds(row: Any) -> tuple[ContextRefund, ...]:
    refunds = (
        ContextRefund(
            external_id=found["external_id"],
            amount_minor=found["amount_minor"],
            currency=row.currency,
            note=found["note"],
            created_at=moment(found["source_created_at"]),
        )
        for found in objects(row.refunds)
    )
    return tuple(sorted(refunds, key=_by_time))


def _by_time(refund: ContextRefund) -> tuple[bool, datetime, str]:
    """The earliest first, those of unknown time last."""
    made = refund.created_at
    return made is None, made or datetime.min.replace(tzinfo=UTC), refund.external_id


def _note(note: dict[str, Any]) -> ContextNote:
    return ContextNote(**(note | {"created_at": moment(note["created_at"])}))


def _time(text: str) -> datetime:
    found = moment(text)
    assert found is not None
    return found
