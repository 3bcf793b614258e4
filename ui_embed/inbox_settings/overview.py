"""The first page of the inbox's settings: what there is to set, and where something is wrong."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, url_for
from flask_babel import lazy_gettext

from integration.conversations.answers.canned import list_canned
from integration.conversations.channels.setup import list_channels
from integration.conversations.incoming.parked import count_parked
from integration.conversations.reasons import list_reasons
from integration.conversations.routing.saved_rules import list_rules
from ui_embed.entrance import staff_page
from ui_embed.inbox_settings.screen import may_set_up, page, reading
from ui_embed.request_context import caller, services
from ui_embed.texts import gettext

overview_pages = Blueprint("inbox_settings", __name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """A section of the settings; `count` is how many of its things there are."""

    name: str
    text: str
    icon: str
    address: str
    count: int | None = None
    trouble: str | None = None


# Each section: the endpoint of its page, its icon, its name, what it is about.
_SECTIONS: tuple[tuple[str, str, object, object], ...] = (
    (
        "channel_settings.listed",
        "mail",
        lazy_gettext("Channels"),
        lazy_gettext("Mailboxes, chats, forms and phone lines by which customers write."),
    ),
    (
        "inbox_arrivals.listed",
        "inbox",
        lazy_gettext("What couldn't be read"),
        lazy_gettext("Messages that came in and are no conversation yet, and trying them again."),
    ),
    (
        "inbox_answers.listed",
        "note",
        lazy_gettext("Canned answers"),
        lazy_gettext("Texts for what you answer every day, in each language."),
    ),
    (
        "inbox_rules.listed",
        "segment",
        lazy_gettext("Rules"),
        lazy_gettext("Who gets which new conversation, and what is marked on it."),
    ),
    (
        "inbox_hours.shown",
        "clock",
        lazy_gettext("Office hours"),
        lazy_gettext("When somebody is there, and on which days nobody is."),
    ),
    (
        "inbox_targets.shown",
        "alert",
        lazy_gettext("Targets"),
        lazy_gettext("Within how long you want to answer, and what happens when you don't."),
    ),
    (
        "inbox_automatic.shown",
        "send",
        lazy_gettext("Automatic mails"),
        lazy_gettext("Receipts, what they promise, and how they end."),
    ),
    (
        "inbox_reasons.shown",
        "tag",
        lazy_gettext("Contact reasons"),
        lazy_gettext("Why customers write, as your report counts it."),
    ),
    (
        "inbox_notebook.listed",
        "book",
        lazy_gettext("Notebook"),
        lazy_gettext("Handled cases: what was the matter and what helped."),
    ),
    (
        "agent_pages.agents",
        "people",
        lazy_gettext("Team"),
        lazy_gettext("Who answers, with which role, and inviting more of you."),
    ),
    (
        "privacy.shown",
        "lock",
        lazy_gettext("Privacy"),
        lazy_gettext("What people ask of their data, what was done, and how long it is kept."),
    ),
    (
        "audit_pages.deeds",
        "eye",
        lazy_gettext("Who did what"),
        lazy_gettext("Sign-ins, the team, stores, channels, settings and files."),
    ),
)
# What only those see who may change it.
_FOR_SETTING_UP = frozenset({"agent_pages.agents", "privacy.shown", "audit_pages.deeds"})


@overview_pages.get("/settings/inbox")
@staff_page
def overview() -> Any:
    """Every section, with channels that don't work told at once."""
    return page("inbox_settings", part="overview", entries=_entries())


def _entries() -> list[Entry]:
    channels = list_channels(services(), caller().workspace_id)
    with reading() as session:
        counts = {
            "channel_settings.listed": len(channels),
            "inbox_arrivals.listed": count_parked(session, services().now()),
            "inbox_answers.listed": len(list_canned(session)),
            "inbox_rules.listed": len(list_rules(session)),
            "inbox_reasons.shown": len(list_reasons(session)),
        }
    troubles: dict[str, str] = {}
    if any(each.error_code is not None for each in channels):
        troubles["channel_settings.listed"] = gettext("needs you")
    if counts["inbox_arrivals.listed"]:
        troubles["inbox_arrivals.listed"] = gettext("needs you")
    return [
        Entry(str(name), str(text), sign, url_for(there), counts.get(there), troubles.get(there))
        for there, sign, name, text in _SECTIONS
        if may_set_up() or there not in _FOR_SETTING_UP
    ]
