"""The part of `/openapi.json` about files of messages."""

from typing import Any

from integration.conversations.file_types import BYTES, HARMLESS
from ui_embed.openapi.parts import TEXT, Refusal, Schema, an_object, in_path, operation, reference

_BYTES: Schema = {"type": "string", "format": "binary"}


def attachment_paths(refusal: Refusal) -> Schema:
    """The paths; `refusal` gives the description of a status."""
    return {
        "/api/v1/attachments": {"post": _upload(refusal)},
        "/api/v1/attachments/{key}": {"get": _fetch(refusal), "delete": _drop(refusal)},
    }


def _upload(refusal: Refusal) -> Schema:
    described = operation(
        "Upload a file of at most 20 MB for an answer: `conversation` or `channel` says what it is "
        "for. Its `key` goes into `attachments` of the answer, within two days.",
        an_object(attachment=reference("FileView")),
        (400, 401, 404, 409, 413),
        refusal,
        status=201,
    )
    form = an_object(file=_BYTES)
    form["properties"] |= {"conversation": TEXT, "channel": TEXT}
    content = {"multipart/form-data": {"schema": form}}
    return {**described, "requestBody": {"required": True, "content": content}}


def _fetch(refusal: Refusal) -> Schema:
    described = operation(
        "A file of a message, to be kept: it is never shown in place.",
        _BYTES,
        (400, 401, 404),
        refusal,
        parameters=[_KEY],
    )
    described["responses"]["200"] = _file()
    return described


def _drop(refusal: Refusal) -> Schema:
    return operation(
        "Throw away a file that was uploaded and is in no message.",
        an_object(key=TEXT),
        (400, 401, 404),
        refusal,
        parameters=[_KEY],
    )


def _file() -> dict[str, Any]:
    content = {kind: {"schema": _BYTES} for kind in sorted((BYTES, *HARMLESS))}
    return {"description": "The bytes.", "content": content}


_KEY = in_path("key", "The file's key.")
