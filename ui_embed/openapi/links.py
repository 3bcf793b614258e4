"""The part of `/openapi.json` about who is one person."""

from collections.abc import Iterator

from integration.crm.identity_answers import PersonIdentity
from ui_embed.openapi.parts import (
    DECISION,
    TEXT,
    Refusal,
    Schema,
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
_ADDRESS: Schema = {
    "type": "object",
    "required": ["kind", "value"],
    "properties": {"kind": _KIND, "value": TEXT, "reason": TEXT},
}
_JOIN: Schema = {
    "type": "object",
    "required": ["profile"],
    "properties": {"profile": TEXT, "reason": TEXT},
}
_OUT: Schema = {
    "type": "object",
    "properties": {"profile": TEXT, "kind": _PART, "value": TEXT, "reason": TEXT},
    "description": "Either `profile`, or `kind` and `value` (accounts and orders as "
    "`store id:external id`).",
}
_DECIDED = "`event_id` takes it back; nothing changed where it stood already."


def link_paths(refusal: Refusal) -> Schema:
    """The paths; `refusal` gives the description of a status."""
    whole = "/api/v1/profiles/{profile_id}"
    cursor = in_query("cursor", "The `next` of the answer before: older entries of the history.")
    known = operation(
        "How a person is known, with the evidence of each identity, and what was decided.",
        reference("PersonIdentity"),
        (400, 401, 404),
        refusal,
        parameters=(_PROFILE, cursor),
    )
    return {
        f"{whole}/identity": {"get": known},
        **{path: {"post": post} for path, post in _decisions(whole, refusal)},
    }


def _decisions(whole: str, refusal: Refusal) -> Iterator[tuple[str, Schema]]:
    joined = f"Let another profile be the same person. {_DECIDED}"
    yield f"{whole}/links", _deciding(joined, refusal, _JOIN, _PROFILE)
    out = "Take a joined profile out, or an account, a guest's order, or what an address ties."
    yield f"{whole}/unlink", _deciding(out, refusal, _OUT, _PROFILE)
    again = "Take back that the two are different persons."
    path = f"{whole}/suggestions/{{other_id}}/reconsider"
    yield path, _deciding(again, refusal, None, _PROFILE, _OTHER)
    shared = "Let an address or phone link nobody: several people use it."
    yield "/api/v1/addresses/shared", _deciding(shared, refusal, _ADDRESS)
    single = "Let an address or phone be one person's, whatever names it has."
    yield "/api/v1/addresses/single", _deciding(single, refusal, _ADDRESS)
    back = "Take back what was decided; 409 where something else was decided since."
    yield "/api/v1/history/{event_id}/undo", _deciding(back, refusal, None, _EVENT)


def _deciding(summary: str, refusal: Refusal, body: Schema | None, *parameters: Schema) -> Schema:
    return operation(
        summary, DECISION, (400, 401, 404, 409, 413), refusal, parameters=parameters, body=body
    )
