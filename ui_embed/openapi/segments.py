"""The part of `/openapi.json` about segments and people as a file."""

from integration.segments.conditions import Condition
from integration.segments.read import SegmentPeople
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

SEGMENT_RECORDS = (Condition, SegmentPeople)

_SEGMENT = in_path("segment_id", "Our id of a segment.")
_FILE: Schema = {
    "description": "The file: UTF-8 with a byte order mark, CSV as in RFC 4180, a row for each "
    "person and currency.",
    "content": {"text/csv": {"schema": TEXT}},
}


def segment_schemas() -> dict[str, Schema]:
    """The schemas of what isn't a record of one shape: a condition leaves out what it hasn't."""
    moment: Schema = {"type": "string", "format": "date-time"}
    segment = an_object(
        id=TEXT,
        name=TEXT,
        conditions=a_list(reference("Condition")),
        made_by=TEXT,
        created_at=moment,
        updated_at=moment,
    )
    return {"Segment": segment}


def segment_paths(refusal: Refusal) -> Schema:
    """The paths; `refusal` gives the description of a status."""
    whole, people = "/api/v1/segments", reference("SegmentPeople")
    one = f"{whole}/{{segment_id}}"
    cursor = in_query("cursor", "The `next` of the answer before: the people that follow.")
    conditions = a_list(reference("Condition"))
    changed: Schema = {"type": "object", "properties": {"name": TEXT, "conditions": conditions}}
    listed = an_object(segments=a_list(reference("Segment")))
    taken = (400, 401, 409, 413)
    return {
        whole: {
            "get": operation("The segments.", listed, (400, 401), refusal),
            "post": operation(
                "Keep conditions under a name; 409 `name_taken` where there is one of that name.",
                reference("Segment"),
                taken,
                refusal,
                body=an_object(name=TEXT, conditions=conditions),
                status=201,
            ),
        },
        f"{whole}/preview": {
            "post": operation(
                "How many people meet conditions that aren't kept, and the first ten of them.",
                people,
                (400, 401, 413),
                refusal,
                body=an_object(conditions=conditions),
            )
        },
        one: {
            "get": _of_one("One segment.", refusal),
            "patch": operation(
                "Give a segment another name or other conditions.",
                reference("Segment"),
                (404, *taken),
                refusal,
                parameters=(_SEGMENT,),
                body=changed,
            ),
            "delete": _of_one("Remove a segment; what it was is answered.", refusal),
        },
        f"{one}/profiles": {
            "get": operation(
                "Its people, who ordered last first, 50 at once, and how many they are: exactly, "
                "or more than 10,000. `count` is null on a later page of many.",
                people,
                (400, 401, 404),
                refusal,
                parameters=(_SEGMENT, cursor),
            )
        },
        f"{one}/profiles.csv": {"get": _file(refusal)},
    }


def _of_one(summary: str, refusal: Refusal) -> Schema:
    return operation(
        summary, reference("Segment"), (400, 401, 404), refusal, parameters=(_SEGMENT,)
    )


def _file(refusal: Refusal) -> Schema:
    described = operation(
        "Its people as a file, for the owner and for API keys; that it went out is written down.",
        TEXT,
        (400, 401, 403, 404, 429),
        refusal,
        parameters=(_SEGMENT,),
    )
    described["responses"]["200"] = _FILE
    return described
