"""What stores and their admins ask of us by JSON: keys handed over, tickets, the plugin's requests.

Pages of other origins have no business here: no CORS, no cookies, no redirects.
"""

from typing import Any

import orjson
from flask import Blueprint, Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from integration.errors import AppError, Invalid
from integration.install.companions import service_request
from integration.install.connecting import receive_keys
from integration.install.sessions import exchange_ticket
from integration.install.uninstall import disconnect_by_store
from integration.privacy.requests.plugin import erase_person, export_person
from ui_embed.request_context import services, single_arguments

store_requests = Blueprint("store_requests", __name__)

_MOST_BYTES = 16 * 1024


@store_requests.post("/<slug>/callback/<token>")
def handed_keys(slug: str, token: str) -> Response:
    """Keys that a store hands over: exactly 200, or 404 with nothing changed."""
    receive_keys(services(), slug, token, _body())
    return _json({})


@store_requests.post("/api/v1/session")
def session() -> Response:
    """A bearer for a ticket of a store's admin."""
    single_arguments()
    opened = exchange_ticket(services(), _ticket())
    return _json({"bearer": opened.token, "expires_in_seconds": opened.expires_in_seconds})


@store_requests.post("/api/v1/plugin/export")
def export() -> Response:
    """What is held of a person, for the store's own exporter of personal data."""
    asked = service_request(services(), _ticket(), "export")
    email, page = asked.ticket.email or "", asked.ticket.page
    return _json(export_person(services(), asked.workspace_id, asked.store_id, email, page))


@store_requests.post("/api/v1/plugin/erase")
def erase() -> Response:
    """Erase a person, for the store's own eraser of personal data."""
    asked = service_request(services(), _ticket(), "erase")
    email = asked.ticket.email or ""
    return _json(erase_person(services(), asked.workspace_id, asked.store_id, email))


@store_requests.post("/api/v1/plugin/disconnect")
def disconnect() -> Response:
    """End the store's connection: its plugin goes. The store, which waits for us, isn't called."""
    asked = service_request(services(), _ticket(), "disconnect")
    disconnect_by_store(services(), asked.workspace_id, asked.store_id)
    return _json({"status": "disconnected"})


def _ticket() -> str:
    try:
        body = orjson.loads(_body())
    except orjson.JSONDecodeError:
        raise Invalid("Send JSON.") from None
    ticket = body.get("ticket") if isinstance(body, dict) else None
    if not isinstance(ticket, str) or not ticket:
        raise Invalid("The field ticket is missing.")
    return ticket


def _body() -> bytes:
    request.max_content_length = _MOST_BYTES
    try:
        return request.get_data(cache=False)
    except RequestEntityTooLarge:
        raise AppError("This is too large.", code="too_large", status=413) from None


def _json(value: Any) -> Response:
    return Response(orjson.dumps(value), mimetype="application/json")
