"""Checks arguments by their schema, with WordPress' own words; unknown ones are left alone."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from simulators.woocommerce.rest.errors import RestError

Schema = dict[str, Any]

_DATE = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}(:?\d{2})?)?", re.ASCII
)
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


class Bad(Exception):
    """One argument's fault."""

    def __init__(self, code: str, message: str, data: Any = None) -> None:
        super().__init__(message)
        self.code, self.message, self.data = code, message, data


def _wrong_type(name: str, kind: str) -> Bad:
    return Bad("rest_invalid_type", f"{name} is not of type {kind}.", {"param": name})


def _listed(words: list[str]) -> str:
    if len(words) < 3:
        return " and ".join(words)
    return ", ".join(words[:-1]) + ", and " + words[-1]


def _integer(name: str, value: Any, schema: Schema) -> int:
    try:
        if isinstance(value, bool) or float(value) != int(float(value)):
            raise ValueError
        made = int(float(value))
    except (TypeError, ValueError, OverflowError):
        raise _wrong_type(name, "integer") from None
    low, high = schema.get("minimum"), schema.get("maximum")
    if (low is not None and made < low) or (high is not None and made > high):
        if low is not None and high is not None:
            said = f"{name} must be between {low} (inclusive) and {high} (inclusive)"
        elif low is not None:
            said = f"{name} must be greater than or equal to {low}"
        else:
            said = f"{name} must be less than or equal to {high}"
        raise Bad("rest_out_of_bounds", said)
    return made


def _boolean(name: str, value: Any, _schema: Schema) -> bool:
    text = str(value).lower() if isinstance(value, str | bool | int) else ""
    if text not in ("true", "false", "1", "0"):
        raise _wrong_type(name, "boolean")
    return text in ("true", "1")


def _string(name: str, value: Any, schema: Schema) -> str:
    if not isinstance(value, str):
        raise _wrong_type(name, "string")
    wanted = schema.get("format")
    if wanted == "date-time" and not _is_date(value):
        raise Bad("rest_invalid_date", "Invalid date.")
    if wanted == "email" and not _EMAIL.fullmatch(value):
        raise Bad("rest_invalid_email", "Invalid email address.")
    return value


def _is_date(value: str) -> bool:
    if not _DATE.fullmatch(value):
        return False
    try:
        datetime.fromisoformat(value.upper().replace(" ", "T"))
    except ValueError:
        return False
    return True


def _array(name: str, value: Any, schema: Schema) -> list[Any]:
    if isinstance(value, str):
        value = [one for one in re.split(r"[\s,]+", value) if one]
    elif isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list):
        raise _wrong_type(name, "array")
    items = schema.get("items")
    if not items:
        return value
    return [check(f"{name}[{index}]", one, items) for index, one in enumerate(value)]


def _object(name: str, value: Any, schema: Schema) -> dict[str, Any]:
    if value == "":
        value = {}
    if not isinstance(value, dict):
        raise _wrong_type(name, "object")
    known = schema.get("properties", {})
    return {
        key: check(f"{name}[{key}]", one, known[key]) if key in known else one
        for key, one in value.items()
    }


_CHECKS = {
    "integer": _integer,
    "boolean": _boolean,
    "string": _string,
    "array": _array,
    "object": _object,
}


def check(name: str, value: Any, schema: Schema) -> Any:
    """The value in its own type; raises `Bad`."""
    kind = schema.get("type")
    if isinstance(kind, list):
        return value
    made = _CHECKS[kind](name, value, schema) if kind in _CHECKS else value
    allowed = schema.get("enum")
    if allowed and made not in allowed:
        words = [str(one) for one in allowed]
        said = f"{name} is not one of {_listed(words)}."
        raise Bad("rest_not_in_enum", said if len(words) > 1 else f"{name} is not {words[0]}.")
    return made


def validated(args: dict[str, Schema], given: dict[str, Any]) -> dict[str, Any]:
    """All that was given, in its own types, and the defaults; raises `RestError` 400."""
    missing = [name for name, one in args.items() if one.get("required") and name not in given]
    if missing:
        raise RestError(
            "rest_missing_callback_param", f"Missing parameter(s): {', '.join(missing)}", 400,
            {"status": 400, "params": missing},
        )  # fmt: skip
    made = {name: one["default"] for name, one in args.items() if "default" in one}
    faults: dict[str, Bad] = {}
    for name, value in given.items():
        if name not in args:
            made[name] = value
            continue
        try:
            made[name] = check(name, value, args[name])
        except Bad as fault:
            faults[name] = fault
    if faults:
        raise RestError(
            "rest_invalid_param", f"Invalid parameter(s): {', '.join(faults)}", 400,
            {
                "status": 400,
                "params": {name: one.message for name, one in faults.items()},
                "details": {
                    name: {"code": one.code, "message": one.message, "data": one.data}
                    for name, one in faults.items()
                },
            },
        )  # fmt: skip
    return made
