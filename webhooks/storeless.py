"""Deliveries of stores that we don't know: only what is asked for privacy is heard."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from integration.models import Store
from integration.services import Services
from platforms.port import Envelope
from webhooks import counters
from webhooks.effects import Effects, take_effect
from webhooks.leases import Lease, LeaseLost, hold
from webhooks.outcomes import Owner, mark_applied, mark_refused
from webhooks.reading import Item, read_batch
from webhooks.recording import record

_NOBODY = Owner(None, None)
_UNKNOWN = ("store_unknown", "the store isn't known; the delivery changed nothing")


def work_off_storeless(services: Services, lease: Lease) -> None:
    """Take the compliance requests; whatever else is there is refused."""
    read = read_batch(services, lease.works, None)
    effects = Effects()
    for item in read.items:
        try:
            effects.add(_commit(services, item))
        except LeaseLost:
            continue
    record(services, _NOBODY, read.failures)
    effects.follow_up(services, _NOBODY)
    counters.drain_rounds.inc()


def _commit(services: Services, item: Item) -> Effects:
    effects = Effects()
    now = services.now()
    with services.db.across_workspaces(write=True) as session:
        hold(session, [item.work])
        if not item.is_compliance:
            mark_refused(session, [item.work], now, *_UNKNOWN)
            effects.refused = 1
        elif take_effect(services, session, _known_by_now(services, session, item), item, effects):
            mark_applied(session, [item.work], now)
            effects.received.append(item.received_at)
        session.flush()
    return effects


def _known_by_now(services: Services, session: Session, item: Item) -> Store | None:
    gate = services.platforms[item.platform].gate
    domain = gate.identify(Envelope(topic="", store_hint=item.store_hint, delivery_id=""))
    statement = select(Store).where(Store.platform == item.platform, Store.domain == domain)
    return session.execute(statement).scalar_one_or_none()
