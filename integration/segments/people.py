"""People as rows of a list or of a file, some hundred at once."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from integration.crm.agents_text import same_name
from integration.crm.records import ContextTotal
from integration.db import WorkspaceSession
from integration.identity.keys import KINDS_OF_ONE_STORE
from integration.models import Identity, Profile, ProfileTotal
from integration.statements.bulk import among, table_of

_PROFILES, _TOTALS, _IDENTITIES = table_of(Profile), table_of(ProfileTotal), table_of(Identity)
_HEAD = ("id", "display_name", "locale", "tags", "first_order_at", "last_order_at")
_FIGURES = ("currency", "orders", "spent_minor", "unpaid_minor", "refunded_minor")
_CONTACTS = {"email": "email", "phone": "phone", "guest_phone": "phone"}


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person: who they are, how to reach them, what they ordered per currency.

    `emails` and `phones` (E.164) are those that a store asserts, the sure ones first. `tags` are
    the stores', `own_tags` the agents'.
    """

    id: str
    display_name: str | None
    locale: str | None
    emails: tuple[str, ...]
    phones: tuple[str, ...]
    tags: tuple[str, ...]
    own_tags: tuple[str, ...]
    has_account: bool
    totals: tuple[ContextTotal, ...]
    first_order_at: datetime | None
    last_order_at: datetime | None
    customer_since: datetime | None

    @property
    def contact(self) -> str | None:
        """An address or else a phone of theirs."""
        return next(iter((*self.emails, *self.phones)), None)


def person_rows(session: WorkspaceSession, profile_ids: Sequence[int]) -> list[PersonRow]:
    """Those of the profiles that are shown, by their ids; four statements."""
    if not profile_ids:
        return []
    connection, workspace_id = session.connection(), session.workspace_id
    homes = _homes(session, profile_ids)
    totals: dict[int, list[ContextTotal]] = defaultdict(list)
    of_these = among(connection, _TOTALS.c.profile_id, profile_ids)
    figures = select(_TOTALS.c.profile_id, *(_TOTALS.c[name] for name in _FIGURES))
    figures = figures.where(_TOTALS.c.workspace_id == workspace_id, of_these)
    for row in connection.execute(figures.order_by(_TOTALS.c.currency)):
        totals[row.profile_id].append(ContextTotal(*row[1:]))
    known = _identities(session, homes)
    heads = select(
        *(_PROFILES.c[name] for name in _HEAD), _PROFILES.c.own_tags, _PROFILES.c.customer_since
    ).where(
        _PROFILES.c.workspace_id == workspace_id,
        _PROFILES.c.joined_id.is_(None),
        among(connection, _PROFILES.c.id, profile_ids),
    )
    joined = _own_tags(homes)
    return [
        _row(head, totals[head.id], known[head.id], joined.get(head.id, ()))
        for head in connection.execute(heads.order_by(_PROFILES.c.id))
    ]


@dataclass(frozen=True, slots=True)
class _Home:
    id: int
    face_id: int
    own_tags: tuple[str, ...]


def _homes(session: WorkspaceSession, profile_ids: Collection[int]) -> list[_Home]:
    """These profiles, and those that are joined to them."""
    connection = session.connection()
    statement = select(_PROFILES.c.id, _PROFILES.c.joined_id, _PROFILES.c.own_tags).where(
        _PROFILES.c.workspace_id == session.workspace_id,
        or_(
            among(connection, _PROFILES.c.id, profile_ids),
            among(connection, _PROFILES.c.joined_id, profile_ids),
        ),
    )
    return [
        _Home(row.id, row.joined_id or row.id, tuple(row.own_tags))
        for row in connection.execute(statement.order_by(_PROFILES.c.id))
    ]


def _own_tags(homes: Sequence[_Home]) -> Mapping[int, Sequence[str]]:
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for home in homes:
        for tag in home.own_tags:
            found[home.face_id].setdefault(same_name(tag), tag)
    return {face_id: sorted(tags.values(), key=same_name) for face_id, tags in found.items()}


def _identities(
    session: WorkspaceSession, homes: Sequence[_Home]
) -> Mapping[int, list[tuple[str, str]]]:
    """What each person is known by as (kind, value), what links first; not what orders suggest."""
    connection = session.connection()
    faces = {home.id: home.face_id for home in homes}
    table = _IDENTITIES.c
    statement = select(table.profile_id, table.kind, table.value).where(
        table.workspace_id == session.workspace_id,
        among(connection, table.profile_id, faces),
        table.evidence != "order",
    )
    in_order = (table.links.desc(), table.verified.desc(), table.kind, table.value)
    known: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for row in connection.execute(statement.order_by(*in_order)):
        bare = row.value.partition(":")[2] if row.kind in KINDS_OF_ONE_STORE else row.value
        known[faces[row.profile_id]].append((row.kind, bare))
    return known


def _row(
    head: Any,
    totals: Sequence[ContextTotal],
    known: Sequence[tuple[str, str]],
    own_tags: Sequence[str],
) -> PersonRow:
    contacts: dict[str, dict[str, None]] = {"email": {}, "phone": {}}
    for kind, value in known:
        if kind in _CONTACTS:
            contacts[_CONTACTS[kind]][value] = None
    return PersonRow(
        id=str(head.id),
        display_name=head.display_name,
        locale=head.locale,
        emails=tuple(contacts["email"]),
        phones=tuple(contacts["phone"]),
        tags=tuple(head.tags),
        own_tags=tuple(own_tags),
        has_account=any(kind == "customer" for kind, _ in known),
        totals=tuple(totals),
        first_order_at=head.first_order_at,
        last_order_at=head.last_order_at,
        customer_since=head.customer_since,
    )
