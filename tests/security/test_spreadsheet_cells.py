"""Exports with cells that start with `= + - @`, tabs: text."""

import csv
import io
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from integration.models import Profile
from tests.ui_embed import segment_story as story
from tests.ui_embed.sites import SAME, sign_in
from tests.ui_embed.world import World

CELLS = {
    "equals": '=HYPERLINK("http://evil.example","x")',
    "plus": "+1+cmd|' /C calc'!A0",
    "minus": "-2+3",
    "at": "@SUM(1,2)",
    "tab": "\t=1+1",
    "carriage return": "\r=1+1",
    "line feed": "Dora\n=1+1",
    "blanks before": "   =1+1",
    "quote before": '"=1+1',
    "full width": "＝1+1",
    "behind a separator": "Dora;=1+1",
}
_BEGIN = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@pytest.mark.parametrize("name", CELLS.values(), ids=CELLS)
def test_spreadsheet_cells(world: World, client: FlaskClient, name: str) -> None:
    story.add_people(world, 2)
    numbers = story.add_segments(world)
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        session.execute(update(Profile).values(display_name=name, tags=["χονδρική", name]))
        assert len(session.execute(select(Profile.id)).all()) == 2
    sign_in(world, client)
    asked: dict[str, Any] = {"headers": SAME, "base_url": "https://localhost", "buffered": True}
    for path in ("/people/export.csv", f"/segments/{numbers[1]}/export.csv"):
        answer = client.get(path, **asked)
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        text = answer.data.decode("utf-8-sig")
        # Read as spreadsheets do, by whichever separator the reader's language has.
        for separator in (",", ";", "\t"):
            found = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
            assert [cell for row in found for cell in row if _is_run(cell)] == []


def _is_run(cell: str) -> bool:
    """Whether a spreadsheet could take it for a formula, whatever blanks and quotes stand first."""
    return cell.lstrip(' "').startswith(_BEGIN)
