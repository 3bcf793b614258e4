"""The part of `/openapi.json` about notes and agents' own tags."""

from integration.crm.notes import Notes
from ui_embed.openapi_parts import (
    TEXT,
    Refusal,
    Schema,
    a_list,
    an_object,
    in_path,
    in_query,
    operation,
    reference,
)

NOTE_RECORDS = (Notes,)

_PROFILE = in_path("profile_id", "Our id of a profile.")
_NOTE = in_path("note_id", "Our id of a note.")
_CHANGING = (400, 401, 404, 413)


def notes_paths(refusal: Refusal) -> Schema:
    """The paths; `refusal` gives the description of a status."""
    note, tags = reference("Note"), an_object(own_tags=a_list(TEXT))
    whole = "/api/v1/profiles/{profile_id}"
    cursor = in_query("cursor", "The `next` of the answer before: the notes that follow.")
    tag = {**in_query("tag", "The tag, in whatever case."), "required": True}
    return {
        f"{whole}/notes": {
            "get": operation(
                "What agents wrote about a person, the newest first.",
                reference("Notes"),
                (400, 401, 404),
                refusal,
                parameters=(_PROFILE, cursor),
            ),
            "post": operation(
                "Write a note of at most 10,000 characters.",
                note,
                _CHANGING,
                refusal,
                parameters=(_PROFILE,),
                body=an_object(text=TEXT),
                status=201,
            ),
        },
        f"{whole}/notes/{{note_id}}": {
            "patch": operation(
                "Change a note. `version` is that of the text that was read: if it isn't the "
                "note's any more, 409 `conflict` with the text and version as they are.",
                note,
                (400, 401, 404, 409, 413),
                refusal,
                parameters=(_PROFILE, _NOTE),
                body=an_object(text=TEXT, version=TEXT),
            ),
            "delete": operation(
                "Take a note back; it can be put back.",
                note,
                (400, 401, 404),
                refusal,
                parameters=(_PROFILE, _NOTE),
            ),
        },
        f"{whole}/notes/{{note_id}}/restore": {
            "post": operation(
                "Put a note back.",
                note,
                (400, 401, 404),
                refusal,
                parameters=(_PROFILE, _NOTE),
            )
        },
        f"{whole}/tags": {
            "get": operation(
                "The tags that agents put on a person.",
                tags,
                (400, 401, 404),
                refusal,
                parameters=(_PROFILE,),
            ),
            "post": operation(
                "Put a tag of at most 40 characters on; once, whatever its case.",
                tags,
                _CHANGING,
                refusal,
                parameters=(_PROFILE,),
                body=an_object(tag=TEXT),
            ),
            "delete": operation(
                "Take a tag off.",
                tags,
                (400, 401, 404),
                refusal,
                parameters=(_PROFILE, tag),
            ),
        },
    }
