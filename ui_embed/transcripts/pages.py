"""A conversation to be printed, saved as a PDF, and mailed to its customer."""

from dataclasses import replace
from functools import cache
from pathlib import Path

from babel import Locale
from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import force_locale

from integration.agents.directory import get_agent
from integration.conversations.changes import tell
from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.lines import new_key
from integration.conversations.records import Written
from integration.conversations.transcripts import (
    Transcript,
    TranscriptWords,
    mail_transcript,
    transcript_of,
)
from integration.crm.views import View, write_view
from integration.errors import Invalid
from ui_embed.api.bodies import json_answer
from ui_embed.entrance import staff_page
from ui_embed.inbox.pages import conversation_number
from ui_embed.request_context import (
    LANGUAGES,
    caller,
    current_agent,
    formats,
    services,
    show_in_zone,
    single_arguments,
    single_fields,
)
from ui_embed.texts import gettext
from ui_embed.transcripts.directions import isolated, lines_of
from ui_embed.transcripts.pdf import pdf_of
from ui_embed.transcripts.plain import plain_text

transcripts = Blueprint("transcripts", __name__)

_AT = "/conversations/<conversation_id>/transcript"
_SURFACE = "transcript"
_STYLES = Path(__file__).resolve().parents[1] / "static" / "css" / "transcript.css"


@transcripts.get(_AT)
@staff_page
def printed(conversation_id: str) -> Response:
    """All of it as one page to print; `notes=1` with the team's notes."""
    transcript = _read(conversation_id)
    page = render_template("transcripts/page.html", **_values(transcript))
    return Response(page, headers={"Cache-Control": "no-store"})


@transcripts.get(f"{_AT}.pdf")
@staff_page
def saved(conversation_id: str) -> Response:
    """The same as a PDF. 503 `no_pdf` where none can be made."""
    transcript = _read(conversation_id)
    name = f"conversation-{transcript.conversation.id}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    if request.method == "HEAD":
        return Response(headers=headers, mimetype="application/pdf")
    html = render_template("transcripts/paper.html", **_values(transcript))
    return Response(pdf_of(html, _styles()), headers=headers, mimetype="application/pdf")


@transcripts.post(f"{_AT}/mail")
@staff_page
def mailed(conversation_id: str) -> Response:
    """Mail it to its customer, without notes, in their language: `key`; as JSON."""
    done = mail_it(conversation_number(conversation_id), single_fields().get("key") or new_key())
    return json_answer({"message": str(done.message_id), "is_repeat": done.is_repeat})


def mail_it(number: int, key: str) -> Written:
    """Mail a conversation to its customer as the caller, once for each key.

    Raises NotFound, Invalid, and Conflict as `mail_transcript` does.
    """
    who, me = caller(), current_agent()
    if len(key) > 40:
        raise Invalid("The key is too long.")
    keys = ChannelKeys(services().keyring)
    with services().db.workspace(who.workspace_id, write=True) as session:
        transcript = transcript_of(session, keys, number)
        show_in_zone(transcript.zone)
        done = mail_transcript(
            services(),
            session,
            keys,
            number,
            _words(transcript),
            by=get_agent(session, me.id),
            key=key,
            now=services().now(),
        )
    tell(services(), who.workspace_id, number, is_to_be_sent=done.is_to_be_sent)
    return done


def _read(conversation_id: str) -> Transcript:
    """The conversation, once it is written down who looked at whose."""
    number, who = conversation_number(conversation_id), caller()
    with_notes = single_arguments().get("notes") == "1"
    with services().db.workspace(who.workspace_id) as session:
        keys = ChannelKeys(services().keyring)
        transcript = transcript_of(session, keys, number, with_notes=with_notes)
    if transcript.profile_id is not None:
        store_id = who.store_id if who.kind == "session" else None
        now, own = services().now(), int(transcript.conversation.id)
        person = int(transcript.profile_id)
        view = View(who.workspace_id, person, store_id, who.viewer, _SURFACE, now, own)
        write_view(services().db, view)
    show_in_zone(transcript.zone)
    return transcript


def _values(transcript: Transcript) -> dict[str, object]:
    number = transcript.conversation.id
    notes, other = ("1", None) if transcript.has_notes else (None, "1")
    return {
        "transcript": transcript,
        "told_at": services().now(),
        "fmt": formats(caller().store),
        "lines_of": lines_of,
        "isolated": isolated,
        "notes_url": url_for("transcripts.printed", conversation_id=number, notes=other),
        "pdf_url": url_for("transcripts.saved", conversation_id=number, notes=notes),
    }


def _words(transcript: Transcript) -> TranscriptWords:
    """In the customer's language, where it is one of ours."""
    locale = (transcript.conversation.locale or "").partition("-")[0]
    language = locale if locale in LANGUAGES else LANGUAGES[0]
    told = replace(formats(caller().store), locale=Locale.parse(language))
    with force_locale(language):
        opening = gettext("Here is a copy of our conversation, as you asked for it.")
        return TranscriptWords(
            subject=gettext("A copy of our conversation"),
            opening=opening,
            text=plain_text(transcript, told),
        )


@cache
def _styles() -> str:
    return _STYLES.read_text(encoding="utf-8")
