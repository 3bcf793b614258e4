"""The part of `/openapi.json` about tags, merging, splitting, talks and canned answers."""

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

_CONVERSATION = in_path("conversation_id", "Our id of a conversation.")
_TAGS = an_object(tags=a_list(TEXT))
_MAYBE: Schema = {"type": ["string", "null"]}
_VIEW = reference("ConversationView")
_WRITTEN = an_object(conversation_id=TEXT, message_id=TEXT, is_repeat={"type": "boolean"})
_CHANGING = (400, 401, 403, 404, 409, 413)


def part_paths(one: str, whole: str, refusal: Refusal) -> Schema:
    """The paths below that of `one` conversation and of the `whole` list."""
    tag = {**in_query("tag", "The tag, in whatever case."), "required": True}
    return {
        f"{one}/tags": {
            "post": _change("Put a tag on, once.", _TAGS, refusal, an_object(tag=TEXT)),
            "delete": operation(
                "Take a tag off.",
                _TAGS,
                (400, 401, 403, 404),
                refusal,
                parameters=[_CONVERSATION, tag],
            ),
        },
        f"{one}/merge": {
            "post": _change(
                "Move all of it into another; how that one stands then.",
                _VIEW,
                refusal,
                an_object(into=TEXT),
            )
        },
        f"{one}/unmerge": {
            "post": _change("Let one that was merged stand by itself again.", _VIEW, refusal, None)
        },
        f"{one}/split": {
            "post": _change(
                "Make a conversation of its own from a message on; the new one.",
                _VIEW,
                refusal,
                an_object(message_id=TEXT),
                status=201,
            )
        },
        f"{one}/canned-answers": {"get": _canned("Offered", refusal, [_CONVERSATION])},
        f"{whole}/talks": {"post": _talk(refusal)},
        "/api/v1/canned-answers": {"get": _canned("Canned", refusal, [])},
    }


def _change(
    summary: str, ok: Schema, refusal: Refusal, body: Schema | None, status: int = 200
) -> Schema:
    return operation(
        summary, ok, _CHANGING, refusal, parameters=[_CONVERSATION], body=body, status=status
    )


def _canned(record: str, refusal: Refusal, parameters: list[Schema]) -> Schema:
    filled = ", filled in for the conversation" if record == "Offered" else ""
    return operation(
        f"The canned answers that match{filled}; the best match first.",
        an_object(answers=a_list(reference(record))),
        (400, 401, 404),
        refusal,
        parameters=[*parameters, in_query("q", "Part of a shortcut, a name or a text.")],
    )


def _talk(refusal: Refusal) -> Schema:
    body = an_object(kind={"enum": ["phone", "counter"]}, text=TEXT, key=TEXT)
    body["properties"] |= {
        "outcome": {"enum": ["resolved", "open"]},
        "profile_id": _MAYBE,
        "name": _MAYBE,
        "address": _MAYBE,
        "happened_at": {"type": ["string", "null"], "format": "date-time"},
        "minutes": {"type": ["integer", "null"]},
        "channel_id": _MAYBE,
        "store_id": _MAYBE,
    }
    return operation(
        "Write down a call or a talk in the shop; the same `key` again is one talk (200).",
        _WRITTEN,
        (400, 401, 403, 404, 409, 413, 422),
        refusal,
        body=body,
        status=201,
        repeated=True,
    )
