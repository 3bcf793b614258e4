"""What a merchant sees of privacy: what was asked, by when, what was done, and what proves it."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from integration.crypto import CannotOpen
from integration.db import WorkspaceSession
from integration.models import PersonExport, PrivacyRequest, Receipt, Store
from integration.privacy.ageing.retention import Retention, retention_of
from integration.privacy.subject import PrivacySubject, open_subject
from integration.services import Services

OPEN_STATES = ("waiting", "ready")
_MOST_OPEN = 200
_MOST_DONE = 50
_MOST_RECEIPTS = 50


@dataclass(frozen=True, slots=True)
class RequestSeen:
    """A request. `source` is store, plugin, merchant (`asked_by` names who) or timer.

    `about` is whom an open one names, as the merchant knows them: addresses, a phone, accounts.
    `percent_used` is how much of the time to `due_at` has passed, over 100 when it is late.
    `may_stop`: it can still be taken back, `may_run_now`: and begun at once.
    """

    id: int
    kind: str
    source: str
    asked_by: str | None
    state: str
    store_id: int | None
    store: str
    about: str | None
    received_at: datetime
    not_before: datetime | None
    due_at: datetime
    percent_used: int
    is_overdue: bool
    finished_at: datetime | None
    outcome: str | None
    may_stop: bool
    may_run_now: bool


@dataclass(frozen=True, slots=True)
class ExportSeen:
    """A person's data that is ready. `is_open`: it can be fetched, else it has expired."""

    id: int
    request_id: int
    size_bytes: int
    made_at: datetime
    expires_at: datetime
    fetched_at: datetime | None
    is_open: bool


@dataclass(frozen=True, slots=True)
class ReceiptSeen:
    """A link of the chain of proofs; `digest` is hexadecimal."""

    sequence: int
    kind: str
    made_at: datetime
    request_id: int | None
    store_id: int | None
    counts: dict[str, int]
    facts: dict[str, Any]
    digest: str


@dataclass(frozen=True, slots=True)
class Overview:
    """All of it. `requests` are open, the first due first; the others are the newest first."""

    as_of: datetime
    requests: tuple[RequestSeen, ...]
    done: tuple[RequestSeen, ...]
    exports: tuple[ExportSeen, ...]
    receipts: tuple[ReceiptSeen, ...]
    retention: tuple[Retention, ...]

    def as_dict(self) -> dict[str, Any]:
        """Its fields, as plain values."""
        return asdict(self)


def privacy_overview(services: Services, workspace_id: int) -> Overview:
    """How the workspace stands with what was asked of it."""
    now = services.now()
    with services.db.workspace(workspace_id) as session:
        mine = select(PrivacyRequest).where(PrivacyRequest.workspace_id == workspace_id)
        is_open = PrivacyRequest.state.in_(OPEN_STATES)
        waiting = mine.where(is_open).order_by(PrivacyRequest.due_at, PrivacyRequest.id)
        done = mine.where(~is_open).order_by(PrivacyRequest.id.desc())
        return Overview(
            as_of=now,
            requests=_seen(services, session, waiting.limit(_MOST_OPEN), now),
            done=_seen(services, session, done.limit(_MOST_DONE), now),
            exports=_exports(session, now),
            receipts=receipts_of(session),
            retention=retention_of(session),
        )


def receipts_of(
    session: WorkspaceSession, *, before: int | None = None, limit: int = _MOST_RECEIPTS
) -> tuple[ReceiptSeen, ...]:
    """The newest receipts, or those before one."""
    statement = select(Receipt).order_by(Receipt.sequence.desc()).limit(limit)
    if before is not None:
        statement = statement.where(Receipt.sequence < before)
    return tuple(_receipt(each) for each in session.execute(statement).scalars())


def percent_used(request: PrivacyRequest, now: datetime) -> int:
    """How much of a request's time has passed, in whole percent; of one that is over, when."""
    whole = request.due_at - request.received_at
    passed = (request.finished_at or now) - request.received_at
    return max(0, int(passed / whole * 100)) if whole else 100


def _seen(
    services: Services, session: WorkspaceSession, statement: Any, now: datetime
) -> tuple[RequestSeen, ...]:
    requests: Sequence[PrivacyRequest] = session.execute(statement).scalars().all()
    stores = {store.id: store for store in session.execute(select(Store)).scalars()}
    return tuple(_request(services, stores.get(each.store_id or 0), each, now) for each in requests)


def _request(
    services: Services, store: Store | None, request: PrivacyRequest, now: datetime
) -> RequestSeen:
    is_open = request.state in OPEN_STATES
    waits = request.not_before is not None and request.not_before > now
    is_merchants = request.source == "merchant" and request.state == "waiting"
    may_stop = is_merchants and (request.kind == "data_request" or waits)
    return RequestSeen(
        id=request.id,
        kind=request.kind,
        source=request.source,
        asked_by=request.asked_by,
        state=request.state,
        store_id=request.store_id,
        store=request.store_hint,
        about=_about(services, store, request) if is_open else None,
        received_at=request.received_at,
        not_before=request.not_before,
        due_at=request.due_at,
        percent_used=percent_used(request, now),
        is_overdue=is_open and request.due_at < now,
        finished_at=request.finished_at,
        outcome=request.outcome,
        may_stop=may_stop,
        may_run_now=may_stop and request.kind != "data_request",
    )


def _about(services: Services, store: Store | None, request: PrivacyRequest) -> str | None:
    if not request.sealed_subject:
        return None
    try:
        return about(open_subject(services, store, request))
    except CannotOpen:
        return None


def about(subject: PrivacySubject) -> str | None:
    """Whom a subject names, as a merchant knows them: addresses before phones before ids."""
    emails = [subject.email] if subject.email else subject.of_kind("email")
    phones = (
        [subject.phone]
        if subject.phone
        else [value.rpartition(":")[2] for kind, value in subject.names if kind.endswith("phone")]
    )
    accounts = (
        [subject.customer_external_id]
        if subject.customer_external_id
        else [value.rpartition(":")[2] for kind, value in subject.names if kind == "customer"]
    )
    orders = list(subject.order_external_ids)
    named = emails or phones or accounts or orders
    return ", ".join(named[:5]) or None


def _exports(session: WorkspaceSession, now: datetime) -> tuple[ExportSeen, ...]:
    """The newest of each request that is open, and of those fetched lately."""
    statement = select(PersonExport).order_by(PersonExport.id.desc()).limit(_MOST_OPEN)
    return tuple(
        ExportSeen(
            id=each.id,
            request_id=each.request_id,
            size_bytes=each.size_bytes,
            made_at=each.made_at,
            expires_at=each.expires_at,
            fetched_at=each.fetched_at,
            is_open=each.sealed_file is not None and each.expires_at > now,
        )
        for each in session.execute(statement).scalars()
    )


def _receipt(receipt: Receipt) -> ReceiptSeen:
    body = json.loads(receipt.body)
    return ReceiptSeen(
        sequence=receipt.sequence,
        kind=receipt.kind,
        made_at=receipt.made_at,
        request_id=receipt.request_id,
        store_id=receipt.store_id,
        counts=body["counts"],
        facts=body.get("facts", {}),
        digest=receipt.digest.hex(),
    )
