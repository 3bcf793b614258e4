"""F1: whoever is killed in the middle of a burst, nothing acknowledged is lost or applied twice."""

import random
import threading
from pathlib import Path

from tests.faults.burst import Sender, Sent, burst, spread
from tests.faults.house import House, Server, house
from tests.faults.scenarios.comparing import Counts, await_quiet, compare, prepare

WHO = ("all", "database", "worker1", "web1", "valkey")


def kill_in_a_burst(
    folder: Path,
    settings: dict[str, str],
    *,
    count: int,
    kills_of_each: int,
    server: Server | None = None,
) -> Counts:
    """Send that many deliveries while everybody is killed so often, each; compare in the end."""
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    services = prepare(settings)
    sent = burst(count, seed)
    points = spread(WHO, kills_of_each, count, seed)
    try:
        with house(folder, settings, server) as built:
            sender = _send(built, sent, points)
            stuck = await_quiet(services)
            if stuck:
                print(built.said())
            return compare(services, sender, sent, len(points), stuck)
    finally:
        services.db.dispose()
        services.inbox.dispose()


def _send(built: House, sent: list[Sent], points: dict[int, str]) -> Sender:
    left = sorted(points)
    lock = threading.Lock()

    def on_progress(count: int) -> None:
        with lock:
            due = [left.pop(0) for point in list(left) if point <= count]
        for point in due:
            kind = points[point]
            names = [*built.parts, "database"] if kind == "all" else [kind]
            built.kill(*names)

    sender = Sender(built.ports, list(sent), on_progress)
    sender.send_all()
    return sender
