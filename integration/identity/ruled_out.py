"""What agents have decided, as far as it keeps two profiles or a clue from being suggested."""

from collections.abc import Collection, Iterable

from sqlalchemy import and_, func, select

from integration.db import WorkspaceSession
from integration.identity.clue_holders import Clue
from integration.identity.rulings import Rulings
from integration.identity.two import Two
from integration.identity.verdicts import has_verdicts, verdicts_on
from integration.identity.weights import ClueKind
from integration.models import Identity, IdentityRuling, Profile
from integration.models.vocabulary import Ruling, Verdict
from integration.statements.bulk import among, table_of

_IDENTITIES, _RULINGS = table_of(Identity).c, table_of(IdentityRuling).c
_PROFILES = table_of(Profile).c


def dismissed(session: WorkspaceSession, profile_ids: Collection[int]) -> set[Two]:
    """The pairs with one of these persons of which an agent said that they are two."""
    connection = session.connection()
    if not profile_ids or not has_verdicts(connection, session.workspace_id):
        return set()
    homes = _homes(session, profile_ids)
    verdicts = [
        one.homes
        for one in verdicts_on(connection, session.workspace_id, homes=homes)
        if one.verdict == Verdict.DIFFERENT
    ]
    faces = _faces(session, {home for pair in verdicts for home in pair if home is not None})
    return {
        Two.of(faces[left], faces[right])
        for left, right in verdicts
        if left in faces and right in faces and faces[left] != faces[right]
    }


def taken_apart(session: WorkspaceSession, profile_ids: Collection[int]) -> set[int]:
    """Those of these persons of which an agent took an account or order apart."""
    connection = session.connection()
    if not profile_ids or not Rulings(connection, session.workspace_id).any:
        return set()
    homes = _homes(session, profile_ids)
    rows = connection.execute(
        select(func.coalesce(_PROFILES.joined_id, _PROFILES.id))
        .join_from(table_of(Profile), table_of(Identity), _IDENTITIES.profile_id == _PROFILES.id)
        .join(
            table_of(IdentityRuling),
            and_(
                _RULINGS.workspace_id == _IDENTITIES.workspace_id,
                _RULINGS.kind == _IDENTITIES.kind,
                _RULINGS.value == _IDENTITIES.value,
                _RULINGS.ruling == Ruling.APART,
            ),
        )
        .where(
            _PROFILES.workspace_id == session.workspace_id,
            among(connection, _PROFILES.id, homes),
            _IDENTITIES.links,
        )
    )
    return set(rows.scalars())


def ruled_shared(session: WorkspaceSession, clues: Iterable[Clue]) -> set[Clue]:
    """Those of these clues whose address or phone several people use, by a rule or an agent."""
    asked = list(clues)
    connection = session.connection()
    if not asked or not Rulings(connection, session.workspace_id).any:
        return set()
    values: dict[str, list[Clue]] = {}
    for clue in asked:
        if clue.kind != ClueKind.PLACE:
            values.setdefault(clue.value, []).append(clue)
    rows = connection.execute(
        select(_RULINGS.value).where(
            _RULINGS.workspace_id == session.workspace_id,
            _RULINGS.ruling == Ruling.SHARED,
            among(connection, _RULINGS.value, values),
        )
    )
    return {clue for value in rows.scalars() for clue in values[value]}


def _homes(session: WorkspaceSession, profile_ids: Collection[int]) -> set[int]:
    connection = session.connection()
    joined = connection.execute(
        select(_PROFILES.id).where(
            _PROFILES.workspace_id == session.workspace_id,
            among(connection, _PROFILES.joined_id, profile_ids),
        )
    )
    return {*profile_ids, *joined.scalars()}


def _faces(session: WorkspaceSession, profile_ids: Collection[int]) -> dict[int, int]:
    connection = session.connection()
    rows = connection.execute(
        select(_PROFILES.id, func.coalesce(_PROFILES.joined_id, _PROFILES.id)).where(
            _PROFILES.workspace_id == session.workspace_id,
            among(connection, _PROFILES.id, profile_ids),
        )
    )
    return {row[0]: row[1] for row in rows}
