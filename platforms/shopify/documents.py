"""The GraphQL documents that we send: each is a file in `queries/`, fragments by their own name.

An operation's file and its operation share the name; a fragment's file is spelt like the fragment.
"""

import re
from functools import cache
from importlib.resources import files

_QUERIES = files(__package__) / "queries"
_SPREAD = re.compile(r"\.\.\.\s*([A-Z]\w*)")


@cache
def document(name: str) -> str:
    """The document by that name with every fragment that it spreads. Raises FileNotFoundError."""
    parts: dict[str, str] = {}
    wanted = [name]
    while wanted:
        part = wanted.pop(0)
        if part not in parts:
            parts[part] = _text(part)
            wanted += _SPREAD.findall(parts[part])
    return "\n".join(parts.values())


def operation_names() -> tuple[str, ...]:
    """Every operation that we may send, for the test that validates them all."""
    stems = [entry.name.removesuffix(".graphql") for entry in _QUERIES.iterdir()]
    return tuple(sorted(stem for stem in stems if stem[:1].islower()))


def _text(name: str) -> str:
    return (_QUERIES / f"{name}.graphql").read_text(encoding="utf-8")
