"""The part of `/openapi.json` about notes and agents' own tags."""

from integration.crm.notes import Notes
from ui_embed.openapi.parts import (
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
_NOTE_TOLD = reference("Note")
_CHANGING = (400, 401, 404, 413)


def notes_paths(refusal: Refusal) -> Schema:
    """The paths; `refusal` gives the description of a status."""
    whole = "/api/v1/profiles/{profile_id}"
    return {
        **_all_notes(f"{whole}/notes", refusal),
        **_one_note(f"{whole}/notes/{{note_id}}", refusal),
        **_tags(f"{whole}/tags", refusal),
    }


def _all_notes(path: str, refusal: Refusal) -> Schema:
    cursor = in_query("cursor", "The `next` of the answer before: the notes that follow.")
    return {
        path: {
            "get": operation(
                "What agents wrote about a person, the newest first.",
                reference("Notes"),
                (400, 401, 404),
                refusal,
                parameters=(_PROFILE, cursor),
            ),
            "post": operation(
                "Write a note of at most 10,000 characters.",
                _NOTE_TOLD,
                _CHANGING,
                refusal,
                parameters=(_PROFILE,),
                body=an_object(text=TEXT),
                status=201,
            ),
        }
    }


def _one_note(path: str, refusal: Refusal) -> Schema:
    return {
        path: {
            "patch": operation(
                "Change a note. `version` is that of the text that was read: if it isn't the "
                "note's any more, 409 `conflict` with the text and version as they are.",
                _NOTE_TOLD,
                (400, 401, 404, 409, 413),
                refusal,
                parameters=(_PROFILE, _NOTE),
                body=an_object(text=TEXT, version=TEXT),
            ),
            "delete": operation(
                "Take a note back; it can be put back.",
                _NOTE_TOLD,
                (400, 401, 404),
                refusal,
                parameters=(_PROFILE, _NOTE),
            ),
        },
        f"{path}/restore": {
            "post": operation(
                "Put a note back.",
                _NOTE_TOLD,
                (400, 401, 404),
                refusal,
                parameters=(_PROFILE, _NOTE),
            )
        },
    }


def _tags(path: str, refusal: Refusal) -> Schema:
    tags = an_object(own_tags=a_list(TEXT))
    tag = {**in_query("tag", "The tag, in whatever case."), "required": True}
    return {
        path: {
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
        }
    }
