"""Everything that has to hold, one part after the other; each runs, whatever the others said.

Installs Debian's packages that it needs, as root or through sudo, and fails where it can't:
nothing is skipped here.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import browser
import chromium
import debian
import mail_packages
import plugin_packages
from progress import Stop, quiet, say

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
OLDEST_NODE = 20
SIDE_BY_SIDE = "@tests/side_by_side.txt"
EXTENSIONS = ROOT / "ui_embed" / "shopify"


def main(arguments: list[str]) -> int:
    """0 when every part holds, 1 when one doesn't. Arguments name the parts to run; none: all."""
    parts: dict[str, Callable[[], bool]] = {
        "styles": _styles,
        "floor-plan": lambda: _run([BIN / "lint-imports", "--no-cache"]),
        "types": lambda: _run([BIN / "mypy"]),
        "extension": _extension,
        "audit": lambda: _script("audit.py"),
        "licences": lambda: _script("sbom.py"),
        "secrets": lambda: _script("secret_scan.py"),
        "contract": lambda: _pytest("tests/contract"),
        "mutants": lambda: _script("mutants.py"),
        "tests": lambda: _pytest(SIDE_BY_SIDE, "--ignore=tests/contract"),
    }
    chosen = arguments or list(parts)
    unknown = set(chosen) - set(parts)
    if unknown:
        print(f"There is no part {', '.join(sorted(unknown))}: {', '.join(parts)}", file=sys.stderr)
        return 2
    try:
        _have_what_is_needed(chosen)
    except Stop as stop:
        print(f"\n{stop}\n", file=sys.stderr)
        return 1
    failed = [name for name in chosen if not _timed(name, parts[name])]
    if failed:
        print(f"\ncheck: {', '.join(failed)} failed", file=sys.stderr)
    else:
        say(f"check: {', '.join(chosen)}: all of it holds")
    return 1 if failed else 0


def _have_what_is_needed(chosen: list[str]) -> None:
    if "extension" in chosen and shutil.which("npm") is None:
        if not debian.install(["npm"], through_sudo=True):
            raise Stop(_how_to_get(["npm"]))
    if "tests" in chosen:
        parts = (browser, plugin_packages, mail_packages)
        lacking = [package for part in parts for package in part.have(through_sudo=True)]
        if lacking:
            raise Stop(_how_to_get(lacking))


def _how_to_get(packages: list[str]) -> str:
    return (
        f"make check needs {' and '.join(packages)}. As root: {debian.command(packages)}\n"
        "(make test does without, and names what it leaves out.)"
    )


def _timed(name: str, part: Callable[[], bool]) -> bool:
    print(f"\n── {name} " + "─" * (60 - len(name)), flush=True)
    began = time.monotonic()
    holds = part()
    print(f"── {name}: {'ok' if holds else 'FAILED'}, {time.monotonic() - began:.0f} s", flush=True)
    return holds


def _styles() -> bool:
    checked = _run([BIN / "ruff", "check", "."])
    return _run([BIN / "ruff", "format", "--check", "--quiet", "."]) and checked


def _extension() -> bool:
    """Its packages, types, tests, and that the committed bundle is what the source builds to."""
    node = _node()
    if node is None:
        print("The extension needs Node 20 or newer.", file=sys.stderr)
        return False
    installed = EXTENSIONS / "node_modules" / ".package-lock.json"
    wanted = EXTENSIONS / "package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < wanted.stat().st_mtime:
        if not _run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], EXTENSIONS, node):
            return False
    scripts = (["run", "typecheck"], ["test"], ["run", "check"])
    return all(_run(["npm", "--silent", *script], EXTENSIONS, node) for script in scripts)


def _script(name: str) -> bool:
    return _run([BIN / "python", ROOT / "scripts" / name])


def _pytest(*arguments: str) -> bool:
    return _run([BIN / "python", "-m", "pytest", "--no-skips", *arguments])


def _node() -> Path | None:
    """The folder of a Node that is new enough: the system's, else the one in Playwright's wheel."""
    for path in (shutil.which("node"), chromium.driver()):
        version = quiet([path, "--version"]).stdout if path else ""
        if path and int(version.lstrip("v").partition(".")[0] or 0) >= OLDEST_NODE:
            return Path(path).parent
    return None


def _run(command: list[str | Path], folder: Path = ROOT, first: Path = BIN) -> bool:
    """Whether a command succeeds, with a folder put first on its PATH."""
    environment = dict(os.environ, PATH=f"{first}{os.pathsep}{os.environ.get('PATH', '')}")
    return subprocess.run(command, cwd=folder, env=environment, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
