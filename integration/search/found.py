"""Found people as a list shows them, with what of them matched."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from integration.crm.json_lists import by_weight, json_list, objects
from integration.crm.records import ContextTotal
from integration.db import WorkspaceSession
from integration.models import Identity, Profile, ProfileTotal
from integration.search.asked import Word
from integration.search.at_once import Match
from integration.search.facts import PersonFacts, load_facts
from integration.search.terms import (
    ADDRESS_PARTS,
    of_addresses,
    of_code,
    of_email,
    of_name,
    of_order,
    of_phone,
)
from integration.statements.bulk import among, table_of

_PROFILES, _TOTALS, _IDENTITIES = table_of(Profile), table_of(ProfileTotal), table_of(Identity)
_CONTACTS = ("email", "phone")


@dataclass(frozen=True, slots=True)
class FoundProfile:
    """A person as a list shows them. `contact` is an address or phone of theirs.

    `matched` is what matched where it isn't the name that is shown: `matched_by` is order, email,
    phone, name (another one of theirs), sku, tracking or address.
    """

    id: str
    display_name: str | None
    contact: str | None
    totals: tuple[ContextTotal, ...]
    last_order_at: datetime | None
    matched: str | None = None
    matched_by: str | None = None


def show(
    session: WorkspaceSession,
    profile_ids: Sequence[int],
    words: Sequence[Word],
    matching: Mapping[int, Match | None],
) -> tuple[FoundProfile, ...]:
    """These people in this order. `matching` has the reasons that are known already."""
    if not profile_ids:
        return ()
    connection = session.connection()
    rows = {row.id: row for row in connection.execute(_statement(session, profile_ids))}
    known = {each: reason for each, reason in matching.items() if reason is not None}
    unclear = [
        profile_id
        for profile_id, row in rows.items()
        if profile_id not in known and _unmet(words, row.display_name)
    ]
    if unclear:
        for each in load_facts(connection, session.workspace_id, unclear).values():
            reason = _reason(each, _unmet(words, rows[each.profile_id].display_name))
            if reason is not None:
                known[each.profile_id] = reason
    return tuple(_found(rows[each], known.get(each)) for each in profile_ids if each in rows)


def _unmet(words: Sequence[Word], name: str | None) -> list[Word]:
    """The words that the name doesn't meet."""
    if not words:
        return []
    terms = list(of_name(name or "", is_latin_kept=True))
    return [word for word in words if not word.is_met(terms)]


def _reason(facts: PersonFacts, words: Sequence[Word]) -> Match | None:
    """What of the person meets the first of these words."""
    for by, texts, terms_in in _told(facts):
        for text in texts:
            if words[0].is_met(terms_in(text)):
                return Match(by, text)
    return None


def _told(
    facts: PersonFacts,
) -> Iterable[tuple[str, Iterable[str], Callable[[str], Iterable[str]]]]:
    yield "order", (order.name for order in facts.orders), of_order
    yield "email", (email.value for email in facts.emails), of_email
    yield "phone", (*facts.phones, *facts.address_phones), of_phone
    yield "name", (*facts.names, *of_addresses(facts, "name")), _of_any_name
    yield "sku", facts.skus, of_code
    yield "tracking", facts.tracking, of_code
    for part, terms_in in ADDRESS_PARTS:
        yield "address", of_addresses(facts, part), terms_in


def _of_any_name(name: str) -> Iterable[str]:
    return of_name(name, is_latin_kept=True)


def _statement(session: WorkspaceSession, profile_ids: Sequence[int]) -> Any:
    connection = session.connection()
    totals = ("currency", "orders", "spent_minor", "unpaid_minor", "refunded_minor")
    return select(
        _PROFILES.c.id,
        _PROFILES.c.display_name,
        _PROFILES.c.last_order_at,
        json_list(
            connection.dialect,
            {name: _TOTALS.c[name] for name in totals},
            _TOTALS,
            _TOTALS.c.profile_id == _PROFILES.c.id,
        ).label("totals"),
        json_list(
            connection.dialect,
            {name: _IDENTITIES.c[name] for name in ("kind", "value", "links", "verified")},
            _IDENTITIES,
            _IDENTITIES.c.profile_id == _PROFILES.c.id,
            _IDENTITIES.c.kind.in_(_CONTACTS),
        ).label("identities"),
    ).where(
        _PROFILES.c.workspace_id == session.workspace_id,
        _PROFILES.c.joined_id.is_(None),
        among(connection, _PROFILES.c.id, profile_ids),
    )


def _found(row: Any, reason: Match | None) -> FoundProfile:
    contacts = sorted(objects(row.identities), key=by_weight)
    totals = sorted(objects(row.totals), key=lambda found: found["currency"])
    return FoundProfile(
        id=str(row.id),
        display_name=row.display_name,
        contact=contacts[0]["value"] if contacts else None,
        totals=tuple(ContextTotal(**total) for total in totals),
        last_order_at=row.last_order_at,
        matched=reason.text if reason else None,
        matched_by=reason.by if reason else None,
    )
