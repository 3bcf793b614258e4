"""A whole comparison comes in its turn: nothing that was asked for is dropped."""

from typing import Any

import pytest

from integration.reconciliation.jobs import compare_in_turn
from integration.sync.claim import take_claim
from platforms.errors import Throttled
from tests.factories.fake_store import FakeReader
from tests.integration.reconciliation.place import Place


def test_a_comparison_waits_while_another_job_reads_the_store(place: Place) -> None:
    waiting = place.services.jobs.waiting  # type: ignore[attr-defined]
    waiting.clear()
    refreshing = take_claim(place.services, **place.ids)
    assert refreshing is not None
    ids: dict[str, Any] = place.ids
    compare_in_turn(place.services, **ids)
    compare_in_turn(place.services, **ids, asked_by="person", accept_deletions=True)
    assert place.runs() == []
    assert [(name, given["asked_by"], given["accept_deletions"]) for name, given in waiting] == [
        ("reconciliation.whole", "schedule", False),
        ("reconciliation.whole", "person", True),
    ]
    with place.services.db.workspace(place.workspace_id, write=True) as session:
        refreshing.release(session)
    jobs = [given for _, given in waiting]
    waiting.clear()
    compare_in_turn(place.services, **jobs[1])
    # What the schedule asked for was done with it.
    compare_in_turn(place.services, **jobs[0])
    assert [(run.asked_by, run.state) for run in place.runs()] == [("person", "done")]
    assert waiting == []


def test_what_a_person_accepted_is_not_forgotten_over_a_failure(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_reader: FakeReader, cursor: str | None = None) -> object:
        raise Throttled("other bulk operations leave no room for ours")

    monkeypatch.setattr(FakeReader, "order_marks", refuse)
    waiting = place.services.jobs.waiting  # type: ignore[attr-defined]
    waiting.clear()
    place.compare_whole(asked_by="person", accept_deletions=True)
    ((name, given),) = waiting
    assert (name, given["asked_by"]) == ("reconciliation.whole", "person")
    assert (given["accept_deletions"], given["attempt"]) == (True, 1)
