"""A person's page over real rows: figures, stores, notes and tags with the way back, timeline."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from integration.events import Event
from integration.models import Customer, Profile, ProfileNote, ProfileView, StoreSync
from tests.ui_embed.people_rows import add_person
from tests.ui_embed.sites import ELSEWHERE, FETCHED, SAME
from tests.ui_embed.world import NOW, World

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}
# What of the page can't be written in a posted form: nothing of a person's is told to nobody.
POSTS = ("notes", "notes/1/delete", "notes/1/restore", "tags")


def _text(html: str) -> str:
    """The words of a page, without its markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def _part(client: FlaskClient, world: World, path: str) -> str:
    answer = client.get(path, headers={**world.bearer(), **PART})
    assert answer.status_code == 200
    return answer.text


def _post(client: FlaskClient, world: World, path: str, **fields: str) -> Any:
    return client.post(path, data=fields, headers={**world.bearer(), **PART})


def _notes(world: World) -> list[tuple[str, str, bool]]:
    with world.services.db.workspace(world.workspace_id) as session:
        rows = session.execute(select(ProfileNote).order_by(ProfileNote.id)).scalars()
        return [(row.text, row.author, row.deleted_at is not None) for row in rows]


def _tags(world: World, profile_id: int) -> list[str]:
    with world.services.db.workspace(world.workspace_id) as session:
        held = session.execute(select(Profile.own_tags).where(Profile.id == profile_id))
        return list(held.scalar_one())


def _change(world: World, model: Any, **values: Any) -> None:
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        for row in session.execute(select(model)).scalars():
            for name, value in values.items():
                setattr(row, name, value)


def test_the_figures_of_a_person(world: World, client: FlaskClient) -> None:
    profile_id = add_person(world, orders=3)
    words = _text(_part(client, world, f"/profiles/{profile_id}"))
    assert "orders 3 spent €269.70 average order €89.90 lifetime value €269.70" in words
    assert "First order Nov 19 Last order 1 day ago Between orders 1 day on average" in words
    assert "Repeat orders 67% (2 of 3) Returns none" in words
    assert "Ελληνικά" in words
    assert "the store vouches for the account" in words
    assert "refunded" not in words
    assert "not paid yet" not in words


def test_one_order_has_no_average(world: World, client: FlaskClient) -> None:
    words = _text(_part(client, world, f"/profiles/{add_person(world)}"))
    assert "order 1 spent €89.90" in words
    for absent in ("average", "lifetime value", "Between orders", "Repeat orders"):
        assert absent not in words


def test_figures_say_since_when_where_the_store_shows_no_more(
    world: World, client: FlaskClient
) -> None:
    profile_id = add_person(world, orders=2)
    _change(world, StoreSync, complete_from=NOW - timedelta(days=60))
    words = _text(_part(client, world, f"/profiles/{profile_id}"))
    assert "value since Sep 23 €179.80" in words
    assert "First order Nov 20 (the store shows us no more)" in words
    assert "lifetime" not in words


def test_the_store_that_knows_them_and_its_admin(world: World, client: FlaskClient) -> None:
    profile_id = add_person(world)
    _change(world, Customer, source_created_at=NOW - timedelta(days=300))
    page = _part(client, world, f"/profiles/{profile_id}")
    assert "Aegean Goods account since January 2026" in _text(page)
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
        page = _part(client, world, f"/profiles/{profile_id}{part}")
        every = ('id="orders"', 'id="part-timeline"', 'id="part-notes"')
        assert [each for each in every if each in page] == [shown]
        assert page.count(' aria-current="true"') == 1
    asked = _part(client, world, f"/profiles/{profile_id}?order=1042&view=notes")
    assert f'hx-get="/profiles/{profile_id}?order=1042&amp;view=notes"' in asked
    assert f'href="/profiles/{profile_id}?order=1042&amp;view=timeline"' in asked


