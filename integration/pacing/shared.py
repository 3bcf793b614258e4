"""Pacing through Valkey: what a process hands to the adapters."""

from integration.pacing.link import Link
from integration.pacing.shared_bucket import SharedBucket
from integration.pacing.shared_gate import SharedGate
from integration.pacing.urgency import Urgency
from platforms.outbound import Pacing
from platforms.own_pacing import OwnPacing

# While Valkey is away nobody knows how many processes call the same store.
_SHARE_ALONE = 0.25
_AT_ONCE_ALONE = 1


class SharedPacing:
    """Gives each urgency its view of the limits that all processes share."""

    def __init__(self, url: str) -> None:
        self._link = Link(url)
        alone = OwnPacing(share=_SHARE_ALONE, most_at_once=_AT_ONCE_ALONE)
        self._views: dict[Urgency, Pacing] = {
            "live": _View(self._link, "live", alone),
            "bulk": _View(self._link, "bulk", alone),
        }

    def __call__(self, urgency: Urgency) -> Pacing:
        """The limits as somebody of that urgency meets them."""
        return self._views[urgency]

    def close(self) -> None:
        """Close the connections to Valkey."""
        self._link.close()


class _View:
    def __init__(self, link: Link, urgency: Urgency, alone: OwnPacing) -> None:
        self._link = link
        self._urgency: Urgency = urgency
        self._alone = alone

    def bucket(self, store: str) -> SharedBucket:
        return SharedBucket(self._link, store, self._urgency, self._alone)

    def gate(self, host: str) -> SharedGate:
        return SharedGate(self._link, host, self._urgency, self._alone)
