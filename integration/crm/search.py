"""Finding people by what an agent has at hand: a name, an address, a number of an order."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from integration.bulk import table_of
from integration.crm.json_lists import by_weight, json_list, objects
from integration.crm.records import ContextTotal
from integration.db import WorkspaceSession
from integration.identity.normalize import normalize_email
from integration.models import Identity, Order, Profile, ProfileTotal

_PROFILES, _TOTALS = table_of(Profile), table_of(ProfileTotal)
_IDENTITIES, _ORDERS = table_of(Identity), table_of(Order)
_CONTACTS = ("email", "phone")


@dataclass(frozen=True, slots=True)
class FoundProfile:
    """A person as a list shows them. `contact` is an address or phone of theirs."""

    id: str
    display_name: str | None
    contact: str | None
    totals: tuple[ContextTotal, ...]
    last_order_at: datetime | None


def search_profiles(
    session: WorkspaceSession, text: str = "", *, limit: int = 25
) -> list[FoundProfile]:
    """The people of the workspace who match, who ordered last first; everybody without a text.

    Matches a part of the name, the beginning of an address, a phone's digits in E.164, an order's
    name or external id. One statement.
    """
    dialect = session.connection().dialect
    totals = ("currency", "orders", "spent_minor", "unpaid_minor", "refunded_minor")
    statement = (
        select(
            _PROFILES.c.id,
            _PROFILES.c.display_name,
            _PROFILES.c.last_order_at,
            json_list(
                dialect,
                {name: _TOTALS.c[name] for name in totals},
                _TOTALS,
                _TOTALS.c.profile_id == _PROFILES.c.id,
            ).label("totals"),
            json_list(
                dialect,
                {name: _IDENTITIES.c[name] for name in ("kind", "value", "links", "verified")},
                _IDENTITIES,
                _IDENTITIES.c.profile_id == _PROFILES.c.id,
                _IDENTITIES.c.kind.in_(_CONTACTS),
            ).label("identities"),
        )
        .where(_PROFILES.c.workspace_id == session.workspace_id)
        .order_by(_PROFILES.c.last_order_at.desc().nulls_last(), _PROFILES.c.id.desc())
        .limit(limit)
    )
    asked = text.replace("\x00", "").strip()
    if asked:
        statement = statement.where(_matches(session.workspace_id, asked))
    return [_found(row) for row in session.connection().execute(statement)]


def _matches(workspace_id: int, asked: str) -> ColumnElement[bool]:
    bare = asked.removeprefix("#")
    email = normalize_email(asked) or asked.lower()
    by_order = select(_ORDERS.c.profile_id).where(
        _ORDERS.c.workspace_id == workspace_id,
        or_(_ORDERS.c.name.in_((asked, bare, f"#{bare}")), _ORDERS.c.external_id == bare),
    )
    by_contact = select(_IDENTITIES.c.profile_id).where(
        _IDENTITIES.c.workspace_id == workspace_id,
        _IDENTITIES.c.kind.in_(_CONTACTS),
        _IDENTITIES.c.value.startswith(email, autoescape=True),
    )
    return or_(
        _PROFILES.c.display_name.icontains(asked, autoescape=True),
        _PROFILES.c.id.in_(by_order),
        _PROFILES.c.id.in_(by_contact),
    )


def _found(row: Any) -> FoundProfile:
    contacts = sorted(objects(row.identities), key=by_weight)
    totals = sorted(objects(row.totals), key=lambda found: found["currency"])
    return FoundProfile(
        id=str(row.id),
        display_name=row.display_name,
        contact=contacts[0]["value"] if contacts else None,
        totals=tuple(ContextTotal(**total) for total in totals),
        last_order_at=row.last_order_at,
    )
