"""A report's figures, to the second, and what isn't in them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from integration.conversations.writing import answer
from integration.errors import NotFound
from integration.models import Agent, ContactReason
from integration.reports.asked import ReportAsked, read_report_asked
from integration.reports.figures import spread_of
from integration.reports.read import report_of
from integration.reports.records import Report, Spread
from tests.factories.conversations import (
    keys,
    mail_of,
    make_agent,
    make_channel,
    receive_message,
)
from tests.factories.mirror import Mirror
from tests.factories.records import customer, order, told
from tests.factories.stores import NOW, make_store, make_workspace

HOUR = timedelta(hours=1)


def asked(zone: str = "Europe/Athens", **told_: str) -> ReportAsked:
    return read_report_asked(told_, zone, NOW + timedelta(days=1))


def report(mirror: Mirror, of: ReportAsked | None = None) -> Report:
    with mirror.db.workspace(mirror.workspace_id) as session:
        return report_of(session, of or asked())


@pytest.mark.parametrize(
    ("seconds", "spread"),
    [
        ([], Spread(0, None, None)),
        ([None], Spread(0, None, None)),
        ([7], Spread(1, 7, 7)),
        ([10, None, 1], Spread(2, 5, 10)),
        ([3, 1, 2], Spread(3, 2, 3)),
        (range(1, 11), Spread(10, 5, 9)),
        (range(1, 12), Spread(11, 6, 10)),
    ],
)
def test_the_median_and_the_90th_percentile(seconds: Any, spread: Spread) -> None:
    assert spread_of(seconds) == spread


def test_an_empty_report_has_every_day(mirror: Mirror) -> None:
    found = report(mirror, asked(days="7"))
    assert found.figures.conversations == 0
    assert (found.figures.answered, found.figures.rating) == (Spread(0, None, None), None)
    assert (found.repeat.writers, found.repeat.rate) == (0, None)
    assert len(found.days) == 7
    assert found.channels == found.stores == found.agents == found.reasons == ()


def test_the_figures_of_a_period(mirror: Mirror, talks: Any) -> None:
    talks(
        answered_seconds=60,
        answered_office_seconds=30,
        resolved_seconds=100,
        resolved_office_seconds=70,
        first_contact=True,
        rating=5,
    )
    talks(answered_seconds=120, resolved_seconds=300, first_contact=False, reopened=2, rating=2)
    talks(answered_seconds=240, channel_kind="chat", rating=4)
    talks(channel_kind="chat")
    # We wrote first: nobody waited for an answer.
    talks(first_asked_at=None)
    found = report(mirror).figures
    assert (found.conversations, found.asked, found.unanswered) == (5, 4, 1)
    assert found.answered == Spread(3, 120, 240)
    assert found.answered_office == Spread(1, 30, 30)
    assert found.resolved == Spread(2, 200, 300)
    assert found.resolved_office == Spread(1, 70, 70)
    assert (found.first_contact_rate, found.reopened, found.reopened_rate) == (0.5, 1, 0.2)
    assert (found.ratings, found.rating, found.satisfied_rate) == (3, 3.67, 0.6667)


def test_spam_merged_and_others_count_nowhere(mirror: Mirror, talks: Any) -> None:
    kept = talks()
    talks(is_spam=True)
    talks(merged_into_id=kept)
    talks(created_at=NOW - timedelta(days=31))
    other = make_workspace(mirror.db)
    channel = make_channel(mirror.db, other)
    receive_message(mirror.db, other, channel)
    found = report(mirror)
    assert found.figures.conversations == 1
    assert sum(day.written_in for day in found.days) == 0


def test_groups_have_their_own_figures(mirror: Mirror, talks: Any) -> None:
    second = make_store(mirror.db, mirror.workspace_id, f"two-{mirror.workspace_id}.example")
    boris = make_agent(mirror.db, mirror.workspace_id, "Boris")
    with mirror.db.workspace(mirror.workspace_id, write=True) as session:
        reason = ContactReason(name="Where is it?", position=1)
        session.add(reason)
        session.flush()
        reason_id = reason.id
    talks(answered_seconds=10, resolved_seconds=50, store_id=second, reason_id=reason_id)
    talks(answered_seconds=20, resolved_seconds=60, resolved_by=boris, channel_kind="chat")
    talks(answered_seconds=90, store_id=second, channel_kind="chat")
    found = report(mirror)
    assert [(each.key, each.figures.conversations) for each in found.channels] == [
        ("chat", 2),
        ("email", 1),
    ]
    assert [(each.key, each.figures.answered.median) for each in found.stores] == [
        (str(second), 50),
        (None, 20),
    ]
    agents = {each.name: each.figures for each in found.agents}
    assert list(agents) == ["Ada", "Boris"]
    assert (agents["Ada"].answered.count, agents["Ada"].resolved) == (3, Spread(1, 50, 50))
    assert (agents["Boris"].answered.count, agents["Boris"].resolved) == (0, Spread(1, 60, 60))
    assert [(each.name, each.figures.conversations) for each in found.reasons] == [
        ("Where is it?", 1),
        (None, 2),
    ]


def test_filters_narrow_all_of_it(mirror: Mirror, talks: Any) -> None:
    talks(answered_seconds=10)
    talks(channel_kind="chat")
    boris = make_agent(mirror.db, mirror.workspace_id, "Boris")
    talks(resolved_seconds=5, resolved_by=boris)
    assert report(mirror, asked(kind="chat")).figures.conversations == 1
    assert report(mirror, asked(agent=str(boris))).figures.resolved == Spread(1, 5, 5)
    for name in ("store", "agent", "reason"):
        with pytest.raises(NotFound):
            report(mirror, asked(**{name: "987654"}))
    other = make_agent(mirror.db, make_workspace(mirror.db), "Foreign")
    with pytest.raises(NotFound):
        report(mirror, asked(agent=str(other)))


@pytest.mark.parametrize(
    ("zone", "at", "day"),
    [
        ("Europe/Athens", datetime(2026, 11, 21, 21, 59, tzinfo=UTC), date(2026, 11, 21)),
        ("Europe/Athens", datetime(2026, 11, 21, 22, 0, tzinfo=UTC), date(2026, 11, 22)),
        ("Asia/Kathmandu", datetime(2026, 11, 21, 18, 14, 59, tzinfo=UTC), date(2026, 11, 21)),
        ("Asia/Kathmandu", datetime(2026, 11, 21, 18, 15, tzinfo=UTC), date(2026, 11, 22)),
        ("UTC", datetime(2026, 11, 21, 23, 59, 59, tzinfo=UTC), date(2026, 11, 21)),
    ],
)
def test_days_are_the_zones(mirror: Mirror, talks: Any, zone: str, at: datetime, day: date) -> None:
    talks(created_at=at, answered_seconds=9)
    begun = [each for each in report(mirror, asked(zone)).days if each.conversations]
    assert [(each.day, each.answered_median) for each in begun] == [(day, 9)]


def test_what_is_written_counts_on_its_day(mirror: Mirror, talks: Any) -> None:
    channel_id = make_channel(mirror.db, mirror.workspace_id)
    got = receive_message(mirror.db, mirror.workspace_id, channel_id, mail_of(), now=NOW)
    with mirror.db.workspace(mirror.workspace_id, write=True) as session:
        agent = session.query(Agent).first()
        later = NOW + timedelta(days=1)
        answer(session, keys(), got.conversation_id, "Yes.", by=agent, key="a", now=later)  # type: ignore[arg-type]
    days = {each.day: (each.written_in, each.written_out) for each in report(mirror).days}
    assert {day: both for day, both in days.items() if any(both)} == {
        date(2026, 11, 22): (1, 0),
        date(2026, 11, 23): (0, 1),
    }
    filtered = report(mirror, asked(kind="chat")).days
    assert sum(each.written_in + each.written_out for each in filtered) == 0


def test_who_wrote_and_bought_again(mirror: Mirror, talks: Any) -> None:
    before, after = NOW - timedelta(days=3), NOW - HOUR
    mirror.take(
        told(customer("7", email="dora@mail.example")),
        told(customer("8", email="emil@mail.example")),
        told(order("100", customer_external_id="7", placed_at=before)),
        told(order("101", customer_external_id="8", placed_at=before)),
        told(order("102", customer_external_id="7", placed_at=after)),
    )
    wrote = {"person_kind": "email", "created_at": NOW - timedelta(days=1)}
    for address in ("dora@mail.example", "emil@mail.example", "dora@mail.example"):
        talks(person_value=address, **wrote)
    talks(person_value="emil@mail.example", trust="claimed", **wrote)
    found = report(mirror).repeat
    assert (found.writers, found.bought_again, found.rate) == (2, 1, 0.5)
