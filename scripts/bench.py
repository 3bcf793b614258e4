"""Run the benchmarks one after the other: all, or those that are named.

A benchmark is a module of `bench/` whose docstring says how it is run (`python -m bench.NAME`).
"""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main(arguments: list[str]) -> int:
    """0 when every benchmark ran and held what it promises, else 1. Options go to each."""
    known = names()
    chosen = [each for each in arguments if not each.startswith("-")] or known
    options = [each for each in arguments if each.startswith("-")]
    unknown = sorted(set(chosen) - set(known))
    if unknown:
        print(f"There is no benchmark {', '.join(unknown)}: {', '.join(known)}", file=sys.stderr)
        return 2
    failed = []
    for name in chosen:
        print(f"\n── {name} " + "─" * (60 - len(name)), flush=True)
        command = [sys.executable, "-m", f"bench.{name}", *options]
        if subprocess.run(command, cwd=ROOT, check=False).returncode != 0:
            failed.append(name)
    if failed:
        print(f"\nbench: {', '.join(failed)} failed", file=sys.stderr)
    return 1 if failed else 0


def names() -> list[str]:
    """The benchmarks that there are."""
    paths = sorted((ROOT / "bench").glob("*.py"))
    return [path.stem for path in paths if f"python -m bench.{path.stem}" in _docstring(path)]


def _docstring(path: Path) -> str:
    return ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
