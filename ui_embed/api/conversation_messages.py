"""The API of writing in a conversation: answers, notes, and who is at it now."""

from typing import Any

from flask import Blueprint, Response

from channels.records import Address
from integration.conversations.changes import news_of
from integration.conversations.found import conversation_for
from integration.conversations.records import Written
from integration.conversations.writing import answer, note
from integration.db import WorkspaceSession
from integration.errors import Invalid
from integration.events import MESSAGE, NOTE
from integration.presence.records import Doing
from integration.presence.telling import note_presence
from ui_embed.api.bodies import json_answer, json_object, text_field
from ui_embed.api.conversations import (
    MOST_BYTES,
    ONE,
    channel_keys,
    myself,
    number_of,
    reading,
    writing,
    written,
)
from ui_embed.api.fields import ids, maybe_id, maybe_text, texts
from ui_embed.request_context import caller, current_agent, services, single_arguments

api_messages = Blueprint("api_conversation_messages", __name__)

_USUALLY_THEN = "pending"


@api_messages.post(f"{ONE}/messages")
def write(conversation_id: str) -> Response:
    """Write an answer or a note: `{"kind", "text", "key", …}`; the same key twice is one."""
    single_arguments()
    caller()
    number, posted = number_of(conversation_id), json_object(MOST_BYTES)
    kind = text_field(posted, "kind")
    if kind not in ("answer", "note"):
        raise Invalid("The kind is answer or note.")
    with writing() as session:
        write_it = _answered if kind == "answer" else _noted
        done = write_it(session, number, posted)
    return written(
        done.conversation_id,
        done.message_id,
        done.is_repeat,
        to_send=done.is_to_be_sent,
        news=news_of(done, MESSAGE if kind == "answer" else NOTE),
    )


@api_messages.get(f"{ONE}/presence")
def who_is_here(conversation_id: str) -> Response:
    """The agents who have it open now, and what they do."""
    single_arguments()
    caller()
    number = number_of(conversation_id)
    with reading() as session:
        conversation_for(session, number)
    return json_answer({"here": _here(number)})


@api_messages.post(f"{ONE}/presence")
def be_here(conversation_id: str) -> Response:
    """That this agent is `{"state": "reading" | "writing" | "left"}`; who is here then."""
    single_arguments()
    me, number = current_agent(), number_of(conversation_id)
    try:
        doing = Doing(text_field(json_object(), "state"))
    except ValueError:
        raise Invalid("The state is reading, writing or left.") from None
    with reading() as session:
        conversation_for(session, number)
    note_presence(services(), caller().workspace_id, number, me.id, doing)
    return json_answer({"here": _here(number)})


def _here(number: int) -> list[dict[str, str]]:
    return [
        {"agent_id": str(each.agent_id), "state": each.doing.value}
        for each in services().presence.who_is_here(caller().workspace_id, number)
    ]


def _answered(session: WorkspaceSession, number: int, posted: dict[str, Any]) -> Written:
    address, name = maybe_text(posted, "to"), maybe_text(posted, "to_name")
    return answer(
        session,
        channel_keys(),
        number,
        text_field(posted, "text"),
        by=myself(session),
        key=text_field(posted, "key"),
        now=services().now(),
        channel_id=maybe_id(posted, "channel_id"),
        to=Address(address, name) if address else None,
        cc=[Address(each) for each in texts(posted, "cc")],
        attachment_keys=texts(posted, "attachments"),
        then=maybe_text(posted, "then") if "then" in posted else _USUALLY_THEN,
    )


def _noted(session: WorkspaceSession, number: int, posted: dict[str, Any]) -> Written:
    return note(
        session,
        channel_keys(),
        number,
        text_field(posted, "text"),
        by=myself(session),
        key=text_field(posted, "key"),
        now=services().now(),
        mentions=ids(posted, "mentions"),
        attachment_keys=texts(posted, "attachments"),
    )
