"""Finds the orders that a text names, over all stores of a workspace, guests' included.

Two statements for the text, however long it is, and a few for the writer. Nothing is guessed: see
`integration.crm.mentions.judging` for what counts, docs/figures.md for the rules in words.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from integration.crm.mentions.characters import PlainText, plain
from integration.crm.mentions.judging import (
    Mark,
    Surroundings,
    id_verdict,
    name_verdict,
    number_verdict,
)
from integration.crm.mentions.lookup import Found, FoundOrder, look_up
from integration.crm.mentions.records import Kind, Mention, MentionedOrder, Resolution
from integration.crm.mentions.spots import MOST_CHARACTERS, Reading, Spots, find_spots
from integration.crm.mentions.writers import writer_of
from integration.db import WorkspaceSession

MOST_MENTIONS = 200
_MOST_JUDGED = 1_000


@dataclass(frozen=True, slots=True)
class _Named:
    """A reading that names orders. `is_bare`: a number that nothing marks as an order's."""

    reading: Reading
    kind: Kind
    orders: tuple[FoundOrder, ...]
    is_certain: bool
    is_bare: bool = False


def resolve_mentions(
    session: WorkspaceSession, text: str, *, writer: str | None = None
) -> Resolution:
    """The orders that `text` names; reads only.

    `writer` is who wrote it: our id of a profile, an e-mail address or a phone number. Of a text
    the first 200,000 characters are read, of its numbers the first 10,000, and at most 200 mentions
    are told; where there is more, `is_whole` is False.
    """
    writer_id = None if writer is None else writer_of(session, writer)
    # A bit more than is read, so that what is too long is seen to be.
    shown = plain(text[: 2 * MOST_CHARACTERS])
    spots = find_spots(shown.text)
    found = look_up(session, spots.readings())
    named = list(islice(_Judge(shown.text, found, writer_id).named(spots), _MOST_JUDGED + 1))
    kept = _apart(named)
    is_whole = len(text) <= 2 * MOST_CHARACTERS and spots.is_whole and found.is_whole
    is_whole = is_whole and len(named) <= _MOST_JUDGED and len(kept) <= MOST_MENTIONS
    kept = kept[:MOST_MENTIONS]
    return Resolution(
        order=_meant(kept, writer_id) if is_whole else None,
        candidates=_told((order for each in kept for order in each.orders), writer_id),
        mentions=tuple(_mention(shown, each, writer_id) for each in kept),
        writer_profile_id=None if writer_id is None else str(writer_id),
        is_whole=is_whole,
    )


class _Judge:
    """What the places of one text come to."""

    def __init__(self, text: str, found: Found, writer_id: int | None) -> None:
        self._around = Surroundings(text)
        self._found = found
        self._writer_id = writer_id

    def named(self, spots: Spots) -> Iterator[_Named]:
        """Those that name orders: of each place the first reading that does."""
        before: list[Reading] = []
        for place, readings in enumerate((*spots.numbers, *spots.others)):
            judged = (self._judged(reading, before) for reading in readings)
            yield from islice((each for each in judged if each is not None), 1)
            if place < len(spots.numbers):
                before.append(max(readings, key=lambda each: (each.start, -each.end)))

    def _judged(self, reading: Reading, before: list[Reading]) -> _Named | None:
        found = self._found
        by_name = found.of("name", reading.names)
        by_id = found.of("external_id", reading.ids)
        by_number = found.of("tracking_number", reading.numbers)
        if not (by_name or by_id or by_number):
            return None
        mark = self._around.mark(reading, before)
        named = self._by_name(reading, mark, by_name)
        # What was cut off something longer is an order's name only where the text says so.
        if named is None and by_number and reading.tail == "none":
            named = self._by_number(reading, by_number, by_id)
        if named is None and by_id and not by_name and reading.tail == "none":
            verdict = id_verdict(self._around, reading, mark)
            named = _name(reading, "external_id", by_id, verdict)
        return named

    def _by_name(self, reading: Reading, mark: Mark, orders: list[FoundOrder]) -> _Named | None:
        if not orders or (reading.tail != "none" and mark is Mark.NONE):
            return None
        is_own = self._writer_id is not None and all(
            order.profile_id == self._writer_id for order in orders
        )
        verdict = name_verdict(self._around, reading, mark, is_own=is_own)
        named = _name(reading, "name", orders, verdict)
        return replace(named, is_bare=mark is Mark.NONE) if named is not None else None

    def _by_number(
        self, reading: Reading, orders: list[FoundOrder], by_id: list[FoundOrder]
    ) -> _Named | None:
        verdict = number_verdict(self._around, reading, reading.numbers[0])
        # One number may be a parcel's and an order's id: then it is neither for certain.
        both = {order.id: order for order in (*orders, *by_id)}
        return _name(reading, "tracking_number", both.values(), verdict)


def _name(
    reading: Reading, kind: Kind, orders: Iterable[FoundOrder], verdict: bool | None
) -> _Named | None:
    if verdict is None:
        return None
    told = tuple(orders)
    certain = verdict and len(told) == 1 and reading.tail != "unclear"
    return _Named(reading, kind, told, certain)


def _apart(named: list[_Named]) -> list[_Named]:
    """Those that don't overlap, the longest first where they do, in the text's order."""
    kept: list[_Named] = []
    taken: list[tuple[int, int]] = []
    for each in sorted(named, key=lambda one: one.reading.start - one.reading.end):
        start, end = each.reading.start, each.reading.end
        if all(end <= begun or start >= ended for begun, ended in taken):
            kept.append(each)
            taken.append((start, end))
    return sorted(kept, key=lambda one: one.reading.start)


def _meant(kept: list[_Named], writer_id: int | None) -> MentionedOrder | None:
    """The one order, where one is named for certain and nothing stands against it.

    A bare number that may be an order's stands against it only if that order is of the same person:
    another's is a postcode or a price.
    """
    certain = {each.orders[0].id: each.orders[0] for each in kept if each.is_certain}
    if len(certain) != 1:
        return None
    (order,) = certain.values()
    others = (
        other
        for each in kept
        for other in each.orders
        if other.id != order.id and (not each.is_bare or other.profile_id == order.profile_id)
    )
    return None if any(others) else _order(order, writer_id)


def _mention(shown: PlainText, named: _Named, writer_id: int | None) -> Mention:
    start, end = shown.place(named.reading.start, named.reading.end)
    return Mention(
        text=shown.written[start:end],
        start=start,
        end=end,
        kind=named.kind,
        orders=_told(named.orders, writer_id),
        is_certain=named.is_certain,
    )


def _told(orders: Iterable[FoundOrder], writer_id: int | None) -> tuple[MentionedOrder, ...]:
    """Each once, the writer's first, then the newest."""
    once = {order.id: order for order in orders}
    ranked = sorted(once.values(), key=lambda each: (each.placed_at, each.id), reverse=True)
    ranked.sort(key=lambda each: each.profile_id != writer_id)
    return tuple(_order(each, writer_id) for each in ranked)


def _order(order: FoundOrder, writer_id: int | None) -> MentionedOrder:
    return MentionedOrder(
        id=str(order.id),
        external_id=order.external_id,
        name=order.name,
        store=order.store,
        profile_id=str(order.profile_id),
        placed_at=order.placed_at,
        deleted_at=order.deleted_at,
        is_writers=None if writer_id is None else order.profile_id == writer_id,
    )
