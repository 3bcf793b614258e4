"""The pages of segments: the list, one with its people, and people as a file."""

from typing import Any

import orjson
from flask import Blueprint, Response

from integration.errors import Conflict, Invalid
from integration.segments.export import Selection
from integration.segments.read import count_people, page_of_people
from integration.segments.saved import create_segment, delete_segment, read_segment
from ui_embed.entrance import staff_page
from ui_embed.request_context import caller, services, single_arguments, single_fields
from ui_embed.segments.downloads import people_file
from ui_embed.segments.screens import (
    away,
    is_by_script,
    list_screen,
    reading,
    segment_number,
    segment_screen,
    segments_page,
    stored,
    swapped,
    writing,
)
from ui_embed.texts import gettext

segment_pages = Blueprint("segment_pages", __name__)

_SURFACE = "page"
_LONGEST_SEARCH = 200


@segment_pages.get("/segments")
@staff_page
def listed() -> Any:
    """The segments, and for the owner who took people out lately."""
    return list_screen()


@segment_pages.get("/segments/<segment_id>")
@staff_page
def shown(segment_id: str) -> Any:
    """A segment with its people."""
    return segment_screen(segment_number(segment_id))


@segment_pages.get("/segments/<segment_id>/people")
@staff_page
def further(segment_id: str) -> Any:
    """Further people, as rows, after a cursor."""
    cursor, number = single_arguments().get("cursor"), segment_number(segment_id)
    if not cursor:
        raise Invalid("The parameter cursor is missing.")
    with reading() as session:
        held = read_segment(session, number)
        found = page_of_people(session, held.conditions, services().now(), cursor=cursor)
    return segments_page("screens/segment_people.html", segment=held, found=found)


@segment_pages.get("/segments/<segment_id>/count")
@staff_page
def counted(segment_id: str) -> Any:
    """How many people it has, in words: the list asks for each by itself."""
    number = segment_number(segment_id)
    with reading() as session:
        held = read_segment(session, number)
        count = count_people(session, held.conditions, services().now())
    return segments_page("screens/segment_count.html", count=count)


@segment_pages.post("/segments/<segment_id>/delete")
@staff_page
def remove(segment_id: str) -> Response:
    """Remove a segment; the list then offers to put it back."""
    with writing() as session:
        gone = delete_segment(session, segment_number(segment_id))
    conditions = orjson.dumps(stored(gone.conditions)).decode()
    page = list_screen(gone, conditions)
    return swapped(page, "segment_pages.listed") if is_by_script() else page


@segment_pages.post("/segments/restore")
@staff_page
def put_back() -> Response:
    """Make a segment again that was just removed; one of its name that is there stays."""
    fields, who, now = single_fields(), caller(), services().now()
    try:
        conditions = orjson.loads(fields.get("conditions", ""))
        with writing() as session:
            create_segment(session, fields.get("name", ""), conditions, by=who.viewer, now=now)
    except orjson.JSONDecodeError:
        raise Invalid("The conditions can't be read.") from None
    except Conflict:
        return swapped(list_screen(), "segment_pages.listed")
    if not is_by_script():
        return away("segment_pages.listed")
    return swapped(list_screen(is_back=True), "segment_pages.listed")


@segment_pages.get("/segments/<segment_id>/export.csv")
@staff_page
def export(segment_id: str) -> Response:
    """Its people as a file, for the owner; that they went out is written down."""
    number = segment_number(segment_id)
    with reading() as session:
        held = read_segment(session, number)
    asked = Selection("segment", conditions=held.conditions, segment_id=number)
    return people_file(caller(), asked, _SURFACE, held.name)


@segment_pages.get("/people/export.csv")
@staff_page
def export_people() -> Response:
    """Who matches `search=` as a file, or everybody; likewise."""
    search = single_arguments().get("search", "").strip()
    if len(search) > _LONGEST_SEARCH:
        raise Invalid("The parameter search is too long.")
    if search:
        selection, name = Selection("search", search=search), gettext("found customers")
    else:
        selection, name = Selection(), gettext("all customers")
    return people_file(caller(), selection, _SURFACE, name)
