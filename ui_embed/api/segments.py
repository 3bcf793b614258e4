"""The API of segments: conditions on people under a name, who meets them, and them as a file."""

from contextlib import AbstractContextManager
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response

from integration.db import WorkspaceSession
from integration.errors import Invalid, NotFound
from integration.segments.export import Selection
from integration.segments.read import SegmentPeople, page_of_people
from integration.segments.saved import (
    change_segment,
    checked_conditions,
    create_segment,
    delete_segment,
    list_segments,
    read_segment,
)
from ui_embed.api.bodies import json_answer, json_object, our_id, text_field
from ui_embed.auth import Caller
from ui_embed.request_context import caller, services, single_arguments
from ui_embed.segments.downloads import people_file

api_segments = Blueprint("api_segments", __name__)

_PREFIX = "/api/v1/segments"
_SURFACE = "api"
_PREVIEWED = 10


@api_segments.get(_PREFIX)
def segments() -> Response:
    """The segments, in the order of their names."""
    single_arguments()
    with _reading(caller()) as session:
        found = list_segments(session)
    return json_answer({"segments": [each.as_dict() for each in found]})


@api_segments.post(_PREFIX)
def create() -> Response:
    """Keep conditions under a name: `{"name", "conditions"}`."""
    single_arguments()
    who, posted = caller(), json_object()
    name = text_field(posted, "name")
    with _writing(who) as session:
        made = create_segment(
            session, name, posted.get("conditions"), by=who.viewer, now=services().now()
        )
    return json_answer(made.as_dict(), 201)


@api_segments.post(f"{_PREFIX}/preview")
def preview() -> Response:
    """How many people meet conditions that aren't kept, and the first of them."""
    single_arguments()
    who, posted = caller(), json_object()
    with _reading(who) as session:
        asked = checked_conditions(session, posted.get("conditions"))
        found = page_of_people(session, asked, services().now(), limit=_PREVIEWED)
    return json_answer(_told(found))


@api_segments.get(f"{_PREFIX}/<segment_id>")
def segment(segment_id: str) -> Response:
    """One segment."""
    single_arguments()
    who, number = caller(), _number(segment_id)
    with _reading(who) as session:
        return json_answer(read_segment(session, number).as_dict())


@api_segments.patch(f"{_PREFIX}/<segment_id>")
def change(segment_id: str) -> Response:
    """Give it another `name` or other `conditions`."""
    single_arguments()
    who, number, posted = caller(), _number(segment_id), json_object()
    if not {"name", "conditions"} & set(posted):
        raise Invalid("Give a name or conditions.")
    name = text_field(posted, "name") if "name" in posted else None
    conditions = posted["conditions"] or [] if "conditions" in posted else None
    with _writing(who) as session:
        changed = change_segment(
            session, number, name=name, conditions=conditions, now=services().now()
        )
    return json_answer(changed.as_dict())


@api_segments.delete(f"{_PREFIX}/<segment_id>")
def remove(segment_id: str) -> Response:
    """Remove it; what it was is answered, by which it can be made again."""
    single_arguments()
    who, number = caller(), _number(segment_id)
    with _writing(who) as session:
        gone = delete_segment(session, number)
    return json_answer(gone.as_dict())


@api_segments.get(f"{_PREFIX}/<segment_id>/profiles")
def profiles(segment_id: str) -> Response:
    """Its people, who ordered last first."""
    cursor = single_arguments().get("cursor")
    who, number = caller(), _number(segment_id)
    with _reading(who) as session:
        held = read_segment(session, number)
        found = page_of_people(session, held.conditions, services().now(), cursor=cursor)
    return json_answer(_told(found))


@api_segments.get(f"{_PREFIX}/<segment_id>/profiles.csv")
def profiles_file(segment_id: str) -> Response:
    """Its people as a file, for the owner and for keys; that they went out is written down."""
    single_arguments()
    who, number = caller(), _number(segment_id)
    with _reading(who) as session:
        held = read_segment(session, number)
    asked = Selection("segment", conditions=held.conditions, segment_id=number)
    return people_file(who, asked, _SURFACE, held.name)


def _told(found: SegmentPeople) -> dict[str, Any]:
    return asdict(found)


def _number(segment_id: str) -> int:
    if (number := our_id(segment_id)) is None:
        raise NotFound("There is no such segment.")
    return number


def _reading(who: Caller) -> AbstractContextManager[WorkspaceSession]:
    return services().db.workspace(who.workspace_id)


def _writing(who: Caller) -> AbstractContextManager[WorkspaceSession]:
    return services().db.workspace(who.workspace_id, write=True)
