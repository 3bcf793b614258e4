"""`tillside profiles suggestions` and `dismiss` as an operator types them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from integration.cli import cli
from integration.db import Database
from integration.errors import NotFound
from integration.models import IdentityEvent
from integration.search.working_off import work_off_due
from integration.services import Services
from tests.factories.databases import sqlite_database, sqlite_template
from tests.factories.fake_store import FakeStore, fake_services
from tests.factories.mirror import Mirror
from tests.factories.records import customer, order, told

PHONE = "+493018274659"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sqlite_template(tmp_path_factory.mktemp("template"))


@pytest.fixture
def mirror(template: Path, tmp_path: Path) -> Iterator[Mirror]:
    database: Database = sqlite_database(template, tmp_path)
    yield Mirror(database, "amber.myshopify.com")
    database.dispose()


@pytest.fixture
def services(mirror: Mirror, tmp_path: Path) -> Services:
    mirror.take(told(customer("7", phone=PHONE)), told(customer("8", phone=PHONE)))
    mirror.take(told(order("100", customer_external_id="8", email="c7@example.com")))
    found = fake_services(mirror.db, FakeStore(), tmp_path)
    work_off_due(found)
    return found


def run(services: Services, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["profiles", *arguments], obj=services)


def read(services: Services, *arguments: str) -> Any:
    result = run(services, *arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def test_suggestions_are_listed_with_their_reasons(services: Services) -> None:
    printed = run(services, "suggestions")
    assert printed.exit_code == 0, printed.output
    assert printed.output == (
        f"1 Ada Lovelace (c7@example.com)  and  2 Ada Lovelace (c8@example.com)  likely: "
        f"the same phone {PHONE}; c7@example.com stands on an order of the one and is the "
        "other's own\n"
    )
    [one] = read(services, "suggestions")
    assert [each["kind"] for each in one["reasons"]] == ["phone", "typed"]
    of_one = read(services, "suggestions", "2")
    assert of_one["profile_id"] == "2"
    assert of_one["suggestions"][0]["other"]["id"] == "1"


def test_a_dismissed_one_is_listed_no_more(services: Services, mirror: Mirror) -> None:
    printed = run(services, "dismiss", "1", "2", "--reason", "Sisters.")
    assert printed.exit_code == 0, printed.output
    [event] = mirror.all(IdentityEvent)
    assert printed.output == f"They are different people (event {event.id}).\n"
    assert (event.made_by, event.reason) == ("operator", "Sisters.")
    assert run(services, "suggestions").output == "Nobody looks like somebody else.\n"
    work_off_due(services)
    assert read(services, "suggestions") == []
    assert run(services, "dismiss", "2", "1").output == "That stood already.\n"


def test_nobody_is_an_error(services: Services) -> None:
    assert isinstance(run(services, "suggestions", "99").exception, NotFound)
    assert isinstance(run(services, "dismiss", "1", "99").exception, NotFound)
