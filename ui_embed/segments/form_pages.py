"""Making and changing a segment: what was typed comes back until it is kept."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response
from sqlalchemy import select

from integration.crm.stores import list_stores
from integration.errors import Conflict, Invalid
from integration.models import Store
from integration.segments.read import count_people
from integration.segments.saved import (
    SavedSegment,
    change_segment,
    checked_conditions,
    create_segment,
    read_segment,
)
from ui_embed.entrance import staff_page
from ui_embed.request_context import caller, choose_language, services, single_fields
from ui_embed.segments.form import SegmentForm, choices, dropped, form_of, typed_form
from ui_embed.segments.screens import (
    away,
    is_by_script,
    reading,
    segment_number,
    segment_screen,
    segments_page,
    swapped,
    writing,
)

segment_form_pages = Blueprint("segment_form_pages", __name__)


@segment_form_pages.get("/segments/new")
@staff_page
def new() -> Any:
    """An empty form."""
    return _page(SegmentForm())


@segment_form_pages.post("/segments/new")
@staff_page
def create() -> Response:
    """What was typed, with a condition more or less, counted, or kept."""
    return _answered(typed_form(single_fields()))


@segment_form_pages.get("/segments/<segment_id>/change")
@staff_page
def changing(segment_id: str) -> Any:
    """The form of a segment."""
    number = segment_number(segment_id)
    with reading() as session:
        held = read_segment(session, number)
    return _page(form_of(held))


@segment_form_pages.post("/segments/<segment_id>/change")
@staff_page
def change(segment_id: str) -> Response:
    """The same for a segment that there is."""
    number = segment_number(segment_id)
    with reading() as session:
        read_segment(session, number)
    return _answered(typed_form(single_fields(), segment_id))


def _answered(form: SegmentForm) -> Response:
    fields = single_fields()
    if (place := dropped(fields)) is not None:
        return _part(form.without_row(place))
    if fields.get("do") == "add":
        return _part(form.with_row(fields.get("new_kind", ""), _own_currency()))
    try:
        if fields.get("do") == "count":
            return _part(_with_count(form))
        kept = _kept(form)
    except (Invalid, Conflict) as error:
        return _part(form.refused(error), 422)
    if not is_by_script():
        return away("segment_pages.shown", segment_id=kept.id)
    return swapped(segment_screen(int(kept.id)), "segment_pages.shown", segment_id=kept.id)


def _kept(form: SegmentForm) -> SavedSegment:
    who, now, asked = caller(), services().now(), form.conditions()
    with writing() as session:
        if form.segment_id is None:
            return create_segment(session, form.name, asked, by=who.viewer, now=now)
        number = segment_number(form.segment_id)
        return change_segment(session, number, name=form.name, conditions=asked, now=now)


def _with_count(form: SegmentForm) -> SegmentForm:
    with reading() as session:
        asked = checked_conditions(session, form.conditions())
        return replace(form, counted=count_people(session, asked, services().now()))


def _part(form: SegmentForm, status: int = 200) -> Response:
    """The form by itself for a script, the page for a browser without."""
    return _page(form, status, "segment_form" if is_by_script() else "segment_change")


def _page(form: SegmentForm, status: int = 200, template: str = "segment_change") -> Response:
    stores = list_stores(services(), caller().workspace_id)
    with reading() as session:
        told = session.execute(select(Store.currency).distinct()).scalars()
        known = {*filter(None, told), *(row.currency for row in form.rows if row.currency)}
    offered = choices(stores, sorted(known), choose_language())
    return segments_page(f"screens/{template}.html", status, form=form, choices=offered)


def _own_currency() -> str:
    with reading() as session:
        own = select(Store.currency).where(Store.id == caller().store_id)
        return session.execute(own).scalar_one_or_none() or ""
