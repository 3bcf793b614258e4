"""F3 on PostgreSQL: nothing is missing whatever was not told."""

from pathlib import Path

import pytest

from tests.faults.lengths import SOAKS, how_many
from tests.faults.scenarios.missed import Counts, lose_webhooks
from tests.faults.scenarios.stores import SLUGS

pytestmark = pytest.mark.real


@pytest.mark.parametrize("slug", SLUGS)
def test_nothing_is_missing_whatever_was_not_told(
    slug: str, tmp_path: Path, schema_url: str
) -> None:
    changes, share, deletions = how_many(25, 2_000), 0.01 if SOAKS else 0.2, how_many(2, 40)
    counts = lose_webhooks(
        slug, tmp_path, schema_url, changes=changes, share=share, deletions=deletions, seed=2
    )
    assert counts == Counts(3 * changes, 0, 0, 0, 0, True, True, deletions, deletions)
