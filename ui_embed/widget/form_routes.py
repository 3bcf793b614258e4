"""`/api/widget/form`: what a contact form asks by script, and where it is sent."""

from typing import Any

from flask import Blueprint, Response, request

from integration.chat.forms import TRAP, receive_form, stamp
from integration.chat.places import ChatPlace
from integration.conversations.changes import tell
from ui_embed.api.bodies import json_answer
from ui_embed.request_context import services
from ui_embed.widget.gate import admit_to, chat_place, count
from ui_embed.widget.texts import direction, language_for, texts
from ui_embed.widget.uploads import MOST_FILES, MOST_UPLOAD_BYTES, posted_files, posted_form

form_routes = Blueprint("form_routes", __name__, url_prefix="/api/widget")
admit_to(form_routes, "form")


@form_routes.get("/form")
def fields() -> Response:
    """What the form asks for, in the page's language, and what it has to send back."""
    place = chat_place()
    language = language_for(request.args.get("lang"), place.locale)
    return json_answer(form_told(place, language))


@form_routes.post("/form")
def send() -> Response:
    """A filled form (multipart): kept, or refused with the field that is missing or wrong."""
    count("form")
    send_form(chat_place(), language_for(request.args.get("lang"), chat_place().locale))
    return json_answer({"sent": True})


def send_form(place: ChatPlace, language: str) -> None:
    """Take the posted form. Raises FormRefused, Invalid."""
    given = posted_form()
    sent = receive_form(services(), place, given, posted_files(), locale=language)
    if sent.received is not None and not sent.received.is_repeat:
        tell(services(), place.workspace_id, sent.received.conversation_id)


def form_told(place: ChatPlace, language: str) -> dict[str, Any]:
    """A form as its page draws it."""
    settings, words = place.settings, texts(language)
    asks = {name: settings.get(f"asks_{name}", "optional") for name in ("name", "order", "subject")}
    return {
        "shop": place.shop_name,
        "language": language,
        "direction": direction(language),
        "title": settings.get("title") or words["form_title"],
        "thanks": settings.get("thanks") or words["form_thanks"],
        "asks": asks,
        "takes_files": bool(settings.get("takes_files", True)),
        "most_files": MOST_FILES,
        "most_upload_bytes": MOST_UPLOAD_BYTES,
        "stamp": stamp(services(), place),
        "trap": TRAP,
        "texts": words,
    }
