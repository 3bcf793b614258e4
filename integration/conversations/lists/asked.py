"""What a list of conversations is asked for: a view, filters, words, an order; and its cursor."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, get_args

from channels.registry import slugs
from integration.errors import Invalid
from integration.models.vocabulary import ConversationStatus

View = Literal[
    "mine", "unassigned", "open", "pending", "snoozed", "resolved", "mentions", "spam", "all"
]
Sort = Literal["newest", "waiting"]

VIEWS: tuple[View, ...] = get_args(View)
SORTS: tuple[Sort, ...] = get_args(Sort)
LONGEST_SEARCH = 320

_EVERY = tuple(ConversationStatus)
STATUSES: dict[View, tuple[ConversationStatus, ...]] = {
    "mine": (ConversationStatus.OPEN, ConversationStatus.PENDING),
    "unassigned": (ConversationStatus.OPEN,),
    "open": (ConversationStatus.OPEN,),
    "pending": (ConversationStatus.PENDING,),
    "snoozed": (ConversationStatus.SNOOZED,),
    "resolved": (ConversationStatus.RESOLVED,),
    "mentions": _EVERY,
    "spam": _EVERY,
    "all": _EVERY,
}
"""The statuses that a view shows."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the conversations is wanted; all that is given has to hold.

    `search` are words that an agent typed. `sort` waiting puts first whoever waits longest for an
    answer, then those who don't wait. `assignee_id` is somebody's, in any view.
    """

    view: View = "open"
    channel_id: int | None = None
    kind: str | None = None
    store_id: int | None = None
    tag: str | None = None
    assignee_id: int | None = None
    search: str = ""
    sort: Sort = "newest"


def read_asked(told: Mapping[str, str]) -> Asked:
    """What the parameters of an address ask: view, channel, kind, store, tag, assignee, q, sort.

    Raises Invalid for what isn't one of ours; unknown parameters are somebody else's.
    """
    view, sort = told.get("view") or "open", told.get("sort") or "newest"
    kind = told.get("kind") or None
    for name, value, known in (("view", view, VIEWS), ("sort", sort, SORTS)):
        if value not in known:
            raise Invalid(f"There is no such {name}. There are: {', '.join(known)}.")
    if kind is not None and kind not in slugs():
        raise Invalid(f"There is no such kind of channel. There are: {', '.join(slugs())}.")
    return Asked(
        view=view,  # type: ignore[arg-type]
        channel_id=_number(told, "channel"),
        kind=kind,
        store_id=_number(told, "store"),
        tag=told.get("tag") or None,
        assignee_id=_number(told, "assignee"),
        search=(told.get("q") or "")[:LONGEST_SEARCH],
        sort=sort,  # type: ignore[arg-type]
    )


@dataclass(frozen=True, slots=True)
class Place:
    """A conversation's place in a list. `is_waiting`: `at` is since when its customer waits."""

    at: datetime
    conversation_id: int
    is_waiting: bool = False

    @property
    def rank(self) -> tuple[bool, float, int]:
        """A sort key: whoever comes first has the least."""
        micros = self.at.timestamp()
        if self.is_waiting:
            return False, micros, self.conversation_id
        return True, -micros, -self.conversation_id

    def cursor(self) -> str:
        """It as text for whoever asks for the next page."""
        text = f"{'w' if self.is_waiting else 'n'}|{self.at.isoformat()}|{self.conversation_id}"
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> Place:
    """The place that a cursor means. Raises Invalid for what is none of ours."""
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        phase, at, conversation_id = text.split("|")
        moment = datetime.fromisoformat(at)
        if phase not in ("w", "n") or moment.tzinfo is None or not 0 < int(conversation_id) < 2**63:
            raise ValueError(cursor)
        return Place(moment.astimezone(UTC), int(conversation_id), phase == "w")
    except (ValueError, OverflowError, binascii.Error):
        raise Invalid("The cursor is none of ours.", code="invalid_cursor") from None


def _number(told: Mapping[str, str], name: str) -> int | None:
    value = told.get(name)
    if not value:
        return None
    if not (value.isascii() and value.isdigit() and len(value) <= 18):
        raise Invalid(f"The {name} is given by its id.")
    return int(value)
