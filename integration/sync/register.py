"""Newest-wins for one object: what is held, then what a batch tells of it.

The rule, by the source's own times: an older state is refused; of two states of the same time and
different content the later trigger wins; where one has no trigger, nothing can decide and the
object is wanted (read again); what was read by itself (`fresh`) wins over its equals, unless its
reading began before the held state came in: then either may be the newer, and the object is wanted
again. A field that a state withholds keeps its value, with the time of the state that told it, so
that the same states in any order end in the same row. What was read by itself and is held already
changes nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeAlias

import orjson

_EARLIEST = datetime.min.replace(tzinfo=UTC)
_NOTHING: Mapping[str, str | None] = {}


Judge: TypeAlias = Callable[[Any, Any, datetime], bool]


@dataclass(frozen=True, slots=True)
class Shape:
    """The names of what a source tells of one kind of object, in the order of `told`.

    A field with a judge is compared by it (held, told, the state's time), any other by its value.
    """

    names: tuple[str, ...]
    places: Mapping[str, int]
    judges: Mapping[str, Judge] = field(default_factory=dict)

    @classmethod
    def of(cls, *names: str, judges: Mapping[str, Judge] | None = None) -> "Shape":
        """A shape with those names."""
        return cls(names, {name: place for place, name in enumerate(names)}, judges or {})

    def agrees(self, name: str, held: Any, told: Any, at: datetime) -> bool:
        """Whether two values of a field say the same."""
        judge = self.judges.get(name)
        return is_same(held, told) if judge is None else judge(held, told, at)


class Offer:
    """One state that a source tells. `told` has the shape's values in its order.

    `read_at` is when its reading began, or when its delivery came, by our clock. `instead_of` is
    the time of the held state that it replaces though it is older.
    """

    __slots__ = ("at", "fresh", "instead_of", "read_at", "told", "triggered_at", "withheld")

    def __init__(
        self,
        told: list[Any],
        at: datetime,
        *,
        triggered_at: datetime | None,
        fresh: bool,
        withheld: frozenset[str],
        read_at: datetime | None = None,
        instead_of: datetime | None = None,
    ) -> None:
        self.told = told
        self.at = at
        self.triggered_at = triggered_at
        self.fresh = fresh
        self.withheld = withheld
        self.read_at = read_at
        self.instead_of = instead_of

    def order(self) -> tuple[datetime, bool, datetime, datetime]:
        """A sort key: oldest first, fresh ones after their equals, in the order of reading."""
        return self.at, self.fresh, self.triggered_at or _EARLIEST, self.read_at or _EARLIEST


class Register:
    """An object's newest state. `told` is None while the held values aren't loaded.

    After the offers: `taken` says that a new state replaced the held one, `filled` that withheld
    fields of it became known, `retriggered` that only its trigger moved, `tied` that it has to be
    read again, `overtaken` that it has though it was just read, `refused` how many offers were too
    old.
    """

    __slots__ = (
        "at",
        "filled",
        "fresh",
        "overtaken",
        "read_at",
        "refused",
        "retriggered",
        "shape",
        "taken",
        "tied",
        "told",
        "triggered_at",
        "withheld",
    )

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self.told: list[Any] | None = None
        self.at: datetime | None = None
        self.triggered_at: datetime | None = None
        self.read_at: datetime | None = None
        self.withheld: Mapping[str, str | None] = _NOTHING
        self.taken = self.filled = self.retriggered = self.fresh = False
        self.tied = self.overtaken = False
        self.refused = 0

    @property
    def is_written(self) -> bool:
        """Whether the row has to be written."""
        return self.taken or self.filled

    def needs_values(self, offers: Sequence[Offer]) -> bool:
        """Whether these offers can't be judged without the held values."""
        if self.at is None:
            return False
        return bool(self.withheld) or any(offer.withheld or offer.at == self.at for offer in offers)

    def consider(self, offers: list[Offer]) -> None:
        """Take in a batch's offers, whatever their order."""
        for offer in sorted(offers, key=Offer.order) if len(offers) > 1 else offers:
            self._consider(offer)

    def _consider(self, offer: Offer) -> None:
        if self.at is None or offer.at > self.at or offer.instead_of == self.at:
            self.tied = self.overtaken = False
            self._take(offer)
        elif offer.at < self.at:
            self._fill(offer)
            self.refused += 1
        elif offer.fresh:
            self.tied = self.overtaken = False
            if self._is(offer):
                self._confirm(offer)
            elif self._came_meanwhile(offer) and not self._agrees(offer):
                self.tied = self.overtaken = True
            else:
                self._take(offer)
        else:
            self._break_tie(offer)

    def _confirm(self, offer: Offer) -> None:
        """Note that the held state was just read: whatever is told of its time is another."""
        self.fresh = True
        self.read_at = offer.read_at
        if self.triggered_at != offer.triggered_at:
            self.triggered_at = offer.triggered_at
            self.retriggered = True

    def _came_meanwhile(self, offer: Offer) -> bool:
        """Whether the held state came in after the reading of this one began."""
        both = self.read_at is not None and offer.read_at is not None
        return both and self.read_at > offer.read_at  # type: ignore[operator]

    def _break_tie(self, offer: Offer) -> None:
        both = self.triggered_at is not None and offer.triggered_at is not None
        later = both and offer.triggered_at > self.triggered_at  # type: ignore[operator]
        if self._agrees(offer):
            self._fill(offer)
            if later:
                self.triggered_at = offer.triggered_at
                self.retriggered = True
        elif later:
            self._take(offer)
        elif both and offer.triggered_at != self.triggered_at:
            self._fill(offer)
            self.refused += 1
        else:
            self.tied = True

    def _take(self, offer: Offer) -> None:
        told, kept = offer.told, {}
        if offer.withheld:
            told = list(told)
            for name in offer.withheld & self.shape.places.keys():
                since = self._told_since(name)
                if since != _written(offer.at):
                    kept[name] = since
                if self.told is not None:
                    told[self.shape.places[name]] = self.told[self.shape.places[name]]
        self.told, self.at, self.triggered_at = told, offer.at, offer.triggered_at
        self.read_at = offer.read_at
        self.withheld = kept
        self.taken, self.fresh = True, offer.fresh

    def _fill(self, offer: Offer) -> None:
        """Let an older or equal state tell what the newest one could not."""
        if not self.withheld or self.told is None:
            return
        kept, moment = dict(self.withheld), _written(offer.at)
        for name, since in self.withheld.items():
            if name in offer.withheld or (since is not None and _read(since) >= offer.at):
                continue
            place = self.shape.places[name]
            self.told = [*self.told[:place], offer.told[place], *self.told[place + 1 :]]
            kept[name] = moment
            if offer.at == self.at:
                del kept[name]
            self.filled = True
        self.withheld = kept

    def _is(self, offer: Offer) -> bool:
        """Whether a state is the held one to the letter, both told whole."""
        return (
            self.told is not None
            and not self.withheld
            and not offer.withheld
            and all(map(is_same, self.told, offer.told))
        )

    def _agrees(self, offer: Offer) -> bool:
        """Whether a state tells nothing else than the held one, as far as both tell."""
        assert self.told is not None
        return all(
            name in offer.withheld
            or name in self.withheld
            or self.shape.agrees(name, held, told, offer.at)
            for name, held, told in zip(self.shape.names, self.told, offer.told, strict=True)
        )

    def _told_since(self, name: str) -> str | None:
        if self.at is None:
            return None
        return self.withheld.get(name, _written(self.at))


def is_same(held: Any, told: Any) -> bool:
    """Whether two values are the same once stored: records count as their JSON."""
    if held == told:
        return True
    if isinstance(held, list | dict) and not isinstance(told, str | int | None):
        return bool(held == orjson.loads(orjson.dumps(told)))
    return False


def told_at(register: Register, name: str) -> datetime | None:
    """When the held value of a field was told, None for never."""
    if name in register.withheld:
        since = register.withheld[name]
        return None if since is None else _read(since)
    return register.at


def _written(moment: datetime) -> str:
    return moment.isoformat()


def _read(text: str) -> datetime:
    return datetime.fromisoformat(text)
