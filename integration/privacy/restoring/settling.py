"""Erasing again what a backup brought back: by the journal, before anybody is served.

Persons stand in the journal as keyed hashes. So whoever the restored copy holds is hashed, and who
is among them is erased as the first time, as of the time of that erasure.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import select, update

from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.incoming.arrivals import open_body
from integration.conversations.incoming.sameness import split_mail
from integration.crypto import CannotOpen
from integration.db import WorkspaceSession
from integration.delivery_bodies import ERASED, Opener
from integration.errors import Invalid
from integration.identity.erased_names import NameHash, name_hash, remember
from integration.identity.keys import Key, account_identity, order_identity
from integration.identity.normalize import normalize_email
from integration.models import (
    Arrival,
    Channel,
    Conversation,
    Customer,
    Delivery,
    Order,
    Receipt,
    Store,
    Visitor,
)
from integration.models.vocabulary import StoreStatus
from integration.privacy.erasing.everywhere import Erasure, erase_subject
from integration.privacy.erasing.remains import clear_remains
from integration.privacy.erasing.whole_store import erase_older, erase_store
from integration.privacy.held_keys import KeyNotHeld, require_keys
from integration.privacy.receipts import Done, add_receipt
from integration.privacy.restoring.journal import Line, append, written
from integration.privacy.restoring.lost import is_behind, lost_erasures
from integration.privacy.subject import PrivacySubject
from integration.services import Services

log = structlog.get_logger(__name__)

_STREAMED: dict[str, Any] = {"execution_options": {"yield_per": 500}}
_ADDRESS = re.compile(r"[^\s<>\"'(),:;\\\[\]]+@[^\s<>\"'(),:;\\\[\]]+")


@dataclass(slots=True)
class Met:
    """Whom a restored copy holds of a journal's names."""

    keys: set[Key] = field(default_factory=set)
    senders: set[Key] = field(default_factory=set)
    phones: set[str] = field(default_factory=set)


def settle(services: Services, more: Iterable[Path] = ()) -> int:
    """Apply every erasure that the database lacks; how many. What is done is done for good: dying
    in between leaves the rest for the next time. Raises Invalid, also where a key is away without
    which nobody can tell whose the sealed words are.
    """
    files = tuple(more)
    # Each line costs a look; where nothing is lost, those of each workspace's newest are enough.
    lost = lost_erasures(services, files) if files or is_behind(services) else []
    _require_keys(services, {line.workspace_id for line in lost if line.kind == "person"})
    for workspace_id in sorted({line.workspace_id for line in lost}):
        _note_restored(services, workspace_id)
    for line in lost:
        done = _erase_again(services, line)
        facts = {
            "erased": line.kind,
            "erased_at": written(line.at),
            "key_destroyed": line.kind == "store",
        }
        _write_receipt(services, line, Done("restored", done.counts, facts=facts))
        log.info("privacy.erased_again", workspace_id=line.workspace_id, store_id=line.store_id)
    if lost:
        clear_remains(services)
    return len(lost)


def _require_keys(services: Services, workspace_ids: Collection[int]) -> None:
    for workspace_id in sorted(workspace_ids):
        try:
            require_keys(services, workspace_id)
        except KeyNotHeld as error:
            raise Invalid(
                f"The database lacks an erasure that the journal tells of, and {error}: put the key"
                " of that time back into ENCRYPTION_KEYS first."
            ) from None


def _note_restored(services: Services, workspace_id: int) -> None:
    """Write down where the chain stood that the backup brought back."""
    with services.db.workspace(workspace_id) as session:
        newest = select(Receipt.sequence, Receipt.digest).order_by(Receipt.sequence.desc())
        head = session.execute(newest.limit(1)).first()
    sequence, digest = (0, bytes(32)) if head is None else (head.sequence, bytes(head.digest))
    told = Line("restored", workspace_id, services.now(), sequence=sequence, digest=digest)
    append(services.settings.data_dir, told)


def _write_receipt(services: Services, line: Line, done: Done) -> None:
    with services.db.workspace(line.workspace_id, write=True) as session:
        session.lock_workspace()
        told = Done(done.kind, done.counts, store_id=line.store_id, facts=done.facts)
        add_receipt(session, services.settings, told, now=services.now())


