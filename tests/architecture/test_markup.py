"""Pages carry text, not markup, from outside; scripts and styles stand in files of their own."""

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, dotted, files, name, tree

UNDER = ("ui_embed", "integration")
TEMPLATES = (".html", ".jinja", ".j2")

IN_TEMPLATES = {
    "unescaped output": r"\|\s*safe\b|autoescape\s+false|\bMarkup\(",
    "an inline style": r"<style\b|\sstyle\s*=",
    "an inline handler": r"\son[a-z]+\s*=\s*[\"']",
    "an inline script": r"<script\b(?![^>]*\bsrc\s*=)(?![^>]*type=\"application/json\")",
    "a script address": r"javascript:",
}
IN_SCRIPTS = {
    "markup from text": r"\.(?:inner|outer)HTML\b|insertAdjacentHTML|document\.write\b",
    "code from text": r"\beval\(|new Function\(",
    "markup past the framework": r"dangerouslySetInnerHTML",
}
IN_PYTHON = {"markup from text": r"\bMarkup\(|render_template_string\("}
# Its drawings are constants of its own.
DRAWS = "ui_embed/icons.py"
# Physical sides turn wrong in a right-to-left page.
IN_STYLES = {
    "a physical side": r"(?<![-\w])(?:margin|padding|border)-(?:left|right)\b"
    r"|(?<![-\w])(?:left|right)\s*:|text-align\s*:\s*(?:left|right)\b|float\s*:\s*(?:left|right)\b"
}


def _found(path: Path, forbidden: dict[str, str]) -> list[str]:
    text = path.read_text(encoding="utf-8")
    return [
        f"{name(path)}:{text.count(chr(10), 0, match.start()) + 1} {what}"
        for what, pattern in forbidden.items()
        for match in re.finditer(pattern, text)
    ]


@pytest.mark.parametrize(
    ("suffixes", "forbidden"),
    [
        (TEMPLATES, IN_TEMPLATES),
        ((".js", ".mjs", ".ts", ".tsx"), IN_SCRIPTS),
        ((".py",), IN_PYTHON),
        ((".css",), IN_STYLES),
    ],
    ids=["templates", "scripts", "python", "styles"],
)
def test_nothing_goes_round_the_escaping(
    suffixes: tuple[str, ...], forbidden: dict[str, str]
) -> None:
    read = [path for path in files(*suffixes, under=UNDER) if name(path) != DRAWS]
    assert read
    assert [line for path in read for line in _found(path, forbidden)] == []


def test_what_draws_takes_no_text_into_its_markup() -> None:
    marked = [
        argument
        for node in ast.walk(tree(ROOT / DRAWS))
        if isinstance(node, ast.Call) and dotted(node.func) == "Markup"
        for argument in node.args
    ]
    assert marked
    assert [ast.unparse(each) for each in marked if isinstance(each, ast.JoinedStr)] == []
