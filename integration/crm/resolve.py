"""Whom a subject means: candidates with a rank, the lowest of which are meant.

The statements are made once (`statements.prepared`), so whatever is asked stands in parameters:
`values_of` gives them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    literal,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.engine import Dialect

from integration.crm.subject import Subject
from integration.errors import Invalid
from integration.identity.normalize import normalize_email
from integration.models import Customer, Identity, Order, Profile, Store
from integration.statements.bulk import table_of
from integration.statements.prepared import listed, several
from integration.store_names import addresses_meant, names_meant

_CUSTOMERS, _ORDERS = table_of(Customer), table_of(Order)
_IDENTITIES, _PROFILES, _STORES = table_of(Identity), table_of(Profile), table_of(Store)

# Another store's match counts only where the asking store has none.
_ELSEWHERE = 10

WORKSPACE = bindparam("workspace_id", type_=BigInteger)
_OWN_STORE = bindparam("own_store_id", type_=BigInteger)


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks: their workspace, and the store they stand in, if any."""

    workspace_id: int
    store_id: int | None


@dataclass(frozen=True, slots=True)
class Way:
    """How somebody is asked for: what a statement depends on, beside its parameters."""

    kind: str
    in_a_store: bool


def way_of(subject: Subject) -> Way:
    """How the subject is asked for. Raises Invalid for one that names nobody."""
    asked = {
        "profile": subject.profile_id,
        "order": subject.order,
        "customer": subject.customer,
        "email": subject.email,
        "phone": subject.phone,
    }
    for kind, value in asked.items():
        if value is not None:
            return Way(kind, subject.store is not None)
    raise Invalid("say whom you ask about")


def values_of(
    connection: Connection, asking: Asking, subject: Subject, phones: Sequence[str]
) -> dict[str, Any]:
    """The parameters for `candidates` and `store_named`. `phones`: the subject's phone as E.164."""
    order = (subject.order or "").strip()
    bare = order.removeprefix("#")
    store = (subject.store or "").strip()
    return {
        "workspace_id": asking.workspace_id,
        "own_store_id": asking.store_id or 0,
        "profile_id": subject.profile_id,
        "order_typed": order,
        "order_bare": bare,
        "order_name": f"#{bare}",
        "customer": subject.customer,
        "email": normalize_email(subject.email) if subject.email else None,
        "phones": several(connection, phones),
        "store": store,
        "store_names": several(connection, names_meant(store)),
        "store_addresses": several(connection, addresses_meant(store)),
    }


def candidates(dialect: Dialect, way: Way) -> Select[Any]:
    """Rows of `profile_id`, `rank` and `reason`."""
    if way.kind == "profile":
        return select(
            _PROFILES.c.id.label("profile_id"),
            literal(0).label("rank"),
            literal("profile").label("reason"),
        ).where(
            _PROFILES.c.workspace_id == WORKSPACE,
            _PROFILES.c.id == bindparam("profile_id", type_=BigInteger),
        )
    if way.kind == "order":
        return _by_order(_in_store(dialect, way, _ORDERS.c.store_id))
    if way.kind == "customer":
        return _by_customer(dialect, way)
    return _by_identity(dialect, way)


def store_named(dialect: Dialect) -> ColumnElement[bool]:
    """The condition on stores for an id of ours, a domain or a site URL."""
    return and_(
        _STORES.c.workspace_id == WORKSPACE,
        or_(
            cast(_STORES.c.id, Text) == bindparam("store", type_=Text),
            listed(dialect, _STORES.c.domain, "store_names"),
            listed(dialect, _STORES.c.url, "store_addresses"),
        ),
    )


def _in_store(dialect: Dialect, way: Way, store_id: Any) -> ColumnElement[bool]:
    if not way.in_a_store:
        return true()
    wanted: ColumnElement[bool] = store_id.in_(select(_STORES.c.id).where(store_named(dialect)))
    return wanted


def _distance(store_id: Any) -> ColumnElement[int]:
    return case((store_id == _OWN_STORE, 0), else_=_ELSEWHERE)


