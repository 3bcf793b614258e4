"""Who is found by what an agent has at hand."""

import pytest
from sqlalchemy import update

from integration.db import Database
from integration.errors import Invalid
from integration.models import DueProfile, Profile
from integration.search import by_terms
from integration.search.find import search_profiles
from platforms.changes import CustomerDeleted
from tests.factories.mirror import Mirror
from tests.factories.records import at, customer, line, order, told
from tests.factories.stores import make_workspace
from tests.integration.search import crowd
from tests.integration.search.searching import numbers, search, work_off

HOSTILE = (
    "x" * 10_000,
    "q " * 10_000,
    "'\"%_\\",
    "a' OR '1'='1",
    "%",
    "_",
    "-- !!! ...",
    "\x00",
    "ada\x00lovelace",
    "\u202eada\u202c",
    "\ud800",
    "\U0010ffff",
    "@",
    "@@@",
    "a@",
    "#",
    "+",
    "+" * 400,
    "9" * 400,
    "{}",
    '["ada"]',
    "ada\n\tlovelace",
    "😀",
    " \u3000\u200b ",
)


@pytest.fixture(scope="module")
def people(db: Database) -> Mirror:
    """The crowd, worked off."""
    told_of = Mirror(db, "crowd.myshopify.com")
    crowd.tell(told_of)
    assert work_off(told_of) == len(crowd.PEOPLE)
    return told_of


@pytest.mark.parametrize("text", crowd.FOUND)
def test_finds_whom_the_words_mean(people: Mirror, text: str) -> None:
    assert numbers(people, text) == crowd.FOUND[text]


def test_finds_the_same_before_it_was_worked_off(mirror: Mirror) -> None:
    crowd.tell(mirror)
    assert {text: numbers(mirror, text) for text in crowd.FOUND} == crowd.FOUND


def test_what_is_fresh_outweighs_what_was_worked_off(mirror: Mirror) -> None:
    mirror.take(told(customer("7", first_name="Ada", last_name="Byron")))
    work_off(mirror)
    mirror.take(told(customer("7", seconds=5, first_name="Ada", last_name="Lovelace")))
    assert (numbers(mirror, "lovelace"), numbers(mirror, "byron")) == ((7,), ())
    work_off(mirror)
    assert (numbers(mirror, "lovelace"), numbers(mirror, "byron")) == ((7,), ())


@pytest.mark.parametrize("text", HOSTILE)
def test_takes_any_text(people: Mirror, text: str) -> None:
    with people.db.workspace(people.workspace_id) as session:
        found = search_profiles(session, text)
    ada = {"\u202eada\u202c", '["ada"]', "ada\n\tlovelace"}
    if text.strip():
        assert [one.display_name for one in found] == (["Ada Lovelace"] if text in ada else [])


def test_everybody_comes_in_pages(people: Mirror) -> None:
    seen: list[str | None] = []
    cursor: str | None = None
    for _ in range(4):
        page = search(people, "", limit=2, cursor=cursor)
        seen += [one.display_name for one in page.found]
        assert not page.is_cut_off
        cursor = page.next
    assert cursor is None
    assert seen == [f"{one.first_name} {one.last_name}" for one in reversed(crowd.PEOPLE)]


def test_what_is_found_comes_in_pages(people: Mirror) -> None:
    first = search(people, "mug-b", limit=5)
    assert (len(first.found), first.is_cut_off) == (5, False)
    assert first.next is not None
    rest = search(people, "mug-b", limit=5, cursor=first.next)
    assert (len(rest.found), rest.next) == (2, None)


@pytest.mark.parametrize("cursor", ["x", "!", "fDA", "MjAyNi0wMS0wMXw1", "\u20ac"])
def test_a_cursor_of_somebody_elses_is_refused(people: Mirror, cursor: str) -> None:
    with pytest.raises(Invalid):
        search(people, "ada", cursor=cursor)


def test_says_what_matched_where_it_is_not_the_name(people: Mirror) -> None:
    def matched(text: str) -> tuple[str | None, str | None]:
        (one,) = search(people, text).found
        return one.matched_by, one.matched

    assert matched("ada") == matched("papadopoulou") == (None, None)
    assert matched("en1042") == ("order", "#EN-1042")
    assert matched("ada gift") == ("email", "gift@example.org")
    assert matched("tsh-blk") == ("sku", "TSH-BLK-M")
    assert matched("jd014600") == ("tracking", "JD01 4600-1234")
    assert matched("thessaloniki") == ("address", "Θεσσαλονίκη")
    assert matched("050-123 4567") == ("phone", "+972501234567")
    assert matched("gift@example.org") == ("email", "gift@example.org")
    assert matched("905") == ("order", "#5005")


def test_another_workspaces_people_are_not_found(people: Mirror) -> None:
    elsewhere = make_workspace(people.db, "Other")
    with people.db.workspace(elsewhere) as session:
        for text in ("", *crowd.FOUND):
            assert search_profiles(session, text) == []


def test_who_is_joined_to_another_is_not_found(mirror: Mirror) -> None:
    mirror.take(told(customer("7", first_name="Ada")), told(customer("8", first_name="Augusta")))
    work_off(mirror)
    kept, joined = (mirror.all(Profile)[place].id for place in (0, 1))
    with mirror.db.workspace(mirror.workspace_id, write=True) as session:
        session.execute(update(Profile).where(Profile.id == joined).values(joined_id=kept))
    assert [one.id for one in search(mirror, "").found] == [str(kept)]
    assert search(mirror, "augusta").found == ()
    # An address of the one that is joined leads to who stands for it.
    assert [one.id for one in search(mirror, "c8@example.com").found] == [str(kept)]


