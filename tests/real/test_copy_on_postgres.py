"""Many new rows go into PostgreSQL by COPY: in the same transaction, value for value."""

import pytest

from integration.db import Database
from integration.models import OrderLine, Profile, ProfileTotal
from integration.statements.bulk import table_of, write_rows
from tests.factories.mirror import Mirror
from tests.factories.records import line, order, told
from tests.factories.stores import NOW, make_workspace

pytestmark = pytest.mark.real

_MANY = 320


def test_a_batch_of_new_orders_is_copied(db: Database) -> None:
    mirror = Mirror(db, "copied.example")
    changes = [
        told(
            order(
                str(number),
                total_minor=number,
                email=f"{number}@example.com",
                lines=(
                    line(title="tab\there, \\N and \x00 \nnew"),
                    line("2", position=1, sku=None),
                ),
            )
        )
        for number in range(_MANY)
    ]
    assert mirror.take(*changes).written == _MANY
    lines = mirror.all(OrderLine)
    assert len(lines) == 2 * _MANY
    titles = {row.title for row in lines if row.position == 0}
    assert titles == {"tab\there, \\N and \ufffd \nnew"}
    assert {row.sku for row in lines if row.position == 1} == {None}
    assert sum(row.spent_minor + row.unpaid_minor for row in mirror.all(ProfileTotal)) == sum(
        range(_MANY)
    )
    profiles = mirror.all(Profile)
    assert len(profiles) == _MANY
    assert {row.first_order_at for row in profiles} == {row.last_order_at for row in profiles}
    assert {type(row.tags) for row in profiles} == {list}


def test_what_was_copied_goes_with_its_transaction(db: Database) -> None:
    workspace_id = make_workspace(db)
    rows = [(number, workspace_id, ["a"], NOW) for number in range(1, _MANY + 1)]
    columns = ("id", "workspace_id", "tags", "created_at")

    def interrupted() -> None:
        with db.workspace(workspace_id, write=True) as session:
            write_rows(session.connection(), table_of(Profile), columns, rows)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        interrupted()
    with db.workspace(workspace_id) as session:
        assert session.query(Profile).count() == 0
