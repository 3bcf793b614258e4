"""Where in the list of people a page ends: who ordered last stands first."""

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from integration.errors import Invalid


@dataclass(frozen=True, slots=True)
class Position:
    """A profile's place: those without an order that counts come last, the newest before others."""

    last_order_at: datetime | None
    profile_id: int

    @property
    def rank(self) -> tuple[bool, datetime, int]:
        """A sort key: whoever comes first has the greatest."""
        at = self.last_order_at
        return at is not None, at or datetime.min.replace(tzinfo=UTC), self.profile_id

    def follows(self, other: "Position | None") -> bool:
        """Whether it comes after the other; after nothing does everybody."""
        return other is None or self.rank < other.rank

    def cursor(self) -> str:
        """It as text for whoever asks for the next page."""
        at = "" if self.last_order_at is None else self.last_order_at.isoformat()
        return base64.urlsafe_b64encode(f"{at}|{self.profile_id}".encode()).decode().rstrip("=")


BEFORE_ALL = Position(datetime.max.replace(tzinfo=UTC), 2**62)
"""A place before everybody's."""


def read_cursor(cursor: str) -> Position:
    """The place that a cursor means. Raises Invalid for what is none of ours."""
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        at, _, profile_id = text.partition("|")
        moment = datetime.fromisoformat(at) if at else None
        if (moment is not None and moment.tzinfo is None) or not 0 < int(profile_id) < 2**63:
            raise ValueError(cursor)
        return Position(moment and moment.astimezone(UTC), int(profile_id))
    except (ValueError, OverflowError, binascii.Error):
        raise Invalid("The cursor is none of ours.", code="invalid_cursor") from None


def position_of(row: Any) -> Position:
    """The place of a row with `id` and `last_order_at`."""
    return Position(row.last_order_at, row.id)
