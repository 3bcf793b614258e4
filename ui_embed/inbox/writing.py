"""Writing in a conversation: answers, notes, the texts to choose from, and who else is there."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.datastructures import MultiDict

from channels.records import Address
from integration.conversations.answers.canned import note_used, offered
from integration.conversations.changes import news_of
from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.found import conversation_for
from integration.conversations.records import Written
from integration.conversations.writing import answer, note
from integration.errors import AppError, Conflict, Invalid
from integration.events import NOTE
from integration.presence.records import Doing
from integration.presence.telling import note_presence
from ui_embed.api.bodies import json_answer, our_id
from ui_embed.entrance import staff_page
from ui_embed.inbox.acting import (
    is_by_script,
    myself,
    need_to_answer,
    tell_of,
    to_conversation,
    writing,
)
from ui_embed.inbox.pages import conversation_number
from ui_embed.inbox.sentences import in_words
from ui_embed.request_context import (
    caller,
    choose_language,
    current_agent,
    services,
    single_arguments,
)

inbox_writing = Blueprint("inbox_writing", __name__)

_MOST_MENTIONS = 20
_MOST_FILES = 20
_MOST_TEXTS = 10


@inbox_writing.post("/inbox/<conversation_id>/answer")
@staff_page
def answer_it(conversation_id: str) -> Response:
    """Answer the customer: `text`, `key`, `channel`, `to`, `file` (keys of uploads), `then`,
    and `canned` (ids of the texts that were taken).

    The same `key` again is the same answer. A script is told as JSON.
    """
    number, form = conversation_number(conversation_id), request.form
    channel, address = our_id(form.get("channel", "")), form.get("to", "").strip()
    try:
        with writing() as session:
            done = answer(
                session,
                ChannelKeys(services().keyring),
                number,
                form.get("text", ""),
                by=myself(session),
                key=form.get("key", ""),
                now=services().now(),
                channel_id=channel,
                to=Address(address) if address else None,
                attachment_keys=form.getlist("file")[:_MOST_FILES],
                then=form.get("then", "pending"),
            )
            for canned in [] if done.is_repeat else form.getlist("canned")[:_MOST_TEXTS]:
                note_used(session, our_id(canned) or 0)
    except (Invalid, Conflict) as error:
        return _refused(error)
    return _written(done, news_of(done))


@inbox_writing.post("/inbox/<conversation_id>/note")
@staff_page
def note_it(conversation_id: str) -> Response:
    """Write a note: `text`, `note_key`, `mention` (agents' ids), `file`. Likewise."""
    number, form = conversation_number(conversation_id), request.form
    try:
        with writing() as session:
            done = note(
                session,
                ChannelKeys(services().keyring),
                number,
                form.get("text", ""),
                by=myself(session),
                key=form.get("note_key", ""),
                now=services().now(),
                mentions=_mentions(form),
                attachment_keys=form.getlist("file")[:_MOST_FILES],
            )
    except (Invalid, Conflict) as error:
        return _refused(error)
    return _written(done, news_of(done, NOTE))


@inbox_writing.get("/inbox/<conversation_id>/canned")
@staff_page
def canned_for(conversation_id: str) -> Response:
    """The texts that match `q=`, filled with this conversation's order and person, as JSON."""
    need_to_answer()
    number, words = conversation_number(conversation_id), single_arguments().get("q", "")
    with services().db.workspace(caller().workspace_id) as session:
        found = offered(
            session,
            number,
            words[:100],
            language=choose_language(),
            agent=current_agent(),
        )
    return json_answer({"answers": [each.as_dict() for each in found]})


@inbox_writing.post("/inbox/<conversation_id>/here")
@staff_page
def here(conversation_id: str) -> Response:
    """That this agent reads it now, writes in it, or left (`state`); who else is there, as JSON."""
    number, workspace_id = conversation_number(conversation_id), caller().workspace_id
    try:
        doing = Doing(request.form.get("state", ""))
    except ValueError:
        raise Invalid("The state is reading, writing or left.") from None
    me = current_agent()
    with services().db.workspace(workspace_id) as session:
        conversation_for(session, number)
    note_presence(services(), workspace_id, number, me.id, doing)
    others = [
        {"id": str(each.agent_id), "state": each.doing.value}
        for each in services().presence.who_is_here(workspace_id, number)
        if each.agent_id != me.id
    ]
    return json_answer({"others": others})


def _mentions(form: "MultiDict[str, str]") -> list[int]:
    told = form.getlist("mention")[:_MOST_MENTIONS]
    return [number for each in told if (number := our_id(each)) is not None]


def _written(done: Written, news: Mapping[str, str]) -> Response:
    if not done.is_repeat:
        tell_of(done.conversation_id, is_to_be_sent=done.is_to_be_sent, news=news)
    if not is_by_script():
        return to_conversation(done.conversation_id)
    return json_answer({"message": str(done.message_id), "is_repeat": done.is_repeat})


def _refused(error: AppError) -> Response:
    """Why it can't be written; a browser without scripts goes back and finds its text there."""
    body: dict[str, Any] = {
        "error": {"code": error.code, "message": in_words(error), "details": error.details}
    }
    return json_answer(body, error.status)
