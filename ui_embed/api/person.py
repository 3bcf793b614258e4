"""The API of what is known of a person at a glance, and of which orders a text names.

Opened by the same bearers as the rest; no other origin's page may call these.
"""

from dataclasses import asdict

from flask import Blueprint, Response

from integration.crm.mentions.resolving import resolve_mentions
from integration.crm.mentions.writers import LONGEST_WRITER
from integration.crm.summary import summary_of
from integration.crm.timeline import timeline_of
from integration.crm.views import View, write_view
from integration.errors import Invalid, NotFound
from ui_embed.api.bodies import json_answer, json_object, our_id, text_field
from ui_embed.auth import Caller
from ui_embed.request_context import caller, services, single_arguments

api_read = Blueprint("api_read", __name__)

_PREFIX = "/api/v1"
_SURFACE = "api"
_LONGEST_QUERY = 4_000
_MOST_BYTES = 1024 * 1024


@api_read.get(f"{_PREFIX}/profiles/<profile_id>/summary")
def summary(profile_id: str) -> Response:
    """A person's figures over all stores; that they were read is written down."""
    single_arguments()
    who, asked = caller(), _profile(profile_id)
    with services().db.workspace(who.workspace_id) as session:
        found = summary_of(session, asked)
    _seen(who, found.profile_id)
    return json_answer(asdict(found))


@api_read.get(f"{_PREFIX}/profiles/<profile_id>/timeline")
def timeline(profile_id: str) -> Response:
    """What happened with a person, the newest first; that it was read is written down."""
    cursor = single_arguments().get("cursor")
    who, asked = caller(), _profile(profile_id)
    with services().db.workspace(who.workspace_id) as session:
        found = timeline_of(session, services().platforms, asked, cursor=cursor)
    _seen(who, found.profile_id)
    return json_answer(asdict(found))


@api_read.get(f"{_PREFIX}/orders/mentioned")
def mentioned() -> Response:
    """The orders that a short text names."""
    arguments = single_arguments()
    who, text = caller(), arguments.get("text")
    if text is None or len(text) > _LONGEST_QUERY:
        raise Invalid("The parameter text is missing, or so long that it has to be posted.")
    return _mentions(who, text, arguments.get("writer"))


@api_read.post(f"{_PREFIX}/orders/mentioned")
def mentioned_in_long() -> Response:
    """The same for a text of any length: `{"text", "writer"}`."""
    single_arguments()
    who, posted = caller(), json_object(_MOST_BYTES)
    writer = None if posted.get("writer") is None else text_field(posted, "writer")
    return _mentions(who, text_field(posted, "text"), writer)


def _mentions(who: Caller, text: str, writer: str | None) -> Response:
    if writer is not None and not 0 < len(writer.strip()) <= LONGEST_WRITER:
        raise Invalid("The writer is empty or too long.")
    with services().db.workspace(who.workspace_id) as session:
        return json_answer(asdict(resolve_mentions(session, text, writer=writer)))


def _profile(profile_id: str) -> int:
    if (number := our_id(profile_id)) is None:
        raise NotFound("There is no such person.")
    return number


def _seen(who: Caller, profile_id: str) -> None:
    store_id = who.store_id if who.kind == "session" else None
    now = services().now()
    view = View(who.workspace_id, int(profile_id), store_id, who.viewer, _SURFACE, now)
    write_view(services().db, view)
