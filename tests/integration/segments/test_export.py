"""People as a file: who is in it, what stands of them, who is told that they went out."""

import csv
import io
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, event

from integration.errors import AppError, Invalid
from integration.models import PeopleExport, Profile
from integration.segments import export
from integration.segments.conditions import read_conditions
from integration.segments.export import (
    COLUMNS,
    ExportDone,
    Exporter,
    PeopleFile,
    Selection,
    begin_export,
    newest_exports,
)
from integration.services import Services
from platforms.records import AddressRecord
from tests.conftest import StandingClock
from tests.factories.mirror import Mirror
from tests.factories.records import at, customer, order, told
from tests.factories.stores import NOW
from tests.integration.crm.people import add_profile, join
from tests.webhooks.parts import make_services

HOSTILE = '=HYPERLINK("http://evil.example")'


@pytest.fixture
def services(tmp_path: Path, clock: StandingClock) -> Iterator[Services]:
    made = make_services(tmp_path, clock)
    yield made
    made.db.dispose()
    made.inbox.dispose()


@pytest.fixture
def shop(services: Services) -> Mirror:
    return Mirror(services.db, "shop.example")


def begun(services: Services, shop: Mirror, **selection: Any) -> PeopleFile:
    exporter = Exporter(shop.workspace_id, "owner:1", "page", shop.store_id)
    return begin_export(services, exporter, Selection(**selection))


def read(services: Services, shop: Mirror, **selection: Any) -> list[dict[str, str]]:
    with closing(begun(services, shop, **selection)) as file:
        body = b"".join(file)
    assert body.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline=""), strict=True))


def test_a_person_has_a_row_for_each_currency(services: Services, shop: Mirror) -> None:
    ada = {
        "email": "ada@example.com",
        "first_name": "Ada",
        "last_name": "Λ",
        "phone": "+4930901820",
    }
    own: dict[str, Any] = {"customer_external_id": "1", "email": "ada@example.com"}
    yen = {"currency": "JPY", "total_minor": 5000, "current_total_minor": 5000}
    shop.take(
        told(customer("1", 0, locale="de", tags=("b", "a"), **ada)),
        told(order("11", 0, total_minor=2050, refunded_minor=50, **own)),
        told(order("12", 5, placed_at=at(5), financial_status="pending", **own)),
        told(order("13", 6, placed_at=at(6), **own, **yen)),
        told(customer("2", 0, email="bea@example.com", first_name="Bea", last_name="")),
    )
    rows = read(services, shop)
    assert tuple(rows[0]) == COLUMNS
    euro, in_yen, bea = rows
    assert euro == {
        "profile_id": euro["profile_id"],
        "name": "Ada Λ",
        "email": "ada@example.com",
        "phone": "'+4930901820",
        "language": "de",
        "tags": "a; b",
        "own_tags": "",
        "account": "yes",
        "customer_since": "2026-11-01T07:43:20Z",
        "first_order_at": "2026-11-01T08:00:00Z",
        "last_order_at": "2026-11-01T08:00:06Z",
        "currency": "EUR",
        "orders": "2",
        "spent": "20.50",
        "unpaid": "12.50",
        "refunded": "0.50",
    }
    assert in_yen == {
        **euro, "currency": "JPY", "orders": "1", "spent": "5000", "unpaid": "0", "refunded": "0",
    }  # fmt: skip
    assert (bea["name"], bea["currency"], bea["orders"], bea["spent"]) == ("Bea", "", "0", "")
    assert bea["last_order_at"] == ""


def test_hostile_texts_are_inert_in_every_column(services: Services, shop: Mirror) -> None:
    email = "=cmd|'/c'!a@evil.example"
    record = customer(
        "1", 0, email=email, first_name=HOSTILE, last_name="", tags=(HOSTILE, "@x"), locale="+el"
    )
    address = AddressRecord(name="\t＝1", line1="1", city="X", country_code="GR")
    shop.take(told(record), told(order("1", 0, shipping_address=address)))
    (mine,) = [row.id for row in shop.all(Profile) if row.display_name == HOSTILE]
    with services.db.workspace(shop.workspace_id, write=True) as session:
        session.get_one(Profile, mine).own_tags = ["-1;@2", '"=3']
    ada, guest = read(services, shop)
    quoted = '\'=HYPERLINK("http://evil.example")'
    assert (ada["name"], ada["language"]) == (quoted, "'+el")
    assert ada["email"].startswith("'=cmd")
    assert ada["tags"] == f"{quoted};' @x"
    assert ada["own_tags"] == "'\"'=3;' -1;'@2"
    assert guest["name"] == "' ＝1"


