"""What is found although no terms stand for it yet: exact names and addresses, fresh changes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import and_, func, or_, select

from integration.db import WorkspaceSession
from integration.identity.normalize import normalize_email, normalize_phone
from integration.models import DueProfile, Identity, Order, Profile, Store
from integration.search.asked import LONGEST_QUERY, Word
from integration.search.facts import load_facts
from integration.search.terms import terms_of
from integration.statements.bulk import table_of

_ORDERS, _IDENTITIES, _PEOPLE = table_of(Order).c, table_of(Identity).c, table_of(Profile)
_PROFILES = _PEOPLE.c

MOST_FRESH = 25
_MOST_EXACT = 100


@dataclass(frozen=True, slots=True)
class Match:
    """Why somebody was found: by what kind of thing, and the thing."""

    by: str
    text: str


@dataclass(frozen=True, slots=True)
class AtOnce:
    """Profiles by why they match, None where a term of theirs does; and whom terms can't judge.

    `stale` changed since their terms were worked out.
    """

    matching: dict[int, Match | None] = field(default_factory=dict)
    stale: frozenset[int] = frozenset()

    @property
    def named(self) -> list[int]:
        """Whom the text names exactly."""
        return [each for each, match in self.matching.items() if match is not None]


def fresh_terms(session: WorkspaceSession) -> dict[int, frozenset[str]]:
    """The terms of those who are due, worked out now; of nobody where they are many.

    Then a store is being read, and the job is behind it.
    """
    due = session.execute(select(DueProfile.profile_id).limit(MOST_FRESH + 1)).scalars().all()
    if not due or len(due) > MOST_FRESH:
        return {}
    facts = load_facts(session.connection(), session.workspace_id, due)
    gone: frozenset[str] = frozenset()
    return {each: terms_of(facts[each]) if each in facts else gone for each in due}


def found_at_once(
    session: WorkspaceSession,
    text: str,
    words: Sequence[Word],
    fresh: Mapping[int, frozenset[str]],
) -> AtOnce:
    """Whom the text names exactly, and whom the words mean among those that changed just now."""
    matching: dict[int, Match | None] = {
        profile_id: None
        for profile_id, terms in fresh.items()
        if words and all(word.is_met(terms) for word in words)
    }
    # NUL, and halves of characters, no database takes.
    text = text.replace("\x00", "").encode(errors="ignore").decode().strip()
    if text and len(text) <= LONGEST_QUERY:
        matching.update(_exact(session, text))
    return AtOnce(matching, frozenset(fresh))


def _exact(session: WorkspaceSession, text: str) -> Iterable[tuple[int, Match]]:
    bare = text.removeprefix("#")
    stores = select(Store.id).where(Store.workspace_id == session.workspace_id)
    # Two statements, so that each has its index.
    named = _ORDERS.name.in_({text, bare, f"#{bare}"})
    numbered = and_(_ORDERS.store_id.in_(stores), _ORDERS.external_id == bare)
    for which in (named, numbered):
        rows = session.connection().execute(
            select(_ORDERS.profile_id, _ORDERS.name)
            .where(_ORDERS.workspace_id == session.workspace_id, which)
            .order_by(_ORDERS.placed_at.desc())
            .limit(_MOST_EXACT)
        )
        yield from ((row.profile_id, Match("order", row.name)) for row in rows if row.profile_id)
    yield from _by_contact(session, text)


def _by_contact(session: WorkspaceSession, text: str) -> Iterable[tuple[int, Match]]:
    asked = [("email", email)] if (email := normalize_email(text)) else []
    asked += [("phone", phone) for phone in _phones(session, text)]
    if not asked:
        return
    either = or_(
        *(and_(_IDENTITIES.kind == kind, _IDENTITIES.value == value) for kind, value in asked)
    )
    rows = session.connection().execute(
        select(
            func.coalesce(_PROFILES.joined_id, _PROFILES.id).label("profile_id"),
            _IDENTITIES.kind,
            _IDENTITIES.value,
        )
        .join(_PEOPLE, _PROFILES.id == _IDENTITIES.profile_id)
        .where(_IDENTITIES.workspace_id == session.workspace_id, either)
        .limit(_MOST_EXACT)
    )
    yield from ((row.profile_id, Match(row.kind, row.value)) for row in rows)


def _phones(session: WorkspaceSession, text: str) -> set[str]:
    """The text as a phone of each country where the workspace has a store."""
    if not any(character.isdigit() for character in text):
        return set()
    countries = session.execute(select(Store.country_code).distinct()).scalars()
    return set(filter(None, (normalize_phone(text, country) for country in countries)))
