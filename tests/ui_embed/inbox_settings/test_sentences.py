"""Every sentence by which a channel's form can be refused has a translation's place."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.sources import ROOT
from ui_embed.inbox_settings.sentences import SENTENCES

# What a form of a channel, or its trial, can say.
SAYING = (
    *sorted((ROOT / "channels").glob("*/accounts.py")),
    *(ROOT / "channels" / "email" / f"{name}.py" for name in ("imap", "smtp", "encryption")),
    *(
        ROOT / "integration" / "conversations" / "channels" / f"{name}.py"
        for name in ("fields", "room", "setup")
    ),
)


def _said(path: Path) -> Iterator[str]:
    """The sentences of a module that stand whole, but for its docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    parts = {
        id(part)
        for node in ast.walk(tree)
        for part in ([*node.values] if isinstance(node, ast.JoinedStr) else ())
    }
    parts |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
            text = node.value
            if text.endswith(".") and " " in text and text[0].isupper():
                yield text


def test_all_that_a_channels_form_can_say_is_listed() -> None:
    listed = {str(getattr(each, "_args", (each,))[0]) for each in SENTENCES}
    said = {text for path in SAYING for text in _said(path)}
    assert len(said) > 40
    assert said - listed == set()
