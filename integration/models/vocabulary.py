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


class ConnectionState(StrEnum):
    """The way of a store that hands keys over by itself."""

    BEGUN = "begun"
    GIVEN = "given"
    PROVED = "proved"
    FAILED = "failed"


class SessionKind(StrEnum):
    """How a session's token travels: a browser's cookie, or a bearer of a panel.

    A service's is one request of a store's own server; nobody holds a token of it.
    """

    BROWSER = "browser"
    PANEL = "panel"
    SERVICE = "service"


class Role(StrEnum):
    """What somebody may do in a workspace."""

    OWNER = "owner"
    AGENT = "agent"
