"""Notes about a person and tags put on them: kept, taken back, put back, and nobody else's."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from integration.events import Event
from integration.models import Customer, Profile, ProfileNote
from tests.ui_embed.people_rows import add_person
from tests.ui_embed.profile_client import part_of_page, post, words_of
from tests.ui_embed.sites import ELSEWHERE, FETCHED, SAME
from tests.ui_embed.world import NOW, World

POSTS = ("notes", "notes/1/delete", "notes/1/restore", "tags")


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


def test_a_note_is_written_taken_back_and_put_back(world: World, client: FlaskClient) -> None:
    profile_id = add_person(world)
    path = f"/profiles/{profile_id}/notes"
    added = post(client, world, path, text="  Call <b>before</b> noon.\r\nShe works nights. ")
    assert added.status_code == 200
    assert "Call &lt;b&gt;before&lt;/b&gt; noon.\nShe works nights.</p>" in added.text
    assert '<p id="news" hx-swap-oob="innerHTML">The note was added.</p>' in added.text
    assert '<span class="count" id="note-count" hx-swap-oob="true">1</span>' in added.text
    assert words_of(added.text).startswith("Call &lt;b&gt;before")
    assert "Undo this note" in words_of(added.text)
    assert _notes(world) == [
        ("Call <b>before</b> noon.\nShe works nights.", "shopify-staff:42", False)
    ]
    gone = post(client, world, f"{path}/1/delete")
    assert words_of(gone.text) == "The note was removed. Undo The note was removed."
    assert 'id="note-count" hx-swap-oob="true"></span>' in gone.text
    assert "before" not in gone.text
    assert _notes(world)[0][2] is True
    assert "No notes yet." in part_of_page(client, world, f"/profiles/{profile_id}?view=notes")
    back = post(client, world, f"{path}/1/restore")
    assert "She works nights." in back.text
    assert "you 1 second ago Remove this note" in words_of(back.text)
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
    answer = post(client, world, path, text=text)
    assert answer.status_code == 422
    assert words_of(answer.text) == why
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
    added = post(client, world, path, add=" call   back ")
    assert added.status_code == 200
    words = words_of(added.text)
    assert words.startswith("VIP (a tag of the store) call back Change tags")
    assert "call back was added. Undo" in words
    assert 'name="remove" value="VIP"' not in added.text
    assert _tags(world, profile_id) == ["call back"]
    again = words_of(post(client, world, path, add="CALL BACK").text)
    assert "was added. Undo" not in again
    assert _tags(world, profile_id) == ["call back"]
    removed = post(client, world, path, remove="call back")
    assert "call back was removed. Undo" in words_of(removed.text)
    assert '<input type="hidden" name="add" value="call back">' in removed.text
    assert _tags(world, profile_id) == []
    refused = post(client, world, path, add="x" * 41)
    assert refused.status_code == 422
    assert "It is too long: 40 characters at most." in words_of(refused.text)
    assert _tags(world, profile_id) == []


def test_the_stores_note_is_shown_and_can_not_be_changed(world: World, client: FlaskClient) -> None:
    profile_id = add_person(world)
    _change(world, Customer, note="Pays by <i>transfer</i>.")
    page = part_of_page(client, world, f"/profiles/{profile_id}?view=notes")
    words = words_of(page)
    assert "Notes of the store They stand in the store and are changed there." in words
    assert "Pays by &lt;i&gt;transfer&lt;/i&gt;. Aegean Goods on the account" in words
    assert "delete" not in page


def test_nothing_of_another_workspaces_person_is_told_or_changed(
    world: World, client: FlaskClient
) -> None:
    foreign = add_person(world, other=True)
    with world.services.db.workspace(world.other_workspace_id, write=True) as session:
        session.add(ProfileNote(profile_id=foreign, text="Secret", author="x:1", created_at=NOW))
    for profile_id in (foreign, 999_999, "x", "٣", "9" * 30):
        for path in POSTS:
            answer = post(client, world, f"/profiles/{profile_id}/{path}", text="Mine", add="mine")
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
        assert post(client, world, f"/profiles/{mine}/notes/1/{action}").status_code == 404
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
