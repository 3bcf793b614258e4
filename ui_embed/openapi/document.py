"""`/openapi.json`: the schemas come from the records that are sent, so they can't differ."""

from functools import cache
from typing import Any

from pydantic import TypeAdapter

from integration.crm.records import Context, Freshness
from integration.reconciliation.health_records import StoreHealth
from integration.search.found import FoundProfile
from ui_embed.openapi.attachments import attachment_paths
from ui_embed.openapi.audit import AUDIT_RECORDS, audit_paths
from ui_embed.openapi.conversations import CONVERSATION_RECORDS, conversation_paths
from ui_embed.openapi.links import LINK_RECORDS, link_paths
from ui_embed.openapi.notes import NOTE_RECORDS, notes_paths
from ui_embed.openapi.person import READ_RECORDS, read_paths
from ui_embed.openapi.requests import request_paths
from ui_embed.openapi.segments import SEGMENT_RECORDS, segment_paths, segment_schemas
from ui_embed.openapi.suggestions import SUGGESTION_RECORDS, suggestion_paths

_WHO: list[dict[str, list[str]]] = [{"bearer": []}, {"browser": []}]
_ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "details"],
            "properties": {
                "code": {"type": "string", "description": "Stable, for machines."},
                "message": {"type": "string", "description": "A sentence for people."},
                "details": {"type": "object"},
            },
        }
    },
}
_REFUSALS = {
    400: "A parameter is missing, doubled or can't be understood.",
    401: "No valid bearer (`unauthorized`, `invalid_session`), or the store has removed us "
    "(`not_installed`).",
    404: "Unknown, or another workspace's: the two look the same (`not_found`).",
    403: "Only the workspace's owner may, or the caller's role isn't enough (`forbidden`).",
    409: "Several people match (`ambiguous`; `details.candidates` names them), or what it was "
    "decided on has changed or is taken (`conflict`).",
    413: "The body is too large (`too_large`).",
    422: "What is told can't have been so.",
    429: "Asked too often (`too_many_requests`; Retry-After tells in how many seconds), or several "
    "files are being written already (`busy`).",
    503: "Live news isn't running (`no_live`): read again now and then.",
}
_SUBJECT = {
    "customer": "The store's id of an account.",
    "order": "The store's id of an order, or its name (`#1042` or `1042`).",
    "email": "An e-mail address.",
    "phone": "A phone number.",
}


