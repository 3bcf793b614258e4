"""A delivery's raw body to an object, without damage to its ids."""

import json
import re
from typing import Any

import orjson

from platforms.errors import DeliveryUnreadable

# orjson reads whole numbers past 64 bits as floats.
_LONG_NUMBER = re.compile(rb"\d{19}")


def read_body(raw_body: bytes) -> dict[str, Any]:
    """The JSON object that a body is. Raises DeliveryUnreadable with a plain reason."""
    try:
        value = json.loads(raw_body) if _LONG_NUMBER.search(raw_body) else orjson.loads(raw_body)
    except (ValueError, RecursionError) as error:
        raise DeliveryUnreadable("the body isn't JSON") from error
    if not isinstance(value, dict):
        raise DeliveryUnreadable("the body isn't an object")
    if value and value.keys() <= {"error", "errors", "message", "error_description"}:
        raise DeliveryUnreadable("the body is an error message")
    return value
