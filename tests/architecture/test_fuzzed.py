"""Whatever verifies or takes apart what strangers write is fuzzed, or says why it needn't be.

Found by what it calls: comparing digests, opening tokens and sealed bytes, decoding JSON, base64,
forms, addresses and moments. tests/fuzz/readers.toml is the table: by module the tests that try it
with anything, or whose words it reads instead of a stranger's.
"""

import ast
import tomllib
from functools import cache

import pytest

from tests.architecture.sources import ROOT, files, name, tree

PRODUCT = ("integration", "platforms", "webhooks", "ui_embed", "channels")
TAKING_APART = frozenset(
    "a2b_qp b32decode b64decode compare_digest decompress decrypt fromisoformat ip_address loads"
    " parse_qs parse_qsl parsedate_to_datetime strptime unquote urlsafe_b64decode urlsplit".split()
)
TOKENS = "jwt"
OF_THE_API = "tests/contract/test_api.py::test_answers_are_as_described"


@cache
def _table() -> tuple[dict[str, list[str]], dict[str, str]]:
    told = tomllib.loads((ROOT / "tests" / "fuzz" / "readers.toml").read_text(encoding="utf-8"))
    assert set(told) == {"fuzzed", "ours"}
    return told["fuzzed"], told["ours"]


def _takes_apart(call: ast.Call) -> bool:
    function = call.func
    if isinstance(function, ast.Attribute):
        owner = function.value
        is_token = isinstance(owner, ast.Name) and (owner.id, function.attr) == (TOKENS, "decode")
        return is_token or function.attr in TAKING_APART
    return isinstance(function, ast.Name) and function.id in TAKING_APART


def _readers() -> set[str]:
    return {
        name(path)
        for path in files(".py", under=PRODUCT)
        if any(isinstance(node, ast.Call) and _takes_apart(node) for node in ast.walk(tree(path)))
    }


@pytest.mark.parametrize(
    ("line", "is_found"),
    [
        ("hmac.compare_digest(a, b)", True),
        ("orjson.loads(body)", True),
        ("jwt.decode(token, key)", True),
        ("body.decode()", False),
        ("urlsplit(text)", True),
        ("datetime.fromisoformat(text)", True),
        ("json.dumps(value)", False),
    ],
)
def test_what_takes_apart_is_found(line: str, is_found: bool) -> None:
    (call,) = [node for node in ast.walk(ast.parse(line)) if isinstance(node, ast.Call)]
    assert _takes_apart(call) is is_found


def test_each_verifier_and_reader_stands_in_the_table() -> None:
    fuzzed, ours = _table()
    assert set(fuzzed).isdisjoint(ours)
    assert _readers() == {*fuzzed, *ours}


def test_each_reason_is_one() -> None:
    _, ours = _table()
    assert {module for module, reason in ours.items() if len(reason) < 12} == set()


def test_each_named_test_tries_anything() -> None:
    fuzzed, _ = _table()
    named = {test for tests in fuzzed.values() for test in tests}
    assert all(fuzzed.values())
    assert {test for test in named if not _tries_anything(test)} == set()


def _tries_anything(test: str) -> bool:
    if test == OF_THE_API:
        return True
    file, _, wanted = test.partition("::")
    module = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef) and node.name == wanted:
            calls = [each.func for each in node.decorator_list if isinstance(each, ast.Call)]
            return any(isinstance(each, ast.Name) and each.id == "given" for each in calls)
    return False
