"""How often a caller may ask for what costs: searches, files, and an API key whatever it asks.

Counted over fixed minutes in each process, by caller and by workspace: with several web processes
each counts its own, so that nothing is asked of anybody before an answer.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock

from integration.errors import AppError

PACES = "paces"
_MOST_COUNTED = 20_000


class TooOften(AppError):
    """More than a caller is given at this moment; `details["seconds"]` tells when to come again."""

    code = "too_many_requests"
    status = 429


@dataclass(frozen=True, slots=True)
class Pace:
    """At most so many in so many seconds: of one caller, of all of a workspace."""

    caller: int
    workspace: int
    seconds: int


LIMITS: Mapping[str, Pace] = {
    "search": Pace(240, 1_200, 60),
    "file": Pace(30, 120, 600),
    "key": Pace(12_000, 24_000, 60),
}
# What each route costs.
COSTS: Mapping[str, str] = {
    "GET /panel": "search",
    "GET /profiles/<profile_id>/join": "search",
    "GET /inbox": "search",
    "GET /inbox/rows": "search",
    "GET /inbox/<conversation_id>/person": "search",
    "GET /inbox/<conversation_id>/merge": "search",
    "GET /settings/privacy/person": "search",
    "GET /segments/<segment_id>/count": "search",
    "GET /api/v1/profiles": "search",
    "GET /api/v1/conversations": "search",
    "POST /api/v1/segments/preview": "search",
    "GET /people/export.csv": "file",
    "GET /segments/<segment_id>/export.csv": "file",
    "GET /api/v1/segments/<segment_id>/profiles.csv": "file",
    "GET /reports/conversations.csv": "file",
    "GET /settings/audit/export": "file",
    "GET /settings/audit/views/export": "file",
    "GET /settings/privacy/receipts.json": "file",
    "POST /settings/privacy/exports/<export_id>": "file",
    "GET /conversations/<conversation_id>/transcript.pdf": "file",
}
# They cost nothing without words to search for.
_WITH_WORDS = frozenset(
    ("GET /panel", "GET /inbox", "GET /inbox/rows", "GET /api/v1/conversations")
)
_WORDS = ("search", "q")


def cost_of(method: str, rule: str, arguments: Mapping[str, str]) -> str | None:
    """What a request costs, None for one that costs little."""
    route = f"{'GET' if method == 'HEAD' else method} {rule}"
    if route in _WITH_WORDS and not any(arguments.get(name, "").strip() for name in _WORDS):
        return None
    return COSTS.get(route)


class Paces:
    """The counts of this process."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        limits: Mapping[str, Pace] = LIMITS,
    ) -> None:
        self._clock, self._limits = clock, limits
        self._counts: dict[tuple[str, str, int], int] = {}
        self._lock = Lock()

    def take(self, what: str, *, workspace_id: int, caller: str) -> None:
        """Count one more. Raises TooOften."""
        pace, now = self._limits[what], self._clock()
        window = int(now // pace.seconds)
        subjects = ((f"{workspace_id}:{caller}", pace.caller), (f"{workspace_id}", pace.workspace))
        with self._lock:
            if len(self._counts) > _MOST_COUNTED:
                self._forget(now)
            for subject, most in subjects:
                key = (what, subject, window)
                self._counts[key] = self._counts.get(key, 0) + 1
                if self._counts[key] > most:
                    left = pace.seconds - int(now % pace.seconds)
                    message = "This was asked for very often just now. Wait a minute."
                    raise TooOften(message, details={"seconds": left})

    def _forget(self, now: float) -> None:
        """Drop what is over; where that isn't enough, those that count least.

        Whoever is at their limit stays there, however many others come.
        """
        windows = {what: int(now // pace.seconds) for what, pace in self._limits.items()}
        held = {key: count for key, count in self._counts.items() if key[2] >= windows[key[0]]}
        if len(held) > _MOST_COUNTED // 2:
            most = sorted(held, key=held.__getitem__, reverse=True)[: _MOST_COUNTED // 2]
            held = {key: held[key] for key in most}
        self._counts = held
