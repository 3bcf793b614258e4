"""Everything that stands beside a conversation: one workspace-scoped read, no call to a store.

Four statements, whatever is asked: the person with figures and freshness, a page of orders with
all their parts, the newest conversations, the note of the view. (A phone in national form takes one
more, for the countries that it may be of.)
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.engine import Dialect

from integration.conversations.of_person import newest_of
from integration.crm.context_orders import read_orders
from integration.crm.freshness import copies, freshness_of
from integration.crm.json_lists import json_list, objects
from integration.crm.records import Context, ContextIdentity, ContextProfile, ContextTotal
from integration.crm.resolve import WORKSPACE, Asking, Way, candidates, values_of, way_of
from integration.crm.subject import Subject
from integration.crm.views import View, write_view
from integration.db import Database, WorkspaceSession
from integration.errors import Ambiguous, NotFound
from integration.identity.keys import KINDS_OF_ONE_STORE
from integration.identity.normalize import normalize_phone
from integration.models import (
    Identity,
    Profile,
    ProfileTotal,
    ProfileView,
    Store,
)
from integration.statements.bulk import table_of
from integration.statements.prepared import Prepared
from platforms.port import StorePlatform

MOST_ORDERS = 100
_USUAL_ORDERS = 20
_MOST_CANDIDATES = 12
_SHOWN_KINDS = ("email", "phone", "customer")
_PROFILE_COLUMNS = (
    "id",
    "display_name",
    "first_order_at",
    "last_order_at",
    "tags",
    "locale",
    "customer_since",
)

_PROFILES, _TOTALS, _IDENTITIES = table_of(Profile), table_of(ProfileTotal), table_of(Identity)
_STORES = table_of(Store)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks, as the audit keeps it: no personal data. `surface` is where (panel, api, …).

    `store_id` is the store in whose name they look: its matches come first. `conversation_id` is
    the conversation beside which they look.
    """

    who: str
    surface: str
    store_id: int | None = None
    conversation_id: int | None = None


def read_context(
    session: WorkspaceSession,
    platforms: Mapping[str, StorePlatform],
    subject: Subject,
    *,
    viewer: Viewer,
    now: datetime,
    limit: int = _USUAL_ORDERS,
    cursor: str | None = None,
) -> Context:
    """The person that the subject means, with the newest orders, or those after `cursor`.

    The view is audited in the session's transaction, so the session has to write. Raises NotFound
    for nobody and for another workspace's alike, Ambiguous with `candidates` (id, display_name,
    reasons) for several, Invalid for a cursor that is none.
    """
    found = _found(session, platforms, subject, viewer.store_id, limit, cursor)
    view = asdict(_view(session.workspace_id, found, viewer, now))
    session.insert_rows(ProfileView, [view])
    return found


def see_context(
    db: Database,
    workspace_id: int,
    platforms: Mapping[str, StorePlatform],
    subject: Subject,
    *,
    viewer: Viewer,
    now: datetime,
    cursor: str | None = None,
) -> Context:
    """The same for whoever waits for it: read without a writer's lock, and handed out once the view
    of it is committed. Raises as `read_context` does.
    """
    with db.workspace(workspace_id) as session:
        found = _found(session, platforms, subject, viewer.store_id, _USUAL_ORDERS, cursor)
    write_view(db, _view(workspace_id, found, viewer, now))
    return found


def _found(
    session: WorkspaceSession,
    platforms: Mapping[str, StorePlatform],
    subject: Subject,
    store_id: int | None,
    limit: int,
    cursor: str | None,
) -> Context:
    # No database of ours is asked for a NUL: PostgreSQL refuses to.
    if any("\x00" in (text or "") for text in subject.texts()):
        raise NotFound("There is no such person.")
    asking = Asking(session.workspace_id, store_id)
    row = _meant(_heads(session, asking, subject))
    limit = max(1, min(limit, MOST_ORDERS))
    page = read_orders(session, platforms, row.id, limit=limit, cursor=cursor)
    return Context(
        profile=_profile(row),
        orders=page.orders,
        next=page.next,
        conversations=newest_of(session, row.id),
        freshness=freshness_of(objects(row.copies), asking.store_id),
    )


def _view(workspace_id: int, found: Context, viewer: Viewer, now: datetime) -> View:
    profile_id = int(found.profile.id)
    return View(
        workspace_id=workspace_id,
        profile_id=profile_id,
        store_id=viewer.store_id,
        viewer=viewer.who,
        surface=viewer.surface,
        viewed_at=now,
        conversation_id=viewer.conversation_id,
    )


