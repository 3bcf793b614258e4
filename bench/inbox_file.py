"""The SQLite file that lists are measured in: filled once and kept, copied for each run.

What is kept goes by the schema and by the files that write it: change any and it is made anew.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import inbox_people, inbox_world, search_names
from bench.peers.environment import ROOT, made_once
from integration.conversations.lists import terms
from integration.db import Database
from integration.upgrade import upgrade_database


@contextmanager
def inbox_file(conversations: int) -> Iterator[Path]:
    """A file of one's own with so many conversations."""
    with TemporaryDirectory(prefix="tillside-inbox-") as name:
        path = Path(name) / "tillside.db"
        shutil.copyfile(_kept(conversations), path)
        yield path


def _kept(conversations: int) -> Path:
    with made_once("inbox"), TemporaryDirectory(dir=ROOT, prefix="inbox-") as name:
        fresh = Path(name) / "inbox.db"
        db = Database(f"sqlite:///{fresh}", pool_size=2)
        upgrade_database(db, "main")
        kept = ROOT / f"inbox-{conversations}-{_digest(fresh)}.db"
        if not kept.exists():
            inbox_world.fill(db, conversations)
            with sqlite3.connect(fresh) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            db.dispose()
            os.replace(fresh, kept)
        db.dispose()
    return kept


def _digest(path: Path) -> str:
    connection = sqlite3.connect(path)
    schema = connection.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall()
    connection.close()
    written_by = (search_names, inbox_people, inbox_world, terms)
    told = b"".join(Path(str(module.__file__)).read_bytes() for module in written_by)
    return sha256(repr(schema).encode() + told).hexdigest()[:16]
