"""Mailing a conversation to its customer from its page."""

from flask import Blueprint, Response

from integration.conversations.lines import new_key
from integration.errors import Conflict, Invalid
from ui_embed.entrance import staff_page
from ui_embed.inbox.acting import acted
from ui_embed.inbox.pages import conversation_number
from ui_embed.inbox.screen import Told
from ui_embed.inbox.sentences import in_words
from ui_embed.request_context import single_fields
from ui_embed.texts import gettext
from ui_embed.transcripts.pages import mail_it

inbox_mailing = Blueprint("inbox_mailing", __name__)


@inbox_mailing.post("/inbox/<conversation_id>/transcript")
@staff_page
def transcript(conversation_id: str) -> Response:
    """Mail the transcript, once for each `key`, and say so."""
    number = conversation_number(conversation_id)
    try:
        mail_it(number, single_fields().get("key") or new_key())
    except (Conflict, Invalid) as error:
        return acted(number, Told(in_words(error), is_refusal=True))
    return acted(number, Told(gettext("The transcript is on its way to the customer.")))
