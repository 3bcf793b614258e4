"""The pages of channels: the list, one more, one with its form, and what is done to it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response

from channels.errors import ChannelError
from integration.conversations.channels import setup
from integration.conversations.channels.setup import ChannelCard, FieldsRefused
from integration.conversations.channels.standing import adapter_of
from integration.errors import Conflict, NotFound
from ui_embed.entrance import staff_page
from ui_embed.inbox_settings.channel_form import (
    ChannelForm,
    empty_form,
    form_of,
    typed_values,
)
from ui_embed.inbox_settings.channel_shown import channel_page, list_page
from ui_embed.inbox_settings.mail_presets import preset_of
from ui_embed.inbox_settings.screen import (
    answered,
    chosen_id,
    in_words,
    number_of,
    told,
    typed,
    unreachable,
)
from ui_embed.request_context import caller, services, single_arguments, single_fields
from ui_embed.texts import gettext

channel_pages = Blueprint("channel_settings", __name__, url_prefix="/settings/inbox/channels")


@channel_pages.get("")
@staff_page
def listed() -> Any:
    """The channels with how they stand, and the kinds that one more can be of."""
    return list_page()


@channel_pages.get("/new/<kind>")
@staff_page
def new(kind: str) -> Any:
    """An empty form; `preset=` fills in a mail provider's servers."""
    preset = preset_of(single_arguments().get("preset", ""))
    fields = _adapter(kind).accounts.fields
    form = empty_form(kind, fields, preset.values() if preset else {})
    return channel_page(form, preset=preset)


@channel_pages.post("/new/<kind>")
@staff_page
def create(kind: str) -> Response:
    """Try what was typed, or make the channel."""
    form, given = _typed(kind)
    if single_fields().get("do") == "test":
        return _tested(form, given, None)
    try:
        card = setup.create_channel(
            services(), caller().workspace_id, kind, form.name, given, by=caller().actor,
            **_about(form),
        )  # fmt: skip
    except (FieldsRefused, Conflict) as error:
        return channel_page(_refused(form, error), status=422)
    note = gettext("The channel is set up.") if card.error is None else None
    shown = channel_page(_form(card), card=card, note=note)
    if card.made:
        # What was made is shown this once: an address that is loaded again shows it no more.
        return shown
    return answered(shown, "channel_settings.shown", channel_id=card.id)


@channel_pages.get("/<channel_id>")
@staff_page
def shown(channel_id: str) -> Any:
    """A channel: how it stands, where it is put or called, and its form."""
    card = _card(channel_id)
    return channel_page(_form(card), card=card)


@channel_pages.post("/<channel_id>")
@staff_page
def change(channel_id: str) -> Response:
    """Try what was typed, or keep it."""
    before = _card(channel_id)
    form, given = _typed(before.kind)
    form = replace(form, held=frozenset(before.secrets))
    if single_fields().get("do") == "test":
        return _tested(form, given, before)
    try:
        card = setup.change_channel(
            services(), caller().workspace_id, int(before.id), form.name, given,
            by=caller().actor, **_about(form),
        )  # fmt: skip
    except (FieldsRefused, Conflict) as error:
        return channel_page(_refused(form, error), card=before, status=422)
    return _again(card, gettext("The changes are kept."))


@channel_pages.post("/<channel_id>/<act>")
@staff_page
def act(channel_id: str, act: str) -> Response:
    """Check a channel, pause it, resume it, give it a new token, or remove it."""
    card = _card(channel_id)
    asked: tuple[Any, ...] = (services(), caller().workspace_id, int(card.id))
    by = caller().actor
    acts: Mapping[str, Callable[[], Response]] = {
        "check": lambda: _checked(setup.check_channel(*asked)),
        "pause": lambda: _again(setup.pause(*asked, by=by), gettext("The channel is paused.")),
        "resume": lambda: _checked(setup.resume(*asked, by=by)),
        "token": lambda: _with_new_token(card),
        "remove": lambda: _removed(card),
    }
    return acts.get(act, unreachable)()


def _checked(card: ChannelCard) -> Response:
    return _again(card, gettext("It works.") if card.error is None else None)


def _with_new_token(card: ChannelCard) -> Response:
    who = caller()
    setup.rotate_token(services(), who.workspace_id, int(card.id), by=who.actor)
    return _again(card, gettext("The old address leads nowhere any more. Use the new one."))


def _removed(card: ChannelCard) -> Response:
    who = caller()
    setup.remove(services(), who.workspace_id, int(card.id), by=who.actor)
    note = gettext("%(channel)s was removed. Its conversations stay.", channel=card.name)
    return answered(list_page(note), "channel_settings.listed")


def _again(card: ChannelCard, note: str | None) -> Response:
    page = channel_page(_form(card), card=card, note=note)
    return answered(page, "channel_settings.shown", channel_id=card.id)


def _tested(form: ChannelForm, given: dict[str, Any], before: ChannelCard | None) -> Response:
    number = None if before is None else int(before.id)
    try:
        failure = setup.try_given(
            services(), caller().workspace_id, form.kind, given, channel_id=number
        )
    except FieldsRefused as error:
        return channel_page(_refused(form, error), card=before, status=422)
    return channel_page(form, card=before, trial=_trial(failure), has_worked=failure is None)


def _trial(failure: ChannelError | None) -> str:
    if failure is None:
        return gettext("The connection works. Nothing is kept yet.")
    return in_words(str(failure))


def _typed(kind: str) -> tuple[ChannelForm, dict[str, Any]]:
    fields = single_fields()
    asked = _adapter(kind).accounts.fields
    given = typed_values(asked, fields)
    form = ChannelForm(
        kind=kind,
        fields=asked,
        values=given,
        name=fields.get("name", ""),
        store_id=typed(fields, "store_id"),
        locale=typed(fields, "locale"),
    )
    return form, given


def _about(form: ChannelForm) -> dict[str, Any]:
    # An id that can be none is still told, so that it is refused at its field.
    store_id = chosen_id(form.store_id) or (0 if form.store_id else None)
    return {"store_id": store_id, "locale": form.locale or None}


def _refused(form: ChannelForm, error: FieldsRefused | Conflict) -> ChannelForm:
    fields = error.details.get("fields") if isinstance(error, FieldsRefused) else None
    refusals = fields or {"address" if error.code == "address_taken" else "": told(error)}
    return replace(form, refusals={name: in_words(text) for name, text in refusals.items()})


def _form(card: ChannelCard) -> ChannelForm:
    return form_of(card, _adapter(card.kind).accounts.fields)


def _card(channel_id: str) -> ChannelCard:
    return setup.channel_card(services(), caller().workspace_id, number_of(channel_id))


def _adapter(kind: str) -> Any:
    if not kind.isalnum():
        raise NotFound("There is no such kind of channel.")
    return adapter_of(services(), kind)
