"""`_fields`: some of an answer's fields."""

from __future__ import annotations

from typing import Any


def only(body: dict[str, Any], fields: tuple[str, ...]) -> dict[str, Any]:
    """The named fields in the body's own order; `a.b` names a field within one; all without."""
    if not fields:
        return body
    kept: dict[str, Any] = {}
    for name, value in body.items():
        if name in fields:
            kept[name] = value
            continue
        within = tuple(one[len(name) + 1 :] for one in fields if one.startswith(name + "."))
        if within and isinstance(value, dict):
            kept[name] = only(value, within)
        elif within and isinstance(value, list):
            kept[name] = [only(one, within) for one in value if isinstance(one, dict)]
    return kept
