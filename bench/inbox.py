"""B11: how long a list of the inbox takes at 200,000 conversations, beside a read by key.

Four years of an inbox. Lists of many kinds, usual ones and the worst that we could think of (a tag
or a word that only old conversations have, words that nearly all have, the last pages, filters that
exclude each other), and the counts of the views; each in a transaction of its own. Ours is the p95
of all of them, and that of the slowest kind. Wanted is 100 ms, as so many times the p95 of a read
by key of the same minutes. In SQLite and in a PostgreSQL that ends with it, or in that of
`--postgresql URL` (all in it is removed!).

    python -m bench.inbox [--conversations 200000] [--reads 30] [--rounds 5] [--json] [--quick]
"""

import argparse
import os
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from bench import inbox_world, search_names
from bench.inbox_world import AGENTS, KEYRING, MODELS, NOW, OLD_TAG, OLD_WORD, RARE_TAG
from bench.peers.environment import ROOT, made_once
from bench.ratios import Ratio, tell
from bench.search import Seen, _postgresql
from bench.search_database import copy_into_postgresql
from integration.by_driver import fetch
from integration.conversations import terms
from integration.conversations.asked import Asked, Place
from integration.conversations.channel_keys import ChannelKeys
from integration.conversations.views import counts, list_conversations
from integration.db import Database
from integration.upgrade import upgrade_database

WANTED_MICROSECONDS = 100_000.0

Look = Callable[[Any, int], Any]


def kinds(conversations: int) -> dict[str, Look]:
    """What is looked at, by kind: each is given a session and a number that chooses."""
    found: dict[str, Look] = {
        "counts": lambda session, number: counts(session, agent_id=1 + number % AGENTS)
    }
    for view in ("mine", "unassigned", "open", "pending", "snoozed", "resolved", "mentions",
                 "spam", "all"):  # fmt: skip
        for sort in ("newest", "waiting"):
            found[f"{view}, {sort}"] = _look(view=view, sort=sort)
    found |= {
        "a channel": _look(view="resolved", channel_id=4),
        "a kind and a store": _look(view="all", kind="phone", store_id=3),
        "a store": _look(view="open", store_id=3),
        "a colleague": _look(view="resolved", assignee_id=7),
        "a common tag": _look(view="all", tag="delivery"),
        "a tag among open ones": _look(view="open", tag="returns"),
        "a rare tag": _look(view="all", tag=RARE_TAG),
        "an old tag": _look(view="all", tag=OLD_TAG),
        "an old tag, waiting": _look(view="all", tag=OLD_TAG, sort="waiting"),
        "a late page": _look(view="all", after=Place(NOW.replace(year=2023), 1)),
        "search: a name": _search(lambda _: "maria", view="all"),
        "search: an address": _search(lambda number: f"p{number * 97 % conversations}@mail", "all"),
        "search: an order": _search(lambda number: f"#{1000 + number * 89 % conversations}", "all"),
        "search: a rare word": _search(lambda number: f"word{number + 900}", "all"),
        "search: a common word": _search(lambda _: "parcel", "all"),
        "search: two common words": _search(lambda _: "parcel refund", "open"),
        "search: an old word": _search(lambda _: OLD_WORD, "all"),
        "search: an old and a common word": _search(lambda _: f"{OLD_WORD} refund", "all"),
        "search: an old word among open ones": _search(lambda _: OLD_WORD, "open"),
        "search: Greek": _search(lambda _: "γυαλια επιστροφη", "all"),
        "search: Hebrew": _search(lambda _: "החזר", "resolved"),
        "search: a letter": _search(lambda _: "w", "all"),
        "search: in what is mine": _search(lambda _: "refund thanks", "mine"),
    }  # fmt: skip
    return found


def _look(after: Place | None = None, **asked: Any) -> Look:
    def look(session: Any, number: int) -> Any:
        cursor = after.cursor() if after else None
        agent_id = 1 + number % AGENTS
        return list_conversations(
            session, ChannelKeys(KEYRING), Asked(**asked), agent_id=agent_id, now=NOW, cursor=cursor
        )

    return look


def _search(words: Callable[[int], str], view: str) -> Look:
    return lambda session, number: _look(view=view, search=words(number))(session, number)


