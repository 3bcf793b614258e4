"""Parcels that are there before the table of their numbers are in it afterwards."""

from pathlib import Path

import pytest
from alembic import command

from integration.models import TrackingNumber
from integration.settings import load
from integration.upgrade import alembic_config, upgrade
from platforms.records import TrackingRecord
from tests.factories.mirror import Mirror
from tests.factories.records import order, parcel, told
from tests.migrations.test_upgrade import open_target


def _numbers(mirror: Mirror) -> list[tuple[str, str, str]]:
    rows = mirror.all(TrackingNumber)
    return sorted((row.number, row.order_external_id, row.parcel_external_id) for row in rows)


@pytest.mark.parametrize("count", [3, 1_001])
def test_the_numbers_of_held_parcels_are_kept(tmp_path: Path, count: int) -> None:
    settings = load({"DATA_DIR": str(tmp_path)})
    upgrade(settings)
    database = open_target(tmp_path, "main")
    mirror = Mirror(database, "before.example")
    tracking = (TrackingRecord("ACS", "４711 0-x", None), TrackingRecord(None, None, None))
    mirror.take(
        *(
            told(order(str(each), fulfillments=(parcel(f"f{each}", tracking=tracking),)))
            for each in range(count)
        ),
        told(order("none", fulfillments=(parcel("f"),))),
    )
    expected = _numbers(mirror)
    assert len(expected) == count
    assert expected[0] == ("47110X", "0", "f0")
    with database.engine.begin() as connection:
        command.downgrade(alembic_config(connection, "main"), "0020")
    upgrade(settings)
    assert _numbers(mirror) == expected
    database.dispose()
