"""The first page of the inbox's settings: what there is to set, and where something is wrong."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, url_for

from integration.agents.roles import Deed, may
from integration.conversations.channel_setup import list_channels
from ui_embed.entrance import staff_page
from ui_embed.inbox_settings.screen import page
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


@overview_pages.get("/settings/inbox")
@staff_page
def overview() -> Any:
    """Every section, with channels that don't work told at once."""
    return page("inbox_settings", part="overview", entries=_entries())


def _entries() -> list[Entry]:
    channels = list_channels(services(), caller().workspace_id)
    failing = any(each.error_code is not None for each in channels)
    return [
        Entry(
            gettext("Channels"),
            gettext("Mailboxes, chats, forms and phone lines by which customers write."),
            "mail",
            url_for("channel_settings.listed"),
            len(channels),
            gettext("needs you") if failing else None,
        ),
        *_people(),
    ]


def _people() -> list[Entry]:
    """The pages about agents, as far as whoever looks may see them."""
    me = Entry(
        gettext("My profile"),
        gettext("Your name, your signature, how you sign in and where you are signed in."),
        "person",
        url_for("own_pages.me"),
    )
    if not may(caller(), Deed.SET_UP):
        return [me]
    team = Entry(
        gettext("Team"),
        gettext("Who is here, what each may do, and invitations."),
        "people",
        url_for("agent_pages.agents"),
    )
    return [team, me]
