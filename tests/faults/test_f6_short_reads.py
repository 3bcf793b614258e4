"""F6: truncated and expired results, 429, 500 and resets mid-page: never "succeeded" short."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.lengths import SOAKS, how_many
from tests.faults.scenarios.short_reads import OF, Outcome, read_under_faults
from tests.faults.scenarios.stores import SLUGS


@pytest.fixture
def _no_calls_to_a_store() -> None:
    """Here the store is called in earnest."""


@pytest.mark.parametrize("slug", SLUGS)
def test_no_read_succeeds_short(
    slug: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    outcomes = read_under_faults(slug, tmp_path, every=SOAKS, changes=how_many(1, 20))
    record_property("reads under faults", len(outcomes))
    assert len(outcomes) == len(OF[slug]) * how_many(1, 6)
    assert outcomes == [Outcome(each.fault, each.read, 0, 0, 0) for each in outcomes]
