"""Give every account and order its profile, by the keys of `keys.py`.

A profile has one linking identity: its key. Members whose key changed move to that key's profile,
or to the one that it is joined to. Where everybody left a profile, its id goes on with one of the
keys they went to; it is removed when those have profiles already. Of profiles that verdicts tie
nothing is decided here: `regroup` does afterwards.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import (
    Connection,
    Select,
    Table,
    bindparam,
    delete,
    func,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.engine import Dialect

from integration.identity.family import Family, OrderFacts, Place
from integration.identity.heirs import hand_over
from integration.identity.keys import LINKING_KINDS, Accounts, Key
from integration.identity.links import COLUMNS as LINK_COLUMNS
from integration.identity.links import link_row
from integration.identity.profile_ids import reserve_profile_ids
from integration.models import Customer, Identity, Order, Profile
from integration.statements.bulk import among, table_of, write_rows
from integration.statements.prepared import Prepared, listed, several

_ORDERS, _CUSTOMERS = table_of(Order), table_of(Customer)
_IDENTITIES, _PROFILES = table_of(Identity), table_of(Profile)
_TABLES: dict[str, Table] = {"account": _CUSTOMERS, "order": _ORDERS}


class Member(NamedTuple):
    """An account or order with the profile it is on (None: new) and the key it belongs to."""

    kind: str
    external_id: str
    profile_id: int | None
    key: Key


@dataclass(slots=True)
class Attachment:
    """Whose each account and order is, by external id.

    `moved` are rows outside the batch that go elsewhere, `left` profiles that somebody left,
    `emptied` those that nobody is on any more, `renamed` those that go on under another key, `new`
    those whose rows have still to be written. `members` are all that were looked at, as they were;
    `came` those that were on another profile before, with the profile now; `heirs` says of profiles
    that were left where somebody of theirs went. `guests` are the orders without an account,
    `kept` the keys under which renamed ones go on.
    """

    accounts: dict[str, int] = field(default_factory=dict)
    orders: dict[str, int] = field(default_factory=dict)
    moved: list[Member] = field(default_factory=list)
    left: set[int] = field(default_factory=set)
    emptied: set[int] = field(default_factory=set)
    renamed: set[int] = field(default_factory=set)
    new: dict[Key, int] = field(default_factory=dict)
    heirs: dict[int, int] = field(default_factory=dict)
    came: list[tuple[Member, int]] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)
    guests: set[str] = field(default_factory=set)
    kept: dict[Key, int] = field(default_factory=dict)

    def profile_ids(self) -> set[int]:
        """Every profile that is touched and stays."""
        touched = {*self.accounts.values(), *self.orders.values(), *self.left, *self.renamed}
        return touched - self.emptied


def attach(
    place: Place,
    accounts: Accounts,
    changed: Collection[str],
    orders: Collection[OrderFacts],
    written: Collection[str],
) -> Attachment:
    """Profiles for the accounts that changed, for these orders, and for what moves with them.

    `accounts` are the facts of all accounts in play as they are to be, `changed` those whose
    address or merge is new, `written` those whose rows the caller writes. The caller introduces the
    new profiles, writes its rows with the ids it is given, then calls `settle`.
    """
    family = Family(place, accounts, changed, orders)
    members = [
        Member("account", external_id, facts.profile_id, family.account_key(external_id))
        for external_id in sorted(family.affected)
        if (facts := family.accounts.get(external_id)) and facts.is_mirrored
    ]
    own = {order.external_id for order in orders}
    for order in (*orders, *family.orders_of_affected(but=own)):
        key = family.order_key(order)
        members.append(Member("order", order.external_id, order.profile_id, key))
    attachment, ids = _assign(place, members, family.standing_keys(orders))
    rows = {"account": attachment.accounts, "order": attachment.orders}
    here = {"account": set(written), "order": own}
    attachment.members = members
    attachment.guests = {
        order.external_id for order in orders if order.customer_external_id is None
    }
    for member in members:
        profile_id = ids[member.key]
        rows[member.kind][member.external_id] = profile_id
        if member.profile_id is not None and member.profile_id != profile_id:
            attachment.came.append((member, profile_id))
            attachment.heirs.setdefault(member.profile_id, profile_id)
        if member.external_id not in here[member.kind] and profile_id != member.profile_id:
            attachment.moved.append(member._replace(profile_id=profile_id))
    return attachment


def settle(place: Place, attachment: Attachment) -> None:
    """Move what moved with the batch's rows and remove the profiles that nobody is on any more."""
    for kind, table in _TABLES.items():
        moves = [
            {"external": member.external_id, "profile": member.profile_id}
            for member in attachment.moved
            if member.kind == kind
        ]
        if moves:
            statement = (
                update(table)
                .where(
                    table.c.workspace_id == place.workspace_id,
                    table.c.store_id == place.store_id,
                    table.c.external_id == bindparam("external"),
                )
                .values(profile_id=bindparam("profile"))
            )
            place.connection.execute(statement, moves)
    if attachment.emptied:
        heirs = {ending: attachment.heirs.get(ending) for ending in attachment.emptied}
        hand_over(place.connection, place.workspace_id, heirs)
        place.connection.execute(
            delete(_PROFILES).where(
                _PROFILES.c.workspace_id == place.workspace_id,
                among(place.connection, _PROFILES.c.id, attachment.emptied),
            )
        )


