"""Erasing the stored bodies of deliveries that hold a person, or all of a store's.

The one writer of the inbox is the receiver; this is the exception, in short transactions.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

import orjson
from sqlalchemy import select, update

from integration.crypto import CannotOpen
from integration.delivery_bodies import ERASED, ERASED_CODE, ERASED_MEANS, Opener
from integration.models import Delivery, DeliveryWork, Store
from integration.models.vocabulary import WorkState
from integration.privacy.erasing.checkpoint import Known
from integration.services import Services

# Of a delivery's topic and its body.
IsMeant: TypeAlias = Callable[[str, bytes], bool]

# A body may have megabytes.
_CHUNK = 50
# Short ids (small shops have them on other platforms) would match figures everywhere; those are
# looked for where a body tells its own.
_SHORTEST = 6


@dataclass(frozen=True, slots=True)
class Erased:
    """How many bodies were erased, and the last delivery that was looked at."""

    bodies: int
    last_id: int


def erase_bodies_of(
    services: Services,
    store: Store,
    known: Known,
    words: Iterable[str] = (),
    *,
    after: int = 0,
) -> Erased:
    """Erase each stored body of the store that names the person, of deliveries after that id.

    `words` are addresses and numbers as they were told, besides what they are compared by.
    """
    return _erase_where(services, store, names_person(known, words), after=after)


def erase_bodies_before(services: Services, store: Store, before: datetime | None) -> int:
    """Erase every stored body of the store that came before then (None: all); how many."""
    return _erase_where(services, store, lambda _topic, _body: True, before=before).bodies


def names_person(known: Known, words: Iterable[str] = ()) -> IsMeant:
    """Whether a body names whoever is known by these accounts, orders, addresses and numbers."""
    texts = {*known.customer_ids, *known.order_ids, *words}
    for kind, value in known.contacts:
        texts.add(value if kind == "email" else value.rpartition(":")[2])
    needles = sorted({text.lower() for text in texts if len(text) >= _SHORTEST})
    as_bytes = [needle.encode() for needle in needles]
    foreign = [needle for needle in needles if not needle.isascii()]

    def is_meant(topic: str, body: bytes) -> bool:
        folded = body.lower()
        if any(needle in folded for needle in as_bytes) or _is_theirs(topic, body, known):
            return True
        # Other letters may stand escaped.
        return bool(foreign) and b"\\u" in folded and _says(body, foreign)

    return is_meant


def _says(body: bytes, needles: Sequence[str]) -> bool:
    try:
        plain = orjson.dumps(orjson.loads(body)).decode().lower()
    except orjson.JSONDecodeError:
        return False
    return any(needle in plain for needle in needles)


def _erase_where(
    services: Services,
    store: Store,
    is_meant: IsMeant,
    *,
    before: datetime | None = None,
    after: int = 0,
) -> Erased:
    erased, last = 0, after
    opener = Opener(services, store)
    for chunk in _chunks(services, store, before, after):
        last = chunk[-1].id
        mended = _mended(services, chunk)
        meant = [
            delivery
            for delivery in chunk
            if _is_meant(opener, delivery, mended.get(delivery.id), is_meant)
        ]
        if meant:
            take_bodies_away(services, [delivery.id for delivery in meant])
            _settle_parked(services, [one.id for one in meant if not one.is_compliance])
            erased += len(meant)
    return Erased(erased, last)


def take_bodies_away(services: Services, delivery_ids: Collection[int]) -> None:
    """Erase the bodies of these deliveries, as they came and as somebody mended them."""
    for database, statement in (
        (
            services.inbox,
            update(Delivery).where(Delivery.id.in_(delivery_ids)).values(sealed_body=ERASED),
        ),
        (
            services.db,
            update(DeliveryWork)
            .where(DeliveryWork.delivery_id.in_(delivery_ids))
            .values(sealed_mended_body=None),
        ),
    ):
        with database.across_workspaces(write=True) as session:
            session.execute(statement.execution_options(synchronize_session=False))


def _settle_parked(services: Services, delivery_ids: Sequence[int]) -> None:
    """Ask nobody any more to look at what can't be applied again; a duty's stays before them."""
    with services.db.across_workspaces(write=True) as session:
        session.execute(
            update(DeliveryWork)
            .where(
                DeliveryWork.delivery_id.in_(delivery_ids),
                DeliveryWork.state == WorkState.PARKED,
            )
            .values(
                state=WorkState.REFUSED,
                finished_at=services.now(),
                error_code=ERASED_CODE,
                error=ERASED_MEANS,
            )
            .execution_options(synchronize_session=False)
        )


def _chunks(
    services: Services, store: Store, before: datetime | None, after: int
) -> Iterator[Sequence[Delivery]]:
    last = after
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


def _mended(services: Services, chunk: Sequence[Delivery]) -> dict[int, DeliveryWork]:
    """Those of these that somebody mended."""
    statement = select(DeliveryWork).where(
        DeliveryWork.delivery_id.in_([delivery.id for delivery in chunk]),
        DeliveryWork.sealed_mended_body.is_not(None),
    )
    with services.db.across_workspaces() as session:
        return {work.delivery_id: work for work in session.execute(statement).scalars()}


def _is_meant(
    opener: Opener, delivery: Delivery, mended: DeliveryWork | None, is_meant: IsMeant
) -> bool:
    for work in (None, mended) if mended is not None else (None,):
        try:
            if is_meant(delivery.topic, opener.open(delivery, work)):
                return True
        except CannotOpen:
            # Nobody can read it any more; it is as good as erased.
            continue
    return False


def _is_theirs(topic: str, body: bytes, known: Known) -> bool:
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
        return own in known.order_ids or account in known.customer_ids
    return topic.startswith("customer") and own in known.customer_ids
