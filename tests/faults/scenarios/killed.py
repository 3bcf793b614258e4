"""F1: whoever is killed in the middle of a burst, nothing acknowledged is lost or applied twice."""

import random
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select, text

from integration.app import build_services
from integration.models import Delivery, DeliveryWork, Order, ProfileTotal, Store
from integration.services import Services
from integration.settings import load
from integration.upgrade import upgrade
from tests.faults.burst import SHOPS, Sender, burst, newest, spread
from tests.faults.house import House, Server, house
from tests.webhooks.parts import add_store

WHO = ("all", "database", "worker1", "web", "valkey")
STUCK_AFTER_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Counts:
    """What a burst came to. All but the first four have to be 0."""

    sent: int
    acknowledged: int
    kills: int
    tries: int
    missing: int
    applied_twice: int
    stuck: int
    not_applied: int
    stored_twice: int
    orders_wrong: int
    totals_wrong: int


def kill_in_a_burst(
    folder: Path,
    settings: dict[str, str],
    *,
    count: int,
    kills_of_each: int,
    server: Server | None = None,
    workers: int = 1,
) -> Counts:
    """Send that many deliveries while everybody is killed so often, each; compare in the end."""
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    upgrade(load(settings))
    services = build_services(load(settings), settings)
    for domain, number in SHOPS.items():
        add_store(services, domain, number=number)
    _note_effects(services)
    sent = burst(count, seed)
    points = spread(WHO, kills_of_each, count, seed)
    try:
        with house(folder, settings, server, workers=workers) as built:
            sender = _send(built, list(sent), points)
            stuck = _await_quiet(services, STUCK_AFTER_SECONDS)
            if stuck:
                print(built.said())
            return _compare(services, sender, sent, kills_of_each * len(WHO), stuck)
    finally:
        services.db.dispose()
        services.inbox.dispose()


def _send(built: House, sent: list[Any], points: dict[int, str]) -> Sender:
    left = sorted(points)
    lock = threading.Lock()

    def on_progress(count: int) -> None:
        with lock:
            due = [left.pop(0) for point in list(left) if point <= count]
        for point in due:
            kind = points[point]
            names = [*built.parts, "database"] if kind == "all" else [kind]
            built.kill(*names)

    sender = Sender([int(built.settings["PORT"])], sent, on_progress)
    sender.send_all()
    return sender


def _note_effects(services: Services) -> None:
    """Have the database itself write down each delivery that is marked as applied."""
    table = "CREATE TABLE effects (delivery_id BIGINT)"
    if services.db.is_sqlite:
        trigger = [
            "CREATE TRIGGER note_effect AFTER UPDATE OF state ON delivery_works"
            " WHEN NEW.state = 'applied'"
            " BEGIN INSERT INTO effects VALUES (NEW.delivery_id); END"
        ]
    else:
        trigger = [
            "CREATE FUNCTION note_effect() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN INSERT INTO effects VALUES (NEW.delivery_id); RETURN NEW; END $$",
            "CREATE TRIGGER note_effect AFTER UPDATE OF state ON delivery_works FOR EACH ROW"
            " WHEN (NEW.state = 'applied') EXECUTE FUNCTION note_effect()",
        ]
    with services.db.engine.begin() as connection:
        for statement in (table, *trigger):
            connection.execute(text(statement))


def _await_quiet(services: Services, within_seconds: float) -> int:
    """How many deliveries are neither applied nor given up, at the latest after that time."""
    deadline = time.monotonic() + within_seconds
    while (left := _open(services)) and time.monotonic() < deadline:
        time.sleep(0.1)
    return left


def _open(services: Services) -> int:
    finished = ("applied", "parked", "refused")
    with services.inbox.across_workspaces() as session:
        ids = set(session.execute(select(Delivery.id)).scalars())
    with services.db.across_workspaces() as session:
        done = select(DeliveryWork.delivery_id).where(DeliveryWork.state.in_(finished))
        return len(ids - set(session.execute(done).scalars()))


def _compare(services: Services, sender: Sender, sent: list[Any], kills: int, stuck: int) -> Counts:
    with services.inbox.across_workspaces() as session:
        stored = Counter(session.execute(select(Delivery.delivery_external_id)).scalars())
    with services.db.across_workspaces() as session:
        states = Counter(session.execute(select(DeliveryWork.state)).scalars())
        effects = Counter(session.execute(text("SELECT delivery_id FROM effects")).scalars())
        held = {
            (row[0], row[1]): row[2]
            for row in session.execute(
                select(Store.domain, Order.external_id, Order.total_minor).join(
                    Store, Store.id == Order.store_id
                )
            )
        }
        totals = session.execute(select(ProfileTotal.orders, ProfileTotal.spent_minor)).all()
    wanted = newest(sent)
    differing = wanted.items() ^ held.items()
    return Counts(
        sent=len(sent),
        acknowledged=len(sender.acknowledged),
        kills=kills,
        tries=sender.tries,
        missing=len(sender.acknowledged - stored.keys()),
        applied_twice=sum(times - 1 for times in effects.values()),
        stuck=stuck,
        not_applied=sum(states.values()) - states["applied"] + len(stored) - len(effects),
        stored_twice=sum(times - 1 for times in stored.values()),
        orders_wrong=len(differing),
        totals_wrong=abs(sum(row[0] for row in totals) - len(wanted))
        + abs(sum(row[1] for row in totals) - sum(wanted.values())),
    )