def _erase_again(services: Services, line: Line) -> Erasure:
    with services.db.workspace(line.workspace_id) as session:
        store = session.get_one(Store, line.store_id)
    if line.kind == "person":
        return _erase_person(services, store, line)
    if line.kind == "older":
        assert line.before is not None
        return Erasure(erase_older(services, store, line.before))
    with services.db.workspace(line.workspace_id, write=True) as session:
        # It was gone when it was erased; the backup may be from before that.
        gone = update(Store).where(Store.id == store.id).values(status=StoreStatus.DISCONNECTED)
        session.execute(gone.execution_options(synchronize_session=False))
    return Erasure(erase_store(services, store))


def _erase_person(services: Services, store: Store, line: Line) -> Erasure:
    with services.db.workspace(line.workspace_id) as session:
        met = _met(session, services, store, line.names)
    phone = min(met.phones, default=None)
    names = tuple(sorted(met.keys))
    subject = PrivacySubject(None, None, phone, (), names)
    done = erase_subject(services, [store], subject, line.at, also=met.senders)
    with services.db.workspace(line.workspace_id, write=True) as session:
        session.lock_workspace()
        # Also those whom the copy doesn't hold: the store may tell of them once more.
        remember(session, store.id, line.names, line.at)
    return done


def _met(
    session: WorkspaceSession, services: Services, store: Store, names: frozenset[bytes]
) -> Met:
    met, hashes = Met(), name_hash(session)
    for model, identity in ((Customer, account_identity), (Order, order_identity)):
        kind = "account" if model is Customer else "order"
        columns = select(model.external_id, model.email_normalized, model.phone_normalized)
        rows = session.execute(columns.where(model.store_id == store.id), **_STREAMED)
        for external_id, email, phone in rows:
            if hashes.of(kind, external_id) in names:  # type: ignore[arg-type]
                met.keys.add(identity(store.id, external_id))
            if email and hashes.of("email", email) in names:
                met.keys.add(Key("email", email))
            if phone and hashes.of("phone", phone) in names:
                met.phones.add(phone)
            if phone and not email and hashes.of("guest_phone", phone) in names:
                met.keys.add(Key("guest_phone", f"{store.id}:{phone}"))
    for key in _senders(session, services):
        if hashes.of_sender(key) in names:
            met.senders.add(key)
    for email in _told(services, store):
        if hashes.of("email", email) in names or hashes.of_sender(Key("email", email)) in names:
            met.senders.add(Key("email", email))
    met.keys |= {key for key in met.senders if _is_named(hashes, key, names)}
    return met


def _is_named(hashes: NameHash, key: Key, names: frozenset[bytes]) -> bool:
    """Whether a sender's address is one by which the store's orders were erased as well."""
    return key.kind == "email" and hashes.of("email", key.value) in names


def _senders(session: WorkspaceSession, services: Services) -> Iterator[Key]:
    """By what whoever wrote is known: of conversations, visits and what is parked."""
    known = select(Conversation.person_kind, Conversation.person_value).distinct()
    for kind, value in session.execute(known):
        if kind is not None and value:
            yield Key(kind, value)
    visits = select(Visitor.email, Visitor.signed_email, Visitor.customer_value)
    for email, signed, account in session.execute(visits):
        for address in filter(None, map(normalize_email, (email, signed))):
            yield Key("email", address)
        if account:
            yield Key("customer", account)
    keys = ChannelKeys(services.keyring)
    kept = select(Arrival).where(Arrival.sealed_body.is_not(None))
    for arrival in session.execute(kept, **_STREAMED).scalars():
        try:
            channel = session.get_one(Channel, arrival.channel_id)
            head = split_mail(open_body(keys.of(channel), arrival) or b"")[0]
        except CannotOpen:
            continue
        for address in _addresses(head):
            yield Key("email", address)


def _told(services: Services, store: Store) -> Iterator[str]:
    """The addresses in the store's stored deliveries."""
    opener = Opener(services, store)
    statement = select(Delivery).where(
        Delivery.store_id == store.id, Delivery.sealed_body != ERASED
    )
    seen: set[str] = set()
    with services.inbox.across_workspaces() as session:
        for delivery in session.execute(statement, **_STREAMED).scalars():
            try:
                seen |= set(_addresses(opener.open(delivery, None)))
            except CannotOpen:
                continue
    yield from seen


def _addresses(raw: bytes) -> Iterator[str]:
    for found in _ADDRESS.findall(raw.decode(errors="replace")):
        address = normalize_email(found)
        if address:
            yield address
