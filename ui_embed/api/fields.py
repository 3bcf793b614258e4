"""What fields of a posted object hold, or may leave out."""

from datetime import datetime
from typing import Any

from integration.errors import Invalid
from ui_embed.api.bodies import our_id

_MOST_LISTED = 50


def maybe_text(posted: dict[str, Any], name: str) -> str | None:
    """A text, None where it is missing or null. Raises Invalid for anything else."""
    value = posted.get(name)
    if value is not None and not isinstance(value, str):
        raise Invalid(f"The field {name} isn't text.")
    return value


def maybe_id(posted: dict[str, Any], name: str) -> int | None:
    """An id of ours (as text), None where it is missing or null. Raises Invalid."""
    value = maybe_text(posted, name)
    if value is None:
        return None
    number = our_id(value)
    if number is None:
        raise Invalid(f"The field {name} is no id.")
    return number


def texts(posted: dict[str, Any], name: str) -> list[str]:
    """A list of texts, empty where it is missing or null. Raises Invalid, also for more than 50."""
    value = posted.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise Invalid(f"The field {name} isn't a list of texts.")
    if len(value) > _MOST_LISTED:
        raise Invalid(f"The field {name} has more than {_MOST_LISTED}.")
    return value


def ids(posted: dict[str, Any], name: str) -> list[int]:
    """A list of ids of ours, empty where it is missing. Raises Invalid."""
    found = [our_id(each) for each in texts(posted, name)]
    if None in found:
        raise Invalid(f"The field {name} holds something that is no id.")
    return [each for each in found if each is not None]


def maybe_time(posted: dict[str, Any], name: str) -> datetime | None:
    """A time with its zone, None where it is missing or null. Raises Invalid."""
    value = maybe_text(posted, name)
    if value is None:
        return None
    try:
        told = datetime.fromisoformat(value)
    except ValueError:
        told = None
    if told is None or told.tzinfo is None:
        raise Invalid(f"The field {name} is no time in ISO 8601 with its zone.")
    return told


def maybe_switch(posted: dict[str, Any], name: str) -> bool | None:
    """True or false, None where it is missing. Raises Invalid."""
    value = posted.get(name)
    if value is not None and not isinstance(value, bool):
        raise Invalid(f"The field {name} is neither true nor false.")
    return value


def maybe_number(posted: dict[str, Any], name: str) -> int | None:
    """A whole number, None where it is missing. Raises Invalid."""
    value = posted.get(name)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise Invalid(f"The field {name} is no whole number.")
    return value
