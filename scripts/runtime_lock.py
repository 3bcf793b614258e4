"""Print the part of requirements.lock that runs the product, or what builds it: `… tools`.

The lock names everything that development needs too; an image takes only what it runs. Only the
standard library: it runs in the image, before anything is installed.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

from bootstrap import BUILD_TOOLS, entries

ROOT = Path(__file__).resolve().parent.parent


def main(arguments: list[str]) -> int:
    """Print the entries with their hashes."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    names = BUILD_TOOLS if arguments == ["tools"] else tuple(sorted(runtime(lock)))
    print(entries(lock, names), end="")
    return 0


def runtime(lock: str) -> set[str]:
    """The names of what the product needs, and of what that needs, as the lock notes it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    reached: set[str] = set()
    fresh = {_name(line) for line in project["dependencies"]}
    needs = _needs(lock)
    while fresh:
        reached |= fresh
        fresh = {needed for name in fresh for needed in needs.get(name, ())} - reached
    return reached


def _needs(lock: str) -> dict[str, set[str]]:
    """What each package needs, turned round from the lock's `via` notes."""
    found: dict[str, set[str]] = {}
    for entry in re.split(r"\n(?=[a-z0-9])", lock.strip("\n")):
        name = _name(entry)
        notes = re.findall(r"^    #(?: via|  ) +([A-Za-z0-9][\w.-]*)", entry, re.MULTILINE)
        for needing in notes:
            found.setdefault(_name(needing), set()).add(name)
    return found


def _name(line: str) -> str:
    """A package's name in its canonical form, without version, extras or marker."""
    match = re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", line)
    assert match is not None
    return re.sub(r"[-_.]+", "-", match.group()).lower()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
