"""Choosing what a conversation goes together with: another one to merge, a person it is with."""

from typing import Any, cast

from flask import Blueprint, Response, redirect, url_for

from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.found import conversation_for
from integration.conversations.joining.merging import merge, unmerge
from integration.conversations.joining.splitting import split
from integration.conversations.lists.asked import Asked
from integration.conversations.lists.views import list_conversations
from integration.conversations.thread import view_of
from integration.conversations.who import conversations_of, person_of
from integration.errors import AppError, Conflict, Invalid
from integration.models import Conversation
from ui_embed import screens
from ui_embed.entrance import staff_page
from ui_embed.inbox.acting import myself, need_to_answer, tell_of, writing
from ui_embed.inbox.asking import looked_at
from ui_embed.inbox.beside import other_of
from ui_embed.inbox.pages import conversation_number, message_number
from ui_embed.inbox.screen import OtherConversation
from ui_embed.reading import MOST_PEOPLE, find_people
from ui_embed.request_context import caller, current_agent, services, single_arguments
from ui_embed.texts import gettext

inbox_joining = Blueprint("inbox_joining", __name__)

_LONGEST_SEARCH = 200
_MOST_OFFERED = 20


@inbox_joining.get("/inbox/<conversation_id>/merge")
@staff_page
def choose_merge(conversation_id: str) -> Response:
    """Which conversation to merge this one into: the same person's, or those that match `q=`."""
    need_to_answer()
    return _choose(conversation_number(conversation_id))


@inbox_joining.post("/inbox/<conversation_id>/merge/<other_id>")
@staff_page
def merge_into(conversation_id: str, other_id: str) -> Response:
    """Merge this conversation into another one, which goes on."""
    number, other = conversation_number(conversation_id), conversation_number(other_id)
    try:
        with writing() as session:
            keys = ChannelKeys(services().keyring)
            merge(session, keys, number, other, by=myself(session), now=services().now())
    except (Conflict, Invalid) as error:
        return _choose(number, _why_not(error))
    tell_of(number, other)
    return _away(other)


@inbox_joining.post("/inbox/<conversation_id>/unmerge/<other_id>")
@staff_page
def take_apart(conversation_id: str, other_id: str) -> Response:
    """Let the other conversation, which was merged into this one, stand by itself again."""
    number, other = conversation_number(conversation_id), conversation_number(other_id)
    try:
        with writing() as session:
            conversation_for(session, number)
            unmerge(session, _keys(), other, by=myself(session), now=services().now())
    except Conflict:
        return _away(number)
    tell_of(number, other)
    return _away(other)


@inbox_joining.post("/inbox/<conversation_id>/messages/<message_id>/split")
@staff_page
def split_here(conversation_id: str, message_id: str) -> Response:
    """Make a conversation of its own out of a message and those after it."""
    number, message = conversation_number(conversation_id), message_number(message_id)
    with writing() as session:
        keys = ChannelKeys(services().keyring)
        made = split(session, keys, number, message, by=myself(session), now=services().now())
    tell_of(number, made)
    return _away(made)


@inbox_joining.get("/inbox/<conversation_id>/person")
@staff_page
def choose_person(conversation_id: str) -> Any:
    """Who it is with: those who match `search=`."""
    need_to_answer()
    number = conversation_number(conversation_id)
    text = single_arguments().get("search", "").strip()[:_LONGEST_SEARCH]
    with services().db.workspace(caller().workspace_id) as session:
        held = conversation_for(session, number)
        text = text or held.person_address or held.person_name or ""
        view = view_of(session, held)
    people = find_people(services(), caller(), text)[:MOST_PEOPLE] if text else []
    return screens.page(
        "screens/inbox_person.html", view=view, people=people, text=text, section="inbox"
    )


def _keys() -> ChannelKeys:
    return ChannelKeys(services().keyring)


def _choose(number: int, refusal: str | None = None) -> Response:
    words = single_arguments().get("q", "").strip()[:_LONGEST_SEARCH]
    with services().db.workspace(caller().workspace_id) as session:
        held = conversation_for(session, number)
        view, found = view_of(session, held), _offered(session, held, words)
    return screens.page(
        "screens/inbox_merge.html",
        409 if refusal else 200,
        view=view,
        found=found,
        text=words,
        refusal=refusal,
        section="inbox",
    )


def _offered(session: Any, held: Conversation, words: str) -> list[OtherConversation]:
    keys, looked = ChannelKeys(services().keyring), looked_at()
    if words:
        page = list_conversations(
            session,
            keys,
            Asked(view="all", search=words),
            agent_id=current_agent().id,
            now=services().now(),
            limit=_MOST_OFFERED,
        )
        rows = [session.get(Conversation, int(each.id)) for each in page.rows]
    else:
        who = person_of(session, held)
        if who.profile_id is None:
            return []
        rows = list(conversations_of(session, who.profile_id, limit=_MOST_OFFERED))
    return [
        other_of(session, keys, each, looked)
        for each in rows
        if each is not None and each.id != held.id
    ]


def _away(conversation_id: int) -> Response:
    there = url_for("inbox.shown", conversation_id=conversation_id)
    return cast(Response, redirect(there, 303))


def _why_not(error: AppError) -> str:
    if error.code == "two_visitors":
        return gettext(
            "Somebody waits in this chat for answers that the other chat's visitor would get. "
            "Resolve it first, or merge the other one into it."
        )
    return gettext("These two can't be merged. Look whether one of them was merged already.")
