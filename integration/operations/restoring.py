"""Putting a copy of the SQLite files back, and nobody with it who was erased since.

Whatever dies in between leaves files that nobody is served from: the web process and the workers
wait until the journal's erasures are in the database.
"""

import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from integration.errors import Conflict, Invalid
from integration.serving.only_web import is_taken
from integration.settings import Settings

_SUFFIXES = ("", "-wal", "-shm", "-journal")


@dataclass(frozen=True, slots=True)
class Places:
    """Where the two files are: in a copy by their own names, here where the settings say."""

    copied: Path
    here: Path


def put_back(settings: Settings, folder: Path, now: datetime, *, replace: bool) -> Path | None:
    """Put a copy's files where the settings say; where the old ones went, None without any.

    Raises Invalid for what is no sound copy, Conflict while something of ours runs and where files
    would be replaced without `replace`.
    """
    places = _places(settings, folder)
    for each in places:
        _check_copy(each.copied)
    old = [file for each in places for file in _files(each.here)]
    if old and not replace:
        raise Conflict(f"{places[0].here.parent} holds a database; --replace moves it aside")
    _check_unused(settings, places)
    aside = _move_aside(old, now) if old else None
    for each in places:
        _copy(each)
    return aside


def _places(settings: Settings, folder: Path) -> list[Places]:
    urls = {
        "tillside.db": settings.effective_database_url,
        "inbox.db": settings.effective_inbox_url,
    }
    if not all(url.startswith("sqlite:///") for url in urls.values()):
        raise Invalid("on PostgreSQL pg_restore puts a copy back; see docs/operations.md")
    return [
        Places(folder / name, Path(url.removeprefix("sqlite:///"))) for name, url in urls.items()
    ]


def _files(database: Path) -> list[Path]:
    named = (database.with_name(database.name + suffix) for suffix in _SUFFIXES)
    return [file for file in named if file.exists()]


def _check_copy(file: Path) -> None:
    if not file.is_file():
        raise Invalid(f"{file} is missing: a copy has tillside.db and inbox.db")
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True)) as copy:
            [verdict] = copy.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        verdict = str(error)
    if verdict != "ok":
        raise Invalid(f"{file} isn't sound: {verdict}")


def _check_unused(settings: Settings, places: list[Places]) -> None:
    """Refuse while a web process, a worker or a command has the files open."""
    if is_taken(settings) or any(_is_open(each.here) for each in places):
        raise Conflict("Tillside runs on these files: stop it first")


def _is_open(file: Path) -> bool:
    """Whether another process has a database open: nobody else may while one has it for itself."""
    if not file.exists():
        return False
    with closing(sqlite3.connect(file, timeout=1, isolation_level=None)) as database:
        try:
            database.execute("PRAGMA locking_mode=EXCLUSIVE")
            database.execute("BEGIN EXCLUSIVE")
            database.execute("ROLLBACK")
        except sqlite3.OperationalError:
            return True
        except sqlite3.DatabaseError:
            # No database at all: then nobody works with it.
            return False
    return False


def _move_aside(files: list[Path], now: datetime) -> Path:
    aside = files[0].parent / f"replaced-{now:%Y%m%dT%H%M%SZ}"
    aside.mkdir(mode=0o700)
    for file in files:
        # The last user of a database may have taken its log along when it closed.
        if file.exists():
            file.rename(aside / file.name)
    _to_disk(aside)
    _to_disk(files[0].parent)
    return aside


def _copy(place: Places) -> None:
    place.here.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = place.here.with_name(place.here.name + ".part")
    with place.copied.open("rb") as source, _opened(fresh) as target:
        shutil.copyfileobj(source, target, 1024 * 1024)
        target.flush()
        os.fsync(target.fileno())
    fresh.rename(place.here)
    _to_disk(place.here.parent)


def _opened(file: Path) -> IO[bytes]:
    return os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def _to_disk(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