def _heads(session: WorkspaceSession, asking: Asking, subject: Subject) -> list[Any]:
    connection = session.connection()
    values = values_of(connection, asking, subject, _phones(session, subject))
    return _heads_by(way_of(subject)).rows(connection, **values)


@cache
def _heads_by(way: Way) -> Prepared:
    return Prepared(lambda dialect: _heads_statement(dialect, way))


def _heads_statement(dialect: Dialect, way: Way) -> Select[Any]:
    found = candidates(dialect, way).subquery()
    home = _PROFILES.alias("home")
    face = func.coalesce(home.c.joined_id, home.c.id)
    who = (
        select(
            face.label("profile_id"),
            func.min(found.c.rank).label("rank"),
            func.min(found.c.reason).label("reason"),
        )
        .join(home, home.c.id == found.c.profile_id)
        .group_by(face)
        .subquery()
    )
    totals = ("currency", "orders", "spent_minor", "unpaid_minor", "refunded_minor")
    identities = ("kind", "value", "verified", "links", "evidence")
    return (
        select(
            *(_PROFILES.c[name] for name in _PROFILE_COLUMNS),
            who.c.rank,
            who.c.reason,
            json_list(
                dialect,
                {name: _TOTALS.c[name] for name in totals},
                _TOTALS,
                _TOTALS.c.profile_id == _PROFILES.c.id,
            ).label("totals"),
            json_list(
                dialect,
                {name: _IDENTITIES.c[name] for name in identities},
                _IDENTITIES,
                _IDENTITIES.c.profile_id == _PROFILES.c.id,
                or_(*(_IDENTITIES.c.kind == kind for kind in _SHOWN_KINDS)),
            ).label("identities"),
            copies(dialect, way).label("copies"),
        )
        .join(who, who.c.profile_id == _PROFILES.c.id)
        .where(_PROFILES.c.workspace_id == WORKSPACE)
        .order_by(who.c.rank, _PROFILES.c.id)
        .limit(_MOST_CANDIDATES)
    )


def _phones(session: WorkspaceSession, subject: Subject) -> list[str]:
    """The subject's phone as E.164: as one of each country that the workspace sells from."""
    if subject.phone is None:
        return []
    if (exact := normalize_phone(subject.phone, None)) is not None:
        return [exact]
    countries = session.connection().execute(
        select(_STORES.c.country_code)
        .where(_STORES.c.workspace_id == session.workspace_id)
        .distinct()
    )
    read = {normalize_phone(subject.phone, country) for (country,) in countries if country}
    return sorted(number for number in read if number is not None)


def _meant(rows: Sequence[Any]) -> Any:
    """The one person whom the lowest rank names."""
    if not rows:
        raise NotFound("There is no such person.")
    meant = [row for row in rows if row.rank == rows[0].rank]
    if len(meant) > 1:
        people = [
            {"id": str(row.id), "display_name": row.display_name, "reasons": _reasons(row)}
            for row in meant
        ]
        raise Ambiguous("Several people match.", details={"candidates": people})
    return rows[0]


def _reasons(row: Any) -> list[str]:
    """What tells the candidates apart: what matched, and how else they are known."""
    known = [
        identity["value"] for identity in objects(row.identities) if identity["kind"] != "customer"
    ]
    matched = [] if row.reason in ("customer", "profile") else [row.reason]
    return list(dict.fromkeys(matched + sorted(known)))[:3]


def _told_value(kind: str, value: str) -> str:
    """The value as the store knows it: ours has the store's id before what only one store knows."""
    return value.partition(":")[2] if kind in KINDS_OF_ONE_STORE else value


def _profile(row: Any) -> ContextProfile:
    identities = sorted(
        objects(row.identities),
        key=lambda found: (
            not found["links"],
            not found["verified"],
            found["kind"],
            found["value"],
        ),
    )
    return ContextProfile(
        id=str(row.id),
        display_name=row.display_name,
        identities=tuple(
            ContextIdentity(
                found["kind"],
                _told_value(found["kind"], found["value"]),
                bool(found["verified"]),
                found["evidence"],
            )
            for found in identities
        ),
        totals=tuple(
            ContextTotal(**found)
            for found in sorted(objects(row.totals), key=lambda found: found["currency"])
        ),
        first_order_at=row.first_order_at,
        last_order_at=row.last_order_at,
        tags=tuple(row.tags),
        locale=row.locale,
        customer_since=row.customer_since,
    )
