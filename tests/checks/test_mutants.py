"""The list of broken variants is true, and its runner fails when nobody notices one."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import mutants
from scripts.mutants import Mutant, Stale, link_tree, read_list

VARIANTS = read_list()
# What the variants have to be about, by the beginning of their names.
SUBJECTS = {
    "address",
    "api key",
    "app proxy",
    "calls",
    "chat proof",
    "deletion",
    "encryption",
    "erasure",
    "export",
    "form",
    "install state",
    "key hand-over",
    "oauth query",
    "outbound",
    "receipt",
    "receipt check",
    "reply token",
    "roles",
    "session",
    "session token",
    "shopify webhook",
    "sign-in",
    "tenancy",
    "ticket",
    "tokens",
    "webhook",
    "woocommerce webhook",
}
NOBODY = """
[[mutant]]
name = "a comment is gone"
file = "integration/addresses.py"
edits = [{ before = "Anything that isn't an address is not public.", after = "" }]
tests = ["tests/integration/test_addresses.py::test_forbidden_addresses_are_not_public"]
"""


def test_there_are_variants_of_everything_that_guards() -> None:
    names = [each.name for each in VARIANTS]
    assert len(set(names)) == len(names) >= 50
    assert {name.partition(":")[0] for name in names} >= SUBJECTS


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda each: each.name)
def test_each_breaks_what_stands_there_and_names_tests_that_are_there(variant: Mutant) -> None:
    broken = variant.broken()
    ast.parse(broken)
    assert broken != (mutants.ROOT / variant.file).read_text(encoding="utf-8")
    for test in variant.tests:
        file, _, name = test.partition("::")
        text = (mutants.ROOT / file).read_text(encoding="utf-8")
        assert f"def {name}(" in text, test


def test_a_text_that_is_gone_or_stands_twice_stops_it(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\ny = 1\n")
    assert Mutant("m", "a.py", (("x = 1", "x = 2"),), ()).broken(tmp_path) == "x = 2\ny = 1\n"
    for before in ("z = 1", " = 1"):
        with pytest.raises(Stale, match="times"):
            Mutant("m", "a.py", ((before, ""),), ()).broken(tmp_path)


def test_only_the_broken_file_is_real_in_the_tree(tmp_path: Path) -> None:
    root, tree = tmp_path / "root", tmp_path / "tree"
    for path in ("a/b/c.py", "a/b/d.py", "a/e.py", "f/g.py", "a/b/__pycache__/c.pyc"):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("whole")
    link_tree(tree, "a/b/c.py", "broken", root)
    assert (tree / "a/b/c.py").read_text() == "broken"
    assert (root / "a/b/c.py").read_text() == "whole"
    links = {path.relative_to(tree).as_posix() for path in tree.rglob("*") if path.is_symlink()}
    assert links == {"a/b/d.py", "a/e.py", "f"}


def test_a_variant_that_nobody_notices_fails_the_run(tmp_path: Path) -> None:
    listed = tmp_path / "list.toml"
    listed.write_text(NOBODY)
    command = [sys.executable, str(mutants.ROOT / "scripts" / "mutants.py"), "--list", str(listed)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 1, run.stderr
    assert "! passed" in run.stdout
    assert "0 of 1 broken variants were noticed" in run.stdout
    listed.write_text(NOBODY.replace("Anything", "Whatever"))
    stale = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (stale.returncode, stale.stdout) == (1, "")
    assert "has 0 times" in stale.stderr
