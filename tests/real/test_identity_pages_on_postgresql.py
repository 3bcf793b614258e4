"""The pages that join and part persons, on PostgreSQL: what they read, foresee and take back."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ui_embed import identity_story as story
from tests.ui_embed.world import World, build_world

pytestmark = pytest.mark.real

ACTION = re.compile(r'action="([^"]+/undo)"')


@pytest.fixture
def world(tmp_path: Path, schema_url: str) -> Iterator[World]:
    """The application on a fresh database."""
    built = build_world(tmp_path, DATABASE_URL=schema_url)
    yield built
    built.services.db.dispose()
    built.services.inbox.dispose()


def test_two_are_foreseen_joined_parted_and_as_before(world: World) -> None:
    cast, client = story.tell(world), world.app.test_client()
    before = story.orders_of(world, cast.dimitra), story.orders_of(world, cast.guest)
    listed = client.get("/suggestions", headers=world.bearer()).text
    assert "2 suggestions: may be one person" in listed
    beside = f"/profiles/{cast.dimitra}/join/{cast.guest}"
    page = client.get(beside, headers=world.bearer()).text
    assert "€430.20" in page[page.index("Joined, they will be") :]
    assert story.events(world) == []
    there = client.post(beside, headers=world.bearer()).headers["Location"]
    page = client.get(there, headers=world.bearer()).text
    assert "Joined with <bdi>Dimitra Papadopoulou</bdi>." in page
    address = f"/profiles/{cast.dimitra}/part"
    page = client.get(f"{address}?other={cast.guest}", headers=world.bearer()).text
    assert "€113.40" in page[page.index("What goes") :]
    page = client.get(there, headers=world.bearer()).text
    client.post(ACTION.findall(page)[0], headers=world.bearer())
    assert (story.orders_of(world, cast.dimitra), story.orders_of(world, cast.guest)) == before
    assert story.events(world) == ["linked", "unlinked"]


def test_a_shared_address_counts_its_names_and_an_account_goes(world: World) -> None:
    cast, client = story.tell(world), world.app.test_client()
    story.share(world, "email", story.HOTEL)
    story.share(world, "phone", story.SHARED_LINE)
    answer = client.get(f"/panel?email={story.HOTEL}", headers=world.bearer())
    assert (answer.status_code, answer.text.count("€31.00")) == (409, 3)
    hotel = story.profile_of(world, story.Order, "800")
    page = client.get(f"/profiles/{hotel}", headers=world.bearer()).text
    assert "Several people use it: 3 different names so far." in page
    what = {"kind": "customer", "value": f"{cast.outlet_id}:311"}
    client.post(f"/profiles/{cast.dimitra}/part", data=what, headers=world.bearer())
    assert story.orders_of(world, cast.dimitra) == {"1042", "987", "1031"}