def test_a_note_is_written_taken_back_and_put_back(world: World, client: FlaskClient) -> None:
    profile_id = add_person(world)
    path = f"/profiles/{profile_id}/notes"
    added = _post(client, world, path, text="  Call <b>before</b> noon.\r\nShe works nights. ")
    assert added.status_code == 200
    assert "Call &lt;b&gt;before&lt;/b&gt; noon.\nShe works nights.</p>" in added.text
    assert '<p id="news" hx-swap-oob="innerHTML">The note was added.</p>' in added.text
    assert '<span class="count" id="note-count" hx-swap-oob="true">1</span>' in added.text
    assert _text(added.text).startswith("Call &lt;b&gt;before")
    assert "Undo this note" in _text(added.text)
    assert _notes(world) == [
        ("Call <b>before</b> noon.\nShe works nights.", "shopify-staff:42", False)
    ]
    gone = _post(client, world, f"{path}/1/delete")
    assert _text(gone.text) == "The note was removed. Undo The note was removed."
    assert 'id="note-count" hx-swap-oob="true"></span>' in gone.text
    assert "before" not in gone.text
    assert _notes(world)[0][2] is True
    assert "No notes yet." in _part(client, world, f"/profiles/{profile_id}?view=notes")
    back = _post(client, world, f"{path}/1/restore")
    assert "She works nights." in back.text
    assert "you 1 second ago Remove this note" in _text(back.text)
    assert _notes(world)[0][2] is False
    told = world.services.events.told  # type: ignore[attr-defined]
    assert told == [Event(world.workspace_id, "profile", profile_id)] * 3


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (" \n\u200b\t".replace("\u200b", ""), "There is nothing in it yet."),
        ("x" * 10_001, "It is too long: 10000 characters at most."),
    ],
)
def test_a_note_that_can_be_none_is_refused_beside_its_field(
    world: World, client: FlaskClient, text: str, why: str
) -> None:
    path = f"/profiles/{add_person(world)}/notes"
    answer = _post(client, world, path, text=text)
    assert answer.status_code == 422
    assert _text(answer.text) == why
    assert answer.text.count("hx-swap-oob") == 1
    assert _notes(world) == []


def test_without_a_script_the_page_comes_again(world: World, owner: FlaskClient) -> None:
    posted = owner.post("/profiles/1/notes", data={"text": "By hand."}, headers=SAME)
    assert (posted.status_code, posted.headers["Location"]) == (303, "/profiles/1?view=notes")
    posted = owner.post("/profiles/1/tags", data={"add": "VIP of ours"}, headers=SAME)
    assert (posted.status_code, posted.headers["Location"]) == (303, "/profiles/1")
    assert [text for text, _, _ in _notes(world)] == ["By hand."]
    assert _tags(world, 1) == ["VIP of ours"]


def test_tags_of_both_sides(world: World, client: FlaskClient) -> None:
    profile_id = add_person(world)
    path = f"/profiles/{profile_id}/tags"
    added = _post(client, world, path, add=" call   back ")
    assert added.status_code == 200
    words = _text(added.text)
    assert words.startswith("VIP (a tag of the store) call back Change tags")
    assert "call back was added. Undo" in words
    assert 'name="remove" value="VIP"' not in added.text
    assert _tags(world, profile_id) == ["call back"]
    again = _text(_post(client, world, path, add="CALL BACK").text)
    assert "was added. Undo" not in again
    assert _tags(world, profile_id) == ["call back"]
    removed = _post(client, world, path, remove="call back")
    assert "call back was removed. Undo" in _text(removed.text)
    assert '<input type="hidden" name="add" value="call back">' in removed.text
    assert _tags(world, profile_id) == []
    refused = _post(client, world, path, add="x" * 41)
    assert refused.status_code == 422
    assert "It is too long: 40 characters at most." in _text(refused.text)
    assert _tags(world, profile_id) == []


