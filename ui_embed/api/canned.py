"""The API of canned answers: the list, and those that fit a conversation, filled in."""

from flask import Blueprint, Response

from integration.conversations.answers.canned import list_canned, offered
from ui_embed.api.bodies import json_answer
from ui_embed.api.conversations import ONE, number_of, reading
from ui_embed.request_context import caller, current_agent, single_arguments

api_canned = Blueprint("api_canned", __name__)

_LONGEST_SEARCH = 100


@api_canned.get("/api/v1/canned-answers")
def listed() -> Response:
    """All of them, or those that match `q=`."""
    words = single_arguments().get("q", "").replace("\0", "")[:_LONGEST_SEARCH]
    caller()
    with reading() as session:
        found = list_canned(session, words)
    return json_answer({"answers": found})


@api_canned.get(f"{ONE}/canned-answers")
def filled(conversation_id: str) -> Response:
    """Those that match `q=`, with this conversation's order and person filled in."""
    words = single_arguments().get("q", "").replace("\0", "")[:_LONGEST_SEARCH]
    me, number = current_agent(), number_of(conversation_id)
    with reading() as session:
        found = offered(session, number, words, agent=me, language=me.locale)
    return json_answer({"answers": found})
