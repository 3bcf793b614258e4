"""`tillside profiles link`, `unlink`, `shared`, `undo` and `history` as an operator types them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from integration.cli import cli
from integration.errors import Invalid, NotFound
from integration.models import Order
from integration.services import Services
from tests.factories.databases import sqlite_database, sqlite_template
from tests.factories.fake_store import FakeStore, fake_services
from tests.factories.mirror import Mirror
from tests.factories.records import order, told


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[Mirror]:
    database = sqlite_database(sqlite_template(tmp_path), tmp_path)
    yield Mirror(database, "amber.myshopify.com")
    database.dispose()


@pytest.fixture
def services(mirror: Mirror, tmp_path: Path) -> Services:
    """Two guests: profiles 1 and 2."""
    mirror.take(
        told(order("100", email="a@example.com")), told(order("101", email="b@example.com"))
    )
    return fake_services(mirror.db, FakeStore(), tmp_path)


def run(services: Services, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["profiles", *arguments], obj=services)


def read(services: Services, *arguments: str) -> Any:
    result = run(services, *arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def people(mirror: Mirror) -> list[int | None]:
    orders = sorted(mirror.all(Order), key=lambda each: each.external_id)
    return [each.profile_id for each in orders]


def test_two_are_joined_taken_apart_and_joined_again(services: Services, mirror: Mirror) -> None:
    joined = read(services, "link", "1", "2", "--reason", "rang up")
    assert joined == {
        "event_id": joined["event_id"],
        "profile_id": "1",
        "other_profile_id": "2",
        "changed": True,
    }
    assert people(mirror) == [1, 1]
    assert "Nothing changed" in run(services, "link", "2", "1").output
    parted = run(services, "unlink", "1", "2")
    assert (parted.exit_code, people(mirror)) == (0, [1, 2])
    event_id = parted.output.split()[-1]
    assert run(services, "undo", event_id).exit_code == 0
    assert people(mirror) == [1, 1]
    told_of = read(services, "history", "2")
    assert [each["action"] for each in told_of] == ["linked", "unlinked", "linked"]
    assert "rang up" in run(services, "history", "1").output


def test_a_guests_order_is_taken_out_and_an_address_is_shared(
    services: Services, mirror: Mirror
) -> None:
    mirror.take(told(order("102", seconds=3, email="a@example.com")))
    assert run(services, "unlink", "1", f"order:{mirror.store_id}:102").exit_code == 0
    assert len(set(people(mirror))) == 3
    assert run(services, "shared", "1", "email:b@example.com").exit_code == 0
    assert run(services, "shared", "2", "b@example.com", "--single").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("link", "1", "1"), Invalid),
        (("link", "1", "99"), NotFound),
        (("link", "99", "1"), NotFound),
        (("unlink", "1", "nonsense"), Invalid),
        (("shared", "1", "7"), Invalid),
        (("undo", "99"), NotFound),
        (("history", "99"), NotFound),
    ],
)
def test_what_cannot_be_is_refused(
    services: Services, mirror: Mirror, arguments: tuple[str, ...], error: type[Exception]
) -> None:
    result = run(services, *arguments)
    assert isinstance(result.exception, error)
    assert people(mirror) == [1, 2]
