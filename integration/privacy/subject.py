"""Whom a compliance request is about, sealed while it waits."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

from sqlalchemy import or_, select

from integration.crm.faces import face_of
from integration.crypto import CannotOpen, DataKey, associated
from integration.db import WorkspaceSession
from integration.delivery_bodies import intake_key
from integration.identity.keys import KINDS_OF_ONE_STORE, Key
from integration.identity.normalize import normalize_email, normalize_phone
from integration.install.keys import store_key
from integration.models import Identity, PrivacyRequest, Store
from integration.services import Services
from platforms.changes import PrivacyRequested

_BEGUN = "begun"
# JSON: by store id.
Begun: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class PrivacySubject:
    """The ids, addresses and orders that a request names; all empty for a whole store.

    `names` are identities of ours besides: an account or order of one store is named with that
    store (`customer`, `3:77`), so that they hold for a request about several stores.
    """

    customer_external_id: str | None
    email: str | None
    phone: str | None
    order_external_ids: tuple[str, ...]
    names: tuple[Key, ...] = ()

    def of_kind(self, kind: str, store_id: int | None = None) -> list[str]:
        """The values of its names of a kind; of one store's accounts, orders and guests' phones
        without the store before them.
        """
        values = [value for found, value in self.names if found == kind]
        if kind not in KINDS_OF_ONE_STORE:
            return values
        own = f"{store_id}:"
        return [value.removeprefix(own) for value in values if value.startswith(own)]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a subject names in one store: ids there, addresses and numbers as they are compared.

    `phone` was named beside the rest, `guest_phones` belong to guests who gave nothing else.
    """

    accounts: frozenset[str]
    orders: frozenset[str]
    emails: frozenset[str]
    phone: str | None
    guest_phones: frozenset[str]


def asked_of(store: Store, subject: PrivacySubject) -> Asked:
    """What a subject names in that store."""
    account, email = subject.customer_external_id, normalize_email(subject.email)
    return Asked(
        frozenset([*subject.of_kind("customer", store.id), *([account] if account else [])]),
        frozenset([*subject.of_kind("order", store.id), *subject.order_external_ids]),
        frozenset([*subject.of_kind("email"), *([email] if email else [])]),
        normalize_phone(subject.phone, store.country_code),
        frozenset(subject.of_kind("guest_phone", store.id)),
    )


def subject_of_names(names: Iterable[Key]) -> PrivacySubject:
    """Whoever has these identities, in whichever stores."""
    return PrivacySubject(None, None, None, (), tuple(Key(*name) for name in sorted(set(names))))


def parts_in(store_id: int, subject: PrivacySubject) -> Iterator[PrivacySubject]:
    """What a subject names in one store: itself, or for each of its names there one of its own."""
    if not subject.names:
        yield subject
    for kind, value in subject.names:
        home, _, rest = value.partition(":")
        if kind in KINDS_OF_ONE_STORE and home != str(store_id):
            continue
        if kind == "email":
            yield PrivacySubject(None, value, None, ())
        elif kind == "customer":
            yield PrivacySubject(rest, None, None, ())
        elif kind == "order":
            yield PrivacySubject(None, None, None, (rest,))
        else:
            yield PrivacySubject(None, None, rest if kind == "guest_phone" else value, ())


def subject_of(change: PrivacyRequested) -> PrivacySubject:
    """The subject of a compliance delivery."""
    return PrivacySubject(
        change.customer_external_id, change.email, change.phone, change.order_external_ids
    )


def subject_of_person(session: WorkspaceSession, profile_id: int) -> PrivacySubject:
    """Whom we show as one person: all their accounts, own addresses and orders, in every store.

    Raises NotFound for an unknown profile and for another workspace's.
    """
    statement = select(Identity.kind, Identity.value).where(
        Identity.profile_id.in_(face_of(session, profile_id).homes),
        or_(Identity.links, Identity.kind.in_(("customer", "order"))),
    )
    return subject_of_names(Key(kind, value) for kind, value in session.execute(statement))


def seal_subject(
    services: Services,
    store: Store | None,
    subject: PrivacySubject,
    request: PrivacyRequest,
    begun: Begun | None = None,
) -> bytes:
    """The subject, sealed for that request with the store's key where there is one.

    The request has its id, unless it came in a delivery. `begun` is what an erasure keeps with it
    until it is done (`erasing.checkpoint`).
    """
    values = asdict(subject) | ({_BEGUN: begun} if begun else {})
    return _keys(services, store, request)[0].seal(json.dumps(values).encode(), _about(request))


def open_subject(
    services: Services, store: Store | None, request: PrivacyRequest
) -> PrivacySubject:
    """The subject of a waiting request. Raises CannotOpen."""
    values = _values(services, store, request)
    values.pop(_BEGUN, None)
    orders, names = values["order_external_ids"], values.get("names", ())
    told = {"order_external_ids": tuple(orders), "names": tuple(Key(*name) for name in names)}
    return PrivacySubject(**{**values, **told})


def open_begun(services: Services, store: Store | None, request: PrivacyRequest) -> Begun:
    """What was sealed with the subject since its erasure began; empty before. Raises CannotOpen."""
    begun: Begun = _values(services, store, request).get(_BEGUN, {})
    return begun


def _values(services: Services, store: Store | None, request: PrivacyRequest) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(_opened(_keys(services, store, request), request))
    return values


def _keys(services: Services, store: Store | None, request: PrivacyRequest) -> list[DataKey]:
    """The key that seals, and those that did when the store wasn't connected yet, or not known."""
    keys = [intake_key(services)]
    if request.workspace_id is not None:
        keys.insert(0, intake_key(services, request.workspace_id))
    if store is not None and store.data_key:
        keys.insert(0, store_key(services.keyring, store))
    return keys


def _opened(keys: Sequence[DataKey], request: PrivacyRequest) -> bytes:
    about = _about(request)
    for key in keys[:-1]:
        try:
            return key.open(request.sealed_subject, about)
        except CannotOpen:
            continue
    return keys[-1].open(request.sealed_subject, about)


def _about(request: PrivacyRequest) -> bytes:
    if request.delivery_id is not None:
        return associated("privacy_requests", request.kind, request.delivery_id)
    return associated("privacy_requests", request.kind, "row", request.id)