def _by_order(in_store: ColumnElement[bool]) -> Select[Any]:
    typed, bare, name = (
        bindparam(f"order_{form}", type_=Text) for form in ("typed", "bare", "name")
    )
    own = select(
        _ORDERS.c.profile_id,
        (_distance(_ORDERS.c.store_id) + case((_ORDERS.c.external_id == bare, 0), else_=1)).label(
            "rank"
        ),
        _ORDERS.c.name.label("reason"),
    ).where(_ORDERS.c.workspace_id == WORKSPACE, in_store)
    stores = select(_STORES.c.id).where(_STORES.c.workspace_id == WORKSPACE)
    # Two branches, so that each has its index.
    by_id = own.where(_ORDERS.c.store_id.in_(stores), _ORDERS.c.external_id == bare)
    by_name = own.where(_ORDERS.c.name.in_([typed, bare, name]))
    found = union_all(by_id, by_name).subquery()
    return select(found.c.profile_id, found.c.rank, found.c.reason)


def _by_customer(dialect: Dialect, way: Way) -> Select[Any]:
    """The account's profile, merges followed; one that only orders name has a linking identity."""
    customer = bindparam("customer", type_=Text)
    stores = select(_STORES.c.id).where(_STORES.c.workspace_id == WORKSPACE)
    family = (
        select(
            _CUSTOMERS.c.store_id,
            _CUSTOMERS.c.external_id,
            _CUSTOMERS.c.merged_into_external_id,
            _CUSTOMERS.c.profile_id,
        )
        .where(
            _CUSTOMERS.c.workspace_id == WORKSPACE,
            _CUSTOMERS.c.store_id.in_(stores),
            _CUSTOMERS.c.external_id == customer,
            _in_store(dialect, way, _CUSTOMERS.c.store_id),
        )
        .cte("family", recursive=True)
    )
    family = family.union(
        select(
            _CUSTOMERS.c.store_id,
            _CUSTOMERS.c.external_id,
            _CUSTOMERS.c.merged_into_external_id,
            _CUSTOMERS.c.profile_id,
        ).where(
            # One that is somebody's stands for itself, also when it was taken out of a merge.
            family.c.profile_id.is_(None),
            _CUSTOMERS.c.store_id == family.c.store_id,
            _CUSTOMERS.c.external_id == family.c.merged_into_external_id,
        )
    )
    of_accounts = select(family.c.profile_id, _distance(family.c.store_id).label("rank")).where(
        family.c.profile_id.is_not(None)
    )
    named = select(cast(family.c.store_id, Text) + ":" + family.c.merged_into_external_id).where(
        family.c.profile_id.is_(None)
    )
    unseen = select(cast(_STORES.c.id, Text) + ":" + customer).where(
        _STORES.c.workspace_id == WORKSPACE, _in_store(dialect, way, _STORES.c.id)
    )
    by_link = select(
        _IDENTITIES.c.profile_id, _distance(_IDENTITIES.c.store_id).label("rank")
    ).where(
        _IDENTITIES.c.workspace_id == WORKSPACE,
        _IDENTITIES.c.kind == "customer",
        or_(_IDENTITIES.c.value.in_(unseen), _IDENTITIES.c.value.in_(named)),
    )
    found = union_all(of_accounts, by_link).subquery()
    return select(found.c.profile_id, found.c.rank, literal("customer").label("reason"))


def _by_identity(dialect: Dialect, way: Way) -> Select[Any]:
    """Whom the value links first, then whom a store asserts it of, then mere suggestions."""
    rank = case((_IDENTITIES.c.links, 0), (_IDENTITIES.c.verified, 1), else_=2)
    value = _IDENTITIES.c.value
    found = select(_IDENTITIES.c.profile_id, rank.label("rank"), value.label("reason")).where(
        _IDENTITIES.c.workspace_id == WORKSPACE,
        _IDENTITIES.c.kind == way.kind,
        value == bindparam("email", type_=Text)
        if way.kind == "email"
        else listed(dialect, value, "phones"),
    )
    if not way.in_a_store:
        return found
    return found.where(
        or_(
            *(
                select(literal(1))
                .where(
                    table.c.profile_id == _IDENTITIES.c.profile_id,
                    _in_store(dialect, way, table.c.store_id),
                )
                .exists()
                for table in (_ORDERS, _CUSTOMERS)
            )
        )
    )
