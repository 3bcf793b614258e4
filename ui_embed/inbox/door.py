"""What the inbox brings to the people's door: its blueprints, and what its templates use."""

from flask import current_app, url_for
from sqlalchemy import func, select

from integration.models import Conversation
from integration.models.vocabulary import ConversationStatus
from ui_embed.inbox.acts import inbox_acts
from ui_embed.inbox.beginning import inbox_beginning
from ui_embed.inbox.beside import inbox_beside
from ui_embed.inbox.failures import failure_words
from ui_embed.inbox.joining import inbox_joining
from ui_embed.inbox.keeping import inbox_cases
from ui_embed.inbox.mail_frame import inbox_mail
from ui_embed.inbox.mailing import inbox_mailing
from ui_embed.inbox.ordering import inbox_ordering
from ui_embed.inbox.pages import inbox
from ui_embed.inbox.recipients import way_to_write
from ui_embed.inbox.writing import inbox_writing
from ui_embed.request_context import caller, current_agent, services
from ui_embed.texts import gettext

PAGES = (
    inbox,
    inbox_acts,
    inbox_beginning,
    inbox_beside,
    inbox_cases,
    inbox_joining,
    inbox_mail,
    inbox_mailing,
    inbox_ordering,
    inbox_writing,
)

_MOST_WAITING = 100


def upload_url() -> str | None:
    """Where files for an answer are uploaded to, None where that isn't possible."""
    return "/api/v1/attachments" if "api_attachments.upload" in current_app.view_functions else None


def transcript_links(conversation_id: str) -> list[tuple[str, str, str]]:
    """The ways to print or save a conversation: what each is called, its address, its icon."""
    known = (
        ("transcripts.printed", gettext("Print"), "print"),
        ("transcripts.saved", gettext("Save as PDF"), "download"),
    )
    return [
        (label, url_for(endpoint, conversation_id=conversation_id), drawing)
        for endpoint, label, drawing in known
        if endpoint in current_app.view_functions
    ]


def waiting_for_me() -> int:
    """How many customers wait for an answer of the caller's, counted to a hundred."""
    me = current_agent()
    few = (
        select(Conversation.id)
        .where(
            Conversation.assignee_id == me.id,
            Conversation.status == ConversationStatus.OPEN,
            Conversation.waiting_since.is_not(None),
            Conversation.is_spam.is_(False),
            Conversation.merged_into_id.is_(None),
        )
        .limit(_MOST_WAITING)
        .subquery()
    )
    with services().db.workspace(caller().workspace_id) as session:
        return session.execute(select(func.count()).select_from(few)).scalar_one()


GLOBALS = {
    "failure_words": failure_words,
    "transcript_links": transcript_links,
    "upload_url": upload_url,
    "waiting_for_me": waiting_for_me,
    "way_to_write": way_to_write,
}
