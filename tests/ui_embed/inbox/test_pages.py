"""The inbox's pages: what a list and a conversation show, to whom, and what an act changes."""

import gzip
import re
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from integration.models import Agent, Conversation, Mention, Message
from tests.ui_embed.sites import ELSEWHERE, FETCHED, sign_in
from tests.ui_embed.world import NOW, World
from ui_embed.inbox.words import VIEWS

SECURE: dict[str, Any] = {"base_url": "https://localhost"}
BY_SCRIPT = {**FETCHED, "HX-Request-Type": "partial"}
GZIP = {**FETCHED, "Accept-Encoding": "gzip"}
ASSET = re.compile(r'(?:src|href)="(/assets/[^"]+)"')
MOST_BYTES = 150_000


def _conversation(world: World, number: int) -> Conversation:
    with world.services.db.workspace(world.workspace_id) as session:
        return session.get_one(Conversation, number)


def _messages(world: World, number: int, kind: str) -> int:
    with world.services.db.workspace(world.workspace_id) as session:
        asked = select(func.count()).where(Message.conversation_id == number, Message.kind == kind)
        return session.execute(asked).scalar_one()


def _rows(page: str) -> list[str]:
    return re.findall(r'id="row-(\d+)"', page)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", ["chat", "asked", "hebrew", "form", "phone", "forged", "long"]),
        ("view=unassigned", ["chat", "form", "phone", "forged", "long"]),
        ("view=snoozed", ["snoozed"]),
        ("view=resolved", ["resolved"]),
        ("view=spam", ["spam"]),
        ("view=mine", []),
        ("kind=phone", ["phone"]),
        ("tag=parcel", ["asked", "hebrew"]),
    ],
)
def test_a_list_shows_what_it_is_asked_for(
    owner: FlaskClient, made: dict[str, int], query: str, words: list[str]
) -> None:
    page = owner.get(f"/inbox?{query}", headers=FETCHED, **SECURE)
    assert page.status_code == 200
    assert _rows(page.text) == [str(made[word]) for word in words]


def test_the_views_tell_how_many_they_have(owner: FlaskClient) -> None:
    page = owner.get("/inbox", headers=FETCHED, **SECURE).text
    counted = dict(re.findall(r'data-view="(\w+)".*?view-count number">(\d+)<', page))
    assert counted == {"unassigned": "5", "open": "7", "snoozed": "1", "spam": "1"}
    assert [each for each in VIEWS if f'data-view="{each}"' not in page] == []


def test_a_conversation_shows_its_messages_and_that_it_was_read(
    world: World, owner: FlaskClient, made: dict[str, int]
) -> None:
    number = made["asked"]
    assert "is-unread" in owner.get("/inbox", headers=FETCHED, **SECURE).text
    page = owner.get(f"/inbox/{number}", headers=FETCHED, **SECURE).text
    assert "Δεν ήρθε ούτε σήμερα" in page
    assert 'class="message is-note"' in page
    assert "On Friday Aegean Goods wrote" in page
    row = page[page.index(f'id="row-{number}"') :].partition("</li>")[0]
    assert "is-unread" not in row
    assert 'aria-current="true"' in row


def test_html_of_a_mail_stands_in_a_frame_that_may_do_nothing(
    owner: FlaskClient, made: dict[str, int]
) -> None:
    page = owner.get(f"/inbox/{made['asked']}", headers=FETCHED, **SECURE).text
    # It comes when it is asked for, and stands in no page of ours.
    assert "<iframe" not in page
    assert "tracker.example" not in page
    place = re.search(r'data-mail="([^"]+)" hx-morph-skip', page)
    assert place is not None
    frame = owner.get(place.group(1), headers=FETCHED, **SECURE).text
    assert frame.count("<") == 2
    assert 'sandbox=""' in frame
    assert 'referrerpolicy="no-referrer"' in frame
    assert 'src="/inbox/mail?link=' in frame
    assert "<script>alert" not in owner.get("/inbox", headers=FETCHED, **SECURE).text


