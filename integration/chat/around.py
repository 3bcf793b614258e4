"""What is known around a chat: the visitor's page and cart with their consent, their rating."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from integration.chat.own import own_conversations
from integration.chat.places import ChatPlace
from integration.conversations.found import conversation_to_change
from integration.db import WorkspaceSession
from integration.errors import Invalid
from integration.models import Visitor

_LONGEST_URL = 1000
_LONGEST_LINE = 200
_MOST_LINES = 20
_MOST_MINOR = 10**12
RATINGS = range(1, 6)


def note_page(
    place: ChatPlace,
    visitor: Visitor,
    page: Mapping[str, Any] | None,
    cart: Mapping[str, Any] | None,
    now: datetime,
) -> None:
    """Keep where the visitor is and what they are about to buy; they agreed to it.

    Told by their browser, and shown as that. Addresses are kept without their query, which can
    hold tokens; one of another site isn't kept.
    """
    visitor.consented_at = visitor.consented_at or now
    if page is not None and place.settings.get("shows_page", True):
        visitor.page = _page(place, page)
    if cart is not None and place.settings.get("shows_cart", True):
        visitor.cart = _cart(cart)


def forget_page(visitor: Visitor) -> None:
    """Take back the consent, and what was kept by it."""
    visitor.page = visitor.cart = visitor.consented_at = None


def rate(
    session: WorkspaceSession, visitor: Visitor, rating: int, comment: str | None, now: datetime
) -> int:
    """Keep how the visitor found their newest conversation, from 1 to 5; its id. Raises Invalid."""
    if rating not in RATINGS:
        raise Invalid("A rating is a number from 1 to 5.")
    own = own_conversations(session, visitor)
    if not own:
        raise Invalid("There is no conversation to rate.")
    conversation = conversation_to_change(session, own[-1].id)
    if conversation.id != own[-1].id:
        raise Invalid("There is no conversation to rate.")
    conversation.rating, conversation.rated_at = rating, now
    conversation.rating_comment = (comment or "").strip()[:1000] or None
    conversation.version += 1
    return conversation.id


def _page(place: ChatPlace, told: Mapping[str, Any]) -> dict[str, Any] | None:
    try:
        parts = urlsplit(str(told.get("url") or "")[:_LONGEST_URL])
    except ValueError:
        return None
    if f"{parts.scheme}://{parts.netloc}" not in place.origins:
        return None
    url = f"{parts.scheme}://{parts.netloc}{parts.path}"
    return {"url": url, "title": _line(told.get("title"))}


def _cart(told: Mapping[str, Any]) -> dict[str, Any]:
    lines = told.get("lines")
    rows = [each for each in lines if isinstance(each, dict)] if isinstance(lines, list) else []
    return {
        "currency": _line(told.get("currency"))[:3].upper(),
        "total_minor": _whole(told.get("total_minor")),
        "lines": [
            {
                "title": _line(row.get("title")),
                "quantity": _whole(row.get("quantity")),
                "price_minor": _whole(row.get("price_minor")),
            }
            for row in rows[:_MOST_LINES]
        ],
    }


def _line(value: Any) -> str:
    text = value if isinstance(value, str) else ""
    shown = "".join(each if each.isprintable() else " " for each in text[: 4 * _LONGEST_LINE])
    return " ".join(shown.split())[:_LONGEST_LINE]


def _whole(value: Any) -> int:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and 0 <= value <= _MOST_MINOR else 0
