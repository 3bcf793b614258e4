"""SQLite files that something is measured in: filled once and kept, copied for each run.

What is kept goes by the schema and by the files that write it: change any and it is made anew.
"""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType

from bench.peers.environment import ROOT, made_once
from integration.db import Database
from integration.upgrade import upgrade_database

Fill = Callable[[Database, int], object]


@contextmanager
def own_copy(
    name: str, size: int, *, fill: Fill, written_by: Sequence[ModuleType]
) -> Iterator[Path]:
    """A file of one's own that `fill` made so large; `written_by` are the modules it goes by."""
    with TemporaryDirectory(prefix=f"tillside-{name}-") as folder:
        path = Path(folder) / "tillside.db"
        shutil.copyfile(_kept(name, size, fill, written_by), path)
        yield path


def _kept(name: str, size: int, fill: Fill, written_by: Sequence[ModuleType]) -> Path:
    with made_once(name), TemporaryDirectory(dir=ROOT, prefix=f"{name}-") as folder:
        fresh = Path(folder) / f"{name}.db"
        db = Database(f"sqlite:///{fresh}", pool_size=2)
        upgrade_database(db, "main")
        kept = ROOT / f"{name}-{size}-{_digest(fresh, written_by)}.db"
        if not kept.exists():
            fill(db, size)
            with sqlite3.connect(fresh) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            db.dispose()
            os.replace(fresh, kept)
        db.dispose()
    return kept


def _digest(path: Path, written_by: Sequence[ModuleType]) -> str:
    connection = sqlite3.connect(path)
    schema = connection.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall()
    connection.close()
    told = b"".join(Path(str(module.__file__)).read_bytes() for module in written_by)
    return sha256(repr(schema).encode() + told).hexdigest()[:16]
