"""How a source of the timeline gives its page: one statement, the place by its parameters.

A source's rows are told apart, also at one moment, by `at`, `number` and `text`, newest first; each
statement gives those that follow the place that its parameters name.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    or_,
    select,
)
from sqlalchemy.engine import Dialect

from integration.models import Order, Store
from integration.models.declarative import BigId
from integration.statements.bulk import table_of
from integration.statements.prepared import Prepared

_ORDERS, _STORES = table_of(Order), table_of(Store)
_OF_STORE = ("platform", "domain", "name", "admin_url")


@dataclass(frozen=True, slots=True)
class Source:
    """What gives the events of a kind.

    Its parameters: workspace_id, face_id, homes, most, and the place: at, number, text.
    """

    kind: str
    newest: Prepared


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a source before they are limited: what tells them apart, and what they say."""

    at: ColumnElement[Any]
    number: ColumnElement[int]
    text: ColumnElement[str]
    said: Mapping[str, ColumnElement[Any]]
    source: FromClause
    where: tuple[ColumnElement[bool], ...]
    of_order: bool = True


def source_of(kind: str, rows: Callable[[Dialect], Rows]) -> Source:
    return Source(kind, Prepared(lambda dialect: _newest(rows(dialect))))


def _newest(rows: Rows) -> Select[Any]:
    """A page of the rows first, then their stores and orders: what is left out costs no look-up."""
    at = bindparam("at", type_=rows.at.type)
    number, text = bindparam("number", type_=BigId), bindparam("text", type_=Text)
    following = or_(
        rows.at < at,
        rows.number < number,
        and_(rows.number == number, rows.text < text),
    )
    page = (
        select(
            rows.at.label("at"),
            rows.number.label("number"),
            rows.text.label("text"),
            *(value.label(name) for name, value in rows.said.items()),
        )
        .select_from(rows.source)
        # By itself, so that an index serves it.
        .where(*rows.where, rows.at <= at, following)
        .order_by(rows.at.desc(), rows.number.desc(), rows.text.desc())
        .limit(bindparam("most", type_=Integer))
        .subquery()
    )
    if rows.of_order:
        return _with_order(page)
    if "store_id" in page.c:
        return _ordered(_with_store(select(page), page.c.store_id), page)
    return _ordered(select(page), page)


def _with_order(page: Any) -> Select[Any]:
    orders = _ORDERS.c
    told = select(
        page,
        orders.external_id.label("order_external_id"),
        orders.name.label("order_name"),
        orders.store_id,
        orders.currency,
        orders.total_minor,
        orders.counts,
        orders.is_test,
        orders.financial_status,
        orders.fulfillment_status,
        orders.sales_channel,
    ).join(_ORDERS, orders.id == page.c.number)
    return _ordered(_with_store(told, orders.store_id), page)


def _with_store(statement: Select[Any], store_id: Any) -> Select[Any]:
    return statement.add_columns(
        *(_STORES.c[name].label(f"store_{name}") for name in _OF_STORE)
    ).join(_STORES, _STORES.c.id == store_id)


def _ordered(statement: Select[Any], page: Any) -> Select[Any]:
    return statement.order_by(page.c.at.desc(), page.c.number.desc(), page.c.text.desc())
