"""What is posted to the API: one JSON object of a bounded size; and how answers are written."""

from typing import Any

import orjson
from flask import Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from integration.errors import AppError, Invalid

_LONGEST_ID = 18


def json_object(most_bytes: int = 16 * 1024) -> dict[str, Any]:
    """The posted object. Raises Invalid for anything else, 413 for one that is too large."""
    request.max_content_length = most_bytes
    try:
        body = request.get_data(cache=False)
    except RequestEntityTooLarge:
        raise AppError("This is too large.", code="too_large", status=413) from None
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        value = None
    if not isinstance(value, dict):
        raise Invalid("Send a JSON object.")
    return value


def text_field(posted: dict[str, Any], name: str) -> str:
    """A text of the posted object. Raises Invalid where it is missing or no text."""
    value = posted.get(name)
    if not isinstance(value, str):
        raise Invalid(f"The field {name} is missing or isn't text.")
    return value


def our_id(text: str) -> int | None:
    """An id of ours out of an address, None for what can be none."""
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_ID):
        return None
    return int(text)


def json_answer(value: Any, status: int = 200) -> Response:
    """An answer of records: times in ISO 8601 with Z."""
    body = orjson.dumps(value, option=orjson.OPT_UTC_Z)
    return Response(body, status, mimetype="application/json")