def test_who_proved_nothing_is_warned_of_and_only_may_be_somebody(
    world: World, owner: FlaskClient, made: dict[str, int]
) -> None:
    page = owner.get(f"/inbox/{made['forged']}", headers=FETCHED, **SECURE).text
    assert "The sender isn't verified" in page
    beside = owner.get(f"/inbox/{made['forged']}/beside", headers=FETCHED, **SECURE).text
    assert "It is this person" in beside
    assert "€89.90" not in beside
    profile = re.search(r'name="profile" value="(\d+)"', beside)
    assert profile is not None
    said = owner.post(
        f"/inbox/{made['forged']}/person",
        data={"profile": profile.group(1)},
        headers=BY_SCRIPT,
        **SECURE,
    )
    assert said.status_code == 200
    beside = owner.get(f"/inbox/{made['forged']}/beside", headers=FETCHED, **SECURE).text
    assert "It is this person" not in beside
    assert "€89.90" in beside
    assert _conversation(world, made["forged"]).trust == "agent"


def test_the_order_in_question_comes_first_and_open(
    owner: FlaskClient, made: dict[str, int]
) -> None:
    page = owner.get(f"/inbox/{made['asked']}/beside", headers=FETCHED, **SECURE).text
    orders = re.findall(r'<details class="order" id="order-\d+"( open)?>.*?<bdi>(#\d+)', page, re.S)
    assert orders[0] == (" open", "#1042")
    assert [state for state, _ in orders[1:]] == [""] * 3


def test_the_same_key_twice_is_one_answer(
    world: World, owner: FlaskClient, made: dict[str, int]
) -> None:
    sent = {"text": "It comes tomorrow.", "key": "k" * 22, "then": "resolved"}
    told = [
        owner.post(f"/inbox/{made['long']}/answer", data=sent, headers=BY_SCRIPT, **SECURE)
        for _ in range(2)
    ]
    assert [each.json["is_repeat"] for each in told if each.json] == [False, True]
    assert _messages(world, made["long"], "answer") == 1
    assert _conversation(world, made["long"]).status == "resolved"


@pytest.mark.parametrize("sent", [{"text": "  "}, {"text": "x" * 50_001}, {"text": "x", "key": ""}])
def test_what_cannot_be_sent_is_refused_with_a_sentence(
    world: World, owner: FlaskClient, made: dict[str, int], sent: dict[str, str]
) -> None:
    data = {"key": "k" * 22, **sent}
    told = owner.post(f"/inbox/{made['long']}/answer", data=data, headers=BY_SCRIPT, **SECURE)
    assert told.status_code == 400
    assert (told.json or {})["error"]["message"]
    assert _messages(world, made["long"], "answer") == 0


def test_a_note_names_a_colleague(world: World, owner: FlaskClient, made: dict[str, int]) -> None:
    data = {"text": "@Ελένη look", "note_key": "n" * 22, "mention": str(made["eleni"])}
    told = owner.post(f"/inbox/{made['long']}/note", data=data, headers=BY_SCRIPT, **SECURE)
    assert told.status_code == 200
    with world.services.db.workspace(world.workspace_id) as session:
        assert session.execute(select(Mention.agent_id)).scalars().all() == [made["eleni"]]


def test_who_may_only_read_has_no_composer_and_changes_nothing(
    world: World, made: dict[str, int], client: FlaskClient
) -> None:
    sign_in(world, client, role="read_only", viewer="shopify-staff:9")
    number = made["asked"]
    page = client.get(f"/inbox/{number}", headers=FETCHED, **SECURE)
    assert page.status_code == 200
    assert 'id="composer"' not in page.text
    assert "Writing needs another role" in page.text
    assert 'id="menu-assign"' not in page.text
    before = _conversation(world, number).version
    for what, data in (
        ("answer", {"text": "x", "key": "k" * 22}),
        ("note", {"text": "x", "note_key": "k" * 22}),
        ("move", {"status": "resolved"}),
        ("assign", {"agent": ""}),
        ("tag", {"add": "x"}),
        ("spam", {"spam": "1"}),
    ):
        told = client.post(f"/inbox/{number}/{what}", data=data, headers=BY_SCRIPT, **SECURE)
        assert told.status_code == 403, what
    assert _conversation(world, number).version == before


def test_another_site_changes_nothing(
    world: World, owner: FlaskClient, made: dict[str, int]
) -> None:
    data = {"status": "resolved"}
    told = owner.post(f"/inbox/{made['asked']}/move", data=data, headers=ELSEWHERE, **SECURE)
    assert told.status_code == 401
    assert _conversation(world, made["asked"]).status == "open"


