"""Erasing a person from a store's copy, everywhere that holds them, and what was done.

Stored bodies go before the copy's rows: whoever dies in between leaves the rows by which the next
try finds what is left. Those that came in meanwhile go after.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from integration.identity.keys import Key
from integration.models import PrivacyRequest, Store
from integration.privacy.erasing.other_requests import erase_other_requests
from integration.privacy.erasing.persons import Found, erase_person, erased_digests, find_person
from integration.privacy.erasing.stored_arrivals import erase_arrivals_of
from integration.privacy.erasing.stored_bodies import erase_bodies_of
from integration.privacy.erasing.words_elsewhere import erase_words_elsewhere
from integration.privacy.restoring.journal import Line, append, key_check
from integration.privacy.subject import PrivacySubject, asked_of, open_subject
from integration.privacy.traces import traces_of
from integration.services import Services


@dataclass(slots=True)
class Erasure:
    """What an erasure did, by what it was done to, and in which stores anything was held."""

    counts: Counter[str] = field(default_factory=Counter)
    store_ids: list[int] = field(default_factory=list)

    @property
    def people(self) -> int:
        """How many accounts and orders went."""
        return self.counts["accounts"] + self.counts["orders"]

    def is_more_than(self, asked: Counter[str]) -> bool:
        """Whether anything was held beside what came with the asking."""
        return bool(self.counts - asked)


def erase_people(services: Services, request: PrivacyRequest) -> Erasure:
    """Erase whom a request names from its store, or from each of its workspace's without one.

    Raises CannotOpen where whom it names can't be read any more.
    """
    if request.workspace_id is None:
        return Erasure()
    statement = select(Store)
    if request.store_id is not None:
        statement = statement.where(Store.id == request.store_id)
    with services.db.workspace(request.workspace_id) as session:
        stores = session.execute(statement.order_by(Store.id)).scalars().all()
    named_by = stores[0] if request.store_id is not None and stores else None
    subject = open_subject(services, named_by, request)
    return erase_subject(services, stores, subject, services.now(), besides=request.id)


def erase_subject(
    services: Services,
    stores: Sequence[Store],
    subject: PrivacySubject,
    at: datetime,
    *,
    also: Collection[Key] = (),
    besides: int | None = None,
) -> Erasure:
    """Erase a person from these stores of one workspace, as of then.

    `also` are further names that conversations know them by. `besides` is the request that asks for
    it; other requests that wait and name the same person lose whom they name.
    """
    done = Erasure()
    names: set[Key] = set()
    for store in stores:
        before = sum(done.counts.values())
        names |= _erase_from(services, store, subject, at, done.counts, also)
        if sum(done.counts.values()) > before:
            done.store_ids.append(store.id)
    if stores:
        done.counts["requests"] += erase_other_requests(services, stores, names, besides)
    done.counts = +done.counts
    return done


def _erase_from(
    services: Services,
    store: Store,
    subject: PrivacySubject,
    at: datetime,
    counts: Counter[str],
    also: Collection[Key],
) -> set[Key]:
    """Erase a person from one store; by what they were known there."""
    with services.db.workspace(store.workspace_id) as session:
        found = find_person(session, store, subject)
    contacts = _contacts(store, subject, found)
    words = tuple(filter(None, (subject.email, subject.phone)))
    bodies = erase_bodies_of(services, store, found, contacts, words)
    with services.db.workspace(store.workspace_id, write=True) as session:
        session.lock_workspace()
        now_found = find_person(session, store, subject)
        asked = asked_of(store, subject)
        traces = traces_of(session, store, asked, now_found.customer_ids, now_found.order_ids)
        names = {*traces.own, *also}
        digests = erased_digests(session, store, asked, now_found, names)
        erase_person(session, store, subject, now_found, at, counts, also)
        told = Line(
            "person", store.workspace_id, at, store.id, digests, key_check(session.names_key)
        )
        append(services.settings.data_dir, told)
    contacts |= _contacts(store, subject, now_found)
    after = bodies.last_id if now_found == found else 0
    more = erase_bodies_of(services, store, now_found, contacts, words, after=after)
    counts["bodies"] += bodies.bodies + more.bodies
    counts["arrivals"] += erase_arrivals_of(services, store, names)
    counts.update(erase_words_elsewhere(services, store, {*contacts, *also}))
    return names


def _contacts(store: Store, subject: PrivacySubject, found: Found) -> set[Key]:
    """The person's own addresses and numbers: not what was only typed on an order."""
    asked = asked_of(store, subject)
    numbers = {*asked.guest_phones, *([asked.phone] if asked.phone else [])}
    return {
        *(Key("email", each) for each in {*found.emails, *asked.emails}),
        *(Key("phone", each) for each in numbers),
    }
