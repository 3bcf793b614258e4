"""The files that the house's rules are about."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("integration", "platforms", "webhooks", "ui_embed", "channels", "migrations")
PYTHON = (*PRODUCT, "simulators", "bench", "scripts", "tests")

_NOT_OURS = frozenset({"node_modules", "vendor", "dist", "__pycache__"})


@cache
def files(*suffixes: str, under: tuple[str, ...] = PYTHON) -> tuple[Path, ...]:
    """Our own files of those suffixes, sorted, without what is vendored, built or generated."""
    found = (
        path
        for folder in under
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in suffixes and not _NOT_OURS & set(path.relative_to(ROOT).parts)
    )
    return tuple(found)


@cache
def committed() -> tuple[Path, ...]:
    """Every file that git keeps, but for data that others wrote."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
    )
    paths = (Path(name) for name in listed.stdout.split("\0") if name)
    return tuple(path for path in paths if (ROOT / path).is_file())


def name(path: Path) -> str:
    """The path as it is written in a rule."""
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    """The parsed module."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=name(path))


def calls(path: Path) -> Iterator[str]:
    """The dotted names of what a module calls."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            yield dotted(node.func)


def imports(path: Path) -> Iterator[str]:
    """The dotted names of what a module imports; `from a import b` is `a.b`."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def dotted(node: ast.AST) -> str:
    """`a.b.c` of an expression; what isn't a name stands as `…`."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return "…"
