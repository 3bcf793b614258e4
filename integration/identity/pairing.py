"""Keep the table of suggestions as the clues and the decisions say."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from sqlalchemy import and_, bindparam, delete, or_, select

from integration.db import WorkspaceSession
from integration.identity.clue_holders import (
    Clue,
    capped_holders,
    clues_held,
    owners_of,
    typed_of,
)
from integration.identity.places import agree
from integration.identity.reasons import reasons_of
from integration.identity.ruled_out import dismissed
from integration.identity.two import Two
from integration.identity.weights import MOST_HOLDERS, points_of
from integration.models import Profile, Suggestion
from integration.statements.bulk import among, table_of, write_rows

_TABLE, _PROFILES = table_of(Suggestion), table_of(Profile)
_KEY = ("workspace_id", "left_id", "right_id")
_COLUMNS = (*_KEY, "points")


def refresh_suggestions(
    session: WorkspaceSession,
    profile_ids: Collection[int],
    changed: Collection[tuple[str, str]] = (),
) -> None:
    """Work out anew with whom these profiles may be one person.

    Call it after their clues were written, in the same transaction of the workspace. `changed` are
    the clues that some of them gained or lost: whom such a clue suggests can change for everybody
    who holds it, when it passes the cap. Profiles that are gone or joined have no suggestions.
    """
    if not profile_ids:
        return
    asked = {*profile_ids, *_at_the_cap(session, changed)}
    wanted = _wanted(session, asked)
    held = _held(session, asked)
    remove_pairs(session, [pair for pair in held if pair not in wanted])
    rows = [
        (session.workspace_id, *pair, points)
        for pair, points in sorted(wanted.items())
        if held.get(pair) != points
    ]
    write_rows(session.connection(), _TABLE, _COLUMNS, rows, key=_KEY)


def remove_pairs(session: WorkspaceSession, pairs: Iterable[Two]) -> None:
    """Suggest these no more, until they are worked out again."""
    asked = [{"one": pair.left, "other": pair.right} for pair in pairs]
    if asked:
        session.connection().execute(
            delete(_TABLE).where(
                and_(
                    _TABLE.c.workspace_id == session.workspace_id,
                    _TABLE.c.left_id == bindparam("one"),
                    _TABLE.c.right_id == bindparam("other"),
                )
            ),
            asked,
        )


def shared_clues(session: WorkspaceSession, profile_ids: Collection[int]) -> dict[Two, set[Clue]]:
    """The clues that each of these profiles shares with others, of those that few hold."""
    found: dict[Two, set[Clue]] = defaultdict(set)
    mine = clues_held(session, profile_ids)
    holders = capped_holders(session, set().union(*mine.values()))
    few = {clue for clue, held in holders.items() if len(held) <= MOST_HOLDERS}
    for profile_id, clues in mine.items():
        for clue in clues & few:
            for other in set(holders[clue]) - {profile_id}:
                found[Two.of(profile_id, other)].add(clue)
    own = {profile_id: clues & few for profile_id, clues in mine.items()}
    for clue, typing_id, owner_id in (
        *owners_of(session, own),
        *typed_of(session, profile_ids),
    ):
        found[Two.of(typing_id, owner_id)].add(clue)
    return found


def _wanted(session: WorkspaceSession, profile_ids: Collection[int]) -> dict[Two, int]:
    shared = shared_clues(session, profile_ids)
    names = _names(session, {profile_id for pair in shared for profile_id in pair})
    out = dismissed(session, profile_ids)
    open_pairs = {
        pair: clues
        for pair, clues in shared.items()
        if pair.left in names and pair.right in names and pair not in out
    }
    return {
        pair: points_of(
            [reason.kind for reason in reasons],
            names_agree=agree(names[pair.left], names[pair.right]),
        )
        for pair, reasons in reasons_of(session, open_pairs).items()
    }


def _held(session: WorkspaceSession, profile_ids: Collection[int]) -> dict[Two, int]:
    connection = session.connection()
    rows = connection.execute(
        select(_TABLE.c.left_id, _TABLE.c.right_id, _TABLE.c.points).where(
            _TABLE.c.workspace_id == session.workspace_id,
            or_(
                among(connection, _TABLE.c.left_id, profile_ids),
                among(connection, _TABLE.c.right_id, profile_ids),
            ),
        )
    )
    return {Two(left, right): points for left, right, points in rows}


def _names(session: WorkspaceSession, profile_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """The names of those that stand for a person."""
    rows = session.connection().execute(
        select(_PROFILES.c.id, _PROFILES.c.display_name).where(
            _PROFILES.c.workspace_id == session.workspace_id,
            _PROFILES.c.joined_id.is_(None),
            among(session.connection(), _PROFILES.c.id, profile_ids),
        )
    )
    return {row.id: (row.display_name,) if row.display_name else () for row in rows}


def _at_the_cap(session: WorkspaceSession, changed: Collection[tuple[str, str]]) -> set[int]:
    """Who holds a clue that may just have passed the cap, either way."""
    return {
        profile_id
        for held in capped_holders(session, changed).values()
        if len(held) in (MOST_HOLDERS, MOST_HOLDERS + 1)
        for profile_id in held
    }
