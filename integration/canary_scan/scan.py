"""All places at once."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from redis.exceptions import RedisError

from integration.canary_scan.files import in_files
from integration.canary_scan.needles import Needles
from integration.canary_scan.seals import Seals
from integration.canary_scan.tables import in_tables
from integration.canary_scan.valkey import in_valkey
from integration.services import Services


@dataclass(frozen=True, slots=True)
class Scan:
    """Where canaries stand, with how many rows, files or keys; and what couldn't be looked into.

    `unopened` is sealed bytes that no key opens any more: nobody can read them.
    """

    found: dict[str, int]
    unopened: int
    unseen: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Its fields."""
        return {"found": self.found, "unopened": self.unopened, "unseen": list(self.unseen)}


def scan(services: Services, texts: Iterable[str]) -> Scan:
    """Look for these texts in both databases, sealed bytes, DATA_DIR's files and Valkey.

    Raises Invalid for what can't be looked for.
    """
    needles, seals = Needles(texts), Seals(services)
    openers = seals.openers()
    found = in_tables(services.db, needles, openers)
    if services.inbox is not services.db:
        found += in_tables(services.inbox, needles, openers, prefix="inbox: ")
    found += in_files(services.settings.data_dir, needles, _database_files(services))
    unseen: tuple[str, ...] = ()
    if services.settings.redis_url:
        try:
            found += in_valkey(services.settings.redis_url, needles)
        except RedisError as error:
            unseen = (f"valkey: {type(error).__name__}",)
    return Scan(dict(sorted(Counter(found).items())), seals.unopened, unseen)


def _database_files(services: Services) -> list[Path]:
    """SQLite's files, wherever they are, with what was written ahead."""
    found = []
    for database in (services.db, services.inbox):
        name = database.engine.url.database if database.is_sqlite else None
        if name:
            found += [Path(name + suffix) for suffix in ("", "-wal", "-journal")]
    return found
