"""The page of office hours."""

from dataclasses import replace
from typing import Any

from babel.dates import get_day_names
from flask import Blueprint, Response

from integration.conversations.hours.office_hours import DAYS
from integration.conversations.inbox_settings import change_inbox_settings, inbox_settings
from integration.errors import Invalid
from ui_embed.entrance import staff_page
from ui_embed.inbox_settings.hours_form import (
    HoursForm,
    form_of,
    refusals_of,
    typed_form,
    zones,
)
from ui_embed.inbox_settings.screen import answered, page, reading, told, writing
from ui_embed.request_context import caller, choose_language, services, single_fields
from ui_embed.texts import gettext

hours_pages = Blueprint("inbox_hours", __name__, url_prefix="/settings/inbox/hours")


@hours_pages.get("")
@staff_page
def shown() -> Any:
    """The hours that are kept, or the usual ones to begin with."""
    return _page(_held())


@hours_pages.post("")
@staff_page
def change() -> Response:
    """Keep the hours that were typed."""
    form = typed_form(single_fields())
    hours = form.told()
    refused = refusals_of(hours) if hours is not None else {}
    if refused:
        return _page(replace(form, refusals=refused), status=422)
    try:
        with writing() as session:
            change_inbox_settings(
                session, by=caller().actor, now=services().now(), office_hours=hours
            )
    except Invalid as error:
        return _page(replace(form, refusals={"is_on": told(error)}), status=422)
    return answered(_page(_held(), note=gettext("The hours are kept.")), "inbox_hours.shown")


def _held() -> HoursForm:
    with reading() as session:
        held = inbox_settings(session).office_hours
    return form_of(held.as_dict() if held else None, caller().store.timezone or "UTC")


def _page(form: HoursForm, *, note: str | None = None, status: int = 200) -> Response:
    names = get_day_names("wide", locale=choose_language())
    days = [(day, names[number]) for number, day in enumerate(DAYS)]
    offered = zones() if form.zone in zones() else (form.zone, *zones())
    return page("inbox_hours", status, part="hours", form=form, days=days, zones=offered, note=note)