def measure(db: Database, conversations: int, reads: int, rounds: int) -> Seen:
    """Alternate lists and reads by key."""
    seen, looks = Seen(), kinds(conversations)
    for look in looks.values():
        _taken(db, look, 2)
    for _ in range(rounds):
        seen.by_key.append(_p95(_read_by_key(db, conversations)))
        taken = {kind: _taken(db, look, reads) for kind, look in looks.items()}
        for kind, some in taken.items():
            seen.kinds.setdefault(kind, []).append(_p95(some))
            seen.all += some
        seen.mixed.append(_p95([each for some in taken.values() for each in some]))
        seen.slowest.append(max(each[-1] for each in seen.kinds.values()))
    by_kind = {kind: statistics.median(each) for kind, each in seen.kinds.items()}
    seen.more = {
        "slowest kind": max(by_kind, key=lambda kind: by_kind[kind]),
        "all kinds, p50 ms": statistics.median(seen.all) / 1000,
        **{f"{kind}, p95 ms": each / 1000 for kind, each in by_kind.items()},
    }
    return seen


def _taken(db: Database, look: Look, reads: int) -> list[float]:
    taken = []
    for number in range(reads):
        began = time.perf_counter()
        with db.workspace(1) as session:
            look(session, number)
        taken.append((time.perf_counter() - began) * 1e6)
    return taken


def _read_by_key(db: Database, conversations: int) -> list[float]:
    choice, taken = Random(3), []
    with db.workspace(1) as session:
        connection = session.connection()
        mark = "?" if db.is_sqlite else "%s"
        for _ in range(2_000):
            one = choice.randint(1, conversations)
            began = time.perf_counter()
            fetch(connection, f"SELECT * FROM conversations WHERE id = {mark}", (one,))
            taken.append((time.perf_counter() - began) * 1e6)
    return taken


def _p95(taken: list[float]) -> float:
    return statistics.quantiles(taken, n=20)[18]


def ratios(name: str, database: str, seen: Seen) -> list[Ratio]:
    """All lists and the slowest kind beside a read by key; wanted is what 100 ms are of it."""
    wanted = WANTED_MICROSECONDS / statistics.median(seen.by_key)
    by_key = tuple(seen.by_key)
    what = f"list of the inbox in {database} ÷ a read of a conversation by its key, p95"
    slowest = what.replace("list", "the slowest kind of list", 1)
    return [
        Ratio(name, what, "µs", tuple(seen.mixed), by_key, wanted, at_most=True, more=seen.more),
        Ratio(f"{name} slowest", slowest, "µs", tuple(seen.slowest), by_key, wanted, at_most=True),
    ]


@contextmanager
def sqlite_file(conversations: int) -> Iterator[Path]:
    """A SQLite file with so many conversations, made once and kept."""
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
    yield kept


def _digest(path: Path) -> str:
    connection = sqlite3.connect(path)
    schema = connection.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall()
    connection.close()
    written_by = (search_names, inbox_world, terms)
    told = b"".join(Path(str(module.__file__)).read_bytes() for module in written_by)
    return sha256(repr(schema).encode() + told).hexdigest()[:16]


def main() -> None:
    """Measure and tell."""
    parser = argparse.ArgumentParser(prog="bench.inbox", description=__doc__)
    parser.add_argument("--conversations", type=int, default=200_000)
    parser.add_argument("--reads", type=int, default=30)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--postgresql", metavar="URL")
    options = parser.parse_args()
    conversations, reads, rounds = options.conversations, options.reads, options.rounds
    if options.quick:
        conversations, reads, rounds = 4_000, 5, 1
    found: list[Ratio] = []
    with sqlite_file(conversations) as path:
        db = Database(f"sqlite:///{path}", pool_size=2)
        found += ratios("B11", "SQLite", measure(db, conversations, reads, rounds))
        db.dispose()
        with _postgresql(options.postgresql) as url:
            copy_into_postgresql(path, url, MODELS)
            db = Database(url, pool_size=2)
            seen = measure(db, conversations, reads, rounds)
            found += ratios("B11 postgresql", "PostgreSQL", seen)
            db.dispose()
    tell(found, as_json=options.json)


if __name__ == "__main__":
    main()
