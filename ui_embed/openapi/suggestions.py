"""The part of `/openapi.json` about suggestions that two are one person."""

from integration.identity.suggestions import PersonSuggestions, SuggestionPage
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

SUGGESTION_RECORDS = (SuggestionPage, PersonSuggestions)

_PROFILE = in_path("profile_id", "Our id of a profile.")
_OTHER = in_path("other_id", "Our id of the other profile.")
_DECIDED = "`event_id` takes it back; nothing changed where it stood already."


def suggestion_paths(refusal: Refusal) -> Schema:
    """The paths; `refusal` gives the description of a status."""
    whole = "/api/v1/profiles/{profile_id}/suggestions"
    cursor = in_query("cursor", "The `next` of the answer before: the suggestions that follow.")
    return {
        "/api/v1/suggestions": {
            "get": operation(
                "Who may be one person, the strongest first.",
                reference("SuggestionPage"),
                (400, 401),
                refusal,
                parameters=(cursor,),
            )
        },
        whole: {
            "get": operation(
                "Who else may be this person. `shared` are addresses and phones of theirs that so "
                "many use that they suggest nobody.",
                reference("PersonSuggestions"),
                (400, 401, 404),
                refusal,
                parameters=(_PROFILE,),
            )
        },
        f"{whole}/{{other_id}}/accept": {
            "post": _decision(f"Let the two be one person. {_DECIDED}", refusal)
        },
        f"{whole}/{{other_id}}/dismiss": {
            "post": _decision(
                f"Let the two be different persons: never suggested again. {_DECIDED}", refusal
            )
        },
    }


def _decision(summary: str, refusal: Refusal) -> Schema:
    described = operation(
        summary,
        DECISION,
        (400, 401, 404, 409, 413),
        refusal,
        parameters=(_PROFILE, _OTHER),
        body={"type": "object", "properties": {"reason": TEXT}},
    )
    described["requestBody"]["required"] = False
    return described
