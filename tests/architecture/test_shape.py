"""Modules and functions stay small, and names say something."""

import ast

import pytest

from tests.architecture.sources import PYTHON, ROOT, committed, files, name, tree

LONGEST_MODULE = 300
LONGEST_FUNCTION = 60
# A test that states a whole order, field by field, is long and plain.
LONGEST_TEST = 100
NAMES_THAT_SAY_NOTHING = frozenset(
    f"{stem}{ending}" for stem in ("util", "helper", "manager") for ending in ("", "s")
) | {"misc", "common", "base"}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@pytest.mark.parametrize("suffix", [".py", ".js", ".ts", ".tsx", ".mjs"])
def test_no_file_has_grown_too_long(suffix: str) -> None:
    long = {
        f"{name(path)}: {lines} lines"
        for path in files(suffix)
        if (lines := path.read_text(encoding="utf-8").count("\n")) > LONGEST_MODULE
        and "versions" not in path.parts
    }
    assert long == set()


def test_no_function_has_grown_too_long() -> None:
    long = {
        f"{name(path)}:{node.lineno} {node.name}: {lines} lines"
        for path in files(".py")
        if "versions" not in path.parts
        for node in ast.walk(tree(path))
        if isinstance(node, FUNCTIONS)
        and (lines := (node.end_lineno or node.lineno) - node.lineno + 1)
        > (LONGEST_TEST if node.name.startswith("test_") else LONGEST_FUNCTION)
    }
    assert long == set()


def test_no_file_or_folder_has_a_name_that_says_nothing() -> None:
    said = {
        path.as_posix()
        for path in committed()
        for part in path.parts
        if part.partition(".")[0].lower() in NAMES_THAT_SAY_NOTHING
    }
    assert said == set()


def test_graphql_stands_in_files_of_its_own() -> None:
    documents = {name(path) for path in files(".graphql", under=("platforms",))}
    assert documents
    in_python = {
        f"{name(path)}:{node.lineno}"
        for path in files(".py", under=("integration", "platforms", "webhooks", "ui_embed"))
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.lstrip().startswith(("query ", "query{", "mutation ", "fragment ", "{ "))
        and "{" in node.value
    }
    assert in_python == set()


@pytest.mark.parametrize("folder", [each for each in PYTHON if each not in ("tests", "scripts")])
def test_every_package_can_be_imported_as_one(folder: str) -> None:
    without = {
        name(path.parent)
        for path in files(".py", under=(folder,))
        if not (path.parent / "__init__.py").exists()
        and "versions" not in path.parent.name
        and path.parent != ROOT / folder
    }
    assert without == set()
