"""A statement's text taken apart, as far as it takes to know its tables and what limits them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

SELECTED = "(SELECT)"
"""What stands in a scope's words for a SELECT within it."""

_TOKEN = re.compile(
    r"--[^\n]*|/\*.*?\*/"
    # Texts: with escapes, between dollars, plain.
    r"|\b[eE]'(?:[^'\\]|''|\\.)*'|\$(\w*)\$.*?\$\1\$|'(?:[^']|'')*'"
    r"|\"(?:[^\"]|\"\")*\"|%\(\w+\)s|%s|::|:\w+|[\w$]+|<>|<=|>=|!=|\|\||\S",
    re.DOTALL,
)
# A name may say where its table is. What is of the catalogue is nobody's.
_SCHEMAS = frozenset({"public", "main", "temp", "pg_temp"})
_SET_WORDS = frozenset({"UNION", "EXCEPT", "INTERSECT"})
_BEFORE_TABLE = frozenset({"FROM", "JOIN", "INTO", "UPDATE", "USING"})
# What a statement within another begins with.
_BEGINS = frozenset({"SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "TABLE"})
# What ends the list of a FROM.
_AFTER_TABLES = frozenset(
    (
        "WHERE GROUP ORDER LIMIT HAVING SET VALUES RETURNING WINDOW FOR OFFSET SELECT DO FETCH"
    ).split()
)
_NO_ALIAS = _AFTER_TABLES | frozenset(
    (
        "ON JOIN LEFT INNER OUTER CROSS FULL RIGHT USING NATURAL DEFAULT NOT INDEXED CONFLICT"
        " TABLESAMPLE OVERRIDING"
    ).split()
)
_KEYWORDS = (
    _NO_ALIAS
    | _BEFORE_TABLE
    | _SET_WORDS
    | _BEGINS
    | frozenset("AS IN ANY ALL AND OR MATERIALIZED LATERAL ONLY DISTINCT KEY OF".split())
)
_Tree = list["str | _Tree"]


@dataclass(slots=True)
class Scope:
    """One SELECT or other statement. Its words without those of the SELECTs within: keywords in
    capitals, names in small letters, without their schema.

    `tables` are names by alias, `read` where in the words they stand, `given` the names of what
    SELECTs within give (in FROM, in WITH), `filled` the columns of an INSERT by its table's alias.
    """

    words: list[str]
    within: "list[Scope]"
    tables: dict[str, str] = field(default_factory=dict)
    read: set[int] = field(default_factory=set)
    given: set[str] = field(default_factory=set)
    filled: dict[str, tuple[str, ...]] = field(default_factory=dict)


def scopes_of(statement: str) -> list[Scope]:
    """The scopes of a statement that stand beside each other: one, or those of a UNION."""
    found = (_plain(each.group()) for each in _TOKEN.finditer(statement))
    words = [word for word in found if word]
    return _scopes(_tree(iter(_without_schemas(words))), set())


@lru_cache(maxsize=4096)
def _plain(token: str) -> str:
    """A word as scopes have it; nothing for a comment."""
    if token.startswith('"'):
        return token.strip('"').lower()
    if token.startswith("'"):
        return token
    if token.startswith(("--", "/*")):
        return ""
    upper = token.upper()
    return upper if upper in _KEYWORDS else token.lower()


def _without_schemas(words: Sequence[str]) -> Iterator[str]:
    at = 0
    while at < len(words):
        if words[at] in _SCHEMAS and words[at + 1 : at + 2] == ["."]:
            at += 2
        else:
            yield words[at]
            at += 1


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
    return first in _BEGINS


def _note_given(scope: Scope) -> None:
    """`WITH name (columns) AS (SELECT …)`: the name is known from there on, also within it."""
    words, at = scope.words, len(scope.words) - 1
    while at > 0 and words[at] in ("NOT", "MATERIALIZED"):
        at -= 1
    if at < 1 or words[at] != "AS":
        return
    at -= 1
    if words[at] == ")":
        at = max(each for each in range(at) if words[each] == "(") - 1
    scope.given.add(words[at])


def _read_tables(scope: Scope) -> None:
    words, is_from, depth = scope.words, False, 0
    for at, word in enumerate(words):
        depth += (word == "(") - (word == ")")
        if word in _BEFORE_TABLE and not _is_other(words, at, depth):
            is_from = word in ("FROM", "JOIN", "USING")
            _read_table(scope, at + 1)
        elif word == "," and is_from and _is_top(words, at):
            _read_table(scope, at + 1)
        elif word in _AFTER_TABLES:
            is_from = False


def _is_other(words: Sequence[str], at: int, depth: int) -> bool:
    """`FOR UPDATE`, `DO UPDATE SET`, `IS DISTINCT FROM`, `extract(… FROM …)`, `USING (column)`."""
    if words[at] == "FROM" and depth > 0:
        return True
    if words[at] == "USING" and words[at + 1 : at + 2] == ["("]:
        return True
    return at > 0 and words[at - 1] in ("FOR", "DO", "KEY", "DISTINCT")


def _is_top(words: Sequence[str], at: int) -> bool:
    """Whether a comma stands in no parentheses since its FROM."""
    depth = 0
    for word in reversed(words[:at]):
        depth += (word == ")") - (word == "(")
        if depth < 0:
            return False
        if word in ("FROM", "USING"):
            return depth == 0
    return False


def _read_table(scope: Scope, at: int) -> None:
    words = scope.words
    before = words[at - 1]
    while words[at : at + 1] and words[at] in ("(", "LATERAL", "ONLY"):
        at += 1
    name = words[at] if at < len(words) else ""
    then = at + 1
    if words[then : then + 1] == ["("] and before in ("FROM", "JOIN", "USING", ","):
        # A function's rows.
        return
    if words[then : then + 1] == ["AS"]:
        then += 1
    alias = words[then] if then < len(words) else ""
    if name == SELECTED:
        scope.given.add(alias)
        return
    if re.fullmatch(r"\w+", alias) and alias not in _NO_ALIAS:
        then += 1
    else:
        alias = name
    scope.tables[alias] = name
    scope.read.add(at)
    if before == "INTO" and words[then : then + 1] == ["("]:
        scope.filled[alias] = tuple(words[then + 1 : words.index(")", then)])
