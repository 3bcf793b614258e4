"""Which benchmarks there are: those that hold a wanted ratio, and others."""

import ast
import re
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1]

WANTED = {
    "accept": ("B1", "B2"),
    "backfill": ("B3",),
    "woocommerce": ("B4",),
    "drain": ("B5",),
    "quota": ("B6",),
    "context": ("B7",),
    "freshness": ("B8",),
    "reconcile": ("B9",),
    "search": ("B10",),
    "inbox": ("B11",),
    "rotation": ("B12",),
}
"""Modules of `bench/` by the ratios that they tell, in the order in which they run."""

_OTHERS = ("chat", "panel", "plain_backfill", "erasure")
_REQUIREMENT = re.compile(r"[A-Za-z][\w.-]*==[\w.]+")


def others() -> list[str]:
    """Modules that are run by themselves and hold no wanted ratio."""
    return [name for name in _OTHERS if told(name)]


def chosen(words: list[str]) -> list[str]:
    """The modules meant by names and ids (B3), all wanted ones for none. Raises KeyError."""
    by_id = {id: module for module, ids in WANTED.items() for id in ids}
    known = {*WANTED, *others()}
    meant = [by_id.get(word.upper(), word) for word in words] or list(WANTED)
    for name in meant:
        if name not in known:
            raise KeyError(name)
    return list(dict.fromkeys(meant))


def told(module: str) -> str:
    """The module's docstring, empty where there is no such module (yet)."""
    path = FOLDER / f"{module}.py"
    return ast.get_docstring(_tree(path)) or "" if path.exists() else ""


def peers() -> list[str]:
    """What the benchmarks install to compare with, `name==version`."""
    found: set[str] = set()
    for path in FOLDER.rglob("*.py"):
        for node in ast.walk(_tree(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.update(filter(_REQUIREMENT.fullmatch, [node.value]))
    return sorted(found)


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))
