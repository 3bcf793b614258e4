"""What deliveries do beside changing the mirror, and what follows after their commit."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from integration.events import Event
from integration.install.uninstall import end_installation
from integration.models import Store
from integration.privacy.erasing.stored_bodies import take_bodies_away
from integration.privacy.requests.intake import Asked, take_request
from integration.services import Services
from integration.sync.parts import enqueue_parts
from platforms.changes import AppUninstalled, PrivacyRequested, ReadFinished, ScopesChanged
from webhooks import counters
from webhooks.leases import HeldWork
from webhooks.outcomes import Owner, mark_refused, raise_alarm
from webhooks.reading import Item


@dataclass(slots=True)
class Effects:
    """What one or more transactions did that others have to hear of."""

    profile_ids: set[int] = field(default_factory=set)
    # The applied, and when each of them came in.
    applied: list[HeldWork] = field(default_factory=list)
    received: list[datetime] = field(default_factory=list)
    refused: int = 0
    scopes_changed: bool = False
    read_finished: bool = False
    store_changed: bool = False
    privacy_asked: bool = False
    leaves_parts: bool = False
    # Deliveries that told of erased persons.
    of_erased: set[int] = field(default_factory=set)

    def add(self, other: "Effects") -> None:
        """Take in what a committed transaction did."""
        self.profile_ids |= other.profile_ids
        self.applied += other.applied
        self.received += other.received
        self.refused += other.refused
        self.scopes_changed |= other.scopes_changed
        self.read_finished |= other.read_finished
        self.store_changed |= other.store_changed
        self.privacy_asked |= other.privacy_asked
        self.leaves_parts |= other.leaves_parts
        self.of_erased |= other.of_erased

    def follow_up(self, services: Services, owner: Owner) -> None:
        """Count, and enqueue what follows. To be called after the commit."""
        counters.finished.labels("applied").inc(len(self.received))
        counters.finished.labels("refused").inc(self.refused)
        if self.of_erased:
            take_bodies_away(services, self.of_erased)
        if self.privacy_asked:
            services.jobs.enqueue("privacy.run", key="privacy")
        if owner.workspace_id is None or owner.store_id is None:
            return
        ids = {"workspace_id": owner.workspace_id, "store_id": owner.store_id}
        if self.scopes_changed:
            services.jobs.enqueue("install.check_scopes", key=f"scopes:{owner.store_id}", **ids)
        if self.read_finished:
            services.jobs.enqueue("sync.backfill", key=f"backfill:{owner.store_id}", **ids)
        if self.leaves_parts:
            enqueue_parts(services, workspace_id=owner.workspace_id, store_id=owner.store_id)

    def news(self, owner: Owner) -> list[Event]:
        """What open panels are to be told after the commit."""
        if owner.workspace_id is None or owner.store_id is None:
            return []
        news = [Event(owner.workspace_id, "profile", found) for found in sorted(self.profile_ids)]
        if self.store_changed:
            news.append(Event(owner.workspace_id, "store", owner.store_id))
        return news


def take_effect(
    services: Services, session: Session, store: Store | None, item: Item, effects: Effects
) -> bool:
    """The effects of a delivery that aren't the mirror's. False when it was refused instead."""
    for change in item.changes:
        if isinstance(change, ScopesChanged):
            effects.scopes_changed = True
        elif isinstance(change, ReadFinished):
            effects.read_finished = True
        elif isinstance(change, PrivacyRequested):
            if not _ask(services, session, store, item, change, effects):
                return False
    return True


def uninstall(session: Session, store: Store, item: Item, effects: Effects) -> None:
    """End the installation, unless the delivery is older than it."""
    for change in item.changes:
        if isinstance(change, AppUninstalled):
            at = change.at or item.triggered_at or item.received_at
            heard_at = item.received_at
            effects.store_changed |= end_installation(session, store, at, heard_at=heard_at)


def _ask(
    services: Services,
    session: Session,
    store: Store | None,
    item: Item,
    change: PrivacyRequested,
    effects: Effects,
) -> bool:
    asked = Asked(item.work.delivery_id, item.store_hint, item.received_at)
    refusal = take_request(services, session, store, change, asked)
    effects.privacy_asked = True
    if refusal is None:
        return True
    now = services.now()
    owner = Owner(store.workspace_id, store.id) if store is not None else Owner(None, None)
    raise_alarm(session, owner, "erasure_not_believable", refusal, now, item.work.delivery_id)
    mark_refused(session, [item.work], now, "erasure_not_believable", refusal)
    effects.refused += 1
    return False
