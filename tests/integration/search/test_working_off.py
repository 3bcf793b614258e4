"""What is due is worked off by differences, and what is gone leaves nothing."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import event, update

from integration.models import Clue, DueProfile, Profile, SearchDocument, SearchTerm
from integration.recorded_jobs import RecordedJobs
from integration.search import working_off
from integration.search.due import forget_documents, mark_due
from integration.search.facts import MOST_ORDERS, load_facts
from integration.search.terms import MOST_TERMS, terms_of
from integration.search.working_off import JOB, work_off_due
from tests.factories.mirror import Mirror
from tests.factories.records import at, customer, line, order, told
from tests.integration.search.searching import search, services_on, work_off


def _terms(mirror: Mirror) -> set[str]:
    return {row.term for row in mirror.all(SearchTerm)}


def _mark(mirror: Mirror, profile_ids: Sequence[int]) -> None:
    with mirror.db.workspace(mirror.workspace_id, write=True) as session:
        mark_due(session.connection(), mirror.workspace_id, profile_ids)


def test_writes_only_what_changed(mirror: Mirror) -> None:
    mirror.take(told(customer(first_name="Ada", last_name="Byron")))
    assert work_off(mirror) == 1
    assert _terms(mirror) == {"ada", "byron", "c7@example.com", "example"}
    (document,) = mirror.all(SearchDocument)
    assert document.terms == sorted(_terms(mirror))
    mirror.take(told(customer(seconds=5, first_name="Ada", last_name="Lovelace")))
    changed: list[tuple[str, Any]] = []

    def note(_conn: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "search_terms" in statement:
            changed.append((statement.split(maxsplit=1)[0], parameters))

    event.listen(mirror.db.engine, "before_cursor_execute", note)
    try:
        assert work_off(mirror) == 1
    finally:
        event.remove(mirror.db.engine, "before_cursor_execute", note)
    (profile,) = mirror.all(Profile)
    assert changed == [
        ("DELETE", (mirror.workspace_id, "byron", profile.id)),
        ("INSERT", (mirror.workspace_id, "lovelace", profile.id)),
    ]
    assert _terms(mirror) == {"ada", "lovelace", "c7@example.com", "example"}


def test_nothing_is_written_for_what_stays(mirror: Mirror) -> None:
    mirror.take(told(customer()))
    work_off(mirror)
    before = _terms(mirror)
    _mark(mirror, [row.id for row in mirror.all(Profile)])
    assert work_off(mirror) == 1
    assert _terms(mirror) == before
    assert mirror.all(DueProfile) == []
    assert work_off(mirror) == 0


def test_who_is_gone_or_joined_leaves_nothing(mirror: Mirror) -> None:
    mirror.take(told(customer("7")), told(customer("8")))
    work_off(mirror)
    kept, joined = (row.id for row in mirror.all(Profile))
    with mirror.db.workspace(mirror.workspace_id, write=True) as session:
        session.execute(update(Profile).where(Profile.id == joined).values(joined_id=kept))
        mark_due(session.connection(), mirror.workspace_id, [joined, 10**9])
    assert work_off(mirror) == 2
    assert {row.profile_id for row in mirror.all(SearchTerm)} == {kept}
    assert {row.profile_id for row in mirror.all(SearchDocument)} == {kept}
    assert mirror.all(DueProfile) == []


def test_forgetting_removes_all_at_once(mirror: Mirror) -> None:
    phone = "+306947203915"
    mirror.take(told(customer("7", phone=phone)), told(customer("8", phone=phone)))
    work_off(mirror)
    gone, kept = (row.id for row in mirror.all(Profile))
    assert {row.profile_id for row in mirror.all(Clue)} == {gone, kept}
    with mirror.db.workspace(mirror.workspace_id, write=True) as session:
        forget_documents(session.connection(), mirror.workspace_id, [gone, 10**9])
    for model in (SearchTerm, Clue, SearchDocument):
        assert {row.profile_id for row in mirror.all(model)} == {kept}


def test_what_fails_stays_due(mirror: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    mirror.take(told(customer()))

    def fail(*_: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(working_off, "mark_done", fail)
        with pytest.raises(RuntimeError):
            work_off(mirror)
    assert _terms(mirror) == set()
    assert len(mirror.all(DueProfile)) == 1
    assert work_off(mirror) == 1
    assert "lovelace" in _terms(mirror)


def test_the_job_goes_on_until_nothing_is_due(
    mirror: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Mirror(mirror.db, "other.myshopify.com")
    for each in (mirror, other):
        each.take(*(told(customer(str(number))) for number in range(1, 6)))
    jobs = RecordedJobs()
    services = services_on(mirror.db, jobs)
    monkeypatch.setattr(working_off, "_AT_LEAST_SECONDS", 0)
    monkeypatch.setattr(working_off, "BATCH", 2)
    done = work_off_due(services)
    assert jobs.waiting == [(JOB, {})]
    while jobs.waiting:
        jobs = RecordedJobs()
        done += work_off_due(services_on(mirror.db, jobs))
    assert done == 10
    assert mirror.all(DueProfile) == other.all(DueProfile) == []
    assert work_off_due(services) == 0


def test_the_job_ends_where_others_hold_the_workspace(
    mirror: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirror.take(told(customer()))
    monkeypatch.setattr(working_off, "work_off_batch", lambda *_: 0)
    jobs = RecordedJobs()
    assert work_off_due(services_on(mirror.db, jobs)) == 0
    assert jobs.waiting == []


def test_a_till_with_many_orders_is_read_in_part(mirror: Mirror) -> None:
    count = MOST_ORDERS + 50
    changes = [told(customer())]
    for number in range(count):
        changes.append(
            told(
                order(
                    str(1000 + number),
                    placed_at=at(number),
                    customer_external_id="7",
                    email=f"somebody{number}@example.com",
                    lines=tuple(
                        line(str(place), position=place, sku=f"SKU-{number}-{place}")
                        for place in range(5)
                    ),
                )
            )
        )
    mirror.take(*changes)
    (profile,) = mirror.all(Profile)
    with mirror.db.workspace(mirror.workspace_id) as session:
        facts = load_facts(session.connection(), mirror.workspace_id, [profile.id])[profile.id]
    assert len(facts.orders) == MOST_ORDERS
    assert [each.name for each in facts.orders[:2]] == [f"#{999 + count}", f"#{998 + count}"]
    terms = terms_of(facts)
    assert len(terms) == MOST_TERMS
    assert {"ada", "lovelace", "c7@example.com", f"somebody{count - 1}@example.com"} <= terms
    work_off(mirror)
    # What has no term is found where it stands.
    (found,) = search(mirror, "#1000").found
    assert (found.id, found.matched) == (str(profile.id), "#1000")
