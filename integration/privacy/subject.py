"""Whom a compliance request is about, sealed while it waits."""

import json
from dataclasses import asdict, dataclass

from integration.crypto import CannotOpen, DataKey, associated
from integration.delivery_bodies import intake_key
from integration.install.keys import store_key
from integration.models import PrivacyRequest, Store
from integration.services import Services
from platforms.changes import PrivacyRequested


@dataclass(frozen=True, slots=True)
class PrivacySubject:
    """The ids, addresses and orders that a request names; all empty for a whole store."""

    customer_external_id: str | None
    email: str | None
    phone: str | None
    order_external_ids: tuple[str, ...]


def subject_of(change: PrivacyRequested) -> PrivacySubject:
    """The subject of a compliance delivery."""
    return PrivacySubject(
        change.customer_external_id, change.email, change.phone, change.order_external_ids
    )


def seal_subject(
    services: Services, store: Store | None, subject: PrivacySubject, kind: str, delivery_id: int
) -> bytes:
    """The subject, sealed with the store's key where there is one."""
    plain = json.dumps(asdict(subject)).encode()
    return _key(services, store).seal(plain, _about(kind, delivery_id))


def open_subject(
    services: Services, store: Store | None, request: PrivacyRequest
) -> PrivacySubject:
    """The subject of a waiting request. Raises CannotOpen."""
    about = _about(request.kind, request.delivery_id or 0)
    try:
        plain = _key(services, store).open(request.sealed_subject, about)
    except CannotOpen:
        # It may have been asked before the store was connected.
        plain = intake_key(services).open(request.sealed_subject, about)
    values = json.loads(plain)
    return PrivacySubject(**{**values, "order_external_ids": tuple(values["order_external_ids"])})


def _key(services: Services, store: Store | None) -> DataKey:
    if store is None or not store.data_key:
        return intake_key(services)
    return store_key(services.keyring, store)


def _about(kind: str, delivery_id: int) -> bytes:
    return associated("privacy_requests", kind, delivery_id)
