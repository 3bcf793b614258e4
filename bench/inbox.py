"""B11: how long a list of the inbox takes at 200,000 conversations, beside a read by key.

Four years of an inbox, a million messages. Lists of many kinds, usual ones and the worst that we
could think of (a tag or a word that only old conversations have, words that nearly all have, the
last pages, filters that exclude each other), and the counts of the views; each in a transaction of
its own. Then whole requests, through the application but without a network: the page `/inbox` with
its lists, counts, tags and HTML, its list read again, and the API. Ours is the p95 of all of them,
and that of the slowest kind. Wanted is 100 ms, as so many times the p95 of a read by key of the
same minutes. In SQLite and in a PostgreSQL that ends with it, or in that of `--postgresql URL` (all
in it is removed!). Beside the time stands what each kind costs: processor time, and pages or steps.

    python -m bench.inbox [--conversations 200000] [--reads 30] [--rounds 5] [--json] [--quick]
"""

import argparse

from bench.inbox_file import inbox_file
from bench.inbox_kinds import lists, pages
from bench.inbox_page import opened
from bench.inbox_world import MODELS
from bench.looks import empty_postgresql, measure, ratios
from bench.ratios import Ratio, tell
from bench.search_database import copy_into_postgresql
from integration.db import Database


def measured(
    name: str, database: str, url: str, conversations: int, *, reads: int, rounds: int
) -> list[Ratio]:
    """Lists and whole requests, each in turns with reads by key."""
    db = Database(url, pool_size=2)
    asked = {"reads": reads, "rounds": rounds}
    seen = measure(db, lists(db, conversations), "conversations", conversations, **asked)
    found = ratios(name, f"list of the inbox in {database}", "conversation", seen)
    with opened(db) as inbox:
        seen = measure(db, pages(inbox), "conversations", conversations, **asked)
    what = f"whole request for a list in {database}"
    found += ratios(f"{name} whole", what, "conversation", seen)
    db.dispose()
    return found


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
    conversations, asked = options.conversations, {"reads": options.reads, "rounds": options.rounds}
    if options.quick:
        conversations, asked = 4_000, {"reads": 5, "rounds": 1}
    with inbox_file(conversations) as path:
        found = measured("B11", "SQLite", f"sqlite:///{path}", conversations, **asked)
        with empty_postgresql(options.postgresql) as url:
            copy_into_postgresql(path, url, MODELS)
            found += measured("B11 postgresql", "PostgreSQL", url, conversations, **asked)
    tell(found, as_json=options.json)


if __name__ == "__main__":
    main()
