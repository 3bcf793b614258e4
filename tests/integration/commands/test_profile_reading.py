"""`tillside profiles summary`, `timeline` and `mentioned` as an operator types them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from integration.cli import cli
from integration.db import Database
from integration.errors import Invalid, NotFound
from integration.models import ProfileView
from integration.services import Services
from platforms.records import RefundRecord
from tests.factories.databases import sqlite_database, sqlite_template
from tests.factories.fake_store import FakeStore, fake_services
from tests.factories.mirror import Mirror
from tests.factories.records import at, order, told
from tests.factories.stores import make_store, make_workspace

DAY = 86_400
DOMAIN = "amber.myshopify.com"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sqlite_template(tmp_path_factory.mktemp("template"))


@pytest.fixture
def mirror(template: Path, tmp_path: Path) -> Iterator[Mirror]:
    database: Database = sqlite_database(template, tmp_path)
    yield Mirror(database, DOMAIN)
    database.dispose()


@pytest.fixture
def services(mirror: Mirror, tmp_path: Path) -> Services:
    mirror.take(
        told(order("1", name="#1042", email="a@example.com", sales_channel="web", locale="el")),
        told(
            order(
                "2",
                name="#1043",
                email="a@example.com",
                placed_at=at(3 * DAY),
                total_minor=2000,
                refunded_minor=500,
                refunds=(RefundRecord("r1", at(4 * DAY), 500),),
            )
        ),
        told(order("3", name="#1044", email="b@example.com")),
    )
    return fake_services(mirror.db, FakeStore(), tmp_path)


def run(services: Services, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["profiles", *arguments], obj=services)


def read(services: Services, *arguments: str) -> Any:
    result = run(services, *arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def person(mirror: Mirror, external_id: str = "1") -> str:
    return str(mirror.order(external_id).profile_id)


def looked(mirror: Mirror) -> list[tuple[str, str, str]]:
    return [(str(row.profile_id), row.viewer, row.surface) for row in mirror.all(ProfileView)]


def test_the_figures_are_printed_and_the_look_is_written_down(
    services: Services, mirror: Mirror
) -> None:
    printed = run(services, "summary", person(mirror))
    assert printed.output.splitlines() == [
        "2 orders that count",
        "  spent 32.50 EUR, 16.25 EUR an order, 27.50 EUR after refunds",
        "from 2026-11-01 to 2026-11-04",
        "3.0 days between orders, median 3.0",
        "money given back on 1 orders (50.0%)",
        "channel web, languages el",
        f"{DOMAIN}: guest, 2 orders",
    ]
    assert looked(mirror) == [(person(mirror), "operator", "command")]
    found = read(services, "summary", person(mirror))
    assert (found["orders"], found["money"][0]["lifetime_minor"]) == (2, 2750)


def test_the_timeline_is_printed_newest_first(services: Services, mirror: Mirror) -> None:
    printed = run(services, "timeline", person(mirror))
    assert printed.output.splitlines() == [
        "2026-11-05 08:00  refunded  #1043",
        "2026-11-04 08:00  order placed  #1043",
        "2026-11-01 08:00  order placed  #1042",
    ]
    found = read(services, "timeline", person(mirror))
    assert [each["kind"] for each in found["events"]] == [
        "refunded",
        "order_placed",
        "order_placed",
    ]
    assert found["next"] is None
    assert looked(mirror) == [(person(mirror), "operator", "command")] * 2


def test_a_long_timeline_goes_on_after_its_cursor(services: Services, mirror: Mirror) -> None:
    mirror.take(*(told(order(str(each), email="c@example.com")) for each in range(100, 135)))
    whole = person(mirror, "100")
    first = read(services, "timeline", whole)
    assert len(first["events"]) == 30
    assert f"--cursor {first['next']}" in run(services, "timeline", whole).output
    rest = read(services, "timeline", whole, "--cursor", first["next"])
    assert (len(rest["events"]), rest["next"]) == (5, None)


def test_a_text_names_orders(services: Services, mirror: Mirror) -> None:
    printed = run(services, "mentioned", "#1042 and #1044", "--writer", "a@example.com")
    assert printed.output.splitlines() == [
        f"#1042  #1042 of {DOMAIN}  certain, by name, the writer's",
        f"#1044  #1044 of {DOMAIN}  certain, by name, not the writer's",
    ]
    assert run(services, "mentioned", "1042").output.splitlines() == [
        f"1042  #1042 of {DOMAIN}  certain, by name"
    ]
    assert run(services, "mentioned", "nothing").output == "No order is named.\n"
    assert read(services, "mentioned", "order 1042")["order"]["name"] == "#1042"
    assert looked(mirror) == []


def test_of_several_workspaces_a_store_says_whose(services: Services, mirror: Mirror) -> None:
    make_store(mirror.db, make_workspace(mirror.db), "other.example")
    refused = run(services, "mentioned", "#1042")
    assert isinstance(refused.exception, Invalid)
    assert read(services, "mentioned", "#1042", "--store", DOMAIN)["order"]["name"] == "#1042"
    assert read(services, "mentioned", "#1042", "--store", "other.example")["order"] is None


@pytest.mark.parametrize("command", ["summary", "timeline"])
def test_nobody_is_nobody(services: Services, mirror: Mirror, command: str) -> None:
    assert isinstance(run(services, command, "999").exception, NotFound)
    assert looked(mirror) == []
