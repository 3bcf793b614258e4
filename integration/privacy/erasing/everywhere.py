"""Erasing a person from a store's copy, everywhere that holds them, and what was done.

Stored bodies go before the copy's rows: whoever dies in between leaves the rows by which the next
try finds what is left. Those that came in meanwhile go after. What is looked for after the rows are
gone is kept with the request by their commit (`checkpoint`).
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from integration.db import WorkspaceSession
from integration.identity.keys import Key
from integration.models import PrivacyRequest, Store
from integration.privacy.erasing.checkpoint import Checkpoint, Known
from integration.privacy.erasing.other_requests import erase_other_requests
from integration.privacy.erasing.persons import Found, erase_person, erased_digests, find_person
from integration.privacy.erasing.stored_arrivals import erase_arrivals_of
from integration.privacy.erasing.stored_bodies import erase_bodies_of
from integration.privacy.erasing.words_elsewhere import Searched, erase_words_elsewhere
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


@dataclass(frozen=True, slots=True)
class _Whom:
    """Whom to erase, and as of when. `also` are further names that conversations know them by."""

    subject: PrivacySubject
    at: datetime
    also: frozenset[Key]

    def words(self) -> tuple[str, ...]:
        """Address and number as they were told, besides what they are compared by."""
        return tuple(filter(None, (self.subject.email, self.subject.phone)))


def erase_people(services: Services, request: PrivacyRequest) -> Erasure:
    """Erase whom a request names from its store, or from each of its workspace's without one.

    What an earlier try has left is looked for as well, and what it did is told with the rest.
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
    kept = Checkpoint(services, named_by, request)
    whom = _Whom(subject, services.now(), frozenset())
    return _erase(services, stores, whom, kept, Erasure())


def erase_subject(
    services: Services,
    stores: Sequence[Store],
    subject: PrivacySubject,
    at: datetime,
    *,
    also: Collection[Key] = (),
) -> Erasure:
    """Erase a person from these stores of one workspace, as of then; nobody is served meanwhile.

    `also` are further names that conversations know them by. Without a request there is nothing
    that could keep whom to look for: what only the copy's rows lead to goes before them, so that
    whoever dies in between finds them by these.
    """
    whom = _Whom(subject, at, frozenset(also))
    done = Erasure()
    if not stores:
        return done
    names: dict[int, frozenset[Key]] = {}
    contacts: dict[int, frozenset[Key]] = {}
    for store in stores:
        with services.db.workspace(store.workspace_id) as session:
            known = _known(session, store, whom, find_person(session, store, subject))
        names[store.id], contacts[store.id] = known.names, known.contacts | whom.also
    # First what leads to nobody: mails and bodies may be all that names an address.
    before = erase_words_elsewhere(services, stores[0].workspace_id, contacts)
    done.counts.update(before.counts)
    everything = frozenset().union(*names.values())
    done.counts["requests"] += erase_other_requests(services, stores, everything, None)
    for store in stores:
        done.counts["arrivals"] += erase_arrivals_of(services, store, names[store.id])
    return _erase(services, stores, whom, Checkpoint(services), done, before)


def _erase(
    services: Services,
    stores: Sequence[Store],
    whom: _Whom,
    kept: Checkpoint,
    done: Erasure,
    before: Searched | None = None,
) -> Erasure:
    """Erase somebody from these stores of one workspace; what is done is added to `done`.

    `before` is how far others' conversations were looked through already.
    """
    names: set[Key] = set()
    contacts: dict[int, frozenset[Key]] = {}
    for store in stores:
        counts = kept.left(store.id).counts.copy()
        known = _erase_from(services, store, whom, kept, counts)
        names |= known.names
        contacts[store.id] = known.contacts | whom.also
        if counts.total():
            done.store_ids.append(store.id)
        done.counts.update(counts)
    if stores:
        elsewhere = erase_words_elsewhere(services, stores[0].workspace_id, contacts, before)
        done.counts.update(elsewhere.counts)
        done.counts["requests"] += erase_other_requests(services, stores, names, kept.request_id)
    done.counts = +done.counts
    return done


def _erase_from(
    services: Services, store: Store, whom: _Whom, kept: Checkpoint, counts: Counter[str]
) -> Known:
    """Erase a person from one store; by what they are known there, to earlier tries as well."""
    left, words = kept.left(store.id).known, whom.words()
    with services.db.workspace(store.workspace_id) as session:
        found = left | _known(session, store, whom, find_person(session, store, whom.subject))
    bodies = erase_bodies_of(services, store, found, words)
    went = Counter(bodies=bodies.bodies)
    with services.db.workspace(store.workspace_id, write=True) as session:
        session.lock_workspace()
        known = left | _erase_rows(session, services, store, whom, kept, went)
    after = bodies.last_id if known == found else 0
    went["bodies"] += erase_bodies_of(services, store, known, words, after=after).bodies
    went["arrivals"] += erase_arrivals_of(services, store, known.names)
    counts.update(went)
    return known


def _erase_rows(
    session: WorkspaceSession,
    services: Services,
    store: Store,
    whom: _Whom,
    kept: Checkpoint,
    went: Counter[str],
) -> Known:
    """Erase a person's rows; by what they were known, which the same commit keeps."""
    found = find_person(session, store, whom.subject)
    known = _known(session, store, whom, found)
    asked = asked_of(store, whom.subject)
    digests = erased_digests(session, store, asked, found, known.names)
    erase_person(session, store, whom.subject, found, whom.at, went, whom.also)
    kept.keep(session, store.id, known, went)
    check = key_check(session.names_key)
    told = Line("person", store.workspace_id, whom.at, store.id, digests, check)
    append(services.settings.data_dir, told)
    return known


def _known(session: WorkspaceSession, store: Store, whom: _Whom, found: Found) -> Known:
    """By what a person is known of whom this was found; before anything is blanked."""
    asked = asked_of(store, whom.subject)
    traces = traces_of(session, store, asked, found.customer_ids, found.order_ids)
    numbers = {*asked.guest_phones, *([asked.phone] if asked.phone else [])}
    contacts = {
        *(Key("email", each) for each in {*found.emails, *asked.emails}),
        *(Key("phone", each) for each in numbers),
    }
    return Known(
        frozenset(found.customer_ids),
        frozenset(found.order_ids),
        traces.own | whom.also,
        frozenset(contacts),
    )
