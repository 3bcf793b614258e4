"""A person's data by e-mail address, as a store's own tools for privacy ask for it.

WooCommerce has no compliance deliveries: our part in the store asks instead, its request proved.
"""

from collections.abc import Iterable
from typing import Any

import structlog
from sqlalchemy import select

from integration.audit.actions import Action
from integration.audit.recording import STORE, record
from integration.conversations.channels.keys import ChannelKeys
from integration.crm.views import View, write_view
from integration.identity.normalize import normalize_email
from integration.models import PrivacyRequest, Store
from integration.privacy.erasing.persons import find_person
from integration.privacy.erasing.remains import clear_remains
from integration.privacy.exports.conversations import conversation_groups
from integration.privacy.exports.records import person_groups
from integration.privacy.requests.intake import DUE_WITHIN
from integration.privacy.requests.working_off import work_off
from integration.privacy.subject import PrivacySubject, asked_of, seal_subject
from integration.privacy.traces import tellable, traces_of
from integration.services import Services

log = structlog.get_logger(__name__)

_KIND = "customer_redact"
_SURFACE = "plugin"
_LATER = "Tillside has taken the erasure down and will carry it out by itself."


def export_person(
    services: Services, workspace_id: int, store_id: int, email: str, page: int
) -> dict[str, Any]:
    """A page (from 1) of what this store's copy holds of the person of that address.

    `groups` of `{group_id, group_label, item_id, data: [{name, value}]}` in the shape of WordPress'
    exporters, and `done` on the last page; nobody has no groups. What is told is written down.
    """
    if normalize_email(email) is None or page < 1:
        return {"groups": [], "done": True}
    with services.db.workspace(workspace_id) as session:
        store = session.execute(select(Store).where(Store.id == store_id)).scalar_one()
        subject = _subject(email)
        found = find_person(session, store, subject)
        groups, is_last = person_groups(session, store, found, page)
        asked = asked_of(store, subject)
        traces = traces_of(session, store, asked, found.customer_ids, found.order_ids)
        keys = ChannelKeys(services.keyring)
        talks, no_more = conversation_groups(
            session, keys, store, tellable(store, asked, traces), page
        )
    if groups or talks:
        _note_told(services, workspace_id, store_id, found.profile_ids, page)
    return {"groups": [*groups, *talks], "done": is_last and no_more}


def erase_person(
    services: Services, workspace_id: int, store_id: int, email: str
) -> dict[str, Any]:
    """Erase the person of that address from this store's copy, at once.

    `removed` accounts and orders, `retained` of them, `messages` for people, `done`. The request is
    written down first: should the erasure fail now it is worked off later, and says so.
    """
    if normalize_email(email) is None:
        return _answer(0)
    request_id = _write_down(services, workspace_id, store_id, _subject(email))
    try:
        removed = work_off(services, request_id)
        clear_remains(services)
        return _answer(removed)
    except Exception as error:
        log.exception("privacy.failed", request_id=request_id, error=type(error).__name__)
        return _answer(0, retained=_held(services, workspace_id, store_id, email), said=(_LATER,))


def _note_told(
    services: Services, workspace_id: int, store_id: int, profile_ids: Iterable[int], page: int
) -> None:
    """That the store fetched this page, and whom it showed, before it has it."""
    now = services.now()
    for profile_id in profile_ids:
        seen = View(workspace_id, profile_id, None, STORE, _SURFACE, now)
        write_view(services.db, seen)
    with services.db.workspace(workspace_id, write=True) as session:
        target = f"store:{store_id}"
        record(session, Action.DATA_FETCHED, by=STORE, now=now, target=target, page=page)


def _write_down(
    services: Services, workspace_id: int, store_id: int, subject: PrivacySubject
) -> int:
    now = services.now()
    with services.db.workspace(workspace_id, write=True) as session:
        store = session.execute(select(Store).where(Store.id == store_id)).scalar_one()
        request = PrivacyRequest(
            delivery_id=None,
            workspace_id=workspace_id,
            store_id=store_id,
            store_hint=store.domain,
            kind=_KIND,
            source="plugin",
            state="waiting",
            received_at=now,
            due_at=now + DUE_WITHIN,
            finished_at=None,
            outcome=None,
            sealed_subject=b"",
        )
        session.add(request)
        session.flush()
        request.sealed_subject = seal_subject(services, store, subject, request)
        session.flush()
        return request.id


def _held(services: Services, workspace_id: int, store_id: int, email: str) -> int:
    with services.db.workspace(workspace_id) as session:
        store = session.execute(select(Store).where(Store.id == store_id)).scalar_one()
        found = find_person(session, store, _subject(email))
    return len(found.customer_ids) + len(found.order_ids)


def _subject(email: str) -> PrivacySubject:
    return PrivacySubject(None, email, None, ())


def _answer(removed: int, *, retained: int = 0, said: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"removed": removed, "retained": retained, "messages": list(said), "done": True}
