"""Each rule of the security document names tests, and each of these is there."""

import ast
import re
from functools import cache

from tests.architecture.sources import ROOT, tree

DOCUMENT = ROOT / "docs" / "security.md"
_NAMED = re.compile(r"`(tests/[a-z0-9_/]+\.py)::(test_[a-z0-9_]+)`")


def _rows() -> list[tuple[str, str]]:
    """The rules with the tests that prove them, but for the tables' heads."""
    lines = DOCUMENT.read_text(encoding="utf-8").splitlines()
    rows = [tuple(line.strip("| ").split(" | ", 1)) for line in lines if line.startswith("| ")]
    found = [(row[0], row[1]) for row in rows if len(row) == 2]
    return [row for row in found if row[1] != "proved by"]


@cache
def _tests_of(path: str) -> frozenset[str]:
    """The tests that pytest finds in a module: none that stands within a function."""
    file = ROOT / path
    if not file.is_file():
        return frozenset()
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(each.name for each in tree(file).body if isinstance(each, kinds))


def test_every_rule_names_its_tests() -> None:
    rows = _rows()
    assert len(rows) > 50
    assert [rule for rule, proofs in rows if not _NAMED.search(proofs)] == []
    # Nothing but tests: a sentence in their place would prove nothing.
    left = [_NAMED.sub("", proofs).replace("<br>", "").strip() for _, proofs in rows]
    assert [each for each in left if each] == []


def test_every_test_that_is_named_exists() -> None:
    named = [found for _, proofs in _rows() for found in _NAMED.findall(proofs)]
    assert [f"{path}::{test}" for path, test in named if test not in _tests_of(path)] == []