def _assign(
    place: Place, members: list[Member], standing: Mapping[Key, int]
) -> tuple[Attachment, dict[Key, int]]:
    asked = {member.key for member in members} - standing.keys()
    ids = {**standing, **_profiles_of(place, asked)}
    leaving = Counter(
        member.profile_id
        for member in members
        if member.profile_id is not None and ids.get(member.key) != member.profile_id
    )
    attachment = Attachment(left=set(leaving))
    deserted = _deserted(place, leaving, set(ids.values())) if leaving else set()
    deserted -= faces_among(place.connection, deserted)
    kept: dict[Key, int] = {}
    for profile_id in sorted(deserted):
        homeless = sorted(
            member.key
            for member in members
            if member.profile_id == profile_id and member.key not in ids and member.key not in kept
        )
        if homeless:
            kept[homeless[0]] = profile_id
        else:
            attachment.emptied.add(profile_id)
    attachment.renamed, attachment.kept = set(kept.values()), kept
    _unlink(place, deserted)
    ids |= kept
    if kept:
        said = {member.key: f"{member.kind}:{member.external_id}" for member in members}
        rows = [link_row(place, profile_id, key, said[key]) for key, profile_id in kept.items()]
        write_rows(place.connection, _IDENTITIES, LINK_COLUMNS, rows)
    keys = sorted({member.key for member in members} - ids.keys())
    new_ids = reserve_profile_ids(place.connection, len(keys))
    attachment.new = dict(zip(keys, new_ids, strict=True))
    return attachment, ids | attachment.new


def _profiles_of(place: Place, keys: set[Key]) -> dict[Key, int]:
    """The profiles that stand for the homes of these keys."""
    if not keys:
        return {}
    rows = _OF_KEYS.rows(
        place.connection,
        of_workspace=place.workspace_id,
        asked=several(place.connection, {key.value for key in keys}),
    )
    found = {Key(kind, value): profile_id for kind, value, profile_id in rows}
    return {key: found[key] for key in keys if key in found}


def _of_keys(dialect: Dialect) -> Select[Any]:
    table, home = _IDENTITIES.c, _PROFILES.c
    kinds = (table.kind == kind for kind in LINKING_KINDS)
    return (
        select(
            table.kind,
            table.value,
            func.coalesce(home.joined_id, home.id).label("profile_id"),
        )
        .join(_PROFILES, home.id == table.profile_id)
        .where(
            table.workspace_id == bindparam("of_workspace"),
            table.links,
            or_(*kinds),
            listed(dialect, table.value, "asked"),
        )
    )


_OF_KEYS = Prepared(_of_keys)


def faces_among(connection: Connection, profile_ids: Collection[int]) -> set[int]:
    """Those of these profiles that others are joined to."""
    if not profile_ids:
        return set()
    joined = _PROFILES.c.joined_id
    rows = connection.execute(
        select(joined).where(among(connection, joined, profile_ids)).distinct()
    )
    return set(rows.scalars())


def _deserted(place: Place, leaving: Counter[int], joined: set[int]) -> set[int]:
    """Of the profiles that some leave, those that all leave and nobody joins."""
    ids = set(leaving)
    parts = [
        select(table.c.profile_id, func.count().label("members"))
        .where(
            table.c.workspace_id == place.workspace_id,
            among(place.connection, table.c.profile_id, ids),
        )
        .group_by(table.c.profile_id)
        for table in _TABLES.values()
    ]
    members: Counter[int] = Counter()
    for profile_id, count in place.connection.execute(union_all(*parts)):
        members[profile_id] += count
    return {profile_id for profile_id in ids - joined if members[profile_id] <= leaving[profile_id]}


def _unlink(place: Place, profile_ids: set[int]) -> None:
    """Remove all identities of these; what is shown of those that stay is worked out again."""
    if profile_ids:
        place.connection.execute(
            delete(_IDENTITIES).where(
                _IDENTITIES.c.workspace_id == place.workspace_id,
                among(place.connection, _IDENTITIES.c.profile_id, profile_ids),
            )
        )
