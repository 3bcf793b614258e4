"""The part of `/openapi.json` that stores and their admins ask by POST, by signed ticket."""

from typing import Any

_TICKET = {
    "type": "object",
    "required": ["ticket"],
    "properties": {
        "ticket": {
            "type": "string",
            "description": "A JWT that the store's own server signed, good once and for a minute.",
        }
    },
}
_TEXT: dict[str, Any] = {"type": "string"}
_COUNT: dict[str, Any] = {"type": "integer"}
_GROUP: dict[str, Any] = {
    "type": "object",
    "required": ["group_id", "group_label", "item_id", "data"],
    "properties": {
        "group_id": _TEXT,
        "group_label": _TEXT,
        "item_id": _TEXT,
        "data": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["name", "value"],
                "properties": {"name": _TEXT, "value": _TEXT},
            },
        },
    },
}
_DONE = {"type": "boolean", "description": "Whether there is no further page."}


def request_paths(refusal: Any) -> dict[str, Any]:
    """The paths; `refusal` gives the description of a status."""
    return {
        "/api/v1/session": _post(
            "A panel's bearer for a ticket of the store's admin.",
            {"bearer": _TEXT, "expires_in_seconds": _COUNT},
            refusal,
        ),
        "/api/v1/plugin/export": _post(
            "A page of what is held of a person in this store, by their address.",
            {"groups": {"type": "array", "items": _GROUP}, "done": _DONE},
            refusal,
        ),
        "/api/v1/plugin/erase": _post(
            "Erase a person from this store's copy, by their address; durable before it answers.",
            {
                "removed": _COUNT,
                "retained": _COUNT,
                "messages": {"type": "array", "items": _TEXT},
                "done": _DONE,
            },
            refusal,
        ),
        "/api/v1/plugin/disconnect": _post(
            "End the store's connection, since its plugin goes.",
            {"status": {"enum": ["disconnected"]}},
            refusal,
        ),
    }


def _post(summary: str, properties: dict[str, Any], refusal: Any) -> dict[str, Any]:
    answer = {"type": "object", "required": list(properties), "properties": properties}
    return {
        "post": {
            "summary": summary,
            "security": [],
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": _TICKET}},
            },
            "responses": {
                "200": {
                    "description": "Done.",
                    "content": {"application/json": {"schema": answer}},
                },
                **{str(status): refusal(status) for status in (400, 401, 413)},
            },
        }
    }
