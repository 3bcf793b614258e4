"""A copy of the SQLite files that can be started from, made while everything runs.

The main file comes first, the inbox after it. So the inbox' copy holds every delivery that the main
one knows of, and more; what it holds beyond is taken in and applied after a restore. The other way
round the main file's mark could stand beyond the inbox' last id: deliveries that come later would
get ids below the mark, and nobody would ever look at them.
"""

import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from integration.errors import Invalid
from integration.services import Services

_NAMES = ("tillside.db", "inbox.db")


@dataclass(frozen=True, slots=True)
class Copy:
    """A file that was copied, and its size."""

    path: Path
    size_bytes: int


def back_up(services: Services, folder: Path) -> list[Copy]:
    """Copy both files into a new or empty folder, checked and on the disk when this returns.

    Raises Invalid where the database isn't SQLite or the folder holds something.
    """
    if not services.db.is_sqlite:
        raise Invalid("on PostgreSQL pg_dump makes the copy; see docs/operations.md")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise Invalid(f"{folder} is not empty: a copy never replaces another")
    sources = [services.db.engine.url.database, services.inbox.engine.url.database]
    return [
        _copy(Path(source or ""), folder / name)
        for source, name in zip(sources, _NAMES, strict=True)
    ]


def _copy(source: Path, target: Path) -> Copy:
    fresh = target.with_suffix(".part")
    os.close(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    reading = sqlite3.connect(f"file:{source}?mode=ro", uri=True, timeout=30)
    writing = sqlite3.connect(fresh)
    try:
        # In one step: a snapshot of the moment at which it begins, while others go on writing.
        reading.backup(writing, pages=-1)
        writing.execute("PRAGMA journal_mode=DELETE")
        [verdict] = writing.execute("PRAGMA quick_check(1)").fetchone()
    finally:
        writing.close()
        reading.close()
    if verdict != "ok":
        raise Invalid(f"the copy of {source.name} isn't sound: {verdict}")
    _to_disk(fresh)
    fresh.rename(target)
    _to_disk(target.parent)
    return Copy(target, target.stat().st_size)


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
