"""The API of tags, merging, splitting, talks and canned answers."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from integration.conversations.answers.canned import create_canned
from integration.events import Event
from integration.models import Conversation, Message
from tests.factories.conversations import mail_of
from tests.ui_embed.api.conversing import Mailbox
from tests.ui_embed.sites import count
from tests.ui_embed.world import NOW, OTHER_DOMAIN, World

AT = "/api/v1/conversations"


@pytest.fixture
def mailbox(world: World) -> Mailbox:
    return Mailbox(world)


def told(world: World) -> list[int]:
    events: Any = world.services.events
    found = [each.subject_id for each in events.told if each.kind == "conversation"]
    assert all(isinstance(each, Event) for each in events.told)
    events.told.clear()
    return found


def test_tags_are_put_on_and_taken_off(world: World, client: FlaskClient, mailbox: Mailbox) -> None:
    number = mailbox.receive().conversation_id
    told(world)
    at = f"{AT}/{number}/tags"
    for tag in ("Urgent", "urgent", "Άλφα"):
        answer = client.post(at, json={"tag": tag}, headers=world.bearer())
        assert answer.status_code == 200, answer.text
    assert answer.json == {"tags": ["Urgent", "Άλφα"]}
    left = client.delete(f"{at}?tag=URGENT", headers=world.bearer())
    assert left.json == {"tags": ["Άλφα"]}
    assert set(told(world)) == {number}
    assert client.delete(at, headers=world.bearer()).status_code == 400
    assert client.post(at, json={"tag": " "}, headers=world.bearer()).status_code == 400


def test_two_are_made_one_and_two_again(
    world: World, client: FlaskClient, mailbox: Mailbox
) -> None:
    one = mailbox.receive(mail_of(subject="One")).conversation_id
    two = mailbox.receive(mail_of(subject="Two")).conversation_id
    told(world)
    merged = client.post(f"{AT}/{one}/merge", json={"into": str(two)}, headers=world.bearer())
    assert (merged.status_code, merged.json["id"]) == (200, str(two)), merged.text
    assert set(told(world)) == {one, two}
    shown = client.get(f"{AT}/{one}", headers=world.bearer()).json
    assert shown["conversation"]["id"] == str(two)
    back = client.post(f"{AT}/{one}/unmerge", json={}, headers=world.bearer())
    assert (back.status_code, back.json["id"]) == (200, str(one)), back.text
    itself = client.post(f"{AT}/{one}/merge", json={"into": str(one)}, headers=world.bearer())
    assert itself.status_code == 400


def test_one_is_made_two(world: World, client: FlaskClient, mailbox: Mailbox) -> None:
    first = mailbox.receive(mail_of(text="one", external_id="a@mail.example"))
    second = mailbox.receive(mail_of(text="two", references=("a@mail.example",)))
    number = first.conversation_id
    body = {"message_id": str(second.message_id)}
    made = client.post(f"{AT}/{number}/split", json=body, headers=world.bearer())
    assert made.status_code == 201, made.text
    assert made.json["split_from_id"] == str(number)
    refused = client.post(
        f"{AT}/{number}/split", json={"message_id": str(first.message_id)}, headers=world.bearer()
    )
    assert refused.status_code == 400


def test_a_talk_is_written_down_once(world: World, client: FlaskClient) -> None:
    body = {"kind": "phone", "text": "Asked for her parcel.", "key": "t1", "minutes": 4}
    done = client.post(f"{AT}/talks", json=body, headers=world.bearer())
    assert done.status_code == 201, done.text
    again = client.post(f"{AT}/talks", json=body, headers=world.bearer())
    assert (again.status_code, again.json["is_repeat"]) == (200, True)
    assert count(world, Conversation) == 1
    for wrong in ({"kind": "letter"}, {"text": ""}, {"happened_at": "yesterday"}, {"key": None}):
        answer = client.post(
            f"{AT}/talks", json=body | {"key": "t2"} | wrong, headers=world.bearer()
        )
        assert answer.status_code in (400, 422), wrong
    assert count(world, Conversation) == 1


def test_canned_answers_are_listed_and_filled(
    world: World, client: FlaskClient, mailbox: Mailbox
) -> None:
    number = mailbox.receive().conversation_id
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        texts = {"en": "Hello {{customer.first_name}}!"}
        create_canned(session, shortcut="hi", name="Hello", texts=texts, by="x", now=NOW)
    listed = client.get("/api/v1/canned-answers?q=hi", headers=world.bearer()).json
    assert [each["shortcut"] for each in listed["answers"]] == ["hi"]
    assert client.get("/api/v1/canned-answers", headers=world.bearer(OTHER_DOMAIN)).json == {
        "answers": []
    }
    filled = client.get(f"{AT}/{number}/canned-answers", headers=world.bearer())
    assert filled.status_code == 200, filled.text
    assert filled.json["answers"][0]["shortcut"] == "hi"


def test_a_foreign_one_is_as_an_unknown_one(
    world: World, client: FlaskClient, mailbox: Mailbox
) -> None:
    channel_id = mailbox.add_channel(workspace_id=world.other_workspace_id)
    other = mailbox.receive(workspace_id=world.other_workspace_id, channel_id=channel_id)
    own = mailbox.receive().conversation_id
    number = other.conversation_id
    for method, path, body in (
        ("POST", f"{number}/tags", {"tag": "x"}),
        ("DELETE", f"{number}/tags?tag=x", None),
        ("POST", f"{number}/merge", {"into": str(own)}),
        ("POST", f"{own}/merge", {"into": str(number)}),
        ("POST", f"{number}/unmerge", {}),
        ("POST", f"{number}/split", {"message_id": str(other.message_id)}),
        ("POST", f"{own}/split", {"message_id": str(other.message_id)}),
        ("GET", f"{number}/canned-answers", None),
    ):
        answer = client.open(f"{AT}/{path}", method=method, json=body, headers=world.bearer())
        assert answer.status_code == 404, f"{method} {path}: {answer.text}"
    with world.services.db.workspace(world.other_workspace_id) as session:
        assert session.query(Message).count() == 1
