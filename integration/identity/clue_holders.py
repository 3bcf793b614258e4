"""Who holds which clue, read from the tables; no clue is followed to more profiles than count."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

import orjson
from sqlalchemy import func, select, text, union

from integration.db import WorkspaceSession
from integration.identity.weights import MOST_HOLDERS, ClueKind
from integration.models import Clue as ClueRow
from integration.models import Identity, Profile, SearchDocument
from integration.statements.bulk import among, table_of

_CLUES, _DOCUMENTS = table_of(ClueRow), table_of(SearchDocument)
_IDENTITIES, _PROFILES = table_of(Identity).c, table_of(Profile)
# One more than tells that it passed the cap just now.
_READ = MOST_HOLDERS + 2
_HOLDERS = {
    "sqlite": text(
        "SELECT asked.value ->> 0, asked.value ->> 1, (SELECT json_group_array(profile_id) FROM ("
        "SELECT profile_id FROM clues WHERE workspace_id = :of_workspace"
        " AND kind = asked.value ->> 0 AND value = asked.value ->> 1 LIMIT :most))"
        " FROM json_each(:clues) AS asked"
    ),
    "postgresql": text(
        "SELECT asked.clue ->> 0, asked.clue ->> 1, ARRAY(SELECT profile_id FROM clues"
        " WHERE workspace_id = :of_workspace AND kind = asked.clue ->> 0"
        " AND value = asked.clue ->> 1 LIMIT :most)"
        " FROM json_array_elements(CAST(:clues AS json)) AS asked(clue)"
    ),
}


class Clue(NamedTuple):
    """A kind and its comparable value."""

    kind: str
    value: str


class Typed(NamedTuple):
    """An address that one typed on an order and that is another's own."""

    clue: Clue
    typing_id: int
    owner_id: int


def clues_held(session: WorkspaceSession, profile_ids: Collection[int]) -> dict[int, set[Clue]]:
    """The clues of each of these profiles, as they were last worked out."""
    rows = session.connection().execute(
        select(_DOCUMENTS.c.profile_id, _DOCUMENTS.c.clues).where(
            _DOCUMENTS.c.workspace_id == session.workspace_id,
            among(session.connection(), _DOCUMENTS.c.profile_id, profile_ids),
        )
    )
    return {row.profile_id: {Clue(*each) for each in row.clues} for row in rows}


def capped_holders(
    session: WorkspaceSession, clues: Collection[tuple[str, str]]
) -> dict[Clue, tuple[int, ...]]:
    """The profiles that hold each clue, no more than two past the cap."""
    if not clues:
        return {}
    connection = session.connection()
    rows = connection.execute(
        _HOLDERS[connection.dialect.name],
        {
            "of_workspace": session.workspace_id,
            "clues": orjson.dumps([list(clue) for clue in sorted(clues)]).decode(),
            "most": _READ,
        },
    )
    return {Clue(kind, value): tuple(_numbers(held)) for kind, value, held in rows}


def owners_of(session: WorkspaceSession, mine: Mapping[int, Collection[Clue]]) -> list[Typed]:
    """Whose own the addresses are that these profiles typed on orders."""
    typing: dict[str, list[int]] = {}
    for profile_id, clues in mine.items():
        for clue in clues:
            if clue.kind == ClueKind.TYPED:
                typing.setdefault(clue.value, []).append(profile_id)
    owning = _owning(session, typing)
    return [
        Typed(Clue(ClueKind.TYPED, value), profile_id, owner_id)
        for value, profile_ids in typing.items()
        for profile_id in profile_ids
        for owner_id in owning.get(value, ())
        if owner_id != profile_id
    ]


def typed_of(session: WorkspaceSession, profile_ids: Collection[int]) -> list[Typed]:
    """Who typed the own addresses of these profiles on orders."""
    own = own_addresses(session, profile_ids)
    owning: dict[str, list[int]] = {}
    for profile_id, values in own.items():
        for value in values:
            owning.setdefault(value, []).append(profile_id)
    asked = [(str(ClueKind.TYPED), value) for value in owning]
    return [
        Typed(clue, typing_id, owner_id)
        for clue, held in capped_holders(session, asked).items()
        if len(held) <= MOST_HOLDERS
        for typing_id in held
        for owner_id in owning[clue.value]
        if owner_id != typing_id
    ]


def own_addresses(
    session: WorkspaceSession, profile_ids: Collection[int]
) -> dict[int, tuple[str, ...]]:
    """The e-mail addresses that a store asserts of these persons, sorted."""
    connection = session.connection()
    rows = connection.execute(
        union(
            *(
                select(func.coalesce(_PROFILES.c.joined_id, _PROFILES.c.id), _IDENTITIES.value)
                .join(_PROFILES, _PROFILES.c.id == _IDENTITIES.profile_id)
                .where(
                    _PROFILES.c.workspace_id == session.workspace_id,
                    among(connection, which, profile_ids),
                    _IDENTITIES.kind == "email",
                    _IDENTITIES.verified,
                )
                for which in (_PROFILES.c.id, _PROFILES.c.joined_id)
            )
        )
    )
    found: dict[int, set[str]] = {}
    for profile_id, value in rows:
        found.setdefault(profile_id, set()).add(value)
    return {profile_id: tuple(sorted(values)) for profile_id, values in found.items()}


def _owning(session: WorkspaceSession, values: Iterable[str]) -> dict[str, set[int]]:
    connection = session.connection()
    rows = connection.execute(
        select(_IDENTITIES.value, func.coalesce(_PROFILES.c.joined_id, _PROFILES.c.id))
        .join(_PROFILES, _PROFILES.c.id == _IDENTITIES.profile_id)
        .where(
            _IDENTITIES.workspace_id == session.workspace_id,
            _IDENTITIES.kind == "email",
            _IDENTITIES.verified,
            among(connection, _IDENTITIES.value, values),
        )
    )
    found: dict[str, set[int]] = {}
    for value, profile_id in rows:
        found.setdefault(value, set()).add(profile_id)
    return {value: ids for value, ids in found.items() if len(ids) <= MOST_HOLDERS}


def _numbers(held: Any) -> list[int]:
    found: list[int] = orjson.loads(held) if isinstance(held, str) else held
    return found
