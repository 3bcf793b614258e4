"""Whether a statement of a workspace's session is limited to that workspace, told from its text.

Every statement that such a session runs comes by here: the ORM's with what `db.py` adds to them,
Core's, and those that `by_driver` runs by their text. Each table of merchants' rows in it has to be
pinned to the workspace, by one of these:

- its `workspace_id` is compared with a value, or stands among an INSERT's columns;
- it is joined, by one of our ids, with a table that is pinned (`messages.conversation_id =
  conversations.id`), or its id is among those that a SELECT of pinned tables gives. Our ids are
  unique over all workspaces, and rows refer to rows of their own workspace only.

A value that stands for an id doesn't pin: whoever hands in another's would be served. (A list that
is handed in whole, `IN (SELECT value FROM json_each(?))`, is taken for a SELECT.) A text is looked
at once and remembered. For SQLite: on PostgreSQL row-level security holds whatever is run.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from integration.models import Model
from integration.tenancy.row_security import to_protect
from integration.tenancy.statement_words import SELECTED, Scope, scopes_of

_GUARDED = to_protect(Model.metadata)
_EQUAL = frozenset({"=", "IN"})


class UnlimitedStatement(RuntimeError):
    """A statement of a workspace's session that isn't limited to the workspace."""


def check(statement: str) -> None:
    """Raises UnlimitedStatement that names the tables which nothing limits."""
    lacking = unpinned(statement)
    if lacking:
        raise UnlimitedStatement(f"{', '.join(lacking)}: not limited to the workspace: {statement}")


@lru_cache(maxsize=8192)
def unpinned(statement: str) -> tuple[str, ...]:
    """The tables in a statement that nothing limits to one workspace."""
    lacking: set[str] = set()
    for scope in scopes_of(statement):
        lacking |= _lacking(scope, {})
    return tuple(sorted(lacking))


def _lacking(scope: Scope, around: Mapping[str, bool]) -> set[str]:
    """Tables that aren't pinned here and in the SELECTs within, which see the names around them."""
    guarded = {alias: name for alias, name in scope.tables.items() if name in _GUARDED}
    pinned = {**around, **dict.fromkeys(scope.given, True), **dict.fromkeys(guarded, False)}
    joined: list[tuple[str, str]] = []
    for alias, name in guarded.items():
        own = _GUARDED[name]
        pinned[alias] = own in scope.filled.get(alias, ())
        for column, other in _compared(scope, alias, len(scope.tables) == 1):
            if other in pinned and other != alias:
                if _is_id(column):
                    joined.append((alias, other))
            elif column == own or (other == SELECTED and _is_id(column)):
                pinned[alias] = True
    _spread(pinned, joined)
    lacking = {name for alias, name in guarded.items() if not pinned[alias]}
    for inner in scope.within:
        lacking |= _lacking(inner, pinned)
    return lacking


def _spread(pinned: dict[str, bool], joined: Sequence[tuple[str, str]]) -> None:
    """Pin whatever is joined with what is pinned, however far."""
    for _ in joined:
        for one, other in joined:
            if pinned[one] != pinned[other]:
                pinned[one] = pinned[other] = True


def _compared(scope: Scope, alias: str, is_alone: bool) -> list[tuple[str, str]]:
    """The columns of a table that have to equal something, each with that: a table's name for a
    column of it, SELECTED for what a SELECT gives, else nothing.
    """
    words, found = scope.words, []
    for at, word in enumerate(words):
        if word == alias and words[at + 1 : at + 2] == ["."]:
            column, begins, ends = words[at + 2], at, at + 3
        elif is_alone and _is_id(word) and words[at - 1 : at] != ["."]:
            column, begins, ends = word, at, at + 1
        else:
            continue
        if words[ends : ends + 1] and words[ends] in _EQUAL:
            found.append((column, _right_of(words, ends + 1)))
        elif begins and words[begins - 1] == "=":
            found.append((column, _left_of(words, begins - 1)))
    return found


def _right_of(words: Sequence[str], at: int) -> str:
    is_list = False
    while words[at : at + 1] and words[at] in ("(", "ANY"):
        is_list |= words[at] == "ANY"
        at += 1
    if words[at : at + 1] == [SELECTED]:
        return SELECTED
    if words[at + 1 : at + 2] == ["."]:
        return words[at]
    # A list of ids is SQLite's SELECT of json_each.
    return SELECTED if is_list else ""


def _left_of(words: Sequence[str], at: int) -> str:
    if words[at - 1] == SELECTED:
        return SELECTED
    return words[at - 3] if at >= 3 and words[at - 2] == "." else ""


def _is_id(column: str) -> bool:
    return column.endswith("id") and not column.endswith("external_id")
