"""What the tests say of a machine that stood still."""

import pytest

from tests.faults.standstill import Standstill


@pytest.mark.parametrize(
    ("began", "ended", "seconds"),
    [(0, 10, 2.5), (3.5, 10, 2.0), (3.5, 4.5, 1.0), (5, 6, 0.0), (0, 7.25, 2.25)],
)
def test_only_what_lies_between_counts(began: float, ended: float, seconds: float) -> None:
    assert Standstill([(3, 5), (7, 7.5)]).seconds_between(began, ended) == seconds
