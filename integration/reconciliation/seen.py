"""Which ids a store told, in little memory: a million take some ten megabytes."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable

_LARGEST = 2**63


class Seen:
    """Ids as they come; once all are told it says which were among them."""

    def __init__(self) -> None:
        self._numbers = array("Q")
        self._others: set[str] = set()
        self._is_sorted = True

    def add(self, external_ids: Iterable[str]) -> None:
        """Take these in."""
        for external_id in external_ids:
            number = _number(external_id)
            if number is None:
                self._others.add(external_id)
            else:
                self._numbers.append(number)
        self._is_sorted = False

    def __contains__(self, external_id: str) -> bool:
        number = _number(external_id)
        if number is None:
            return external_id in self._others
        if not self._is_sorted:
            self._numbers = array("Q", sorted(self._numbers))
            self._is_sorted = True
        place = bisect_left(self._numbers, number)
        return place < len(self._numbers) and self._numbers[place] == number


def _number(external_id: str) -> int | None:
    """The id as a number, None for one that isn't written as that number would be."""
    if not (external_id.isascii() and external_id.isdigit()) or len(external_id) > 19:
        return None
    number = int(external_id)
    return number if str(number) == external_id and number < _LARGEST else None
