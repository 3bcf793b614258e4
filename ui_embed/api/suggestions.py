"""The API of suggestions: who may be one person, and deciding it.

A browser's cookie decides only from a page of ours. A decision is taken back by its `event_id`.
"""

from collections.abc import Callable
from dataclasses import asdict

from flask import Blueprint, Response, request

from integration.crm.deeds import Decider, Decision
from integration.crm.linking import dismiss, link
from integration.crm.views import View, write_view
from integration.errors import Invalid, NotFound
from integration.events import Event
from integration.identity.pairing import remove_pairs
from integration.identity.suggestions import open_suggestions, suggestions_for
from integration.identity.two import Two
from ui_embed.api.bodies import json_answer, json_object, our_id, text_field
from ui_embed.request_context import caller, services, single_arguments

api_suggestions = Blueprint("api_suggestions", __name__)

_PREFIX = "/api/v1"
_OF_PERSON = f"{_PREFIX}/profiles/<profile_id>/suggestions"
_SURFACE = "api"


@api_suggestions.get(f"{_PREFIX}/suggestions")
def suggestions() -> Response:
    """The workspace's open suggestions, the strongest first."""
    cursor = single_arguments().get("cursor")
    with services().db.workspace(caller().workspace_id) as session:
        found = open_suggestions(session, cursor=cursor)
    return json_answer(asdict(found))


@api_suggestions.get(_OF_PERSON)
def of_person(profile_id: str) -> Response:
    """Who else may be that person; that they were looked at is written down."""
    single_arguments()
    who, asked = caller(), _number(profile_id)
    with services().db.workspace(who.workspace_id) as session:
        found = suggestions_for(session, asked)
    store_id = who.store_id if who.kind == "session" else None
    now = services().now()
    seen = View(who.workspace_id, int(found.profile_id), store_id, who.viewer, _SURFACE, now)
    write_view(services().db, seen)
    return json_answer(asdict(found))


@api_suggestions.post(f"{_OF_PERSON}/<other_id>/accept")
def accept(profile_id: str, other_id: str) -> Response:
    """Let the two be one person; `{"reason"}` may be posted."""
    return _decide(link, profile_id, other_id)


@api_suggestions.post(f"{_OF_PERSON}/<other_id>/dismiss")
def turn_down(profile_id: str, other_id: str) -> Response:
    """Let the two be different persons, for good; `{"reason"}` may be posted."""
    return _decide(dismiss, profile_id, other_id)


def _decide(how: Callable[..., Decision], profile_id: str, other_id: str) -> Response:
    if single_arguments():
        raise Invalid("This takes no parameters.")
    who, one, other = caller(), _number(profile_id), _number(other_id)
    posted = json_object() if request.content_length else {}
    reason = text_field(posted, "reason") if "reason" in posted else None
    with services().db.workspace(who.workspace_id, write=True) as session:
        decided = how(
            session, one, other, by=Decider(who.viewer), now=services().now(), reason=reason
        )
        remove_pairs(session, [Two.of(one, other)])
    if decided.changed:
        told = sorted(filter(None, {decided.profile_id, decided.other_profile_id}))
        services().events.publish(*(Event(who.workspace_id, "profile", each) for each in told))
    return json_answer(decided.as_answer())


def _number(profile_id: str) -> int:
    if (number := our_id(profile_id)) is None:
        raise NotFound("There is no such person.")
    return number
