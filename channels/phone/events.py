"""What happened with a call, in our own words: what is kept of it until it is worked off.

Providers tell more (the caller's town, the price); that is left where it came from.
"""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Literal

import orjson

from channels.errors import Unreadable

Happening = Literal["ringing", "answered", "missed", "recorded"]
Direction = Literal["inbound", "outbound"]
HAPPENINGS: tuple[Happening, ...] = ("ringing", "answered", "missed", "recorded")


@dataclass(frozen=True, slots=True)
class CallEvent:
    """A happening of one call. `theirs` and `ours` are numbers as they were told."""

    call_id: str
    happening: Happening
    direction: Direction = "inbound"
    theirs: str | None = field(default=None, repr=False)
    ours: str | None = None
    name: str | None = field(default=None, repr=False)
    started_at: datetime | None = None
    ended_at: datetime | None = None
    seconds: int | None = None
    reason: str | None = None
    recording_url: str | None = field(default=None, repr=False)
    note: str | None = field(default=None, repr=False)

    @property
    def dedupe(self) -> str:
        """The same for the same happening: however often, and by whichever call of a provider."""
        if self.happening == "recorded":
            return f"{self.call_id}:recorded:{self.recording_url}"
        return f"{self.call_id}:{'ringing' if self.happening == 'ringing' else 'ended'}"

    @property
    def external_id(self) -> str:
        """The id of the message that tells it."""
        return self.call_id if self.happening == "ringing" else f"{self.call_id}/{self.happening}"

    def as_bytes(self) -> bytes:
        """What is kept."""
        return orjson.dumps({name: value for name, value in asdict(self).items() if value})


def event_of(raw: bytes) -> CallEvent:
    """What was kept. Raises Unreadable."""
    try:
        told = orjson.loads(raw)
        for name in ("started_at", "ended_at"):
            if name in told:
                told[name] = datetime.fromisoformat(told[name])
        event = CallEvent(**told)
    except (ValueError, TypeError):
        raise Unreadable("It isn't what we keep of a call.") from None
    if event.happening not in HAPPENINGS or not isinstance(event.call_id, str):
        raise Unreadable("It isn't what we keep of a call.")
    return event