def test_anothers_conversation_is_one_that_does_not_exist(
    world: World, made: dict[str, int], client: FlaskClient
) -> None:
    sign_in(
        world,
        client,
        workspace_id=world.other_workspace_id,
        store_id=world.other_store_id,
        viewer="owner:2",
    )
    for path in ("", "/open", "/beside", "/merge", "/person", "/case", "/news?since=1"):
        told = client.get(f"/inbox/{made['asked']}{path}", headers=FETCHED, **SECURE)
        unknown = client.get(f"/inbox/999999{path}", headers=FETCHED, **SECURE)
        assert (told.status_code, unknown.status_code) == (404, 404), path
    told = client.post(
        f"/inbox/{made['asked']}/move", data={"status": "resolved"}, headers=BY_SCRIPT, **SECURE
    )
    assert told.status_code == 404
    assert _rows(client.get("/inbox", headers=FETCHED, **SECURE).text) == []


def test_the_conversation_comes_back_where_it_was_snoozed_to(
    world: World, owner: FlaskClient, made: dict[str, int]
) -> None:
    number = made["asked"]
    told = owner.post(
        f"/inbox/{number}/snooze", data={"for": "tomorrow"}, headers=BY_SCRIPT, **SECURE
    )
    assert told.status_code == 200
    # Nine in the morning of the store's own day, which is two hours ahead of UTC.
    assert _conversation(world, number).snoozed_until == NOW.replace(hour=7, minute=0) + timedelta(
        days=1
    )
    data = {"for": "date", "date": "2020-01-01"}
    told = owner.post(f"/inbox/{number}/snooze", data=data, headers=BY_SCRIPT, **SECURE)
    assert told.status_code == 422
    assert "Choose a day to come" in told.text


def test_conversations_are_merged_and_taken_apart_again(
    world: World, owner: FlaskClient, made: dict[str, int]
) -> None:
    gone, kept = made["phone"], made["asked"]
    there = owner.post(f"/inbox/{gone}/merge/{kept}", headers=FETCHED, **SECURE)
    assert there.status_code == 303
    assert there.headers["Location"] == f"/inbox/{kept}"
    assert _conversation(world, gone).merged_into_id == kept
    page = owner.get(f"/inbox/{kept}", headers=FETCHED, **SECURE).text
    assert "Take apart again" in page
    back = owner.post(f"/inbox/{kept}/unmerge/{gone}", headers=FETCHED, **SECURE)
    assert back.headers["Location"] == f"/inbox/{gone}"
    assert _conversation(world, gone).merged_into_id is None


def test_messages_are_split_off(world: World, owner: FlaskClient, made: dict[str, int]) -> None:
    number, message = made["asked"], made["newest"]
    there = owner.post(f"/inbox/{number}/messages/{message}/split", headers=FETCHED, **SECURE)
    assert there.status_code == 303
    made_number = int(there.headers["Location"].rpartition("/")[2])
    assert made_number not in (number, 0)
    with world.services.db.workspace(world.workspace_id) as session:
        assert session.get_one(Message, message).conversation_id == made_number


def test_a_browser_without_scripts_comes_back_to_the_page(
    world: World, owner: FlaskClient, made: dict[str, int]
) -> None:
    told = owner.post(
        f"/inbox/{made['asked']}/move?view=mine",
        data={"status": "pending"},
        headers=FETCHED,
        **SECURE,
    )
    assert (told.status_code, told.headers["Location"]) == (
        303,
        f"/inbox/{made['asked']}?view=mine",
    )


@pytest.mark.parametrize("query", ["view=none", "sort=x", "cursor=%%%", "channel=x", "tag=%00"])
def test_what_is_no_list_of_ours_is_refused(owner: FlaskClient, query: str) -> None:
    assert owner.get(f"/inbox/rows?{query}", headers=FETCHED, **SECURE).status_code == 400


def test_all_of_it_stays_light(owner: FlaskClient, made: dict[str, int]) -> None:
    page = owner.get(f"/inbox/{made['asked']}", headers=GZIP, **SECURE)
    html = gzip.decompress(page.data).decode()
    beside = owner.get(f"/inbox/{made['asked']}/beside", headers=GZIP, **SECURE)
    total = len(page.data) + len(beside.data)
    assets = set(ASSET.findall(html))
    assert any(address.endswith("/js/inbox.js") for address in assets)
    for address in assets:
        total += len(owner.get(address, headers={"Accept-Encoding": "gzip"}).data)
    assert total <= MOST_BYTES
    assert total <= 100_000


def test_every_agent_is_made_once(world: World, owner: FlaskClient, made: dict[str, int]) -> None:
    for _ in range(2):
        owner.get("/inbox", headers=FETCHED, **SECURE)
    with world.services.db.workspace(world.workspace_id) as session:
        assert session.execute(select(func.count()).select_from(Agent)).scalar_one() == 3
