"""Texts as PHP writes and reads them: JSON with its escapes, query strings with brackets."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qsl

Query = dict[str, Any]
"""Values are texts, lists or dicts of texts."""

_BRACKETS = re.compile(r"\[([^\]]*)\]")


def encode(value: Any) -> bytes:
    r"""JSON of `wp_json_encode`: `\/`, `\u00e9` in lower case, no blanks, field order kept."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    return text.replace("/", "\\/").encode()


def number(value: float) -> int | float:
    """A float as json_encode writes it: without a zero fraction."""
    return int(value) if value == int(value) else value


def parse_query(text: str) -> Query:
    """What `$_GET` would hold: the last of equal names wins, `a[]` and `a[0]` make lists."""
    found: Query = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        stem, bracket, _ = name.partition("[")
        if not stem:
            continue
        keys = _BRACKETS.findall(name) if bracket else []
        stem = stem.replace(".", "_").replace(" ", "_")
        if not keys:
            found[stem] = value
            continue
        held = found.get(stem)
        if not isinstance(held, dict):
            held = found[stem] = {}
        held[keys[0] or str(len(held))] = value
    return found
