"""The API of who is one person: joining, taking apart, whose an address is, and taking it back.

A browser's cookie decides only from a page of ours. Every decision is written down and answers with
its `event_id`, by which it is taken back.
"""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, request

from integration.crm.evidence import known_of
from integration.crm.faces import face_of
from integration.crm.identity_answers import person_identity
from integration.crm.identity_history import history_of
from integration.crm.linking import link, reconsider, undo
from integration.crm.parting import mark_shared, mark_single, unlink
from integration.crm.views import View, write_view
from integration.errors import Invalid, NotFound
from integration.identity.keys import Key
from integration.identity.typed import identity_typed
from ui_embed.api.bodies import json_answer, json_object, our_id, text_field
from ui_embed.identity.decisions import Deed, decide, decider
from ui_embed.request_context import caller, services, single_arguments

api_links = Blueprint("api_links", __name__)

_PREFIX = "/api/v1"
_OF_PERSON = f"{_PREFIX}/profiles/<profile_id>"
_SURFACE = "api"
_EVENTS_A_PAGE = 50
_PARTS = ("customer", "order", "email", "phone")


@api_links.get(f"{_OF_PERSON}/identity")
def identity(profile_id: str) -> Response:
    """How a person is known, and what was decided about them; that it was read is written down."""
    cursor = single_arguments().get("cursor")
    who, asked = caller(), _number(profile_id)
    before = None if cursor is None else our_id(cursor)
    if cursor is not None and before is None:
        raise Invalid("The cursor is none of ours.", code="invalid_cursor")
    with services().db.workspace(who.workspace_id) as session:
        face = face_of(session, asked)
        known = known_of(session, face)
        entries, following = history_of(session, face, limit=_EVENTS_A_PAGE, before_id=before)
    now, store_id = services().now(), who.store_id if who.kind == "session" else None
    write_view(services().db, View(who.workspace_id, face.id, store_id, who.viewer, _SURFACE, now))
    return json_answer(asdict(person_identity(face.id, known, entries, following)))


@api_links.post(f"{_OF_PERSON}/links")
def join(profile_id: str) -> Response:
    """Let two profiles be one person: `{"profile", "reason"}`."""
    posted = _posted()
    one, other = _number(profile_id), _number(text_field(posted, "profile"))
    reason, now = _reason(posted), services().now()
    return _do(lambda session: link(session, one, other, by=decider(), now=now, reason=reason))


@api_links.post(f"{_OF_PERSON}/unlink")
def take_out(profile_id: str) -> Response:
    """Take a joined profile out (`{"profile"}`), or an account, an order or an address
    (`{"kind", "value"}`); with a `reason`.
    """
    posted = _posted()
    one, what = _number(profile_id), _what(posted)
    reason, now = _reason(posted), services().now()
    return _do(lambda session: unlink(session, one, what, by=decider(), now=now, reason=reason))


@api_links.post(f"{_OF_PERSON}/suggestions/<other_id>/reconsider")
def ask_again(profile_id: str, other_id: str) -> Response:
    """Take back that the two are different persons."""
    _posted()
    one, other, now = _number(profile_id), _number(other_id), services().now()
    return _do(lambda session: reconsider(session, one, other, by=decider(), now=now))


@api_links.post(f"{_PREFIX}/addresses/shared")
def shared() -> Response:
    """Let an address or phone link nobody: `{"kind": "email" or "phone", "value", "reason"}`."""
    posted = _posted()
    key, reason, now = _key(posted), _reason(posted), services().now()
    return _do(lambda session: mark_shared(session, key, by=decider(), now=now, reason=reason))


@api_links.post(f"{_PREFIX}/addresses/single")
def single() -> Response:
    """Let an address or phone be one person's, whatever names it has; as for shared ones."""
    posted = _posted()
    key, reason, now = _key(posted), _reason(posted), services().now()
    return _do(lambda session: mark_single(session, key, by=decider(), now=now, reason=reason))


@api_links.post(f"{_PREFIX}/history/<event_id>/undo")
def take_back(event_id: str) -> Response:
    """Take back what an entry of the history decided."""
    _posted()
    if (number := our_id(event_id)) is None:
        raise NotFound("There is no such entry.")
    now = services().now()
    return _do(lambda session: undo(session, number, by=decider(), now=now))


def _do(deed: Deed) -> Response:
    return json_answer(decide(services(), caller(), deed).as_answer())


def _posted() -> dict[str, Any]:
    if single_arguments():
        raise Invalid("This takes no parameters.")
    caller()
    return json_object() if request.content_length else {}


def _reason(posted: dict[str, Any]) -> str | None:
    return text_field(posted, "reason") if "reason" in posted else None


def _what(posted: dict[str, Any]) -> int | Key:
    if ("profile" in posted) == ("kind" in posted):
        raise Invalid("Say either profile, or kind and value.")
    return _number(text_field(posted, "profile")) if "profile" in posted else _key(posted)


def _key(posted: dict[str, Any]) -> Key:
    kind, value = text_field(posted, "kind"), text_field(posted, "value")
    if kind not in _PARTS:
        raise Invalid(f"The kind is one of {', '.join(_PARTS)}.")
    return identity_typed(kind, value)


def _number(profile_id: str) -> int:
    if (number := our_id(profile_id)) is None:
        raise NotFound("There is no such person.")
    return number
