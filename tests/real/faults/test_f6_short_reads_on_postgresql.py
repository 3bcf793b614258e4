"""F6 on PostgreSQL: no read succeeds short."""

from pathlib import Path

import pytest

from tests.faults.lengths import SOAKS, how_many
from tests.faults.scenarios.short_reads import OF, Outcome, read_under_faults
from tests.faults.scenarios.stores import SLUGS

pytestmark = pytest.mark.real


@pytest.mark.parametrize("slug", SLUGS)
def test_no_read_succeeds_short(slug: str, tmp_path: Path, schema_url: str) -> None:
    changes = how_many(1, 20)
    outcomes = read_under_faults(slug, tmp_path, schema_url, every=SOAKS, changes=changes)
    assert len(outcomes) == len(OF[slug]) * how_many(1, 6)
    assert outcomes == [Outcome(each.fault, each.read, 0, 0, 0) for each in outcomes]
