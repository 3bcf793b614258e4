"""Who may be one person, for an agent to decide: with reasons, the likeliest first."""

import base64
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import func, or_, select, tuple_

from integration.crm.faces import face_of
from integration.crm.person_heads import PersonHead, person_heads
from integration.db import WorkspaceSession
from integration.errors import Invalid
from integration.identity.clue_holders import capped_holders, clues_held
from integration.identity.place_texts import place_texts
from integration.identity.reasons import Reason, clues_between, reasons_of
from integration.identity.ruled_out import dismissed, ruled_shared
from integration.identity.two import Two
from integration.identity.weights import MOST_HOLDERS, ClueKind, strength_of
from integration.models import Profile
from integration.models import Suggestion as SuggestionRow
from integration.statements.bulk import table_of

USUAL, MOST = 25, 100
_TABLE, _PROFILES = table_of(SuggestionRow), table_of(Profile).c
_MOST_ROUNDS = 8


@dataclass(frozen=True, slots=True)
class SuggestionReason:
    """One thing that speaks for it.

    `kind` is a word of `ClueKind`. `values`: of a phone its E.164; of a mailbox and of a mistyped
    domain the address of the person, then that of the other; of a typed address that address; of a
    place the postal addresses as they were typed. `typed_by` is the profile on whose order a typed
    address stands.
    """

    kind: str
    values: tuple[str, ...]
    typed_by: str | None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """That two may be one. `strength` is likely or possible."""

    person: PersonHead
    other: PersonHead
    strength: str
    reasons: tuple[SuggestionReason, ...]


@dataclass(frozen=True, slots=True)
class SuggestionPage:
    """Some of a workspace's. `count` is how many are open, `next` the cursor of those to come.

    `count` follows a decision made elsewhere within seconds; the suggestions themselves at once.
    """

    suggestions: tuple[Suggestion, ...]
    count: int
    next: str | None


@dataclass(frozen=True, slots=True)
class SharedContact:
    """An address or phone of the person that so many use that it suggests nobody."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class PersonSuggestions:
    """Who else may be that person. `profile_id` is the profile that stands for them."""

    profile_id: str
    suggestions: tuple[Suggestion, ...]
    shared: tuple[SharedContact, ...]


class _Place(NamedTuple):
    points: int
    left_id: int
    right_id: int


def open_suggestions(
    session: WorkspaceSession, *, limit: int = USUAL, cursor: str | None = None
) -> SuggestionPage:
    """The workspace's open suggestions after `cursor`, the strongest first.

    Raises Invalid for a cursor that is none.
    """
    limit = max(1, min(limit, MOST))
    place = None if cursor is None else _read_cursor(cursor)
    found: list[tuple[_Place, Suggestion]] = []
    for _ in range(_MOST_ROUNDS):
        places = _places(session, place, limit + 1)
        found += _told(session, places)
        place = places[-1] if len(places) > limit else None
        if place is None or len(found) > limit:
            break
    if len(found) > limit:
        place = found[limit - 1][0]
    return SuggestionPage(
        suggestions=tuple(suggestion for _, suggestion in found[:limit]),
        count=count_open(session),
        next=None if place is None else _cursor(place),
    )


def count_open(session: WorkspaceSession) -> int:
    """How many suggestions are open."""
    counted = select(func.count()).where(_TABLE.c.workspace_id == session.workspace_id)
    return session.connection().execute(counted.select_from(_TABLE)).scalar_one()


def suggestions_for(session: WorkspaceSession, profile_id: int) -> PersonSuggestions:
    """Who else may be that person, the strongest first.

    Raises NotFound for an unknown id and for another workspace's.
    """
    face_id = face_of(session, profile_id).id
    rows = session.connection().execute(
        select(_TABLE.c.points, _TABLE.c.left_id, _TABLE.c.right_id)
        .where(
            _TABLE.c.workspace_id == session.workspace_id,
            or_(_TABLE.c.left_id == face_id, _TABLE.c.right_id == face_id),
        )
        .order_by(_TABLE.c.points.desc(), _TABLE.c.left_id.desc(), _TABLE.c.right_id.desc())
        .limit(MOST)
    )
    told = _told(session, [_Place(*row) for row in rows], of=face_id)
    return PersonSuggestions(
        profile_id=str(face_id),
        suggestions=tuple(suggestion for _, suggestion in told),
        shared=_shared(session, face_id),
    )


def _places(session: WorkspaceSession, after: _Place | None, limit: int) -> list[_Place]:
    columns = (_TABLE.c.points, _TABLE.c.left_id, _TABLE.c.right_id)
    statement = select(*columns).where(_TABLE.c.workspace_id == session.workspace_id)
    if after is not None:
        statement = statement.where(tuple_(*columns) < tuple_(*after))
    statement = statement.order_by(*(column.desc() for column in columns)).limit(limit)
    return [_Place(*row) for row in session.connection().execute(statement)]


def _told(
    session: WorkspaceSession, places: Iterable[_Place], *, of: int | None = None
) -> list[tuple[_Place, Suggestion]]:
    """Those that still stand, each as the person sees it that they are told of."""
    by_pair = {Two(place.left_id, place.right_id): place for place in places}
    heads = person_heads(session, _standing(session, by_pair))
    out = dismissed(session, {pair.left for pair in by_pair})
    standing = [pair for pair in by_pair if pair not in out and heads.keys() >= set(pair)]
    reasons = reasons_of(session, clues_between(session, standing))
    texts = place_texts(session, reasons)
    found = []
    for pair, place in by_pair.items():
        if pair in reasons:
            person, other = pair if of in (None, pair.left) else (pair.right, pair.left)
            told = [_reason(each, texts.get(pair, ()), person, pair) for each in reasons[pair]]
            strength = str(strength_of(place.points))
            found.append((place, Suggestion(heads[person], heads[other], strength, tuple(told))))
    return found


def _standing(session: WorkspaceSession, pairs: Collection[Two]) -> set[int]:
    ids = {profile_id for pair in pairs for profile_id in pair}
    rows = session.connection().execute(
        select(_PROFILES.id).where(
            _PROFILES.workspace_id == session.workspace_id,
            _PROFILES.joined_id.is_(None),
            _PROFILES.id.in_(ids),
        )
    )
    return set(rows.scalars())


def _reason(reason: Reason, places: tuple[str, ...], person: int, pair: Two) -> SuggestionReason:
    values = reason.values
    if reason.kind == ClueKind.PLACE:
        values = places
    elif len(values) > 1 and person == pair.right:
        values = values[::-1]
    typed_by = None if reason.typed_by is None else str(reason.typed_by)
    return SuggestionReason(str(reason.kind), values, typed_by)


def _shared(session: WorkspaceSession, face_id: int) -> tuple[SharedContact, ...]:
    clues = {
        clue
        for clue in clues_held(session, {face_id}).get(face_id, ())
        if clue.kind != ClueKind.PLACE
    }
    many = {
        clue for clue, held in capped_holders(session, clues).items() if len(held) > MOST_HOLDERS
    }
    return tuple(SharedContact(*clue) for clue in sorted(many | ruled_shared(session, clues)))


def _cursor(place: _Place) -> str:
    text = ".".join(map(str, place))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> _Place:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
        place = _Place(*(int(part) for part in text.split(".", 2)))
        if min(place) < 0 or place.points >= 2**31 or max(place) >= 2**63:
            raise ValueError(cursor)
        return place
    except (ValueError, TypeError):
        raise Invalid("The cursor is none of ours.", code="invalid_cursor") from None
