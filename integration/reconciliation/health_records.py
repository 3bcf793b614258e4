"""What a store's health page and its API tell, as records. Times are UTC."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from integration.crm.stores import StoreView


@dataclass(frozen=True, slots=True)
class HealthHeld:
    """How many of a store's orders and accounts the copy holds that stand in the store."""

    orders: int
    customers: int


@dataclass(frozen=True, slots=True)
class HealthDeliveries:
    """Deliveries that aren't worked off: since when the oldest waits, and those put aside."""

    waiting: int
    oldest_received_at: datetime | None
    parked: int


@dataclass(frozen=True, slots=True)
class HealthHour:
    """An hour that begins at `hour`: its deliveries, and what comparisons in it found late.

    Delays are from a delivery's commit to its effect's, in milliseconds; None without one.
    """

    hour: datetime
    applied: int = 0
    refused: int = 0
    parked: int = 0
    mean_delay_ms: int | None = None
    longest_delay_ms: int | None = None
    found: int = 0

    @property
    def deliveries(self) -> int:
        """All that were worked off in it, whatever came of them."""
        return self.applied + self.refused + self.parked


@dataclass(frozen=True, slots=True)
class HealthComparison:
    """A row of the ledger; its words are those of `integration.models.Reconciliation`."""

    id: str
    kind: str
    asked_by: str
    state: str
    started_at: datetime
    finished_at: datetime | None
    window_from: datetime | None
    window_until: datetime | None
    compared: int
    missing: int
    stale: int
    gone: int
    repaired: int
    early: int
    held_back: int
    latest_seconds: int
    calls: int
    error: str | None

    @property
    def found(self) -> int:
        """How much no webhook had told."""
        return self.missing + self.stale + self.gone


@dataclass(frozen=True, slots=True)
class HealthSums:
    """The ledger since a moment. `missed` is what no webhook told, `repaired` what of it was put
    right, and `latest_seconds` how late the latest of that was.
    """

    since: datetime
    comparisons: int
    failed: int
    compared: int
    missed: int
    repaired: int
    latest_seconds: int


@dataclass(frozen=True, slots=True)
class HealthAlarm:
    """Alarms of one code: how many, since when, and the newest of them."""

    code: str
    count: int
    message: str
    details: dict[str, Any]
    raised_at: datetime
    newest_at: datetime
    cleared_at: datetime | None


@dataclass(frozen=True, slots=True)
class StoreHealth:
    """How true a store's copy is, and what proves it. `next` asks for older comparisons."""

    store: StoreView
    timezone: str | None
    as_of: datetime
    compared_whole_at: datetime | None
    held: HealthHeld
    deliveries: HealthDeliveries
    hours: tuple[HealthHour, ...]
    sums: HealthSums
    comparisons: tuple[HealthComparison, ...]
    next: str | None
    alarms: tuple[HealthAlarm, ...]
    cleared_alarms: tuple[HealthAlarm, ...]

    def as_dict(self) -> dict[str, Any]:
        """The same object that the API gives."""
        # asdict would take the store apart in its own way.
        values = {name: getattr(self, name) for name in self.__slots__}
        return {name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, StoreView):
        return value.as_dict()
    if isinstance(value, tuple):
        return [asdict(each) for each in value]
    return asdict(value) if hasattr(value, "__dataclass_fields__") else value
