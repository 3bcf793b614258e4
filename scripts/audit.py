"""Whether a locked package has a known hole: the Python packages, and the extension's of npm.

Asks the live advisory services. Where none of them judges every package, the Python ones are judged
by scripts/advisories.json, and how old that is is said; npm's have no such file, which is said too.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from packaging.version import InvalidVersion, Version

from scripts.locked import LOCK, Package, locked_packages

ROOT = Path(__file__).resolve().parent.parent
SNAPSHOT = ROOT / "scripts" / "advisories.json"
EXTENSIONS = ROOT / "ui_embed" / "shopify"
SERVICES = ("osv", "pypi")
SECONDS = 60
# What doesn't concern us, by the advisory's id: why, and until when that is believed.
ACCEPTED: Mapping[str, tuple[str, date]] = {}


@dataclass(frozen=True, slots=True)
class Hole:
    """A known hole of a locked version."""

    package: str
    version: str
    ids: tuple[str, ...]
    fixed_in: tuple[str, ...] = ()

    def __str__(self) -> str:
        mended = f"mended in {', '.join(self.fixed_in)}" if self.fixed_in else "not mended yet"
        return f"{self.package} {self.version}: {', '.join(self.ids)} ({mended})"


def main(arguments: list[str]) -> int:
    """0 where nothing is known. `--offline` asks nobody; `--lock FILE` judges another lock."""
    lock = Path(arguments[arguments.index("--lock") + 1]) if "--lock" in arguments else LOCK
    packages, today = locked_packages(lock), datetime.now(UTC).date()
    is_offline = "--offline" in arguments
    found = None if is_offline else live(lock, packages)
    if found is None:
        found = by_snapshot(packages, json.loads(SNAPSHOT.read_text(encoding="utf-8")), today)
    if lock == LOCK:
        found += npm_holes() if not is_offline else _not_asked()
    holes = [hole for hole in found if not is_accepted(hole, ACCEPTED, today)]
    for hole in holes:
        print(f"audit: {hole}", file=sys.stderr)
    if not holes:
        print(f"audit: nothing is known to it against the {len(packages)} Python packages")
    return 1 if holes else 0


def live(lock: Path, packages: Sequence[Package]) -> list[Hole] | None:
    """What the first service knows that judges every package; None where none does."""
    for service in SERVICES:
        asked = _asked(service, lock)
        judged = None if asked is None else read_report(asked, packages)
        if judged is not None:
            print(f"audit: asked the live service {service} about {len(packages)} packages")
            return judged
    print("audit: no live service judges the packages from here")
    return None


def _asked(service: str, lock: Path) -> Any | None:
    command = f"--require-hashes --disable-pip -f json -s {service} --progress-spinner off".split()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pip_audit", "-r", str(lock), *command, "--timeout", "10"],
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        return json.loads(done.stdout)
    except (subprocess.TimeoutExpired, json.JSONDecodeError):
        return None


def read_report(report: Any, packages: Sequence[Package]) -> list[Hole] | None:
    """The holes of pip-audit's report; None where it passed over a package that is installed here.

    It calls a package "skipped" that the service doesn't know, and finds nothing: no verdict.
    """
    told = {each["name"]: each for each in report.get("dependencies", ())}
    everywhere = {each.name for each in packages if not each.marker}
    if any("skip_reason" in told.get(name, {"skip_reason": ""}) for name in everywhere):
        return None
    return [
        Hole(
            each["name"],
            each["version"],
            (hole["id"], *hole.get("aliases", ())),
            tuple(hole.get("fix_versions", ())),
        )
        for each in told.values()
        for hole in each.get("vulns", ())
    ]


def by_snapshot(packages: Iterable[Package], snapshot: Any, today: date) -> list[Hole]:
    """What the kept advisories say, after a line that tells how old they are."""
    taken = date.fromisoformat(snapshot["date"])
    print(
        f"audit: judged by {len(snapshot['advisories'])} kept advisories of {taken}, "
        f"{(today - taken).days} days old: what was found since is not known here"
    )
    return [hole for package in packages for hole in _known(package, snapshot["advisories"])]


def _known(package: Package, advisories: Iterable[Any]) -> Iterator[Hole]:
    for each in advisories:
        if each["package"].lower() != package.name or not is_affected(package.version, each):
            continue
        fixed = tuple(end for _, end in each["spans"] if end is not None)
        yield Hole(package.name, package.version, (each["id"], *each["aliases"]), fixed)


def is_affected(version: str, advisory: Any) -> bool:
    """Whether an advisory is about that version."""
    if version in advisory["versions"]:
        return True
    try:
        own = Version(version)
        return any(
            Version(begin) <= own and (end is None or own < Version(end))
            for begin, end in advisory["spans"]
        )
    except InvalidVersion:
        return False


def is_accepted(hole: Hole, accepted: Mapping[str, tuple[str, date]], today: date) -> bool:
    """Whether it is listed as no concern of ours, and that time isn't over."""
    return any(name in accepted and today <= accepted[name][1] for name in hole.ids)


def npm_holes() -> list[Hole]:
    """What npm's service knows of the extension's packages; says so where it doesn't answer."""
    command = ["npm", "audit", "--json"]
    try:
        done = subprocess.run(
            command, cwd=EXTENSIONS, capture_output=True, text=True, timeout=SECONDS, check=False
        )
        return read_npm(json.loads(done.stdout)) or []
    except (OSError, subprocess.TimeoutExpired, json.JSONDecodeError, KeyError):
        return _not_asked()


def read_npm(report: Any) -> list[Hole]:
    """The holes of npm's report. Raises KeyError for what is no report."""
    count = report["metadata"]["dependencies"]["total"]
    holes = [
        Hole(name, each["range"], (_npm_id(each),))
        for name, each in report["vulnerabilities"].items()
    ]
    print(f"audit: asked npm's live service about {count} packages of the extension")
    return holes


def _npm_id(told: Any) -> str:
    named = [each["url"] for each in told["via"] if isinstance(each, dict) and "url" in each]
    return str(named[0]) if named else f"{told['severity']}, by {', '.join(map(str, told['via']))}"


def _not_asked() -> list[Hole]:
    locked = json.loads((EXTENSIONS / "package-lock.json").read_text(encoding="utf-8"))
    print(
        f"audit: NOT JUDGED: npm's service doesn't answer from here, so nobody looked at the "
        f"{len(locked['packages']) - 1} packages of the Shopify extension"
    )
    return []


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
