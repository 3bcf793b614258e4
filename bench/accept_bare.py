"""A bare group commit, the limit that `bench.accept` compares with: no HTTP, no sealing.

`python -m bench.accept_bare FOLDER ROWS THREADS`: each thread waits until the one writer has
committed its row of 10 KB (synchronous=FULL, deduplicated by its key). Prints the figures as JSON.
"""

import hashlib
import json
import queue
import random
import sqlite3
import sys
import threading
import time
from pathlib import Path
from typing import TypeAlias

from bench.accept_load import BODY, delivery_id, figures

_BATCH_ROWS = 256
Waiting: TypeAlias = "queue.SimpleQueue[tuple[bytes, threading.Event] | None]"


def bare(folder: Path, rows: int, threads: int) -> dict[str, float]:
    """Rows a second, and how long a thread waited for its own."""
    waiting: Waiting = queue.SimpleQueue()
    writer = threading.Thread(target=_write, args=(folder / "inbox.db", waiting))
    writer.start()
    taken: list[float] = []
    numbers = iter(range(rows))
    lock = threading.Lock()

    def send() -> None:
        mine = []
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                break
            done = threading.Event()
            started = time.perf_counter()
            waiting.put((hashlib.sha256(delivery_id(number).encode()).digest(), done))
            done.wait()
            mine.append(time.perf_counter() - started)
        with lock:
            taken.extend(mine)

    senders = [threading.Thread(target=send) for _ in range(threads)]
    started = time.perf_counter()
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    seconds = time.perf_counter() - started
    waiting.put(None)
    writer.join()
    found = figures(taken, seconds)
    return {"per_second": found.per_second, "p50_ms": found.p50_ms, "p99_ms": found.p99_ms}


def _write(path: Path, waiting: Waiting) -> None:
    body = random.randbytes(len(BODY))
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    insert = (
        "INSERT INTO deliveries (dedupe_key, platform, store_hint, topic, delivery_external_id,"
        " received_at, is_compliance, sealed_body) VALUES (?, 's', 's', 't', 'd', 'now', 0, ?)"
        " ON CONFLICT (dedupe_key) DO NOTHING"
    )
    item = waiting.get()
    while item is not None:
        batch = [item]
        while not waiting.empty() and len(batch) < _BATCH_ROWS:
            found = waiting.get()
            if found is None:
                waiting.put(None)
                break
            batch.append(found)
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(insert, [(key, body) for key, _ in batch])
        connection.execute("COMMIT")
        for _, done in batch:
            done.set()
        item = waiting.get()
    connection.close()


if __name__ == "__main__":
    print(json.dumps(bare(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))))