def test_the_stores_note_is_shown_and_can_not_be_changed(world: World, client: FlaskClient) -> None:
    profile_id = add_person(world)
    _change(world, Customer, note="Pays by <i>transfer</i>.")
    page = _part(client, world, f"/profiles/{profile_id}?view=notes")
    words = _text(page)
    assert "Notes of the store They stand in the store and are changed there." in words
    assert "Pays by &lt;i&gt;transfer&lt;/i&gt;. Aegean Goods on the account" in words
    assert "delete" not in page


def test_the_timeline_reads_on_by_pages(world: World, client: FlaskClient) -> None:
    profile_id = add_person(world, orders=40)
    _post(client, world, f"/profiles/{profile_id}/notes", text="Asked for an invoice.")
    page = _part(client, world, f"/profiles/{profile_id}?view=timeline")
    assert "November 2026 Note by you 1 second ago Asked for an invoice." in _text(page)
    assert "#1042 was placed €89.90" in _text(page)
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
    page = _part(client, world, f"/profiles/{profile_id}?view=timeline")
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


def test_nothing_of_another_workspaces_person_is_told_or_changed(
    world: World, client: FlaskClient
) -> None:
    foreign = add_person(world, other=True)
    with world.services.db.workspace(world.other_workspace_id, write=True) as session:
        session.add(ProfileNote(profile_id=foreign, text="Secret", author="x:1", created_at=NOW))
    for profile_id in (foreign, 999_999, "x", "٣", "9" * 30):
        for path in POSTS:
            answer = _post(client, world, f"/profiles/{profile_id}/{path}", text="Mine", add="mine")
            assert answer.status_code == 404, path
            assert "Secret" not in answer.text
        for path in ("timeline?cursor=x", "notes?cursor=99"):
            answer = client.get(f"/profiles/{profile_id}/{path}", headers=world.bearer())
            assert answer.status_code in (400, 404)
            assert "Secret" not in answer.text
    with world.services.db.workspace(world.other_workspace_id) as session:
        (note,) = session.execute(select(ProfileNote)).scalars()
        assert (note.text, note.deleted_at) == ("Secret", None)
        assert session.execute(select(Profile.own_tags)).scalar_one() == []


def test_a_note_of_another_person_is_404(world: World, client: FlaskClient) -> None:
    mine = add_person(world)
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        other = Profile(tags=[], created_at=NOW)
        session.add(other)
        session.flush()
        session.add(ProfileNote(profile_id=other.id, text="Theirs", author="x", created_at=NOW))
    for action in ("delete", "restore"):
        assert _post(client, world, f"/profiles/{mine}/notes/1/{action}").status_code == 404
    assert _notes(world) == [("Theirs", "x", False)]


@pytest.mark.parametrize("path", POSTS)
def test_only_a_page_of_ours_posts_with_a_cookie(
    world: World, owner: FlaskClient, path: str
) -> None:
    refused = owner.post(f"/profiles/1/{path}", data={"text": "x", "add": "x"}, headers=ELSEWHERE)
    assert refused.status_code == 401
    assert owner.get(f"/profiles/1/{path}x", headers=FETCHED).status_code == 404
    assert world.app.test_client().post(f"/profiles/1/{path}").status_code == 401
    with world.services.db.workspace(world.workspace_id) as session:
        assert session.execute(select(func.count(ProfileNote.id))).scalar_one() == 0
    assert _tags(world, 1) == []


def test_doubled_fields_are_400(world: World, client: FlaskClient) -> None:
    profile_id = add_person(world)
    for path, body in (("notes", "text=a&text=b"), ("tags", "add=a&add=b")):
        answer = client.post(
            f"/profiles/{profile_id}/{path}",
            data=body,
            content_type="application/x-www-form-urlencoded",
            headers=world.bearer(),
        )
        assert answer.status_code == 400
    assert _notes(world) == []
    assert _tags(world, profile_id) == []
