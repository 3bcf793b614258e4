"""What a storefront's page is told, as JSON: nothing of it names an agent's address or a note."""

from typing import Any

from integration.chat.availability import Availability
from integration.chat.messages import Shown, ShownThread
from integration.chat.places import ChatPlace
from ui_embed.widget.texts import direction, texts
from ui_embed.widget.uploads import MOST_FILES, MOST_UPLOAD_BYTES

_ASKED = ("asks_name", "asks_email")
_INVITES = ("invites_on", "invites_after_seconds", "invites_over")


def appearance(place: ChatPlace, language: str) -> dict[str, Any]:
    """How the chat looks and what it says, which holds for minutes."""
    settings = place.settings
    words = texts(language)
    return {
        "shop": place.shop_name,
        "language": language,
        "direction": direction(language),
        "accent": settings.get("accent"),
        "position": settings.get("position", "end"),
        "greeting": settings.get("greeting") or words["greeting"],
        "asks": {name: settings.get(name, "optional") for name in _ASKED},
        "invitation": _invitation(place, words),
        "shows": {name: bool(settings.get(f"shows_{name}", True)) for name in ("page", "cart")},
        "most_upload_bytes": MOST_UPLOAD_BYTES,
        "most_files": MOST_FILES,
        "texts": words,
    }


def availability_told(known: Availability) -> dict[str, Any]:
    """Whether somebody is there, from when on, and how long answers usually take."""
    return {
        "is_open": known.is_open,
        "opens_at": known.opens_at,
        "usual_seconds": known.usual_seconds,
        "mails_when_away": known.mails_when_away,
    }


def thread_told(place: ChatPlace, thread: ShownThread) -> dict[str, Any]:
    """The messages that the visitor sees."""
    return {
        "conversation": None if thread.conversation_id is None else str(thread.conversation_id),
        "status": thread.status,
        "rating": thread.rating,
        "seen_until": thread.seen_until,
        "has_more": thread.has_more,
        "messages": [_message(place, each) for each in thread.messages],
    }


def _message(place: ChatPlace, shown: Shown) -> dict[str, Any]:
    return {
        "id": shown.id,
        "key": shown.key,
        "mine": shown.is_mine,
        "automatic": shown.is_automatic,
        "text": shown.text,
        "author": None if shown.is_mine else shown.author or place.shop_name,
        "at": shown.at,
        "state": shown.state,
        "files": [
            {
                "key": file.key,
                "name": file.name,
                "media_type": file.media_type,
                "size_bytes": file.size_bytes,
                "refused": file.refused is not None,
            }
            for file in shown.files
        ],
    }


def _invitation(place: ChatPlace, words: dict[str, str]) -> dict[str, Any] | None:
    settings = place.settings
    if not settings.get("invites"):
        return None
    rules = {name.removeprefix("invites_"): settings.get(name) for name in _INVITES}
    return {"text": settings.get("invitation") or words["invitation"], **rules}
