"""Which orders a text names: the answer of `/api/v1/orders/mentioned`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from integration.crm.records import ContextStore

Kind: TypeAlias = Literal["name", "external_id", "tracking_number"]


@dataclass(frozen=True, slots=True)
class MentionedOrder:
    """An order that a text may mean.

    `is_writers` says whether it is the writer's; None where nobody knows who writes, or their
    address proves nothing.
    """

    id: str
    external_id: str
    name: str
    store: ContextStore
    profile_id: str
    placed_at: datetime
    deleted_at: datetime | None
    is_writers: bool | None


@dataclass(frozen=True, slots=True)
class Mention:
    """A place of the text that names an order: `text[start:end]`, in characters.

    `kind` is by what: its name, the platform's id, or a parcel's number. `orders` are all that it
    may mean, the writer's first. It `is_certain` when it means an order for sure and only one can
    be meant.
    """

    text: str
    start: int
    end: int
    kind: Kind
    orders: tuple[MentionedOrder, ...]
    is_certain: bool


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a text names, in its order.

    `order` is the one order that is meant, None unless one place names it for certain and no place
    may mean another. `candidates` are all orders that may be meant, each once, the writer's first.
    `writer_profile_id` is who writes, where that is known. `is_whole` is False where the text had
    more than is read of one; then there is no `order` either.
    """

    order: MentionedOrder | None
    candidates: tuple[MentionedOrder, ...]
    mentions: tuple[Mention, ...]
    writer_profile_id: str | None
    is_whole: bool
