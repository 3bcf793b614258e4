"""The page of targets: within how long conversations want an answer and their end."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response

from integration.conversations.channels.setup import list_channels
from integration.conversations.inbox_settings import change_inbox_settings, inbox_settings
from integration.errors import Invalid
from ui_embed.entrance import staff_page
from ui_embed.inbox_settings.agents import agent_choices
from ui_embed.inbox_settings.channel_words import KINDS
from ui_embed.inbox_settings.screen import (
    answered,
    page,
    reading,
    several_fields,
    told,
    writing,
)
from ui_embed.inbox_settings.spans import UNITS
from ui_embed.inbox_settings.target_form import TargetForm, dropped, form_of, typed_form
from ui_embed.request_context import caller, services
from ui_embed.texts import gettext

target_pages = Blueprint("inbox_targets", __name__, url_prefix="/settings/inbox/targets")


@target_pages.get("")
@staff_page
def shown() -> Any:
    """The targets that are kept."""
    return _page(_held())


@target_pages.post("")
@staff_page
def change() -> Response:
    """What was typed, with a class more or less, or kept."""
    fields, several = several_fields()
    form = typed_form(fields, several)
    if (place := dropped(fields)) is not None:
        return _page(form.without_class(place))
    if fields.get("do") == "add" and not form.is_full:
        return _page(form.with_class())
    form = form.judged()
    if form.is_wrong:
        return _page(form, status=422)
    try:
        with writing() as session:
            change_inbox_settings(
                session, by=caller().actor, now=services().now(), targets=form.told()
            )
    except Invalid as error:
        return _page(replace(form, refusals={"": told(error)}), status=422)
    return answered(_page(_held(), note=gettext("The targets are kept.")), "inbox_targets.shown")


def _held() -> TargetForm:
    with reading() as session:
        return form_of(inbox_settings(session).targets)


def _page(form: TargetForm, *, note: str | None = None, status: int = 200) -> Response:
    with reading() as session:
        agents = agent_choices(session)
        has_hours = inbox_settings(session).office_hours is not None
    channels = list_channels(services(), caller().workspace_id)
    return page(
        "inbox_targets",
        status,
        part="targets",
        form=form,
        units=UNITS,
        kinds=[(each.kind, each.name) for each in KINDS],
        channels=[(each.id, each.name) for each in channels],
        agents=agents,
        has_hours=has_hours,
        note=note,
    )
