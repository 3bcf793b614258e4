"""The part of `/openapi.json` about who is one person."""

from integration.crm.identity_answers import PersonIdentity
from ui_embed.openapi_parts import (
    DECISION,
    TEXT,
    Refusal,
    Schema,
    an_object,
    in_path,
    in_query,
    operation,
    reference,
)

LINK_RECORDS = (PersonIdentity,)

_PROFILE = in_path("profile_id", "Our id of a profile.")
_OTHER = in_path("other_id", "Our id of the other profile.")
_EVENT = in_path("event_id", "The `event_id` of a decision.")
_KIND: Schema = {"type": "string", "enum": ["email", "phone"]}
_PART: Schema = {"type": "string", "enum": ["customer", "order", "email", "phone"]}
_DECIDED = "`event_id` takes it back; nothing changed where it stood already."


def link_paths(refusal: Refusal) -> Schema:
    """The paths; `refusal` gives the description of a status."""
    whole = "/api/v1/profiles/{profile_id}"
    cursor = in_query("cursor", "The `next` of the answer before: older entries of the history.")
    address = an_object(kind=_KIND, value=TEXT) | {"required": ["kind", "value"]}
    address["properties"]["reason"] = TEXT
    out: Schema = {
        "type": "object",
        "properties": {"profile": TEXT, "kind": _PART, "value": TEXT, "reason": TEXT},
        "description": "Either `profile`, or `kind` and `value` (accounts and orders as "
        "`store id:external id`).",
    }
    joining: Schema = {
        "type": "object",
        "required": ["profile"],
        "properties": {"profile": TEXT, "reason": TEXT},
    }
    return {
        f"{whole}/identity": {
            "get": operation(
                "How a person is known, with the evidence of each identity, and what was decided.",
                reference("PersonIdentity"),
                (400, 401, 404),
                refusal,
                parameters=(_PROFILE, cursor),
            )
        },
        f"{whole}/links": {
            "post": _deciding(
                f"Let another profile be the same person. {_DECIDED}", refusal, joining, _PROFILE
            )
        },
        f"{whole}/unlink": {
            "post": _deciding(
                "Take a joined profile out, or an account, a guest's order, or what an address "
                "ties. `event_id` takes it back.",
                refusal,
                out,
                _PROFILE,
            )
        },
        f"{whole}/suggestions/{{other_id}}/reconsider": {
            "post": _deciding(
                "Take back that the two are different persons.", refusal, None, _PROFILE, _OTHER
            )
        },
        "/api/v1/addresses/shared": {
            "post": _deciding(
                "Let an address or phone link nobody: several people use it.", refusal, address
            )
        },
        "/api/v1/addresses/single": {
            "post": _deciding(
                "Let an address or phone be one person's, whatever names it has.", refusal, address
            )
        },
        "/api/v1/history/{event_id}/undo": {
            "post": _deciding(
                "Take back what was decided; 409 where something else was decided since.",
                refusal,
                None,
                _EVENT,
            )
        },
    }


def _deciding(summary: str, refusal: Refusal, body: Schema | None, *parameters: Schema) -> Schema:
    return operation(
        summary, DECISION, (400, 401, 404, 409, 413), refusal, parameters=parameters, body=body
    )
