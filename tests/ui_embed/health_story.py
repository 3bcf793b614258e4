"""Three days of a store as rows: what webhooks told, what comparisons found, what went wrong."""

from datetime import timedelta
from math import cos, pi

from integration.models import Alarm, DeliveryWork, Reconciliation, StoreHour
from tests.factories.health_rows import add_alarm, add_comparison, add_hour, add_work
from tests.ui_embed.world import NOW, World

_HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)


def forget(world: World) -> None:
    """Take the rows away again."""
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        for model in (Reconciliation, StoreHour):
            session.query(model).delete()
        for unscoped in (Alarm, DeliveryWork):
            session.query(unscoped).delete()


def three_days(world: World) -> None:
    """A shop with quiet nights, a slow hour, and three changes that no webhook told."""
    _tell(world)
    _compare(world, 40)


def _tell(world: World) -> None:
    place = (world.workspace_id, world.store_id)
    newest = NOW.replace(minute=0)
    for ago in range(72):
        hour = newest - ago * _HOUR
        applied = _busy(hour.hour, ago)
        if not applied:
            continue
        slow = 90 if ago == 31 else 1
        add_hour(
            world.services,
            *place,
            hour,
            applied=applied,
            refused=1 if ago == 20 else 0,
            delay_ms_sum=applied * slow * (140 + 9 * applied % 190),
            delay_ms_most=slow * (600 + 137 * applied % 2900),
        )


def _busy(hour: int, ago: int) -> int:
    wave = 1 - cos((hour - 2) * pi / 12)
    return round(31 * wave * wave / 4 * (1 + (ago * 37 % 11 - 5) / 16))


def _compare(world: World, count: int) -> None:
    place = (world.workspace_id, world.store_id)
    for number in range(count, 0, -1):
        at = NOW - number * 15 * _MINUTE + 6 * _MINUTE
        found = {
            26: {"missing": 1, "repaired": 1, "latest_seconds": 840},
            9: {"stale": 1, "repaired": 1, "latest_seconds": 312},
        }.get(number, {})
        compared = 5 + number * 29 % 43
        add_comparison(world.services, *place, at, compared=compared, **found)
    add_comparison(
        world.services, *place, NOW - 9.6 * _HOUR, kind="whole", compared=5713, gone=1, repaired=1
    )
    add_comparison(world.services, *place, NOW - 29 * 24 * _HOUR, compared=5713)
    add_comparison(
        world.services, *place, NOW - 98 * _MINUTE, asked_by="person", compared=12, kind="changes"
    )
    add_alarm(
        world.services,
        *place,
        NOW - 60 * _HOUR,
        code="subscriptions_mended",
        message="two subscriptions were made anew",
        cleared_at=NOW - 60 * _HOUR,
    )


def first_hours(world: World) -> None:
    """A store that was connected this morning."""
    place = (world.workspace_id, world.store_id)
    newest = NOW.replace(minute=0)
    for ago, applied in enumerate((3, 1)):
        add_hour(
            world.services,
            *place,
            newest - ago * _HOUR,
            applied=applied,
            delay_ms_sum=applied * 210,
            delay_ms_most=380,
        )
    for minutes in (70, 55, 40, 25, 10):
        add_comparison(world.services, *place, NOW - minutes * _MINUTE, compared=minutes % 7)


def troubles(world: World) -> None:
    """Everything at once that may be wrong with a connected store."""
    place = (world.workspace_id, world.store_id)
    _tell(world)
    _compare(world, 6)
    for code in ("deliveries_stopped", "subscriptions_dead", "copy_behind"):
        add_alarm(world.services, *place, NOW - 3 * _HOUR, code=code, message=code)
    add_alarm(
        world.services,
        *place,
        NOW - 2 * _HOUR,
        code="mass_deletion",
        message="the store no longer lists 812 of 3309 orders",
        details={"kind": "order", "gone": 812, "held": 3309},
    )
    message = "the store's order 5000000000001042 can't be read and is left out"
    for _ in range(2):
        add_alarm(
            world.services, *place, NOW - 30 * _HOUR, code="record_unreadable", message=message
        )
    add_alarm(
        world.services, *place, NOW - 40 * _HOUR, code="foreign_store", message="another shop's"
    )
    add_work(world.services, *place, NOW - 7 * _MINUTE, delivery_id=1)
    add_work(world.services, *place, NOW - 5 * _MINUTE, delivery_id=2)
    add_work(world.services, *place, NOW - 9 * _HOUR, delivery_id=3, state="parked")
    add_comparison(
        world.services,
        *place,
        NOW - 2 * _HOUR,
        kind="whole",
        compared=5713,
        held_back=812,
    )
    add_comparison(
        world.services,
        *place,
        NOW - 1 * _HOUR,
        state="failed",
        compared=0,
        error="aegean.myshopify.com didn't answer in time",
    )
    add_comparison(
        world.services, *place, NOW - _MINUTE, state="running", finished_at=None, compared=0
    )
