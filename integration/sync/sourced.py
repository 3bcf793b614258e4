"""A change with where it came from: what `apply` decides by."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from platforms.changes import Change

Source = Literal["webhook", "sync", "reconcile"]


@dataclass(frozen=True, slots=True)
class Sourced:
    """A change, when its source made it, and whether it was just read from the store.

    `fresh` marks an object that was read by itself: on equal times it wins. `read_at` is when that
    reading began, or when the delivery came, by our clock. `instead_of` is the time of a held state
    that the store, asked twice, knows no more (it was set back from a backup): while that is held,
    an older one wins. `delivery_id` is the stored delivery that told it, if one did.
    """

    change: Change
    source: Source
    triggered_at: datetime | None = None
    fresh: bool = False
    read_at: datetime | None = None
    instead_of: datetime | None = None
    delivery_id: int | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """An object that has to be read again, since what we were told can't decide."""

    kind: Literal["order", "customer"]
    external_id: str


@dataclass(frozen=True, slots=True)
class Applied:
    """What applying did: which profiles changed, what must be read again, how many were too old.

    `leaves_parts` says that something of it is still to be read by itself (`parts.read_parts`).
    `erased` are the objects of erased persons that it told of: nothing of that was taken.
    `came_back` are the accounts of those who bought again that it told of, with the time of their
    erasure: nothing older was taken.
    """

    profile_ids: frozenset[int]
    wanted: frozenset[Wanted]
    written: int
    refused: int
    leaves_parts: bool = False
    erased: frozenset[Wanted] = frozenset()
    came_back: Mapping[str, datetime] = field(default_factory=dict)
