"""The JSON API: `/api/v1/…` for panels elsewhere, extensions and keys, and its description."""

from typing import Any

import orjson
from flask import Blueprint, Response, g

from integration.crm.stores import list_stores
from integration.errors import Invalid, NotFound
from integration.reconciliation.health import store_health
from ui_embed.host_protocol import RETRY_HEADER
from ui_embed.openapi.document import description
from ui_embed.reading import (
    MOST_PEOPLE,
    SUBJECT_PARAMETERS,
    find_people,
    profile_subject,
    read_person,
    store_number,
    subject_of,
)
from ui_embed.request_context import caller, services, single_arguments

api = Blueprint("api", __name__)

_SURFACE = "api"
_PREFIX = "/api/v1"
_LONGEST_SEARCH = 200
# Extensions run in a worker without an origin of its own, so any origin may ask with a bearer. A
# cookie opens it to our own pages only, and then no other origin may read the answer.
_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": RETRY_HEADER[0],
}
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Last-Event-ID",
    "Access-Control-Max-Age": "600",
}


@api.get(f"{_PREFIX}/context")
def context() -> Response:
    """The person behind a customer, an order, an e-mail address or a phone."""
    arguments = single_arguments()
    who = caller()
    subject = subject_of(arguments)
    if subject is None:
        raise Invalid(f"Ask by one of {', '.join(SUBJECT_PARAMETERS)}.")
    return _json(read_person(services(), who, subject, _SURFACE, arguments.get("cursor")))


@api.get(f"{_PREFIX}/profiles/<profile_id>")
def profile(profile_id: str) -> Response:
    """The same answer for a profile by our id."""
    arguments = single_arguments()
    who = caller()
    subject = profile_subject(profile_id)
    if subject is None:
        raise NotFound("There is no such person.")
    return _json(read_person(services(), who, subject, _SURFACE, arguments.get("cursor")))


@api.get(f"{_PREFIX}/profiles")
def profiles() -> Response:
    """Who matches `search`; without one, who ordered last."""
    text = single_arguments().get("search", "").strip()
    who = caller()
    if len(text) > _LONGEST_SEARCH:
        raise Invalid("The parameter search is too long.")
    found = find_people(services(), who, text)
    return _json({"profiles": found[:MOST_PEOPLE], "more": len(found) > MOST_PEOPLE})


@api.get(f"{_PREFIX}/stores")
def stores() -> Response:
    """The workspace's stores with how each is connected and how fresh its copy is."""
    single_arguments()
    listed = list_stores(services(), caller().workspace_id)
    return _json({"stores": [store.as_dict() for store in listed]})


@api.get(f"{_PREFIX}/stores/<store_id>/health")
def health(store_id: str) -> Response:
    """Whether everything of a store is here, and what proves it."""
    cursor = single_arguments().get("cursor")
    workspace_id = caller().workspace_id
    found = store_health(services(), workspace_id, store_number(store_id), cursor=cursor)
    return _json(found.as_dict())


@api.get("/openapi.json")
def openapi() -> Response:
    """What every route of the API takes and answers."""
    response = _json(description(services().settings.app_url))
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


@api.after_request
def open_to_bearers(response: Response) -> Response:
    """CORS for any origin, and the word by which a host's script repeats a refused request."""
    if "caller" in g and g.caller.by_cookie:
        return response
    for name, value in _CORS.items():
        response.headers[name] = value
    if response.headers.get("Allow") and response.status_code == 200 and not response.data:
        for name, value in _PREFLIGHT.items():
            response.headers[name] = value
    return response


def _json(value: Any) -> Response:
    return Response(orjson.dumps(value, option=orjson.OPT_UTC_Z), mimetype="application/json")
