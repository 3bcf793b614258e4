"""The pages of segments: what stands there, what is kept, who may take people out."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from integration.models import PeopleExport, Segment
from tests.ui_embed import segment_story as story
from tests.ui_embed.sites import FETCHED, SAME, count, sign_in
from tests.ui_embed.world import OTHER_DOMAIN, World

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}
GUESTS = {"name": "Guests", "kind_1": "is_guest", "do": "keep"}


def _ask(world: World, client: FlaskClient, path: str, **more: Any) -> Any:
    return client.get(path, headers={**world.bearer(), **more.pop("headers", {})}, **more)


def _send(world: World, client: FlaskClient, path: str, fields: dict[str, str], **more: str) -> Any:
    return client.post(path, data=fields, headers={**world.bearer(), **more})


def _segments(world: World) -> list[tuple[str, Any]]:
    with world.services.db.workspace(world.workspace_id) as session:
        return [(row.name, row.conditions) for row in session.query(Segment)]


def test_without_one_the_page_says_what_they_are(world: World, client: FlaskClient) -> None:
    page = _ask(world, client, "/segments")
    assert page.status_code == 200
    assert "No segments yet" in page.text
    assert 'href="/segments" hx-get="/segments"' in page.text
    assert 'aria-current="page"' in page.text
    assert "export.csv" not in page.text


def test_the_list_has_each_with_its_conditions(world: World, client: FlaskClient) -> None:
    story.add_people(world, 12)
    numbers = story.add_segments(world)
    page = _ask(world, client, "/segments").text
    for words in (
        "at least 2 orders",
        "has the tag <bdi>χονδρική</bdi>",
        "last order more than 90 days ago",
        'spent at least <bdi class="number">€200.00</bdi>',
        "last address in <bdi>Greece</bdi>",
        "bought in <bdi>Aegean Goods</bdi>",
        "is a guest",
    ):
        assert words in page, words
    counted = _ask(world, client, f"/segments/{numbers[1]}/count", headers=PART)
    assert counted.text.strip() == "4 people"


def test_a_segment_shows_its_people_page_by_page(world: World, client: FlaskClient) -> None:
    story.add_people(world, 60)
    everybody = {"name": "All", "kind_1": "orders_at_least", "value_1": "0"}
    kept = _send(world, client, "/segments/new", everybody)
    assert kept.status_code == 303
    page = _ask(world, client, kept.headers["Location"])
    assert "60 people" in page.text
    assert page.text.count('class="row"') == 50
    assert "<img src=x" not in page.text
    assert "&lt;img src=x" in page.text
    more = page.text.partition('<li class="more">')[2].partition('hx-get="')[2].partition('"')[0]
    rest = _ask(world, client, more.replace("&amp;", "&"), headers=PART)
    assert rest.text.count('class="row"') == 10
    assert '<li class="more">' not in rest.text
    assert _ask(world, client, f"{more.partition('?')[0]}?cursor=x").status_code == 400


def test_a_form_grows_shrinks_and_counts_without_keeping(world: World, client: FlaskClient) -> None:
    story.add_people(world, 12)
    added = _send(
        world, client, "/segments/new", {"name": "x", "do": "add", "new_kind": "spent_at_least"},
        **PART,
    )  # fmt: skip
    assert added.status_code == 200
    assert 'name="kind_1" value="spent_at_least"' in added.text
    assert "<option selected>EUR</option>" in added.text
    assert "<html" not in added.text
    typed = {"name": "x", "kind_1": "spent_at_least", "value_1": "700", "currency_1": "EUR"}
    counted = _send(world, client, "/segments/new", {**typed, "do": "count"}, **PART)
    assert "4 people" in counted.text
    both = {**typed, "kind_2": "is_guest", "do": "drop_1"}
    dropped = _send(world, client, "/segments/new", both, **PART)
    assert "kind_1" not in dropped.text
    assert 'name="kind_2" value="is_guest"' in dropped.text
    unknown = {"do": "add", "new_kind": "is_ghost"}
    assert "kind_1" not in _send(world, client, "/segments/new", unknown, **PART).text
    assert count(world, Segment) == 0


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": "x"}, "Add at least one condition."),
        ({"name": "", "kind_1": "is_guest"}, "Give it a name of at most 80 characters."),
        ({"name": "guests", "kind_1": "is_guest"}, "There is a segment of this name already."),
        ({"name": "x", "kind_1": "orders_at_least", "value_1": ""}, "Give a whole number."),
        ({"name": "x", "kind_1": "orders_at_least", "value_1": "-3"}, "Give a whole number."),
        ({"name": "x", "kind_1": "first_order_since", "value_1": "soon"}, "Give a date, such as"),
        (
            {"name": "x", "kind_1": "spent_at_most", "value_1": "1,5x", "currency_1": "EUR"},
            "Give an amount and its currency.",
        ),
        ({"name": "x", "kind_1": "bought_in", "value_1": "2"}, "Choose a store."),
        ({"name": "x", "kind_1": "language", "value_1": ""}, "Choose a language."),
    ],
)
def test_what_cant_be_kept_comes_back_with_its_reason(
    world: World, client: FlaskClient, fields: dict[str, str], words: str
) -> None:
    assert _send(world, client, "/segments/new", GUESTS).status_code == 303
    for headers in (PART, {}):
        answer = _send(world, client, "/segments/new", {**fields, "do": "keep"}, **headers)
        assert (answer.status_code, words in answer.text) == (422, True)
        assert ("<html" in answer.text) is not bool(headers)
    assert count(world, Segment) == 1


def test_what_was_typed_is_kept_in_minor_units(world: World, client: FlaskClient) -> None:
    fields = {
        "name": " Best ",
        "kind_3": "spent_at_least",
        "value_3": "1234,5",
        "currency_3": "EUR",
        "kind_7": "has_tag",
        "value_7": " VIP ",
        "kind_x": "is_guest",
        "do": "keep",
    }
    kept = _send(world, client, "/segments/new", fields, **PART)
    assert kept.headers["HX-Retarget"] == "#screen"
    assert kept.headers["HX-Push-Url"] == "/segments/1"
    assert "Nobody meets these conditions" in kept.text
    spent = {"kind": "spent_at_least", "value": 123_450, "currency": "EUR"}
    assert _segments(world) == [("Best", [spent, {"kind": "has_tag", "value": "VIP"}])]
    form = _ask(world, client, "/segments/1/change").text
    assert 'value="1234.50"' in form
    changed = {"name": "Best", "kind_1": "is_guest", "do": "keep"}
    assert _send(world, client, "/segments/1/change", changed).status_code == 303
    assert _segments(world) == [("Best", [{"kind": "is_guest"}])]


def test_a_removed_segment_can_be_put_back(world: World, client: FlaskClient) -> None:
    story.add_segments(world)
    before = _segments(world)
    gone = _send(world, client, "/segments/3/delete", {}, **PART)
    assert "<bdi>Not seen since summer</bdi> was removed." in gone.text
    assert gone.headers["HX-Push-Url"] == "/segments"
    assert len(_segments(world)) == 3
    hidden = gone.text.partition('name="conditions" value="')[2].partition('"')[0]
    fields = {"name": "Not seen since summer", "conditions": hidden.replace("&#34;", '"')}
    back = _send(world, client, "/segments/restore", fields, **PART)
    assert "The segment is back." in back.text
    assert sorted(_segments(world)) == sorted(before)
    again = _send(world, client, "/segments/restore", fields, **PART)
    assert (again.status_code, len(_segments(world))) == (200, 4)
    for wrong in ({}, {"name": "x", "conditions": "{"}, {"name": "x", "conditions": "[7]"}):
        assert _send(world, client, "/segments/restore", wrong).status_code == 400
    assert len(_segments(world)) == 4


def test_the_owner_takes_people_out_and_sees_who_did(world: World, client: FlaskClient) -> None:
    story.add_people(world, 12)
    numbers = story.add_segments(world)
    sign_in(world, client)
    secure: dict[str, Any] = {"base_url": "https://localhost", "buffered": True}
    page = client.get(f"/segments/{numbers[1]}", headers=SAME, **secure).text
    assert f'href="/segments/{numbers[1]}/export.csv" download' in page
    asked = (f"/segments/{numbers[1]}/export.csv", "/people/export.csv")
    for path, rows in zip(asked, (4, 12), strict=True):
        answer = client.get(path, headers=SAME, **secure)
        assert answer.status_code == 200
        assert answer.data.count(b"\r\n") == rows + 1
    found = client.get("/people/export.csv?search=person3@example.gr", headers=SAME, **secure)
    assert found.data.count(b"\r\n") == 2
    listed = client.get("/segments", headers=SAME, **secure).text
    assert listed.count('<li class="small">') == 3
    assert "Segment <bdi>Χονδρική · wholesale</bdi>" in listed
    assert count(world, PeopleExport) == 3


def test_staff_of_a_store_dont(world: World, client: FlaskClient) -> None:
    story.add_people(world, 12)
    numbers = story.add_segments(world)
    page = _ask(world, client, f"/segments/{numbers[1]}").text
    assert "export.csv" not in page
    assert "Only the workspace" in page
    for path in (f"/segments/{numbers[1]}/export.csv", "/people/export.csv"):
        answer = _ask(world, client, path)
        assert answer.status_code == 403
        assert "You may not see this" in answer.text
    assert count(world, PeopleExport) == 0


def test_what_is_foreign_is_404(world: World, client: FlaskClient) -> None:
    number = story.add_segments(world)[0]
    foreign = world.bearer(OTHER_DOMAIN)
    for segment in (number, 999, "x", "9" * 30):
        at = f"/segments/{segment}"
        for path in ("", "/people?cursor=1.1", "/count", "/change", "/export.csv"):
            assert client.get(f"{at}{path}", headers=foreign).status_code == 404, path
        for path in ("/change", "/delete"):
            answer = client.post(f"{at}{path}", data=GUESTS, headers=foreign)
            assert answer.status_code == 404, path
    assert len(_segments(world)) == 4


def test_a_cookie_changes_things_only_from_a_page_of_ours(
    world: World, client: FlaskClient
) -> None:
    sign_in(world, client)
    secure: dict[str, Any] = {"base_url": "https://localhost", "data": GUESTS}
    assert client.post("/segments/new", **secure).status_code == 401
    assert count(world, Segment) == 0
    assert client.post("/segments/new", headers=FETCHED, **secure).status_code == 303
