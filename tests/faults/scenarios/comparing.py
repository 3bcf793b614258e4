"""What a burst came to, by what the databases hold in the end."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, text

from integration.app import build_services
from integration.models import Delivery, DeliveryWork, Order, ProfileTotal, Store
from integration.services import Services
from integration.settings import load
from integration.upgrade import upgrade
from tests.faults.burst import SHOPS, Sender, Sent, newest
from tests.webhooks.parts import add_store

# What the house promises; a short run, on a machine that does other things too, is given longer.
STUCK_AFTER_SECONDS = 180.0


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


def flawless(found: Counts, *, sent: int, kills: int) -> Counts:
    """What a burst has to come to, however often its deliveries had to be sent."""
    return Counts(sent, sent, kills, found.tries, *[0] * 7)


def prepare(settings: dict[str, str]) -> Services:
    """A database with the shops of a burst, which writes down each effect by itself."""
    upgrade(load(settings))
    services = build_services(load(settings), settings)
    for domain, number in SHOPS.items():
        add_store(services, domain, number=number)
    _note_effects(services)
    return services


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


def await_quiet(services: Services, within_seconds: float = STUCK_AFTER_SECONDS) -> int:
    """How many deliveries are neither applied nor given up once nothing has moved for so long.

    A backlog that is worked off, however slowly on a machine that does other things too, isn't
    stuck.
    """
    began = moved_at = time.monotonic()
    left = _open(services)
    while left and time.monotonic() - moved_at < within_seconds:
        time.sleep(0.3)
        before, left = left, _open(services)
        if left < before:
            moved_at = time.monotonic()
    print(f"quiet after {time.monotonic() - began:.1f} s, {left} left")
    if left:
        print(_how_they_stand(services))
    return left


def _how_they_stand(services: Services) -> str:
    columns = (DeliveryWork.state, DeliveryWork.attempts, DeliveryWork.error_code)
    with services.db.across_workspaces() as session:
        rows = session.execute(select(*columns, func.count()).group_by(*columns)).all()
    return "\n".join(str(tuple(row)) for row in rows)


def _open(services: Services) -> int:
    finished = ("applied", "parked", "refused")
    stored = select(func.count()).select_from(Delivery)
    done = select(func.count()).where(DeliveryWork.state.in_(finished))
    with services.inbox.across_workspaces() as session:
        count = session.execute(stored).scalar_one()
    with services.db.across_workspaces() as session:
        return int(count - session.execute(done).scalar_one())


def compare(
    services: Services, sender: Sender, sent: Sequence[Sent], kills: int, stuck: int
) -> Counts:
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
