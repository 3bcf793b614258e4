"""Cut the Python advisory database to the packages that we lock: scripts/advisories.json.

`make audit` asks the live services; where none answers, it judges by this file and says how old it
is. Takes a git repository of the database, else clones it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from scripts.locked import locked_packages

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "scripts" / "advisories.json"
DATABASE = "https://github.com/pypa/advisory-database"
LICENCE = "CC-BY-4.0: the Python Packaging Advisory Database and its contributors; cut by us"


def main(arguments: list[str]) -> int:
    """Write the file. Arguments: a repository that is here already."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(arguments[0] if arguments else folder)
        if not arguments:
            clone = ["git", "clone", "--quiet", "--depth=1", "--bare", DATABASE, str(place)]
            if subprocess.run(clone, check=False).returncode:
                print("advisories: the database can't be fetched now", file=sys.stderr)
                return 1
        told = cut(place, {package.name for package in locked_packages()})
    FILE.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{len(told['advisories'])} advisories of {told['date']} in {FILE.relative_to(ROOT)}")
    return 0


def cut(repository: Path, names: set[str]) -> dict[str, Any]:
    """What the database holds of these packages, in the form that is kept."""
    commit, date = _git(repository, "log", "-1", "--format=%H %cs").split()
    listed = _git(repository, "ls-tree", "-r", "--name-only", "HEAD", "vulns").splitlines()
    theirs = [path for path in listed if Path(path).parent.name in names]
    found = [
        each
        for path in sorted(theirs)
        for each in _advisories(yaml.safe_load(_git(repository, "show", f"HEAD:{path}")))
    ]
    about = {"source": DATABASE, "licence": LICENCE, "commit": commit, "date": date}
    return {**about, "advisories": found}


def _advisories(told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if told.get("withdrawn"):
        return
    for affected in told.get("affected", ()):
        ranges = [_spans(each["events"]) for each in affected.get("ranges", ()) if _counts(each)]
        spans = [span for each in ranges for span in each]
        yield {
            "id": told["id"],
            "aliases": sorted(told.get("aliases", ())),
            "package": affected["package"]["name"],
            "spans": spans,
            "versions": [] if spans else sorted(map(str, affected.get("versions", ()))),
        }


def _counts(told: dict[str, Any]) -> bool:
    return bool(told["type"] == "ECOSYSTEM")


def _spans(events: list[dict[str, Any]]) -> list[list[str | None]]:
    """From (inclusive) and until (exclusive) of each range, None for no end."""
    spans: list[list[str | None]] = []
    for event in events:
        if "introduced" in event:
            spans.append([str(event["introduced"]), None])
        elif "fixed" in event:
            spans[-1][1] = str(event["fixed"])
        elif "last_affected" in event:
            # Inclusive: what follows at once is the first that isn't.
            spans[-1][1] = f"{event['last_affected']}.post0"
    return spans


def _git(repository: Path, *command: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(repository), *command], check=True, capture_output=True, text=True
    )
    return done.stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
