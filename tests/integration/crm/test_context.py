"""What stands beside a conversation: found in every way, whole, in three statements, audited."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import event, update

from integration.crm.context import Viewer, read_context
from integration.crm.records import Context, ContextTotal
from integration.crm.subject import Subject
from integration.errors import Ambiguous, Invalid, NotFound
from integration.models import ProfileView, StoreSync
from integration.search.find import search_profiles
from platforms.changes import CustomersMerged
from platforms.records import NoteRecord, RefundRecord, TrackingRecord
from tests.factories.fake_store import FakePlatform, FakeStore
from tests.factories.mirror import Mirror
from tests.factories.records import at, customer, line, order, parcel, told
from tests.factories.stores import NOW, make_store


def read(mirror: Mirror, subject: Subject, store_id: int | None = None, **more: Any) -> Context:
    platforms: Any = {"shopify": FakePlatform(FakeStore())}
    viewer = Viewer("staff 12", "app_home", store_id or mirror.store_id)
    with mirror.db.workspace(mirror.workspace_id, write=True) as session:
        return read_context(session, platforms, subject, viewer=viewer, now=NOW, **more)


@pytest.fixture
def known(mirror: Mirror) -> Mirror:
    """A person with an account and two orders."""
    account = customer("7", phone="030 1234567", tags=("vip",), locale="el")
    tracking = TrackingRecord("DHL", "JD1", "https://dhl.example/JD1")
    mirror.take(
        told(
            order(
                "100",
                name="#1042",
                placed_at=at(10),
                customer_external_id="7",
                customer=account,
                refunded_minor=250,
                financial_status="partially_refunded",
                current_total_minor=1000,
                presentment_currency="USD",
                presentment_total_minor=1400,
                lines=(line("2", position=1, title="Plate"), line("1")),
                fulfillments=(parcel(tracking=(tracking,)),),
                refunds=(RefundRecord("r1", at(20), 250, "broken"),),
                notes=(NoteRecord("n1", "ring twice", "Eva", at(15)),),
            )
        ),
        told(
            order(
                "101",
                name="#1043",
                placed_at=at(30),
                customer_external_id="7",
                currency="JPY",
                total_minor=900,
                financial_status="pending",
            )
        ),
    )
    return mirror


@pytest.mark.parametrize(
    "subject",
    [
        Subject(customer="7"),
        Subject(order="100"),
        Subject(order="#1042"),
        Subject(order="1043"),
        Subject(email=" C7@Example.com"),
        Subject(phone="030 1234567"),
        Subject(phone="+49 30 1234567"),
    ],
)
def test_a_person_is_found_in_every_way(known: Mirror, subject: Subject) -> None:
    found = read(known, subject)
    assert found.profile.display_name == "Ada Lovelace"
    assert read(known, Subject(profile_id=int(found.profile.id))) == found


def test_the_answer_is_whole(known: Mirror) -> None:
    found = read(known, Subject(order="#1042"))
    profile = found.profile
    assert (profile.tags, profile.locale, profile.customer_since) == (("vip",), "el", at(-1000))
    assert (profile.first_order_at, profile.last_order_at) == (at(10), at(30))
    assert profile.totals == (
        ContextTotal("EUR", 1, 1250, 0, 250),
        ContextTotal("JPY", 1, 0, 900, 0),
    )
    assert [(one.kind, one.value, one.verified, one.evidence) for one in profile.identities] == [
        ("email", "c7@example.com", True, "store"),
        ("customer", "7", True, "store"),
        ("phone", "+49301234567", True, "store"),
    ]
    newest, oldest = found.orders
    assert (newest.name, newest.counts, newest.lines[0].title) == ("#1043", True, "Mug")
    assert (oldest.external_id, oldest.refunded_minor, oldest.current_total_minor) == (
        "100",
        250,
        1000,
    )
    assert [one.title for one in oldest.lines] == ["Mug", "Plate"]
    (sent,) = oldest.fulfillments
    assert (sent.status, sent.created_at, sent.tracking[0].url) == (
        "success",
        at(0),
        "https://dhl.example/JD1",
    )
    (refund,) = oldest.refunds
    assert (refund.amount_minor, refund.currency, refund.note, refund.created_at) == (
        250,
        "EUR",
        "broken",
        at(20),
    )
    (note,) = oldest.notes
    assert (note.text, note.author, note.created_at) == ("ring twice", "Eva", at(15))
    assert oldest.presentment is not None
    assert (oldest.presentment.currency, oldest.presentment.total_minor) == ("USD", 1400)
    assert oldest.admin_url.endswith("/admin/orders/100")
    assert (found.freshness.as_of, found.freshness.source) == (NOW, "webhook")
    assert found.freshness.backfill.state == "waiting"
    assert (found.next, found.conversations) == (None, ())


def test_the_first_answer_takes_four_statements(known: Mirror) -> None:
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            statements.append(statement)

    event.listen(known.db.engine, "before_cursor_execute", note)
    try:
        for subject in (
            Subject(customer="7"),
            Subject(order="#1042"),
            Subject(email="c7@example.com"),
        ):
            read(known, subject)
            assert len(statements) == 4
            statements.clear()
        read(known, Subject(phone="030 1234567"))
        assert len(statements) == 5
    finally:
        event.remove(known.db.engine, "before_cursor_execute", note)


@pytest.mark.parametrize(("state", "proved"), [("done", NOW), ("running", None), ("failed", None)])
def test_nothing_is_proved_before_the_first_read_is_done(
    known: Mirror, state: str, proved: datetime | None
) -> None:
    with known.db.workspace(known.workspace_id, write=True) as session:
        values = {"complete_until": NOW, "backfill_state": state}
        session.execute(update(StoreSync).values(**values))
    assert read(known, Subject(order="1042")).freshness.complete_until == proved


def test_every_view_is_audited(known: Mirror) -> None:
    found = read(known, Subject(order="100"))
    with pytest.raises(NotFound):
        read(known, Subject(order="404"))
    (view,) = known.all(ProfileView)
    assert (str(view.profile_id), view.viewer, view.surface, view.store_id, view.viewed_at) == (
        found.profile.id,
        "staff 12",
        "app_home",
        known.store_id,
        NOW,
    )


def test_orders_come_in_pages(mirror: Mirror) -> None:
    mirror.take(
        *(
            told(order(str(number), placed_at=at(number // 3), email="a@example.com"))
            for number in range(45)
        )
    )
    seen: list[str] = []
    subject, cursor = Subject(email="a@example.com"), None
    sizes = []
    while True:
        page = read(mirror, subject, cursor=cursor)
        seen += [one.external_id for one in page.orders]
        sizes.append(len(page.orders))
        cursor = page.next
        if cursor is None:
            break
    assert sizes == [20, 20, 5]
    assert len(set(seen)) == 45
    assert [int(one) // 3 for one in seen] == sorted(
        (number // 3 for number in range(45)), reverse=True
    )


@pytest.mark.parametrize(
    "cursor", ["", "x", "MjAyNg", "é", "MjAyNi0xMS0wMVQwODowMDowMHwx", "=" * 9]
)
def test_a_cursor_that_is_none_is_refused(known: Mirror, cursor: str) -> None:
    with pytest.raises(Invalid):
        read(known, Subject(customer="7"), cursor=cursor)


@pytest.mark.parametrize(
    "subject",
    [
        Subject(customer="404"),
        Subject(order="404"),
        Subject(email="nobody@example.com"),
        Subject(email="no address"),
        Subject(phone="nothing"),
        Subject(profile_id=10**15),
        Subject(customer="7\x00"),
        Subject(order="100", store="nowhere.myshopify.com"),
    ],
)
def test_nobody_is_not_found(known: Mirror, subject: Subject) -> None:
    with pytest.raises(NotFound):
        read(known, subject)


def test_another_workspaces_person_is_nobody(known: Mirror) -> None:
    profile_id = int(read(known, Subject(customer="7")).profile.id)
    other = Mirror(known.db, f"elsewhere-{known.store_id}.myshopify.com")
    for subject in (
        Subject(customer="7"),
        Subject(order="#1042"),
        Subject(email="c7@example.com"),
        Subject(profile_id=profile_id),
        Subject(order="100", store=str(known.store_id)),
    ):
        with pytest.raises(NotFound):
            read(other, subject)


def test_the_own_store_comes_first_and_a_store_narrows(known: Mirror) -> None:
    domain = f"other-{known.store_id}.myshopify.com"
    other = make_store(known.db, known.workspace_id, domain)
    known.take(told(order("555", name="#1042", email="x@example.com")), store_id=other)
    own = read(known, Subject(order="#1042"))
    assert own.profile.display_name == "Ada Lovelace"
    theirs = read(known, Subject(order="#1042"), store_id=other)
    assert theirs.profile.id != own.profile.id
    for name in (domain, str(other), f"https://{domain}/", domain.upper()):
        assert read(known, Subject(order="#1042", store=name)).profile.id == theirs.profile.id


def test_several_are_named_to_choose_from(mirror: Mirror) -> None:
    mirror.take(
        told(order("100", name="#7", email="a@example.com")),
        told(order("101", name="#7", email="b@example.com")),
    )
    with pytest.raises(Ambiguous) as caught:
        read(mirror, Subject(order="#7"))
    candidates = caught.value.details["candidates"]
    assert [candidate["reasons"] for candidate in candidates] == [
        ["#7", "a@example.com"],
        ["#7", "b@example.com"],
    ]
    assert {candidate["display_name"] for candidate in candidates} == {None}
    assert mirror.all(ProfileView) == []


def test_a_linking_address_outweighs_a_suggestion(known: Mirror) -> None:
    known.take(told(order("300", customer_external_id="7", email="friend@example.com")))
    assert read(known, Subject(email="friend@example.com")).profile.display_name == "Ada Lovelace"
    known.take(told(customer("8", email="friend@example.com", first_name="Friend", last_name=None)))
    assert read(known, Subject(email="friend@example.com")).profile.display_name == "Friend"


def test_a_merged_account_leads_to_the_one_that_was_kept(known: Mirror) -> None:
    known.take(told(customer("9")), told(CustomersMerged("7", "9", at(5))))
    known.take(told(CustomersMerged("9", "8", at(6))))
    for gone in ("9", "8"):
        assert read(known, Subject(customer=gone)).profile.display_name == "Ada Lovelace"


def test_people_are_searched_by_what_is_at_hand(known: Mirror) -> None:
    known.take(told(order("900", name="#77", email="guest_1@example.com")))

    def names(text: str) -> list[str | None]:
        with known.db.workspace(known.workspace_id) as session:
            return [found.contact for found in search_profiles(session, text)]

    assert names("") == ["c7@example.com", "guest_1@example.com"]
    assert names("love") == names("c7@exa") == names("#1042") == names("101") == ["c7@example.com"]
    assert names("guest_") == names("77") == ["guest_1@example.com"]
    assert names("%") == names("nobody") == []
