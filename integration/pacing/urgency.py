"""Who goes first: somebody who waits for an answer, or a long reading."""

from collections.abc import Callable
from typing import Literal, TypeAlias

from platforms.outbound import Pacing

Urgency: TypeAlias = Literal["live", "bulk"]
PacingFor: TypeAlias = Callable[[Urgency], Pacing | None]

# So much longer does a bulk request wait than a live one that came when it did: then it is as
# urgent as that one was.
BULK_PATIENCE_SECONDS = 30.0


def not_shared(_urgency: Urgency) -> None:
    """Every process paces by what it sees itself: where there is no Valkey."""