@cache
def description(app_url: str) -> dict[str, Any]:
    """The OpenAPI 3.1 document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Tillside",
            "version": "1",
            "description": "Amounts are integer minor units of the currency beside them, times "
            "are ISO 8601 in UTC, ids are text.",
        },
        "servers": [{"url": app_url.rstrip("/")}],
        "paths": _paced(_paths()),
        "components": {
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A session token of Shopify's admin, a panel's bearer "
                    "(`/api/v1/session`), or an API key (`tillside api-keys create STORE`).",
                },
                "browser": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "__Host-tillside_session",
                    "description": "A browser that is signed in. Counts for our own origin only.",
                },
            },
            "schemas": _schemas(),
        },
    }


_WATCHED = (
    "Tell what changes in these at once, and who reads and writes them: ids by commas. Of others "
    "it is told once a second, several together."
)


def _paths() -> dict[str, Any]:
    subject = [_query(name, text) for name, text in _SUBJECT.items()]
    store = _query("store", "Where an id or order name may be several stores': id, domain or URL.")
    cursor = _query("cursor", "The `next` of the answer before: the orders that follow.")
    profile_id = {**_query("profile_id", "Our id of a profile."), "in": "path", "required": True}
    context = "The person, their newest orders, and how fresh that is."
    return {
        "/api/v1/context": _get(
            "Exactly one of customer, order, email and phone says who.",
            [*subject, store, cursor],
            _ok(context, "Context"),
            (400, 401, 404, 409),
        ),
        "/api/v1/profiles": _get(
            "Search people; without a search, who ordered last.",
            [_query("search", "Part of a name, an address, a phone or an order's name.")],
            _ok("The newest first, at most 25.", "Profiles"),
            (400, 401),
        ),
        "/api/v1/profiles/{profile_id}": _get(
            "One person by our id.", [profile_id, cursor], _ok(context, "Context"), (400, 401, 404)
        ),
        "/api/v1/stores": _get(
            "The stores of the workspace.", [], _ok("All of them.", "Stores"), (400, 401)
        ),
        "/api/v1/stores/{store_id}/health": _get(
            "Whether everything of a store is here, and what proves it: its last 72 hours, the "
            "newest comparisons with sums of 30 days, and its alarms.",
            [
                {**_query("store_id", "Our id of a store."), "in": "path", "required": True},
                _query("cursor", "The `next` of the answer before: the comparisons that follow."),
            ],
            _ok("How the copy stands.", "StoreHealth"),
            (400, 401, 404),
        ),
        "/api/v1/live": _get(
            "What changes, as server-sent events `changed` with `{kind, subject_id, data}`; "
            "resumes after the header Last-Event-ID, and ends with its bearer.",
            [
                {**_query("Last-Event-ID", "The last event seen."), "in": "header"},
                _query("conversation", _WATCHED),
            ],
            {
                "description": "The stream.",
                "content": {"text/event-stream": {"schema": {"type": "string"}}},
            },
            (400, 401, 503),
        ),
        **attachment_paths(_refusal),
        **audit_paths(_refusal),
        **conversation_paths(_refusal),
        **link_paths(_refusal),
        **notes_paths(_refusal),
        **read_paths(_refusal),
        **segment_paths(_refusal),
        **suggestion_paths(_refusal),
        **request_paths(_refusal),
    }


def _paced(paths: dict[str, Any]) -> dict[str, Any]:
    """The same, where each may be asked too often."""
    for methods in paths.values():
        for described in methods.values():
            described["responses"].setdefault("429", _answer(_REFUSALS[429], "Error"))
    return paths


def _refusal(status: int) -> dict[str, Any]:
    return _answer(_REFUSALS[status], "Error")


def _get(
    summary: str, parameters: list[dict[str, Any]], ok: dict[str, Any], refusals: tuple[int, ...]
) -> dict[str, Any]:
    answers: dict[str, Any] = {"200": ok}
    for status in refusals:
        answers[str(status)] = _answer(_REFUSALS[status], "Error")
    return {
        "get": {
            "summary": summary,
            "security": _WHO,
            "parameters": parameters,
            "responses": answers,
        }
    }


def _query(name: str, text: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": text, "schema": {"type": "string"}}


def _ok(text: str, schema: str) -> dict[str, Any]:
    return _answer(text, schema)


def _answer(text: str, schema: str) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"description": text, "content": content}


def _schemas() -> dict[str, Any]:
    schemas: dict[str, Any] = {"Error": _ERROR}
    for record in (
        Context,
        Freshness,
        FoundProfile,
        *AUDIT_RECORDS,
        *CONVERSATION_RECORDS,
        *LINK_RECORDS,
        *NOTE_RECORDS,
        *READ_RECORDS,
        *SEGMENT_RECORDS,
        *SUGGESTION_RECORDS,
    ):
        _add(schemas, record)
    schemas["Profiles"] = _object(
        profiles={"type": "array", "items": _reference("FoundProfile")}, more={"type": "boolean"}
    )
    schemas.update(segment_schemas())
    schemas["Store"] = _store()
    schemas["StoreHealth"] = _store_health(schemas)
    schemas["Stores"] = _object(stores={"type": "array", "items": _reference("Store")})
    return schemas


def _add(schemas: dict[str, Any], record: type[Any]) -> None:
    adapter: TypeAdapter[Any] = TypeAdapter(record)
    schema = adapter.json_schema(mode="serialization", ref_template="#/components/schemas/{model}")
    schemas.update(schema.pop("$defs", {}))
    schemas[record.__name__] = schema


def _store() -> dict[str, Any]:
    text: dict[str, Any] = {"type": "string"}
    maybe: dict[str, Any] = {"type": ["string", "null"]}
    moment: dict[str, Any] = {"type": ["string", "null"], "format": "date-time"}
    return _object(
        id=text,
        platform=text,
        domain=text,
        name=text,
        url=maybe,
        status={"enum": ["pending", "active", "reauthorize", "disconnected"]},
        status_reason=maybe,
        connected_at=moment,
        uninstalled_at=moment,
        error=maybe,
        is_being_read={"type": "boolean"},
        freshness=_reference("Freshness"),
    )


def _store_health(schemas: dict[str, Any]) -> dict[str, Any]:
    """The fields of the record, where the store stands as the other routes tell it."""
    _add(schemas, StoreHealth)
    told: dict[str, Any] = schemas.pop("StoreHealth")
    schemas.pop("StoreView")
    told["properties"]["store"] = _reference("Store")
    return told


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


def _reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}
