"""The part of `/openapi.json` about a person's figures and timeline, and orders named in texts."""

from integration.crm.mentions.records import Resolution
from integration.crm.summary_records import Summary
from integration.crm.timeline_records import Timeline
from ui_embed.openapi.parts import (
    TEXT,
    Refusal,
    Schema,
    in_path,
    in_query,
    operation,
    reference,
)

READ_RECORDS = (Summary, Timeline, Resolution)

_MAYBE: Schema = {"type": ["string", "null"]}
_PROFILE = in_path("profile_id", "Our id of a profile.")
_WRITER = (
    "Who wrote it: our id of a profile, an e-mail address or a phone number. Each order then says "
    "whether it is theirs."
)


def read_paths(refusal: Refusal) -> Schema:
    """The paths; `refusal` gives the description of a status."""
    whole = "/api/v1/profiles/{profile_id}"
    cursor = in_query("cursor", "The `next` of the answer before: what came before that.")
    text = {**in_query("text", "At most 4,000 characters; post longer ones."), "required": True}
    return {
        f"{whole}/summary": {
            "get": operation(
                "A person's figures over all stores; docs/figures.md defines each.",
                reference("Summary"),
                (400, 401, 404),
                refusal,
                parameters=(_PROFILE,),
            )
        },
        f"{whole}/timeline": {
            "get": operation(
                "What happened with a person, newest first: orders, parcels, refunds, notes, "
                "accounts, links.",
                reference("Timeline"),
                (400, 401, 404),
                refusal,
                parameters=(_PROFILE, cursor),
            )
        },
        "/api/v1/orders/mentioned": {
            "get": operation(
                "The orders that a text names, by name, id or tracking number, over all stores. "
                "`order` is set only when exactly one is meant for certain.",
                reference("Resolution"),
                (400, 401),
                refusal,
                parameters=(text, in_query("writer", _WRITER)),
            ),
            "post": operation(
                "The same for a text of up to 1 MB, of which the first 200,000 characters are "
                "read. `writer` may be left out.",
                reference("Resolution"),
                (400, 401, 413),
                refusal,
                body={
                    "type": "object",
                    "required": ["text"],
                    "properties": {"text": TEXT, "writer": {**_MAYBE, "description": _WRITER}},
                },
            ),
        },
    }
