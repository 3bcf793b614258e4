"""A delivery's raw body to an object, without damage to its ids."""

import json
from typing import Any

import orjson

from platforms.errors import DeliveryUnreadable

# orjson reads whole numbers past 64 bits as floats. With all digits made one, a search for nineteen
# takes a tenth of a pattern's time.
_ONE_DIGIT = bytes(ord("0") if chr(byte) in "0123456789" else byte for byte in range(256))
_LONG_NUMBER = b"0" * 19


def read_body(raw_body: bytes) -> dict[str, Any]:
    """The JSON object that a body is. Raises DeliveryUnreadable with a plain reason."""
    try:
        value = json.loads(raw_body) if _has_long(raw_body) else orjson.loads(raw_body)
    except (ValueError, RecursionError) as error:
        raise DeliveryUnreadable("the body isn't JSON") from error
    if not isinstance(value, dict):
        raise DeliveryUnreadable("the body isn't an object")
    if value and value.keys() <= {"error", "errors", "message", "error_description"}:
        raise DeliveryUnreadable("the body is an error message")
    return value


def _has_long(raw_body: bytes) -> bool:
    return _LONG_NUMBER in raw_body.translate(_ONE_DIGIT)
