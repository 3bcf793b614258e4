"""F3: 1 % of webhooks lost, an hour offline, changes during the first read: nothing missing."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.faults.lengths import SOAKS, how_many
from tests.faults.scenarios.missed import Counts, lose_webhooks
from tests.faults.scenarios.stores import SLUGS


@pytest.fixture
def _no_calls_to_a_store() -> None:
    """Here the store is called in earnest."""


@pytest.mark.parametrize("slug", SLUGS)
def test_nothing_is_missing_whatever_was_not_told(
    slug: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    # In few changes 1 % is none.
    changes, share = how_many(25, 2_000), 0.01 if SOAKS else 0.2
    counts = lose_webhooks(
        slug, tmp_path, changes=changes, share=share, deletions=how_many(2, 40), seed=1
    )
    for name, value in asdict(counts).items():
        record_property(name, value)
    assert counts == Counts(
        changes=3 * changes,
        wrong_after_first_read=0,
        wrong_after_lost=0,
        wrong_after_offline=0,
        wrong_after_deletions=0,
        lost_any=True,
        told_any_late=True,
        deleted=counts.deleted,
        found_gone=counts.deleted,
    )
