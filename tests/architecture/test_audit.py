"""Each deed that the audit knows is written by somebody, and has words for people."""

import ast

from integration.audit.actions import Action
from tests.architecture.sources import PRODUCT, ROOT, files
from ui_embed.audit.words import ACTIONS, FAMILIES

# Where deeds are listed, not done.
_LISTS = {"integration/audit/actions.py", "ui_embed/audit/words.py"}


def _written() -> set[str]:
    """The actions that the product's code names outside of the lists."""
    named: set[str] = set()
    for path in files(".py", under=PRODUCT):
        if str(path.relative_to(ROOT)) in _LISTS:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            is_action = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
            if is_action and node.value.id == "Action":  # type: ignore[attr-defined]
                named.add(node.attr)  # type: ignore[attr-defined]
    return named


def test_every_action_is_written_by_somebody() -> None:
    assert {each.name for each in Action} - _written() == set()


def test_every_action_has_words_and_a_family() -> None:
    assert set(ACTIONS) == set(Action)
    assert {each.partition(".")[0] for each in Action} == set(FAMILIES)
