"""Erasing again after a restore has no request that could keep whom to look for: whoever is killed
at a step leaves the rows that lead to them, or nothing.
"""

from typing import Any

import pytest

from integration.privacy.erasing import everywhere
from integration.privacy.erasing.remains import clear_remains
from integration.privacy.restoring import settling
from integration.privacy.restoring.gate import RestoreGate
from integration.privacy.restoring.settling import settle
from integration.services import Services
from tests.integration.privacy.erasing.broken_off import Killed, Point, places
from tests.integration.privacy.restoring.test_restore import keys, restored, services, store
from tests.security.erased_person import WORDS

__all__ = ["keys", "restored", "services", "store"]

POINTS: list[Any] = [
    Point(everywhere, "erase_arrivals_of"),
    Point(everywhere, "erase_words_elsewhere"),
    Point(everywhere, "erase_bodies_of"),
    Point(everywhere, "erase_person"),
    Point(everywhere, "append"),
    Point(everywhere, "erase_bodies_of", 2),
    Point(everywhere, "erase_arrivals_of", 2),
    Point(everywhere, "erase_words_elsewhere", 2),
    Point(everywhere, "erase_other_requests"),
    Point(settling, "remember"),
    Point(settling, "add_receipt"),
]


@pytest.mark.parametrize("point", POINTS, ids=str)
def test_a_restored_persons_erasure_that_is_killed_at_a_step_is_finished(
    restored: Services, point: Point
) -> None:
    assert {"orders.email", "messages.sealed_content, opened"} <= places(restored, *WORDS)
    with pytest.MonkeyPatch.context() as meanwhile:
        point.kill(meanwhile)
        with pytest.raises(Killed):
            settle(restored)
    settle(restored)
    assert RestoreGate(restored).reason() is None
    clear_remains(restored)
    assert places(restored, *WORDS) == set()
