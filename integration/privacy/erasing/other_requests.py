"""Requests for the data of somebody who was erased: there is nothing to give, and nobody named."""

from collections.abc import Collection, Sequence

from sqlalchemy import select

from integration.crypto import CannotOpen
from integration.identity.keys import Key, account_identity, order_identity
from integration.models import PrivacyRequest, Store
from integration.privacy.subject import asked_of, open_subject
from integration.services import Services

OUTCOME = "erased"


def erase_other_requests(
    services: Services, stores: Sequence[Store], names: Collection[Key], besides: int | None
) -> int:
    """End the requests for data that name the person; how many.

    Erasures that wait keep whom they name: they may name more.
    """
    ended = 0
    statement = select(PrivacyRequest).where(
        PrivacyRequest.workspace_id == stores[0].workspace_id,
        PrivacyRequest.kind == "data_request",
        PrivacyRequest.sealed_subject != b"",
        PrivacyRequest.id != (besides or 0),
    )
    by_id = {store.id: store for store in stores}
    with services.db.workspace(stores[0].workspace_id, write=True) as session:
        for request in session.execute(statement).scalars():
            if _named(services, by_id, request) & set(names):
                request.sealed_subject = b""
                ended += 1
                if request.state in ("waiting", "ready"):
                    request.state, request.outcome = "done", OUTCOME
                    request.finished_at = services.now()
        session.flush()
    return ended


def _named(services: Services, stores: dict[int, Store], request: PrivacyRequest) -> set[Key]:
    asked_by = stores.get(request.store_id) if request.store_id is not None else None
    if request.store_id is not None and asked_by is None:
        return set()
    try:
        subject = open_subject(services, asked_by, request)
    except CannotOpen:
        return set()
    found = set(subject.names)
    if asked_by is not None:
        asked = asked_of(asked_by, subject)
        found |= {Key("email", each) for each in asked.emails}
        found |= {account_identity(asked_by.id, each) for each in asked.accounts}
        found |= {order_identity(asked_by.id, each) for each in asked.orders}
    return found
