"""What decisions about identities, and agents' words, keep of a person: erased.

Decisions that name what was erased go. Entries of the history stay, without whom they name. An
address that another account or order of the workspace still tells is that one's, and stays.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    and_,
    delete,
    exists,
    literal,
    or_,
    select,
    update,
)

from integration.db import WorkspaceSession
from integration.identity.keys import Key
from integration.models import (
    Identity,
    IdentityEvent,
    IdentityRuling,
    IdentityVerdict,
    Profile,
    ProfileNote,
)
from integration.privacy.erasing.blank import blank_values
from integration.privacy.traces import Traces
from integration.statements.bulk import among, table_of

_EVENTS, _VERDICTS = table_of(IdentityEvent), table_of(IdentityVerdict)
_RULINGS, _IDENTITIES = table_of(IdentityRuling), table_of(Identity)
_PROFILES, _NOTES = table_of(Profile), table_of(ProfileNote)
_CONTACTS = ("email", "phone", "guest_phone")


def erase_traces(session: WorkspaceSession, traces: Traces) -> int:
    """Erase these; after the accounts and orders were, and their profiles settled.

    Returns how many entries of the history told of them.
    """
    connection, workspace_id = session.connection(), session.workspace_id
    about = _about(connection, workspace_id, traces)
    named = {key for row in about for key in _keys(row)}
    gone = _gone(connection, workspace_id, named | traces.names, traces.names)
    _blank(connection, _EVENTS, [row.id for row in about if gone & set(_keys(row))], whole=True)
    _blank(connection, _EVENTS, [row.id for row in about], whole=False)
    _remove_decisions(connection, workspace_id, gone, traces)
    return len(about)


def erase_words(session: WorkspaceSession, traces: Traces) -> int:
    """Erase what agents wrote and tagged; before profiles are settled, which hands it on.

    All of it goes: nobody can tell what of it the erased store told. Returns how many notes.
    """
    connection, workspace_id = session.connection(), session.workspace_id
    mine = among(connection, _NOTES.c.profile_id, traces.profile_ids)
    gone = connection.execute(delete(_NOTES).where(_NOTES.c.workspace_id == workspace_id, mine))
    mine = among(connection, _PROFILES.c.id, traces.profile_ids)
    which = update(_PROFILES).where(_PROFILES.c.workspace_id == workspace_id, mine)
    connection.execute(which.values(own_tags=[]))
    return gone.rowcount


def erase_leftovers(session: WorkspaceSession, store_id: int | None = None) -> None:
    """Erase the addresses and phones that decisions name and that nobody has any more, and what
    was said of profiles that are gone; of a store that is gone as a whole, all that they name.
    """
    connection, workspace_id = session.connection(), session.workspace_id
    known = select(_PROFILES.c.id).where(_PROFILES.c.workspace_id == workspace_id)
    connection.execute(
        update(_EVENTS)
        .where(
            _EVENTS.c.workspace_id == workspace_id,
            _EVENTS.c.reason.is_not(None),
            or_(_EVENTS.c.profile_id.is_(None), _EVENTS.c.profile_id.not_in(known)),
            or_(_EVENTS.c.other_profile_id.is_(None), _EVENTS.c.other_profile_id.not_in(known)),
        )
        .values(reason=None)
    )
    for table in (_EVENTS, _VERDICTS):
        sides = (_is_gone(table, side, store_id) for side in ("left", "right"))
        which = and_(table.c.workspace_id == workspace_id, or_(*sides))
        if table is _EVENTS:
            connection.execute(update(table).where(which).values(**blank_values(IdentityEvent)))
        else:
            connection.execute(delete(table).where(which))
    connection.execute(
        delete(_RULINGS).where(
            _RULINGS.c.workspace_id == workspace_id, _is_gone(_RULINGS, None, store_id)
        )
    )


def _about(connection: Connection, workspace_id: int, traces: Traces) -> list[Any]:
    """The entries of the history that are told of these profiles, or name one of these."""
    columns = ("id", "left_kind", "left_value", "right_kind", "right_value")
    values = {name.value for name in traces.names}
    found: dict[int, Any] = {}
    for column, given in (
        (_EVENTS.c.profile_id, traces.profile_ids),
        (_EVENTS.c.other_profile_id, traces.profile_ids),
        (_EVENTS.c.left_value, values),
        (_EVENTS.c.right_value, values),
    ):
        statement = select(*(_EVENTS.c[name] for name in columns)).where(
            _EVENTS.c.workspace_id == workspace_id, among(connection, column, given)
        )
        for row in connection.execute(statement):
            is_theirs = column.name.endswith("profile_id") or traces.names & set(_keys(row))
            if is_theirs:
                found[row.id] = row
    return list(found.values())


def _keys(row: Any) -> Iterator[Key]:
    for kind, value in ((row.left_kind, row.left_value), (row.right_kind, row.right_value)):
        if kind is not None and value:
            yield Key(kind, value)


def _gone(
    connection: Connection, workspace_id: int, asked: Collection[Key], erased: Collection[Key]
) -> set[Key]:
    """Of these the erased accounts and orders, and the contacts that nobody has any more."""
    contacts = {key for key in asked if key.kind in _CONTACTS}
    rows = connection.execute(
        select(_IDENTITIES.c.kind, _IDENTITIES.c.value)
        .where(
            _IDENTITIES.c.workspace_id == workspace_id,
            among(connection, _IDENTITIES.c.value, {key.value for key in contacts}),
        )
        .distinct()
    )
    living = {Key(kind, value) for kind, value in rows}
    return {key for key in erased if key.kind not in _CONTACTS} | (contacts - living)


def _blank(connection: Connection, table: Table, ids: Iterable[int], *, whole: bool) -> None:
    values = blank_values(IdentityEvent) if whole else {"reason": None}
    connection.execute(
        update(table).where(among(connection, table.c.id, list(ids))).values(**values)
    )


def _remove_decisions(
    connection: Connection, workspace_id: int, gone: Collection[Key], traces: Traces
) -> None:
    named = {key.value for key in (*gone, *traces.names)}
    for table, sides in ((_VERDICTS, ("left_", "right_")), (_RULINGS, ("",))):
        columns = [table.c[f"{side}{part}"] for side in sides for part in ("kind", "value")]
        values = [column for column in columns if column.name.endswith("value")]
        rows = connection.execute(
            select(*columns).where(
                table.c.workspace_id == workspace_id,
                or_(*(among(connection, column, named) for column in values)),
            )
        ).all()
        for row in rows:
            told = {Key(*row[place : place + 2]) for place in range(0, len(row), 2)}
            which = and_(
                table.c.workspace_id == workspace_id,
                *(column == value for column, value in zip(columns, row, strict=True)),
            )
            if told & set(gone):
                connection.execute(delete(table).where(which))
            elif told & traces.names:
                connection.execute(update(table).where(which).values(reason=None))


def _is_gone(table: Table, side: str | None, store_id: int | None) -> ColumnElement[bool]:
    """Whether what a side names is of that store, or a contact that nobody has any more."""
    prefix = "" if side is None else f"{side}_"
    kind, value = table.c[f"{prefix}kind"], table.c[f"{prefix}value"]
    held = exists(
        select(literal(1)).where(
            _IDENTITIES.c.workspace_id == table.c.workspace_id,
            _IDENTITIES.c.kind == kind,
            _IDENTITIES.c.value == value,
        )
    )
    is_nobodys = and_(kind.in_(_CONTACTS), ~held)
    if store_id is None:
        return is_nobodys
    return or_(is_nobodys, value.startswith(f"{store_id}:", autoescape=True))
