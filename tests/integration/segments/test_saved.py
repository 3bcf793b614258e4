"""Segments under their names: made, changed, removed, made again; one name, one segment."""

from collections.abc import Callable
from typing import Any

import pytest

from integration.errors import Conflict, Invalid, NotFound
from integration.models import Segment
from integration.segments.saved import (
    LONGEST_NAME,
    SavedSegment,
    change_segment,
    create_segment,
    delete_segment,
    list_segments,
    read_segment,
)
from tests.factories.mirror import Mirror
from tests.factories.stores import NOW
from tests.integration.crm.people import later

GUESTS = [{"kind": "is_guest"}]
LAPSED = [{"kind": "last_order_days_over", "value": 90}]


def write(mirror: Mirror, do: Callable[..., Any], *given: Any, **more: Any) -> Any:
    with mirror.db.workspace(mirror.workspace_id, write=True) as session:
        return do(session, *given, **more)


def made(mirror: Mirror, name: str = "Guests", conditions: Any = GUESTS) -> SavedSegment:
    segment: SavedSegment = write(mirror, create_segment, name, conditions, by="owner:1", now=NOW)
    return segment


def test_a_segment_is_kept_and_told(mirror: Mirror) -> None:
    segment = made(mirror, " Good  guests\u202e ")
    assert segment.as_dict() == {
        "id": segment.id,
        "name": "Good guests",
        "conditions": GUESTS,
        "made_by": "owner:1",
        "created_at": NOW,
        "updated_at": NOW,
    }
    other = made(mirror, "apart", LAPSED)
    assert write(mirror, list_segments) == [other, segment]
    assert write(mirror, read_segment, int(other.id)) == other


def test_it_is_renamed_and_changed(mirror: Mirror) -> None:
    segment = made(mirror)
    number = int(segment.id)
    renamed = write(mirror, change_segment, number, name="GUESTS", now=later())
    assert (renamed.name, renamed.conditions) == ("GUESTS", segment.conditions)
    assert (renamed.created_at, renamed.updated_at) == (NOW, later())
    changed = write(mirror, change_segment, number, conditions=LAPSED, now=later(2))
    assert [each.as_dict() for each in changed.conditions] == LAPSED
    assert (changed.name, changed.updated_at) == ("GUESTS", later(2))
    same = write(mirror, change_segment, number, name="GUESTS", conditions=LAPSED, now=later(3))
    assert same == changed


@pytest.mark.parametrize("name", ["Guests", "GUESTS", " guests\u200b", "gue\u202dsts"])
def test_a_name_is_one_segments(mirror: Mirror, name: str) -> None:
    segment, other = made(mirror), made(mirror, "Other")
    with pytest.raises(Conflict) as refused:
        made(mirror, name, LAPSED)
    assert refused.value.details == {"segment_id": segment.id}
    with pytest.raises(Conflict):
        write(mirror, change_segment, int(other.id), name=name, now=NOW)
    assert [row.name for row in mirror.all(Segment)] == ["Guests", "Other"]
    elsewhere = Mirror(mirror.db, f"{mirror.store_id}.elsewhere.example")
    assert made(elsewhere, "Guests").name == "Guests"


def test_what_was_removed_can_be_made_again(mirror: Mirror) -> None:
    segment = made(mirror)
    gone = write(mirror, delete_segment, int(segment.id))
    assert gone == segment
    assert mirror.all(Segment) == []
    with pytest.raises(NotFound):
        write(mirror, delete_segment, int(segment.id))
    told = [each.as_dict() for each in gone.conditions]
    again = made(mirror, gone.name, told)
    assert (again.name, again.conditions) == (segment.name, segment.conditions)


@pytest.mark.parametrize("name", ["", " ", "\u202e", "x" * (LONGEST_NAME + 1)])
def test_a_name_that_is_none_is_refused(mirror: Mirror, name: str) -> None:
    segment = made(mirror)
    for do in (
        lambda: made(mirror, name, LAPSED),
        lambda: write(mirror, change_segment, int(segment.id), name=name, now=NOW),
    ):
        with pytest.raises(Invalid):
            do()
    assert len(mirror.all(Segment)) == 1


def test_a_foreign_store_is_as_one_that_isnt_there(mirror: Mirror) -> None:
    elsewhere = Mirror(mirror.db, f"{mirror.store_id}.elsewhere.example")
    segment = made(mirror)
    for store_id in (elsewhere.store_id, 10**15):
        asked = [*GUESTS, {"kind": "bought_in", "value": str(store_id)}]
        for do in (
            lambda asked=asked: made(mirror, "x", asked),
            lambda asked=asked: write(
                mirror, change_segment, int(segment.id), conditions=asked, now=NOW
            ),
        ):
            with pytest.raises(Invalid) as refused:
                do()
            assert refused.value.details == {"at": 1, "problem": "wrong"}
            assert str(refused.value) == "There is no such store."
    assert made(mirror, "x", [{"kind": "bought_in", "value": str(mirror.store_id)}])


def test_a_foreign_segment_is_as_one_that_isnt_there(mirror: Mirror) -> None:
    elsewhere = Mirror(mirror.db, f"{mirror.store_id}.elsewhere.example")
    segment = int(made(elsewhere).id)
    for number in (segment, 10**15):
        for do in (
            lambda number=number: write(mirror, read_segment, number),
            lambda number=number: write(mirror, change_segment, number, name="y", now=NOW),
            lambda number=number: write(mirror, delete_segment, number),
        ):
            with pytest.raises(NotFound):
                do()
    assert [row.name for row in elsewhere.all(Segment)] == ["Guests"]
