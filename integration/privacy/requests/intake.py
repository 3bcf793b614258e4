"""Taking a compliance request down, with its deadline, in the transaction of its delivery."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from integration.models import Installation, PrivacyRequest, Store
from integration.privacy.subject import seal_subject, subject_of
from integration.services import Services
from platforms.changes import PrivacyRequested

# Shopify's and the law's own: https://shopify.dev/docs/apps/build/compliance/privacy-law-compliance
DUE_WITHIN = timedelta(days=30)
_NEVER_UNINSTALLED = "a whole store's erasure was asked, but the store never uninstalled us"


@dataclass(frozen=True, slots=True)
class Asked:
    """The delivery that a request came in."""

    delivery_id: int
    store_hint: str
    received_at: datetime


def take_request(
    services: Services,
    session: Session,
    store: Store | None,
    change: PrivacyRequested,
    asked: Asked,
) -> str | None:
    """Write the request down; a repeated delivery writes none. Nothing is erased here.

    Returns why it can't be believed (it is then kept as refused), None when it is to be worked off.
    """
    known = select(PrivacyRequest.state).where(PrivacyRequest.delivery_id == asked.delivery_id)
    state = session.execute(known).scalar_one_or_none()
    if state is not None:
        return _NEVER_UNINSTALLED if state == "refused" else None
    refusal = _refusal(session, store, change)
    request = PrivacyRequest(
        delivery_id=asked.delivery_id,
        workspace_id=store.workspace_id if store is not None else None,
        store_id=store.id if store is not None else None,
        store_hint=asked.store_hint,
        kind=change.kind,
        state="waiting" if refusal is None else "refused",
        received_at=asked.received_at,
        due_at=asked.received_at + DUE_WITHIN,
        finished_at=None if refusal is None else services.now(),
        outcome=refusal,
    )
    request.sealed_subject = seal_subject(services, store, subject_of(change), request)
    session.add(request)
    session.flush()
    return refusal


def uninstalled_at(session: Session, store_id: int) -> datetime | None:
    """When the store's last installation that has ended did so; None when none ever has."""
    ended: datetime | None = session.execute(
        select(func.max(Installation.ended_at)).where(Installation.store_id == store_id)
    ).scalar_one_or_none()
    return ended


def _refusal(session: Session, store: Store | None, change: PrivacyRequested) -> str | None:
    if change.kind != "shop_redact" or store is None:
        return None
    return None if uninstalled_at(session, store.id) is not None else _NEVER_UNINSTALLED
