"""Whom a subject means: candidates with a rank, the lowest of which are meant."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    Text,
    and_,
    case,
    cast,
    literal,
    or_,
    select,
    true,
    union_all,
)

from integration.bulk import table_of
from integration.crm.normalize import normalize_email
from integration.crm.subject import Subject
from integration.errors import Invalid
from integration.models import Customer, Identity, Order, Profile, Store
from integration.store_names import addresses_meant, names_meant

_CUSTOMERS, _ORDERS = table_of(Customer), table_of(Order)
_IDENTITIES, _PROFILES, _STORES = table_of(Identity), table_of(Profile), table_of(Store)

# Another store's match counts only where the asking store has none.
_ELSEWHERE = 10


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks: their workspace, and the store they stand in, if any."""

    workspace_id: int
    store_id: int | None


def candidates(asking: Asking, subject: Subject, phones: Sequence[str]) -> Select[Any]:
    """Rows of `profile_id`, `rank` and `reason`. `phones` are the subject's phone as E.164.

    Raises Invalid for a subject that names nobody in a way that can be looked up.
    """
    if subject.profile_id is not None:
        ours = _PROFILES.c.workspace_id == asking.workspace_id
        return select(
            _PROFILES.c.id.label("profile_id"),
            literal(0).label("rank"),
            literal("profile").label("reason"),
        ).where(ours, _PROFILES.c.id == subject.profile_id)
    if subject.order is not None:
        return _by_order(asking, subject.order, _in_store(asking, subject, _ORDERS.c.store_id))
    if subject.customer is not None:
        return _by_customer(asking, subject)
    if subject.email is not None:
        email = normalize_email(subject.email)
        values = [email] if email else []
        return _by_identity(asking, subject, "email", values)
    if subject.phone is not None:
        return _by_identity(asking, subject, "phone", phones)
    raise Invalid("say whom you ask about")


def store_named(asking: Asking, name: str) -> ColumnElement[bool]:
    """The condition on stores for an id of ours, a domain or a site URL."""
    text = name.strip()
    return and_(
        _STORES.c.workspace_id == asking.workspace_id,
        or_(
            cast(_STORES.c.id, Text) == text,
            _STORES.c.domain.in_(names_meant(text)),
            _STORES.c.url.in_(addresses_meant(text)),
        ),
    )


def _in_store(asking: Asking, subject: Subject, store_id: Any) -> ColumnElement[bool]:
    if subject.store is None:
        return true()
    wanted: ColumnElement[bool] = store_id.in_(
        select(_STORES.c.id).where(store_named(asking, subject.store))
    )
    return wanted


def _distance(asking: Asking, store_id: Any) -> ColumnElement[int]:
    return case((store_id == (asking.store_id or 0), 0), else_=_ELSEWHERE)


def _by_order(asking: Asking, asked: str, in_store: ColumnElement[bool]) -> Select[Any]:
    bare = asked.strip().removeprefix("#")
    own = select(
        _ORDERS.c.profile_id,
        (
            _distance(asking, _ORDERS.c.store_id)
            + case((_ORDERS.c.external_id == bare, 0), else_=1)
        ).label("rank"),
        _ORDERS.c.name.label("reason"),
    ).where(_ORDERS.c.workspace_id == asking.workspace_id, in_store)
    stores = select(_STORES.c.id).where(_STORES.c.workspace_id == asking.workspace_id)
    # Two branches, so that each has its index.
    by_id = own.where(_ORDERS.c.store_id.in_(stores), _ORDERS.c.external_id == bare)
    by_name = own.where(_ORDERS.c.name.in_((asked.strip(), bare, f"#{bare}")))
    found = union_all(by_id, by_name).subquery()
    return select(found.c.profile_id, found.c.rank, found.c.reason)


def _by_customer(asking: Asking, subject: Subject) -> Select[Any]:
    """The account's profile, merges followed; one that only orders name has a linking identity."""
    stores = select(_STORES.c.id).where(_STORES.c.workspace_id == asking.workspace_id)
    family = (
        select(
            _CUSTOMERS.c.store_id,
            _CUSTOMERS.c.external_id,
            _CUSTOMERS.c.merged_into_external_id,
            _CUSTOMERS.c.profile_id,
        )
        .where(
            _CUSTOMERS.c.workspace_id == asking.workspace_id,
            _CUSTOMERS.c.store_id.in_(stores),
            _CUSTOMERS.c.external_id == subject.customer,
            _in_store(asking, subject, _CUSTOMERS.c.store_id),
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
            _CUSTOMERS.c.store_id == family.c.store_id,
            _CUSTOMERS.c.external_id == family.c.merged_into_external_id,
        )
    )
    of_accounts = select(
        family.c.profile_id, _distance(asking, family.c.store_id).label("rank")
    ).where(family.c.profile_id.is_not(None))
    named = select(cast(family.c.store_id, Text) + ":" + family.c.merged_into_external_id)
    unseen = select(cast(_STORES.c.id, Text) + ":" + literal(subject.customer, String)).where(
        _STORES.c.workspace_id == asking.workspace_id, _in_store(asking, subject, _STORES.c.id)
    )
    by_link = select(
        _IDENTITIES.c.profile_id, _distance(asking, _IDENTITIES.c.store_id).label("rank")
    ).where(
        _IDENTITIES.c.workspace_id == asking.workspace_id,
        _IDENTITIES.c.kind == "customer",
        or_(_IDENTITIES.c.value.in_(unseen), _IDENTITIES.c.value.in_(named)),
    )
    found = union_all(of_accounts, by_link).subquery()
    return select(found.c.profile_id, found.c.rank, literal("customer").label("reason"))


def _by_identity(asking: Asking, subject: Subject, kind: str, values: Sequence[str]) -> Select[Any]:
    """Whom the value links first, then whom a store asserts it of, then mere suggestions."""
    rank = case((_IDENTITIES.c.links, 0), (_IDENTITIES.c.verified, 1), else_=2)
    found = select(
        _IDENTITIES.c.profile_id, rank.label("rank"), _IDENTITIES.c.value.label("reason")
    ).where(
        _IDENTITIES.c.workspace_id == asking.workspace_id,
        _IDENTITIES.c.kind == kind,
        _IDENTITIES.c.value.in_(list(values)),
    )
    if subject.store is None:
        return found
    return found.where(
        or_(
            *(
                select(literal(1))
                .where(
                    table.c.profile_id == _IDENTITIES.c.profile_id,
                    _in_store(asking, subject, table.c.store_id),
                )
                .exists()
                for table in (_ORDERS, _CUSTOMERS)
            )
        )
    )
