"""How SQLite reads what reports are of."""

from integration.reports.rows import read_written
from tests.factories.mirror import Mirror
from tests.factories.plans import plans_in
from tests.integration.reports.test_read import asked


def test_what_is_written_is_counted_from_an_index(mirror: Mirror) -> None:
    with plans_in(mirror.db) as plans, mirror.db.workspace(mirror.workspace_id) as session:
        assert read_written(session, asked()) == [(0, 0)] * len(asked().days)
    its = [plan for plan in plans if "messages" in plan]
    index = "COVERING INDEX ix_messages_workspace_id_created_at_kind"
    ranged = "(workspace_id=? AND created_at>? AND created_at<?)"
    assert its == [f"SEARCH messages USING {index} {ranged}"] * 2
