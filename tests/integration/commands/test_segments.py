"""`tillside segments` as an operator types it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from integration.cli import cli
from integration.errors import NotFound
from integration.models import PeopleExport
from integration.segments.saved import create_segment
from integration.services import Services
from tests.factories.databases import sqlite_database, sqlite_template
from tests.factories.fake_store import FakeStore, fake_services
from tests.factories.mirror import Mirror
from tests.factories.stores import NOW
from tests.integration.crm.people import add_profile


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sqlite_template(tmp_path_factory.mktemp("template"))


@pytest.fixture
def mirror(template: Path, tmp_path: Path) -> Iterator[Mirror]:
    database = sqlite_database(template, tmp_path)
    yield Mirror(database, "amber.myshopify.com")
    database.dispose()


@pytest.fixture
def services(mirror: Mirror, tmp_path: Path) -> Services:
    add_profile(mirror, "Ada", tags=["VIP"])
    add_profile(mirror, "Bea")
    with mirror.db.workspace(mirror.workspace_id, write=True) as session:
        vip = [{"kind": "has_tag", "value": "VIP"}]
        create_segment(session, "Best", vip, by="owner:1", now=NOW)
    return fake_services(mirror.db, FakeStore(), tmp_path)


def run(services: Services, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["segments", *arguments], obj=services)


def test_segments_are_listed_with_their_counts(services: Services) -> None:
    assert run(services, "list").output == "1  Best  1 people\n"
    (told,) = json.loads(run(services, "list", "--json").output)
    assert (told["name"], told["count"]) == ("Best", {"people": 1, "is_exact": True})


def test_one_is_shown_with_its_people(services: Services) -> None:
    assert run(services, "show", "1").output == "Best  (segment 1)\n  has_tag VIP\n1  Ada  –\n"
    told = json.loads(run(services, "show", "1", "--json").output)
    assert [person["display_name"] for person in told["people"]] == ["Ada"]
    assert told["conditions"] == [{"kind": "has_tag", "value": "VIP"}]
    missing = run(services, "show", "7")
    assert isinstance(missing.exception, NotFound)


def test_its_people_are_written_and_that_is_written_down(
    services: Services, mirror: Mirror, tmp_path: Path
) -> None:
    file = tmp_path / "people.csv"
    assert run(services, "export", "1", "--output", str(file)).exit_code == 0
    written = file.read_bytes()
    assert written.startswith(b'\xef\xbb\xbf"profile_id"')
    assert written.count(b"\r\n") == 2
    assert run(services, "export", "1").stdout_bytes == written
    exports = mirror.all(PeopleExport)
    assert [(row.viewer, row.surface, row.people) for row in exports] == [
        ("operator", "command", 1)
    ] * 2
