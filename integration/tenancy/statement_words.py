"""A statement's text taken apart, as far as it takes to know its tables and what limits them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

SELECTED = "(SELECT)"
"""What stands in a scope's words for a SELECT within it."""

_TOKEN = re.compile(
    r"'(?:[^']|'')*'|--[^\n]*|\"(?:[^\"]|\"\")*\"|%\(\w+\)s|:\w+|[\w$]+|<>|<=|>=|!=|\|\||\S"
)
_SET_WORDS = frozenset({"UNION", "EXCEPT", "INTERSECT"})
_BEFORE_TABLE = frozenset({"FROM", "JOIN", "INTO", "UPDATE"})
# What ends the list of a FROM.
_AFTER_TABLES = frozenset(
    (
        "WHERE GROUP ORDER LIMIT HAVING SET VALUES RETURNING WINDOW FOR OFFSET SELECT DO FETCH"
    ).split()
)
_NO_ALIAS = _AFTER_TABLES | frozenset(
    ("ON JOIN LEFT INNER OUTER CROSS FULL RIGHT USING NATURAL DEFAULT NOT INDEXED CONFLICT").split()
)
_KEYWORDS = _NO_ALIAS | _BEFORE_TABLE | _SET_WORDS | frozenset({"AS", "WITH", "IN", "ANY", "ALL"})
_Tree = list["str | _Tree"]


@dataclass(slots=True)
class Scope:
    """One SELECT or other statement. Its words without those of the SELECTs within.

    `tables` are names by alias, `given` the names of what SELECTs within give (in FROM, in WITH),
    `filled` the columns of an INSERT by its table.
    """

    words: list[str]
    within: "list[Scope]"
    tables: dict[str, str] = field(default_factory=dict)
    given: set[str] = field(default_factory=set)
    filled: dict[str, tuple[str, ...]] = field(default_factory=dict)


def scopes_of(statement: str) -> list[Scope]:
    """The scopes of a statement that stand beside each other: one, or those of a UNION."""
    tokens = (_plain(each) for each in _TOKEN.findall(statement) if not each.startswith("--"))
    return _scopes(_tree(iter(tokens)), set())


def _plain(token: str) -> str:
    if token.startswith('"'):
        return token.strip('"')
    upper = token.upper()
    return upper if upper in _KEYWORDS else token


def _tree(tokens: Iterator[str]) -> _Tree:
    tree: _Tree = []
    for word in tokens:
        if word == ")":
            return tree
        tree.append(_tree(tokens) if word == "(" else word)
    return tree


def _scopes(tree: _Tree, around: set[str]) -> list[Scope]:
    """A scope for each part of a UNION; all of them know the names of a WITH before it."""
    found: list[Scope] = []
    part: _Tree = []
    named = set(around)
    for item in tree:
        if isinstance(item, str) and item in _SET_WORDS:
            found.append(_scope(part, named))
            named |= found[-1].given
            part = []
        else:
            part.append(item)
    found.append(_scope(part, named))
    return found


def _scope(tree: _Tree, named: set[str]) -> Scope:
    scope = Scope([], [], given=set(named))
    _flatten(tree, scope)
    _read_tables(scope)
    return scope


def _flatten(tree: _Tree, scope: Scope) -> None:
    """The words of a scope in a row; the SELECTs within apart."""
    for item in tree:
        if isinstance(item, str):
            scope.words.append(item)
        elif _is_select(item):
            _note_given(scope)
            scope.words.append(SELECTED)
            scope.within += _scopes(item, scope.given)
        else:
            scope.words.append("(")
            _flatten(item, scope)
            scope.words.append(")")


def _is_select(tree: _Tree) -> bool:
    first = tree[0] if tree else ""
    if isinstance(first, list):
        return _is_select(first)
    return first in ("SELECT", "WITH")


def _note_given(scope: Scope) -> None:
    """`WITH name (columns) AS (SELECT …)`: the name is known from there on, also within it."""
    words = scope.words
    if words[-1:] != ["AS"]:
        return
    at = len(words) - 2
    if words[at] == ")":
        at = len(words) - 2 - words[-2::-1].index("(") - 1
    scope.given.add(words[at])


def _read_tables(scope: Scope) -> None:
    words, is_from = scope.words, False
    for at, word in enumerate(words):
        if word in _BEFORE_TABLE and not _is_other(words, at):
            is_from = word in ("FROM", "JOIN")
            _read_table(scope, at + 1)
        elif word == "," and is_from and _is_top(words, at):
            _read_table(scope, at + 1)
        elif word in _AFTER_TABLES:
            is_from = False


def _is_other(words: Sequence[str], at: int) -> bool:
    """`FOR UPDATE`, `DO UPDATE SET`, `IS DISTINCT FROM`, `extract(… FROM …)`."""
    before = words[at - 1].upper() if at else ""
    return before in ("FOR", "DO", "KEY", "DISTINCT") or words[at + 2 : at + 3] == ["."]


def _is_top(words: Sequence[str], at: int) -> bool:
    """Whether a comma stands in no parentheses since its FROM."""
    depth = 0
    for word in reversed(words[:at]):
        depth += (word == ")") - (word == "(")
        if depth < 0:
            return False
        if word == "FROM":
            return depth == 0
    return False


def _read_table(scope: Scope, at: int) -> None:
    words = scope.words
    while words[at : at + 1] == ["("]:
        at += 1
    name = words[at] if at < len(words) else ""
    then = at + 1
    if words[then : then + 1] == ["("] and words[at - 1] in ("FROM", "JOIN", ","):
        # A function's rows.
        return
    if words[then : then + 1] == ["AS"]:
        then += 1
    alias = words[then] if then < len(words) else ""
    is_alias = bool(re.fullmatch(r"\w+", alias)) and alias not in _NO_ALIAS
    if name == SELECTED:
        scope.given.add(alias)
    else:
        scope.tables[alias if is_alias else name] = name
    if words[at - 1] == "INTO" and words[then : then + 1] == ["("]:
        scope.filled[name] = tuple(words[then + 1 : words.index(")", then)])
