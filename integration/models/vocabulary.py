"""The words that status columns hold."""

from enum import StrEnum


class StoreStatus(StrEnum):
    """How a store stands with us. `reauthorize`: data stays, jobs pause, the merchant must act."""

    PENDING = "pending"
    ACTIVE = "active"
    REAUTHORIZE = "reauthorize"
    DISCONNECTED = "disconnected"


class BackfillState(StrEnum):
    """The first read of a store."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class WorkState(StrEnum):
    """A delivery's way."""

    WAITING = "waiting"
    LEASED = "leased"
    APPLIED = "applied"
    PARKED = "parked"
    REFUSED = "refused"
