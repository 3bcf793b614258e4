"""Each rule of the security document names tests, and each of these is there; so is each case."""

import ast
import re
from functools import cache

from tests.architecture.sources import ROOT, tree

DOCUMENT = ROOT / "docs" / "security.md"
# Every attack that must come to nothing, and the module of tests/security that is named after it.
CASES = {
    "One store's job raises mid-call": "job_that_raises",
    "One workspace's token on every route with another's ids": "tenancy",
    "A `shop` parameter or header that disagrees with the token": "shop_parameter",
    "OAuth callback with a foreign, sub- or look-alike domain": "foreign_oauth_callback",
    "State minted in another browser": "install_state",
    "Forged WooCommerce key hand-over": "forged_key_hand_over",
    "Webhook HMAC missing": "webhook_hmac",
    "A signed webhook replayed at another store": "replayed_webhook",
    "Store URL as decimal": "store_url",
    "Chat visitor claims a victim's address": "claimed_address",
    "Session token without exp": "session_token",
    "Mail from an agent's address with a forged reply token": "forged_reply_token",
    "A job in Valkey named": "foreign_job",
    "E-mail HTML, names, notes, file names full of scripts": "scripts_are_text",
    "Duplicated delivery": "duplicated_delivery",
    "Uninstall, then late jobs and webhooks": "uninstall",
    "3000 nested MIME parts": "mail_bombs",
    "Autoresponder loops": "autoresponder_loops",
    "Exports with cells": "spreadsheet_cells",
    "Redact with aliases, guests, search index, queue": "erasure",
}
_NAMED = re.compile(r"`(tests/[a-z0-9_/]+\.py)::(test_[a-z0-9_]+)`")


def _rows() -> list[tuple[str, str]]:
    """The rules and cases with the tests that prove them, but for the tables' heads."""
    lines = DOCUMENT.read_text(encoding="utf-8").splitlines()
    rows = [line.strip("| ").split(" | ") for line in lines if line.startswith("| ")]
    return [(row[0], row[-1]) for row in rows if row[-1] != "proved by"]


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


def test_every_case_has_a_test_that_is_named_after_it() -> None:
    rows = _rows()[: len(CASES)]
    for (attack, proofs), (begins, module) in zip(rows, CASES.items(), strict=True):
        assert attack.startswith(begins)
        assert f"tests/security/test_{module}.py" in proofs
