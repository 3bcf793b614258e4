"""Whether a statement of a workspace's session is limited to that workspace, told from its text.

Every statement that such a session runs comes by here: the ORM's with what `db.py` adds to them,
Core's, and those that `by_driver` runs by their text. Each table of merchants' rows in it has to be
pinned to the workspace, by one of these:

- its `workspace_id` is compared with a value in a condition that has to hold (after WHERE or ON,
  in no OR and no `NOT (…)`), or stands among an INSERT's columns; no UPDATE may set it;
- it is joined, by one of our ids, with a table that is pinned (`messages.conversation_id =
  conversations.id`), or its id is among those that a SELECT of pinned tables gives. Our ids are
  unique over all workspaces, and rows refer to rows of their own workspace only.

A value that stands for an id doesn't pin: whoever hands in another's would be served. (A list that
is handed in whole, `IN (SELECT value FROM json_each(?))` or `= ANY(%s)`, is taken for a SELECT.)
Which value is compared isn't looked at. A text is looked at once and remembered. For SQLite, and
for a PostgreSQL whose row-level security doesn't hold the role.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from integration.models import Model
from integration.tenancy.row_security import to_protect
from integration.tenancy.statement_words import SELECTED, Scope, scopes_of

_GUARDED = to_protect(Model.metadata)
_EQUAL = frozenset({"=", "IN"})
_AFTER_CONDITIONS = frozenset(
    "SET SELECT GROUP ORDER LIMIT HAVING VALUES RETURNING WINDOW FOR OFFSET FETCH".split()
)
_AFTER_SET = frozenset({"FROM", "WHERE", "RETURNING"})
# What can be judged. Of anything else (COPY, TRUNCATE, MERGE, LOCK, TABLE, PREPARE, DECLARE, other
# CREATEs) no table of merchants' rows may be named: their conditions, if any, aren't in WHERE.
_KINDS = frozenset("SELECT WITH INSERT UPDATE DELETE CREATE EXPLAIN ( (SELECT)".split())
# They run what stands elsewhere.
_OPAQUE = frozenset({"DO", "CALL", "EXECUTE"})
# Names of tables that columns have too.
_ALSO_COLUMNS = _GUARDED.keys() & {
    column.name for table in Model.metadata.tables.values() for column in table.columns
}


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
    conditions = _certain(_conditions(scope.words))
    for alias, name in guarded.items():
        own = _GUARDED[name]
        pinned[alias] = own in scope.filled.get(alias, ()) or _is_nothing(scope.words)
        for column, other in _compared(conditions, alias, _is_alone(scope, alias)):
            if other in pinned and other != alias:
                if _is_id(column):
                    joined.append((alias, other))
            elif column == own or (other == SELECTED and _is_id(column)):
                pinned[alias] = True
    _spread(pinned, joined)
    lacking = {name for alias, name in guarded.items() if not pinned[alias]}
    lacking |= _unread(scope) | _moved(scope)
    for inner in scope.within:
        lacking |= _lacking(inner, pinned)
    return lacking


def _conditions(words: Sequence[str]) -> list[str]:
    """What follows ON and WHERE. What is set or selected limits nothing, and in `ON CONFLICT …` a
    condition is about what is overwritten.
    """
    found: list[str] = []
    depth, began = 0, -1
    for word in words:
        depth += (word == "(") - (word == ")")
        if word == "CONFLICT":
            break
        if word == "ON" or (word == "WHERE" and depth == 0):
            began = depth
        elif depth < began or (depth == began and word in _AFTER_CONDITIONS):
            began = -1
        if began >= 0:
            found.append(word)
    return found


def _certain(words: Sequence[str]) -> list[str]:
    """Conditions without those that needn't hold: what stands in an OR, or in `NOT (…)`."""
    groups: list[list[str]] = [[]]
    for word in words:
        if word == "(":
            groups.append([])
        elif word == ")" and len(groups) > 1:
            inner = groups.pop()
            is_not = groups[-1][-1:] == ["NOT"]
            groups[-1] += ["(", *(() if is_not else _without_or(inner)), ")"]
        else:
            groups[-1].append(word)
    return [word for group in groups for word in _without_or(group)]


def _without_or(words: Sequence[str]) -> list[str]:
    """The clauses that have no OR of their own."""
    clauses: list[list[str]] = [[]]
    for word in words:
        if word in ("ON", "WHERE"):
            clauses.append([])
        clauses[-1].append(word)
    return [word for clause in clauses if "OR" not in clause for word in clause]


def _is_nothing(words: Sequence[str]) -> bool:
    """`LIMIT 0`: no row is read, as where a table is made like another one."""
    return list(words[-2:]) == ["LIMIT", "0"]


def _is_alone(scope: Scope, alias: str) -> bool:
    """Whether a column without a table's name is of this one."""
    return scope.tables.keys() - scope.filled.keys() == {alias}


def _unread(scope: Scope) -> set[str]:
    """Tables that stand where none is looked for, and all of a statement of an unknown kind."""
    words = scope.words
    kind = next((word for word in words if word not in ("ALL", "DISTINCT")), "SELECT").upper()
    if kind in _OPAQUE:
        return {kind}
    if kind not in _KINDS or (kind == "CREATE" and "AS" not in words):
        return {word for word in words if word in _GUARDED}
    return {
        word
        for at, word in enumerate(words)
        if word in _GUARDED
        and at not in scope.read
        and word not in scope.given
        and word not in _ALSO_COLUMNS
        and words[at - 1 : at] not in (["."], ["AS"], ["OF"])
        and words[at + 1 : at + 2] != ["."]
    }


def _moved(scope: Scope) -> set[str]:
    """Tables of which an UPDATE sets the workspace."""
    words = scope.words
    if words[:1] != ["UPDATE"] or "SET" not in words:
        return set()
    begins = words.index("SET")
    ends = next((at for at, word in enumerate(words) if at > begins and word in _AFTER_SET), None)
    name = next(iter(scope.tables.values()))
    own = _GUARDED.get(name)
    pairs = zip(words[begins:ends], words[begins + 1 : ends], strict=False)
    is_set = any(word == own and before in ("SET", ",", "(", ".") for before, word in pairs)
    return {name} if is_set else set()


def _spread(pinned: dict[str, bool], joined: Sequence[tuple[str, str]]) -> None:
    """Pin whatever is joined with what is pinned, however far."""
    for _ in joined:
        for one, other in joined:
            if pinned[one] != pinned[other]:
                pinned[one] = pinned[other] = True


def _compared(words: Sequence[str], alias: str, is_alone: bool) -> list[tuple[str, str]]:
    """The columns of a table that have to equal something, each with that: a table's name for a
    column of it, SELECTED for what a SELECT gives, else nothing.
    """
    found = []
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