def test_only_who_is_asked_for_and_shown_goes_out(services: Services, shop: Mirror) -> None:
    vip = add_profile(shop, "Vip", tags=["VIP"])
    dormant = add_profile(shop, "Dormant", tags=["VIP"], own_tags=["kept"])
    add_profile(shop, "Plain")
    join(shop, dormant, vip)
    elsewhere = Mirror(services.db, "elsewhere.example")
    add_profile(elsewhere, "Foreign", tags=["VIP"])
    tagged = read_conditions([{"kind": "has_tag", "value": "vip"}])
    (row,) = read(services, shop, what="segment", conditions=tagged, segment_id=3)
    assert (row["name"], row["own_tags"]) == ("Vip", "kept")
    assert [row["name"] for row in read(services, shop)] == ["Vip", "Plain"]


def test_a_searchs_people_go_out(services: Services, shop: Mirror) -> None:
    shop.take(
        told(order("1", 0, email="ada@example.com")), told(order("2", 0, email="bea@example.com"))
    )
    (row,) = read(services, shop, what="search", search="ada@example.com")
    assert row["email"] == "ada@example.com"
    assert read(services, shop, what="search", search="nobody@example.com") == []


def test_a_search_that_finds_too_many_is_refused(
    services: Services, shop: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "MOST_SEARCHED", 2)
    monkeypatch.setattr(export, "_SEARCH_PAGE", 1)
    for number in range(5):
        add_profile(shop, str(number))
    with pytest.raises(Invalid) as refused:
        begun(services, shop, what="search", search="")
    assert refused.value.code == "too_many_people"
    assert shop.all(PeopleExport) == []


def test_it_is_written_down_before_the_first_goes_and_how_many_went(
    services: Services, shop: Mirror, clock: StandingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "_PAGE", 2)
    for number in range(5):
        add_profile(shop, str(number))
    file = begun(services, shop, what="segment", segment_id=9)
    (row,) = shop.all(PeopleExport)
    assert (row.viewer, row.surface, row.store_id) == ("owner:1", "page", shop.store_id)
    assert (row.what, row.segment_id, row.people, row.ended_at) == ("segment", 9, 5, None)
    pieces = iter(file)
    next(pieces), next(pieces)
    later = clock.advance(seconds=30)
    file.close()
    (row,) = shop.all(PeopleExport)
    assert (row.people, row.begun_at, row.ended_at) == (2, NOW, later)
    clock.advance(seconds=30)
    file.close()
    with services.db.workspace(shop.workspace_id) as session:
        assert newest_exports(session) == [
            ExportDone("owner:1", "page", "segment", "9", 2, NOW, later)
        ]


def test_no_transaction_is_open_between_two_pages(
    services: Services, shop: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "_PAGE", 1)
    gone = [add_profile(shop, str(number)) for number in range(3)][1]
    ended: list[object] = []
    for name in ("commit", "rollback"):
        event.listen(services.db.engine, name, ended.append)
    with closing(begun(services, shop)) as file:
        pieces = iter(file)
        for _ in range(2):
            next(pieces)
        assert services.db.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
        assert ended
        with services.db.workspace(shop.workspace_id, write=True) as session:
            session.execute(delete(Profile).where(Profile.id == gone))
        rest = b"".join(pieces)
    assert rest.count(b"\r\n") == 1
    assert [row.people for row in shop.all(PeopleExport)] == [2]


def test_few_are_written_at_once_and_each_gives_its_place_back(
    services: Services, shop: Mirror
) -> None:
    files = [begun(services, shop) for _ in range(4)]
    with pytest.raises(AppError) as refused:
        begun(services, shop)
    assert (refused.value.code, refused.value.status) == ("busy", 429)
    for file in files:
        file.close()
        file.close()
    with closing(begun(services, shop)) as file:
        assert b"".join(file).count(b"\r\n") == 1
