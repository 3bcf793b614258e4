"""Who may ask a storefront's chat or form: pages of the workspace's stores, by exact origins."""

from typing import cast
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, g, request

from integration.chat.limits import Limits
from integration.chat.places import ChatPlace, Places
from integration.errors import AppError
from ui_embed.auth import bearer_of
from ui_embed.request_context import services
from ui_embed.turnstile import caller_address

PLACES = "widget_places"
LIMITS = "widget_limits"
CHANNEL_PARAMETER = "channel"
_LONGEST_TOKEN = 100
_PREFLIGHT_SECONDS = "7200"
_METHODS = "GET, POST, OPTIONS"
_HEADERS = "Authorization, Content-Type, Last-Event-ID"


def admit_to(blueprint: Blueprint, kind: str) -> None:
    """Have a blueprint's routes found by `?channel=`, and opened to its stores' pages only."""

    @blueprint.before_request
    def _admit() -> Response | None:
        place = places().find(kind, request.args.get(CHANNEL_PARAMETER, "")[:_LONGEST_TOKEN])
        g.chat_place = place
        origin = request.headers.get("Origin")
        if origin is not None and not is_admitted(place, origin):
            raise AppError("This page isn't one of the store's.", code="foreign_origin", status=403)
        return Response(status=204) if request.method == "OPTIONS" else None

    @blueprint.after_request
    def _answer(response: Response) -> Response:
        response.headers["Vary"] = "Origin"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        response.headers.update(cors_headers(g.get("chat_place"), request.headers.get("Origin")))
        return response


def is_admitted(place: ChatPlace, origin: str) -> bool:
    """Whether a page of that origin may ask: one of the stores', or our own form's."""
    return origin in place.origins or origin == own_origin()


def cors_headers(place: ChatPlace | None, origin: str | None) -> dict[str, str]:
    """What lets a store's page read the answer; nothing for any other page."""
    if place is None or origin is None or not is_admitted(place, origin):
        return {}
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Methods": _METHODS,
        "Access-Control-Allow-Headers": _HEADERS,
        "Access-Control-Max-Age": _PREFLIGHT_SECONDS,
    }


def own_origin() -> str:
    """Our own origin."""
    parts = urlsplit(services().settings.app_url)
    return f"{parts.scheme}://{parts.netloc}"


def places() -> Places:
    """The chats and forms of this process."""
    return cast(Places, current_app.extensions[PLACES])


def chat_place() -> ChatPlace:
    """The chat or form that the present request is for."""
    return cast(ChatPlace, g.chat_place)


def visitor_token() -> str | None:
    """The visitor's token, None where there is none."""
    return bearer_of(request.headers.get("Authorization"))


def count(what: str) -> None:
    """Count the present request. Raises TooMany."""
    count_for(chat_place(), what)


def count_for(place: ChatPlace, what: str) -> None:
    """Count the present request for that chat or form. Raises TooMany."""
    limits = cast(Limits, current_app.extensions[LIMITS])
    limits.take(
        what,
        visitor=visitor_token(),
        address=caller_address(request.remote_addr, request.headers.get("X-Forwarded-For")),
        channel_id=place.channel_id,
    )