def test_who_never_ordered_comes_last(mirror: Mirror) -> None:
    mirror.take(
        told(customer("1", first_name="Ann")),
        told(customer("2", first_name="Ann")),
        told(order("100", customer_external_id="1", email="c1@example.com")),
    )
    work_off(mirror)
    assert numbers(mirror, "ann") == (1, 2)
    first = search(mirror, "ann", limit=1)
    rest = search(mirror, "ann", limit=1, cursor=first.next)
    assert [one.contact for one in (*first.found, *rest.found)] == [
        "c1@example.com",
        "c2@example.com",
    ]
    assert rest.next is None


@pytest.fixture(scope="module")
def thirty(db: Database) -> Mirror:
    """People called Ann, each ordered a second after the one before; each third bought a BATH."""
    told_of = Mirror(db, "thirty.myshopify.com")
    changes = []
    for number in range(1, 31):
        changes.append(told(customer(str(number), first_name="Ann", last_name=f"No{number}")))
        sku = "RARE" if number == 1 else "BATH" if number % 3 == 0 else "MUG"
        bought = order(
            str(100 + number),
            placed_at=at(number),
            customer_external_id=str(number),
            email=f"c{number}@example.com",
            lines=(line(sku=sku),),
        )
        changes.append(told(bought))
    told_of.take(*changes)
    work_off(told_of)
    return told_of


@pytest.mark.parametrize("common", [5, 2000])
@pytest.mark.parametrize("several", [1, 4000])
@pytest.mark.parametrize("few", [1, 4000])
@pytest.mark.parametrize("many", [5, 12, 60000])
@pytest.mark.parametrize("most", [3, 3000])
def test_each_way_finds_the_same(
    thirty: Mirror,
    monkeypatch: pytest.MonkeyPatch,
    many: int,
    few: int,
    several: int,
    most: int,
    common: int,
) -> None:
    monkeypatch.setattr(by_terms, "COMMON", common)
    for name, value in (("MANY", many), ("FEW", few), ("SEVERAL", several)):
        monkeypatch.setattr(by_terms, name, value)
    monkeypatch.setattr(by_terms, "FIRST_STEPS", (2, 2))
    monkeypatch.setattr(by_terms, "STEPS", (2, 2, 2))
    monkeypatch.setattr(by_terms, "STEPS_AMONG_SEVERAL", (most,))

    def found(text: str) -> list[int]:
        """All pages one after the other."""
        all_of_them: list[int] = []
        cursor: str | None = None
        for _ in range(40):
            page = search(thirty, text, limit=4, cursor=cursor)
            all_of_them += [int((one.contact or "c0@")[1:].partition("@")[0]) for one in page.found]
            cursor = page.next
            if cursor is None:
                return all_of_them
        raise AssertionError("it never ends")

    assert found("ann") == list(range(30, 0, -1))
    assert found("ann bath") == found("bath ann") == list(range(30, 0, -3))
    assert found("ann rare") == found("rare") == [1]
    assert found("rare bath") == found("ann rare bath") == found("ann nobody") == []
    assert found("ann no7") == [7]


def test_says_where_it_was_cut_off(thirty: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(by_terms, "MANY", 1)
    monkeypatch.setattr(by_terms, "STEPS", (2, 2))
    page = search(thirty, "mug bath")
    assert (page.found, page.is_cut_off) == ((), True)
    assert page.next is not None
    last = search(thirty, "mug bath", cursor=page.next)
    assert last.next != page.next


def test_whom_a_text_names_comes_first(mirror: Mirror) -> None:
    for number, name in enumerate(("#104", "#1041", "#1042", "#1043"), 1):
        account = customer(str(number))
        bought = order(str(number), name=name, placed_at=at(number), email=account.email)
        mirror.take(told(account), told(bought))
    work_off(mirror)
    assert numbers(mirror, "104") == numbers(mirror, "#104") == (1, 4, 3, 2)
    assert numbers(mirror, "1042") == (3,)
    seen: list[str | None] = []
    cursor: str | None = None
    for _ in range(4):
        page = search(mirror, "104", limit=1, cursor=cursor)
        seen += [one.matched for one in page.found]
        cursor = page.next
    assert (seen, cursor) == (["#104", "#1043", "#1042", "#1041"], None)


def test_many_that_are_due_are_left_to_the_job(mirror: Mirror) -> None:
    mirror.take(*(told(customer(str(number), first_name="Ann")) for number in range(1, 40)))
    assert len(mirror.all(DueProfile)) == 39
    assert search(mirror, "ann").found == ()
    # What is exact doesn't wait.
    assert numbers(mirror, "c7@example.com") == (7,)


def test_an_order_that_left_its_account_is_found_by_its_name(mirror: Mirror) -> None:
    mirror.take(
        told(customer("7")),
        told(order("100", name="#77", customer_external_id="7")),
        told(CustomerDeleted("7", customer().updated_at.replace(minute=5))),
    )
    work_off(mirror)
    (found,) = search(mirror, "77").found
    assert (found.matched_by, found.matched) == ("order", "#77")
