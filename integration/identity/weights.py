"""How much a clue that two profiles share speaks for their being one person."""

from collections.abc import Collection
from enum import StrEnum


class ClueKind(StrEnum):
    """What two profiles share. See docs/identity.md.

    `phone`: a line. `mailbox`: addresses that lead to one mailbox by the provider's own rules.
    `mistyped`: the same, but for a typing error in a well-known provider's domain. `typed`: the
    address on an order of the one is the other's own. `place`: the same name at the same place.
    """

    PHONE = "phone"
    MAILBOX = "mailbox"
    MISTYPED = "mistyped"
    TYPED = "typed"
    PLACE = "place"


class Strength(StrEnum):
    """How probable it is that two are one."""

    LIKELY = "likely"
    POSSIBLE = "possible"


_POINTS = {
    ClueKind.MAILBOX: 60,
    ClueKind.PLACE: 50,
    ClueKind.MISTYPED: 40,
    ClueKind.PHONE: 25,
    ClueKind.TYPED: 25,
}
_NAMES_AGREE = 30
_LIKELY_FROM = 50
# A clue that more profiles hold is a company's, a parcel shop's or a stand-in: it suggests nothing.
# A household's phone is held by fewer.
MOST_HOLDERS = 5


def points_of(kinds: Collection[ClueKind], *, names_agree: bool) -> int:
    """What these kinds of clues speak for together; 0 for none."""
    found = sum(_POINTS[kind] for kind in set(kinds))
    return found + _NAMES_AGREE if found and names_agree else found


def strength_of(points: int) -> Strength:
    """The word for that many points."""
    return Strength.LIKELY if points >= _LIKELY_FROM else Strength.POSSIBLE
