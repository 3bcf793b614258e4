"""Erasing the stored bodies of deliveries that hold a person, or all of a store's.

The one writer of the inbox is the receiver; this is the exception, in short transactions.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import TypeAlias

import orjson
from sqlalchemy import select, update

from integration.crypto import CannotOpen
from integration.delivery_bodies import ERASED, open_body
from integration.models import Delivery, DeliveryWork, Store
from integration.privacy.persons import Found
from integration.privacy.subject import PrivacySubject
from integration.services import Services

# Of a delivery's topic and its body.
IsMeant: TypeAlias = Callable[[str, bytes], bool]

# A body may have megabytes.
_CHUNK = 50


def erase_bodies_of(services: Services, store: Store, subject: PrivacySubject, found: Found) -> int:
    """Erase each stored body of the store that names the person. Returns how many."""
    needles = _needles(subject, found)

    def names_the_person(topic: str, body: bytes) -> bool:
        folded = body.lower()
        return any(needle in folded for needle in needles) or _is_theirs(topic, body, found)

    return _erase_where(services, store, names_the_person, before=None)


def erase_bodies_before(services: Services, store: Store, before: datetime | None) -> int:
    """Erase every stored body of the store that came before then (None: all)."""
    return _erase_where(services, store, lambda _topic, _body: True, before=before)


def _erase_where(
    services: Services, store: Store, is_meant: IsMeant, before: datetime | None
) -> int:
    erased = 0
    for chunk in _chunks(services, store, before):
        meant = [
            delivery.id for delivery in chunk if _is_meant(services, store, delivery, is_meant)
        ]
        if not meant:
            continue
        for database, statement in (
            (
                services.inbox,
                update(Delivery).where(Delivery.id.in_(meant)).values(sealed_body=ERASED),
            ),
            (
                services.db,
                update(DeliveryWork)
                .where(DeliveryWork.delivery_id.in_(meant))
                .values(sealed_mended_body=None),
            ),
        ):
            with database.across_workspaces(write=True) as session:
                session.execute(statement.execution_options(synchronize_session=False))
        erased += len(meant)
    return erased


def _chunks(
    services: Services, store: Store, before: datetime | None
) -> Iterator[Sequence[Delivery]]:
    last = 0
    while True:
        statement = select(Delivery).where(
            Delivery.id > last, Delivery.store_id == store.id, Delivery.sealed_body != ERASED
        )
        if before is not None:
            statement = statement.where(Delivery.received_at < before)
        with services.inbox.across_workspaces() as session:
            rows = session.execute(statement.order_by(Delivery.id).limit(_CHUNK)).scalars().all()
        if not rows:
            return
        last = rows[-1].id
        yield rows


def _is_meant(services: Services, store: Store, delivery: Delivery, is_meant: IsMeant) -> bool:
    try:
        return is_meant(delivery.topic, open_body(services, delivery, None, store))
    except CannotOpen:
        # Nobody can read it any more; it is as good as erased.
        return False


def _needles(subject: PrivacySubject, found: Found) -> tuple[bytes, ...]:
    texts = {
        subject.email,
        subject.customer_external_id,
        *subject.order_external_ids,
        *found.customer_ids,
        *found.order_ids,
    }
    # Short ids (small shops have them on other platforms) would match figures everywhere; those are
    # looked for where a body tells its own.
    known = {text.lower().encode() for text in texts if text and len(text) >= 6}
    if subject.phone:
        known.add(subject.phone.encode())
    return tuple(sorted(known))


def _is_theirs(topic: str, body: bytes, found: Found) -> bool:
    """Whether a body is that of one of these accounts or orders, or of an order of such an account.

    By the ids that it has at its top, under either platform's topic (order.updated, orders/create).
    """
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return False
    if not isinstance(value, dict):
        return False
    own, account = str(value.get("id")), str(value.get("customer_id"))
    if topic.startswith("order"):
        return own in found.order_ids or account in found.customer_ids
    return topic.startswith("customer") and own in found.customer_ids
