"""The API of conversations: their lists, one with its messages, and writing to somebody first.

Opened by the same bearers as the rest; a browser's cookie changes things only from a page of ours.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any

from flask import Blueprint, Response

from channels.records import Address
from integration.agents.directory import get_agent
from integration.conversations.changes import tell
from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.lists.asked import read_asked
from integration.conversations.lists.views import list_conversations
from integration.conversations.shown import Shown, show_conversation
from integration.conversations.thread import MESSAGES_A_PAGE
from integration.conversations.who import key_of_person
from integration.conversations.writing import begin
from integration.crm.views import View, write_view
from integration.db import WorkspaceSession
from integration.errors import Invalid, NotFound
from integration.models import Agent
from ui_embed.api.bodies import json_answer, json_object, our_id, text_field
from ui_embed.api.fields import maybe_id, maybe_text, texts
from ui_embed.auth import Caller
from ui_embed.request_context import caller, current_agent, services, single_arguments

api_conversations = Blueprint("api_conversations", __name__)

CONVERSATIONS = "/api/v1/conversations"
ONE = f"{CONVERSATIONS}/<conversation_id>"
# Fifty thousand characters, each escaped.
MOST_BYTES = 640 * 1024
SURFACE = "api"
_USUAL_ROWS = 50


@api_conversations.get(CONVERSATIONS)
def listed() -> Response:
    """A page of a view: `view`, `channel`, `kind`, `store`, `tag`, `assignee`, `q`, `sort`."""
    arguments, me = single_arguments(), current_agent()
    if any("\x00" in value for value in arguments.values()):
        raise Invalid("There is a character in it that means nothing.")
    asked, limit = read_asked(arguments), _count(arguments.get("limit"), _USUAL_ROWS)
    with reading() as session:
        page = list_conversations(
            session,
            channel_keys(),
            asked,
            agent_id=me.id,
            now=services().now(),
            cursor=arguments.get("cursor"),
            limit=limit,
        )
    return json_answer({"conversations": page.rows, "next": page.next})


@api_conversations.get(ONE)
def shown(conversation_id: str) -> Response:
    """A conversation with its newest messages, those `before` one or `after` one; audited."""
    arguments = single_arguments()
    caller()
    number = number_of(conversation_id)
    after, before = _place(arguments, "after"), _place(arguments, "before")
    limit = _count(arguments.get("limit"), MESSAGES_A_PAGE)
    with reading() as session:
        found = show_conversation(
            session, channel_keys(), number, after_id=after, before_id=before, limit=limit
        )
    return told(found)


@api_conversations.post(CONVERSATIONS)
def begun() -> Response:
    """Write to somebody first: `{"channel_id", "to", "text", "key", …}`."""
    single_arguments()
    caller()
    posted = json_object(MOST_BYTES)
    channel_id, profile_id = maybe_id(posted, "channel_id"), maybe_id(posted, "profile_id")
    if channel_id is None:
        raise Invalid("The field channel_id is missing.")
    with writing() as session:
        done = begin(
            session,
            channel_keys(),
            channel_id,
            to=Address(text_field(posted, "to"), maybe_text(posted, "to_name")),
            subject=maybe_text(posted, "subject"),
            text=text_field(posted, "text"),
            by=myself(session),
            key=text_field(posted, "key"),
            now=services().now(),
            person=None if profile_id is None else key_of_person(session, profile_id),
            locale=maybe_text(posted, "locale"),
            attachment_keys=texts(posted, "attachments"),
        )
    return written(done.conversation_id, done.message_id, done.is_repeat, to_send=True)


def reading() -> AbstractContextManager[WorkspaceSession]:
    """A session that reads the caller's workspace."""
    return services().db.workspace(caller().workspace_id)


def writing() -> AbstractContextManager[WorkspaceSession]:
    """A transaction in the caller's workspace, whose agent is there already."""
    current_agent()
    return services().db.workspace(caller().workspace_id, write=True)


def channel_keys() -> ChannelKeys:
    """The channels' keys, for one request."""
    return ChannelKeys(services().keyring)


def myself(session: WorkspaceSession) -> Agent:
    """The row of the agent who calls."""
    return get_agent(session, current_agent().id)


def number_of(conversation_id: str) -> int:
    """The id out of an address. Raises NotFound for what can be none."""
    if (number := our_id(conversation_id)) is None:
        raise NotFound("There is no such conversation.")
    return number


def written(
    conversation_id: int,
    message_id: int,
    is_repeat: bool,
    *,
    to_send: bool,
    news: Mapping[str, str] | None = None,
) -> Response:
    """What was written, told to open pages unless it had been before."""
    if not is_repeat:
        workspace_id = caller().workspace_id
        tell(services(), workspace_id, conversation_id, is_to_be_sent=to_send, news=news)
    body = {
        "conversation_id": str(conversation_id),
        "message_id": str(message_id),
        "is_repeat": is_repeat,
    }
    return json_answer(body, 200 if is_repeat else 201)


def told(found: Shown, status: int = 200) -> Response:
    """A conversation, once it is written down who looked at whose."""
    who = caller()
    if found.person.profile_id is not None:
        write_view(services().db, _view(who, found))
    return json_answer(found, status)


def _view(who: Caller, found: Shown) -> View:
    return View(
        workspace_id=who.workspace_id,
        profile_id=int(found.person.profile_id or 0),
        store_id=who.store_id if who.kind == "session" else None,
        viewer=who.viewer,
        surface=SURFACE,
        viewed_at=services().now(),
        conversation_id=int(found.conversation.id),
    )


def _place(arguments: dict[str, Any], name: str) -> int | None:
    value = arguments.get(name)
    if value is None:
        return None
    if (number := our_id(value)) is None:
        raise Invalid(f"The parameter {name} is no id of a message.", code="invalid_cursor")
    return number


def _count(value: str | None, usual: int) -> int:
    if value is None:
        return usual
    number = our_id(value)
    if not number or number > 2 * usual:
        raise Invalid(f"The parameter limit is a number from 1 to {2 * usual}.")
    return number
