"""Two profiles that stand beside each other."""

from typing import NamedTuple


class Two(NamedTuple):
    """Ids of two profiles, the lower one left."""

    left: int
    right: int

    @staticmethod
    def of(one: int, other: int) -> "Two":
        """The two in order."""
        return Two(min(one, other), max(one, other))
