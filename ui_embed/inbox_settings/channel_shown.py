"""A channel's screens: the list, and one with everything that a merchant does with it."""

from dataclasses import dataclass

from flask import Response

from integration.conversations.channels import setup
from integration.conversations.channels.setup import ChannelCard
from ui_embed.formats import language_name
from ui_embed.inbox_settings.channel_form import ChannelForm
from ui_embed.inbox_settings.channel_words import KINDS, channel_status, kind_words, what_now
from ui_embed.inbox_settings.mail_presets import PRESETS, MailPreset
from ui_embed.inbox_settings.screen import LANGUAGES, may_set_up, page, store_choices
from ui_embed.request_context import caller, services
from ui_embed.words import Status


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """A channel in the list."""

    card: ChannelCard
    kind: str
    icon: str
    status: Status
    trouble: str | None


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a channel is put or called, to be copied: a snippet of the shop's page, the code in it
    that a store's app asks for, an address."""

    snippet: str | None = None
    code: str | None = None
    own_page: str | None = None
    address: str | None = None
    may_rotate: bool = False


def list_page(note: str | None = None) -> Response:
    """The channels, and the kinds that one more can be of."""
    cards = setup.list_channels(services(), caller().workspace_id)
    rows = [_row(card) for card in cards]
    return page("inbox_channels", part="channels", rows=rows, kinds=_kinds(), note=note)


def channel_page(
    form: ChannelForm,
    *,
    card: ChannelCard | None = None,
    preset: MailPreset | None = None,
    note: str | None = None,
    trial: str | None = None,
    has_worked: bool = False,
    status: int = 200,
) -> Response:
    """A channel's form, and for one that there is how it stands and where it is put."""
    return page(
        "inbox_channel",
        status,
        part="channels",
        form=form,
        card=card,
        row=_row(card) if card else None,
        words=kind_words(form.kind),
        preset=preset,
        presets=PRESETS if form.kind == "email" and card is None else (),
        stores=store_choices(),
        language_choices=[(each, language_name(each) or each) for each in LANGUAGES],
        placed=_placed(card) if card else Placed(),
        note=note,
        trial=trial,
        has_worked=has_worked,
        can_test=any(each.kind == "host" for each in form.fields),
    )


def _row(card: ChannelCard) -> ChannelRow:
    words = kind_words(card.kind)
    return ChannelRow(card, str(words.name), words.icon, channel_status(card), what_now(card))


def _kinds() -> list[object]:
    return [each for each in KINDS if each.kind in services().channels]


def _placed(card: ChannelCard) -> Placed:
    """Where it is put. Whoever only reads sees neither token nor address."""
    adapter = services().channels.get(card.kind)
    if adapter is None or not may_set_up():
        return Placed()
    token = setup.channel_token(services(), caller().workspace_id, int(card.id))
    base = services().settings.app_url.rstrip("/")
    if adapter.calls is not None and _is_called(card):
        ends = _ENDS.get(str(card.settings.get("receives")), "")
        return Placed(address=f"{base}/webhooks/{card.kind}/{token}{ends}", may_rotate=True)
    if card.kind in _ON_PAGES:
        snippet = _ON_PAGES[card.kind].format(base=base, token=token)
        own_page = f"{base}/form/{token}" if card.kind == "form" else None
        return Placed(snippet=snippet, code=token, own_page=own_page, may_rotate=True)
    return Placed()


def _is_called(card: ChannelCard) -> bool:
    """Whether somebody's system calls us for it, as it is set up now."""
    return card.settings.get("told_by") != "hand" and card.settings.get("receives") != "imap"


# Mailgun sends mails whole only to an address that ends so.
_ENDS = {"mailgun": "?mime"}

# What a merchant puts on a page of the shop; the token says which channel it is.
_SCRIPT = '<script src="{base}/widget.js" data-channel="{token}" defer></script>'
_ON_PAGES = {
    "chat": _SCRIPT,
    "form": '<div id="tillside-form"></div>\n'
    + _SCRIPT.replace(" defer", ' data-form="#tillside-form" defer'),
}
