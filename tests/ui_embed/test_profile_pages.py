"""A person's page over real rows: figures, stores, the parts of it, the timeline."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from integration.models import Customer, Profile, ProfileView, StoreSync
from tests.ui_embed.people_rows import add_person
from tests.ui_embed.profile_client import part_of_page, post, words_of
from tests.ui_embed.world import NOW, World


def _change(world: World, model: Any, **values: Any) -> None:
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        for row in session.execute(select(model)).scalars():
            for name, value in values.items():
                setattr(row, name, value)


def test_the_figures_of_a_person(world: World, client: FlaskClient) -> None:
    profile_id = add_person(world, orders=3)
    words = words_of(part_of_page(client, world, f"/profiles/{profile_id}"))
    assert "orders 3 spent €269.70 average order €89.90 lifetime value €269.70" in words
    assert "First order Nov 19 Last order 1 day ago Between orders 1 day on average" in words
    assert "Repeat orders 67% (2 of 3) Returns none" in words
    assert "Ελληνικά" in words
    assert "the store vouches for the account" in words
    assert "refunded" not in words
    assert "not paid yet" not in words


def test_one_order_has_no_average(world: World, client: FlaskClient) -> None:
    words = words_of(part_of_page(client, world, f"/profiles/{add_person(world)}"))
    assert "order 1 spent €89.90" in words
    for absent in ("average", "lifetime value", "Between orders", "Repeat orders"):
        assert absent not in words


def test_figures_say_since_when_where_the_store_shows_no_more(
    world: World, client: FlaskClient
) -> None:
    profile_id = add_person(world, orders=2)
    _change(world, StoreSync, complete_from=NOW - timedelta(days=60))
    words = words_of(part_of_page(client, world, f"/profiles/{profile_id}"))
    assert "value since Sep 23 €179.80" in words
    assert "First order Nov 20 (the store shows us no more)" in words
    assert "lifetime" not in words


def test_the_store_that_knows_them_and_its_admin(world: World, client: FlaskClient) -> None:
    profile_id = add_person(world)
    _change(world, Customer, source_created_at=NOW - timedelta(days=300))
    page = part_of_page(client, world, f"/profiles/{profile_id}")
    assert "Aegean Goods account since January 2026" in words_of(page)
    link = 'href="https://admin.shopify.com/store/aegean/customers/7011225534" target="_top"'
    assert link in page
    assert 'aria-label="Open the account in Aegean Goods"' in page


def test_a_joined_profile_leads_to_the_person(world: World, client: FlaskClient) -> None:
    face = add_person(world)
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        home = Profile(tags=[], joined_id=face, created_at=NOW)
        session.add(home)
        session.flush()
        joined = home.id
    answer = client.get(f"/profiles/{joined}?order=%231042&view=notes", headers=world.bearer())
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/profiles/{face}?order=%231042&view=notes"
    there = client.get(answer.headers["Location"], headers=world.bearer())
    assert f'data-profile="{face}"' in there.text


def test_parts_of_the_page_have_addresses(world: World, client: FlaskClient) -> None:
    profile_id = add_person(world)
    for part, shown in (
        ("", 'id="orders"'),
        ("?view=nonsense", 'id="orders"'),
        ("?view=timeline", 'id="part-timeline"'),
        ("?view=notes", 'id="part-notes"'),
    ):
        page = part_of_page(client, world, f"/profiles/{profile_id}{part}")
        every = ('id="orders"', 'id="part-timeline"', 'id="part-notes"')
        assert [each for each in every if each in page] == [shown]
        assert page.count(' aria-current="true"') == 1
    asked = part_of_page(client, world, f"/profiles/{profile_id}?order=1042&view=notes")
    assert f'hx-get="/profiles/{profile_id}?order=1042&amp;view=notes"' in asked
    assert f'href="/profiles/{profile_id}?order=1042&amp;view=timeline"' in asked


def test_an_order_that_is_older_than_the_newest_is_shown_where_it_is_asked_for(
    world: World, client: FlaskClient
) -> None:
    profile_id = add_person(world, orders=25)
    for asked in ("1020", "%231020", "5000000000001020"):
        page = part_of_page(client, world, f"/profiles/{profile_id}?order={asked}")
        assert page.count('<details class="order"') == 21
        opened = re.findall(
            r'<details class="order" id="order-\d+" open>\n.*\n.*<bdi>(.*?)</bdi>', page
        )
        assert opened == ["#1020"]
    for asked in ("#9999", "", "%00", "x" * 400):
        page = part_of_page(client, world, f"/profiles/{profile_id}?order={asked}")
        assert page.count('<details class="order"') == 20
        assert 'id="order-asked"' not in page


def test_the_timeline_reads_on_by_pages(world: World, client: FlaskClient) -> None:
    profile_id = add_person(world, orders=40)
    post(client, world, f"/profiles/{profile_id}/notes", text="Asked for an invoice.")
    page = part_of_page(client, world, f"/profiles/{profile_id}?view=timeline")
    assert "November 2026 Note by you 1 second ago Asked for an invoice." in words_of(page)
    assert "#1042 was placed €89.90" in words_of(page)
    assert page.count('class="event') - page.count('class="event-') == 30
    address = page.partition(f'hx-get="/profiles/{profile_id}/timeline?')[2].partition('"')[0]
    rest = client.get(
        f"/profiles/{profile_id}/timeline?{address.replace('&amp;', '&')}", headers=world.bearer()
    )
    assert rest.status_code == 200
    assert "was placed" in rest.text
    assert "<html" not in rest.text
    # The month goes on, so it isn't said twice.
    assert rest.text.count('class="month"') == 0 or "November 2026" not in rest.text
    shown = re.findall(r"<bdi>(#\d+)</bdi></a> was placed", page + rest.text)
    assert shown == [f"#{1042 - number}" for number in range(40)]


def test_what_is_read_on_is_audited(world: World, client: FlaskClient) -> None:
    profile_id = add_person(world, orders=40)
    page = part_of_page(client, world, f"/profiles/{profile_id}?view=timeline")
    address = page.partition(f'hx-get="/profiles/{profile_id}/timeline?')[2].partition('"')[0]
    client.get(
        f"/profiles/{profile_id}/timeline?{address.replace('&amp;', '&')}", headers=world.bearer()
    )
    with world.services.db.workspace(world.workspace_id) as session:
        views = session.execute(select(ProfileView)).scalars().all()
    assert [(view.profile_id, view.viewer, view.surface) for view in views] == [
        (profile_id, "shopify-staff:42", "panel")
    ] * 2


@pytest.mark.parametrize("path", ["timeline", "notes"])
def test_a_cursor_that_is_none_is_400(world: World, client: FlaskClient, path: str) -> None:
    profile_id = add_person(world)
    for query in ("", "?cursor=", "?cursor=x", "?cursor=1&cursor=2"):
        answer = client.get(f"/profiles/{profile_id}/{path}{query}", headers=world.bearer())
        assert answer.status_code == 400, query
