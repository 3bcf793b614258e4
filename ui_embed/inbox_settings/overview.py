"""The first page of the inbox's settings: what there is to set, and where something is wrong."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, url_for

from integration.conversations.canned import list_canned
from integration.conversations.channel_setup import list_channels
from integration.conversations.reasons import list_reasons
from integration.conversations.saved_rules import list_rules
from ui_embed.entrance import staff_page
from ui_embed.inbox_settings.screen import page, reading
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
    with reading() as session:
        answers, rules = len(list_canned(session)), len(list_rules(session))
        reasons = len(list_reasons(session))
    return [
        Entry(
            gettext("Channels"),
            gettext("Mailboxes, chats, forms and phone lines by which customers write."),
            "mail",
            url_for("channel_settings.listed"),
            len(channels),
            gettext("needs you") if failing else None,
        ),
        Entry(
            gettext("Canned answers"),
            gettext("Texts for what you answer every day, in each language."),
            "note",
            url_for("inbox_answers.listed"),
            answers,
        ),
        Entry(
            gettext("Rules"),
            gettext("Who gets which new conversation, and what is marked on it."),
            "segment",
            url_for("inbox_rules.listed"),
            rules,
        ),
        Entry(
            gettext("Office hours"),
            gettext("When somebody is there, and on which days nobody is."),
            "clock",
            url_for("inbox_hours.shown"),
        ),
        Entry(
            gettext("Targets"),
            gettext("Within how long you want to answer, and what happens when you don't."),
            "alert",
            url_for("inbox_targets.shown"),
        ),
        Entry(
            gettext("Automatic mails"),
            gettext("Receipts, what they promise, and how they end."),
            "send",
            url_for("inbox_automatic.shown"),
        ),
        Entry(
            gettext("Contact reasons"),
            gettext("Why customers write, as your report counts it."),
            "tag",
            url_for("inbox_reasons.shown"),
            reasons,
        ),
        Entry(
            gettext("Notebook"),
            gettext("Handled cases: what was the matter and what helped."),
            "book",
            url_for("inbox_notebook.listed"),
        ),
    ]
