"""The API of conversations: shapes, refusals, who may, that it is told, sent and audited."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from integration.events import Event
from integration.models import Agent, Conversation, Message, ProfileView, Sending
from tests.factories.conversations import mail_of
from tests.ui_embed.api.conversing import Mailbox
from tests.ui_embed.people_rows import EMAIL, add_person
from tests.ui_embed.sites import ELSEWHERE, FETCHED, count
from tests.ui_embed.world import KEY, OTHER_DOMAIN, World

AT = "/api/v1/conversations"


@pytest.fixture
def mailbox(world: World) -> Mailbox:
    return Mailbox(world)


def told(world: World) -> list[Event]:
    events: Any = world.services.events
    found: list[Event] = list(events.told)
    events.told.clear()
    return found


def test_a_list_is_read_by_pages(world: World, client: FlaskClient, mailbox: Mailbox) -> None:
    ids = [str(mailbox.receive(mail_of(f"u{n}@mail.example")).conversation_id) for n in range(3)]
    first = client.get(f"{AT}?limit=2", headers=world.bearer()).json
    assert [each["id"] for each in first["conversations"]] == ids[:0:-1]
    second = client.get(f"{AT}?limit=2&cursor={first['next']}", headers=world.bearer()).json
    assert ([each["id"] for each in second["conversations"]], second["next"]) == (ids[:1], None)
    row = second["conversations"][0]
    assert (row["subject"], row["preview"]) == ("My order", "Where is my parcel?")
    assert row["last_message_at"] == "2026-11-22T12:04:00Z"
    assert client.get(f"{AT}?view=resolved", headers=world.bearer()).json["conversations"] == []


@pytest.mark.parametrize(
    "query",
    ["view=all-of-it", "limit=0", "limit=101", "cursor=!", "store=x", "q=%00", "view=a&view=b"],
)
def test_what_is_no_list_is_refused(world: World, client: FlaskClient, query: str) -> None:
    assert client.get(f"{AT}?{query}", headers=world.bearer()).status_code == 400


def test_one_is_shown_with_its_messages_and_that_is_audited(
    world: World, client: FlaskClient, mailbox: Mailbox
) -> None:
    dimitra = add_person(world)
    received = mailbox.receive(mail_of(EMAIL, "Where is #1042?"))
    shown = client.get(f"{AT}/{received.conversation_id}", headers=world.bearer()).json
    assert [(each["kind"], each["text"]) for each in shown["messages"]] == [
        ("customer", "Where is #1042?")
    ]
    assert shown["person"]["trust"] == "aligned"
    assert shown["has_earlier"] is False
    with world.services.db.workspace(world.workspace_id) as session:
        views = session.query(ProfileView).all()
        seen = [(row.profile_id, row.conversation_id, row.viewer, row.surface) for row in views]
    assert shown["person"]["profile_id"] == str(dimitra)
    assert seen == [(dimitra, received.conversation_id, "shopify-staff:42", "api")]


def test_earlier_and_later_messages_are_read_by_cursor(
    world: World, client: FlaskClient, mailbox: Mailbox
) -> None:
    first = mailbox.receive(mail_of(text="one", external_id="a@mail.example"))
    for text in ("two", "three"):
        mailbox.receive(mail_of(text=text, references=("a@mail.example",)))
    at = f"{AT}/{first.conversation_id}"
    newest = client.get(f"{at}?limit=2", headers=world.bearer()).json
    assert [each["text"] for each in newest["messages"]] == ["two", "three"]
    assert newest["has_earlier"] is True
    oldest = newest["messages"][0]["id"]
    earlier = client.get(f"{at}?before={oldest}", headers=world.bearer()).json
    assert [each["text"] for each in earlier["messages"]] == ["one"]
    later = client.get(f"{at}?after={oldest}", headers=world.bearer()).json
    assert [each["text"] for each in later["messages"]] == ["three"]
    assert client.get(f"{at}?after=x", headers=world.bearer()).status_code == 400


def test_an_answer_is_written_once_queued_and_told(
    world: World, client: FlaskClient, mailbox: Mailbox
) -> None:
    number = mailbox.receive().conversation_id
    told(world)
    body = {"kind": "answer", "text": "It is on its way.", "key": "k-1"}
    answer = client.post(f"{AT}/{number}/messages", json=body, headers=world.bearer())
    assert (answer.status_code, answer.json["is_repeat"]) == (201, False)
    with world.services.db.workspace(world.workspace_id) as session:
        assignee = str(session.get_one(Conversation, number).assignee_id)
    message = {"message": answer.json["message_id"], "assignee": assignee}
    news = {"what": "message", **message}
    assert told(world) == [Event(world.workspace_id, "conversation", number, news)]
    again = client.post(f"{AT}/{number}/messages", json=body, headers=world.bearer())
    assert (again.status_code, again.json) == (200, answer.json | {"is_repeat": True})
    assert told(world) == []
    assert count(world, Sending) == 1
    shown = client.get(f"{AT}/{number}", headers=world.bearer()).json
    assert shown["conversation"]["status"] == "pending"
    assert shown["messages"][-1]["kind"] in ("answer", "event")


def test_a_note_stays_here(world: World, client: FlaskClient, mailbox: Mailbox) -> None:
    number, ada = mailbox.receive().conversation_id, mailbox.add_agent()
    body = {"kind": "note", "text": "Ask the shop.", "key": "k-2", "mentions": [str(ada)]}
    answer = client.post(f"{AT}/{number}/messages", json=body, headers=world.bearer())
    assert answer.status_code == 201
    assert count(world, Sending) == 0
    shown = client.get(f"{AT}/{number}", headers=world.bearer()).json
    assert [each["kind"] for each in shown["messages"]] == ["customer", "note"]
    assert shown["conversation"]["status"] == "open"


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "automatic", "text": "x", "key": "k"},
        {"kind": "answer", "text": "x"},
        {"kind": "answer", "text": "", "key": "k"},
        {"kind": "answer", "text": "x", "key": "k" * 65},
        {"kind": "answer", "text": "x", "key": "k", "then": ["open"]},
        {"kind": "answer", "text": "x", "key": "k", "then": "snoozed"},
        {"kind": "answer", "text": "x", "key": "k", "channel_id": 7},
        {"kind": "answer", "text": "x", "key": "k", "cc": "a@b.example"},
        {"kind": "note", "text": "x", "key": "k", "mentions": ["x"]},
        {"kind": "note", "text": "x", "key": "k", "attachments": False},
        {"kind": "answer", "text": "x", "key": "k", "cc": 0},
        {"kind": "answer", "text": "x", "key": "k", "to_name": 0},
        ["answer"],
    ],
)
def test_what_cant_be_written_is_refused(
    world: World, client: FlaskClient, mailbox: Mailbox, body: Any
) -> None:
    number = mailbox.receive().conversation_id
    answer = client.post(f"{AT}/{number}/messages", json=body, headers=world.bearer())
    assert answer.status_code == 400, answer.text
    assert (count(world, Message), count(world, Sending)) == (1, 0)


def test_all_of_a_change_is_made_or_nothing(
    world: World, client: FlaskClient, mailbox: Mailbox
) -> None:
    number, ada = mailbox.receive().conversation_id, mailbox.add_agent()
    told(world)
    body = {"status": "snoozed", "until": "2026-11-23T09:00:00+02:00", "assignee_id": str(ada)}
    changed = client.patch(f"{AT}/{number}", json=body | {"version": 2}, headers=world.bearer())
    assert changed.status_code == 200, changed.text
    assert changed.json["status"] == "snoozed"
    assert changed.json["snoozed_until"] == "2026-11-23T07:00:00Z"
    assert changed.json["assignee_id"] == str(ada)
    assert told(world) == [Event(world.workspace_id, "conversation", number)]
    late = client.patch(
        f"{AT}/{number}", json={"status": "open", "version": 2}, headers=world.bearer()
    )
    assert (late.status_code, late.json["error"]["code"]) == (409, "conflict")
    assert late.json["error"]["details"] == {"version": changed.json["version"]}
    half = client.patch(
        f"{AT}/{number}", json={"assignee_id": None, "status": "nowhere"}, headers=world.bearer()
    )
    assert half.status_code == 400
    with world.services.db.workspace(world.workspace_id) as session:
        assert session.get_one(Conversation, number).assignee_id == ada
    assert told(world) == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"version": 1},
        {"status": "open", "subject": "x"},
        {"status": "snoozed"},
        {"status": "snoozed", "until": "2026-11-23T09:00:00"},
        {"status": "snoozed", "until": "2020-01-01T09:00:00Z"},
        {"assignee_id": "x"},
        {"profile_id": None},
        {"is_spam": "yes"},
        {"status": "open", "version": True},
    ],
)
def test_what_is_no_change_is_refused(
    world: World, client: FlaskClient, mailbox: Mailbox, body: dict[str, Any]
) -> None:
    number = mailbox.receive().conversation_id
    answer = client.patch(f"{AT}/{number}", json=body, headers=world.bearer())
    assert answer.status_code == 400, answer.text


def test_somebody_is_written_to_first(world: World, client: FlaskClient, mailbox: Mailbox) -> None:
    body = {
        "channel_id": str(mailbox.channel_id),
        "to": "new@mail.example",
        "subject": "Your order",
        "text": "Hello",
        "key": "b-1",
    }
    begun = client.post(AT, json=body, headers=world.bearer())
    assert begun.status_code == 201, begun.text
    again = client.post(AT, json=body, headers=world.bearer())
    assert (again.status_code, again.json["message_id"]) == (200, begun.json["message_id"])
    assert (count(world, Conversation), count(world, Sending)) == (1, 1)
    at = f"{AT}/{begun.json['conversation_id']}"
    assert client.get(at, headers=world.bearer()).json["conversation"]["status"] == "pending"


def test_a_foreign_conversation_is_as_an_unknown_one(
    world: World, client: FlaskClient, mailbox: Mailbox
) -> None:
    channel_id = mailbox.add_channel(workspace_id=world.other_workspace_id)
    other = mailbox.receive(
        workspace_id=world.other_workspace_id, channel_id=channel_id
    ).conversation_id
    note = {"kind": "note", "text": "x", "key": "k"}
    for number in (other, 987_654, "x"):
        at = f"{AT}/{number}"
        for answer in (
            client.get(at, headers=world.bearer()),
            client.patch(at, json={"status": "resolved"}, headers=world.bearer()),
            client.post(f"{at}/messages", json=note, headers=world.bearer()),
            client.get(f"{at}/presence", headers=world.bearer()),
            client.post(f"{at}/presence", json={"state": "reading"}, headers=world.bearer()),
        ):
            assert (answer.status_code, answer.json["error"]["code"]) == (404, "not_found")
    own = mailbox.receive().conversation_id
    for name, value in (
        ("assignee_id", mailbox.add_agent(workspace_id=world.other_workspace_id)),
        ("order_id", 987_654),
        ("profile_id", 987_654),
        ("reason_id", 987_654),
    ):
        answer = client.patch(f"{AT}/{own}", json={name: str(value)}, headers=world.bearer())
        assert answer.status_code == 404, name
    body = {"kind": "answer", "text": "x", "key": "z", "channel_id": str(channel_id)}
    assert client.post(f"{AT}/{own}/messages", json=body, headers=world.bearer()).status_code == 404
    assert client.get(f"{AT}/{own}", headers=world.bearer(OTHER_DOMAIN)).status_code == 404
    with world.services.db.workspace(world.other_workspace_id) as session:
        assert session.query(Message).count() == 1


def test_nobody_and_readers_change_nothing(
    world: World, client: FlaskClient, mailbox: Mailbox
) -> None:
    number = mailbox.receive().conversation_id
    note = {"kind": "note", "text": "x", "key": "k"}
    assert client.post(f"{AT}/{number}/messages", json=note).status_code == 401
    assert client.patch(f"{AT}/{number}", json={"status": "open"}).status_code == 401
    client.get(AT, headers=world.bearer())
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        agent = session.query(Agent).filter(Agent.is_machine.is_(False)).one()
        agent.role, agent.is_role_set = "read_only", True
    assert client.get(f"{AT}/{number}", headers=world.bearer()).status_code == 200
    refused = client.post(f"{AT}/{number}/messages", json=note, headers=world.bearer())
    assert (refused.status_code, refused.json["error"]["code"]) == (403, "forbidden")
    reading = client.post(
        f"{AT}/{number}/presence", json={"state": "reading"}, headers=world.bearer()
    )
    assert reading.status_code == 200
    key = {"Authorization": f"Bearer {KEY}"}
    assert client.post(f"{AT}/{number}/messages", json=note, headers=key).status_code == 201


def test_a_browser_writes_from_our_own_pages_only(
    world: World, owner: FlaskClient, mailbox: Mailbox
) -> None:
    number = mailbox.receive().conversation_id
    note = {"kind": "note", "text": "x", "key": "k"}
    refused = owner.post(f"{AT}/{number}/messages", json=note, headers=ELSEWHERE)
    assert refused.status_code == 401
    assert count(world, Message) == 1
    done = owner.post(f"{AT}/{number}/messages", json=note, headers=FETCHED)
    assert done.status_code == 201


def test_presence_is_told_to_others(world: World, client: FlaskClient, mailbox: Mailbox) -> None:
    number = mailbox.receive().conversation_id
    told(world)
    at = f"{AT}/{number}/presence"
    answer = client.post(at, json={"state": "writing"}, headers=world.bearer())
    assert (answer.status_code, answer.json) == (200, {"here": []})
    (typing,) = told(world)
    assert (typing.kind, typing.subject_id) == ("typing", number)
    assert typing.data["who"].startswith("agent:")
    assert client.post(at, json={"state": "x"}, headers=world.bearer()).status_code == 400
    assert client.get(at, headers=world.bearer()).json == {"here": []}


@pytest.mark.parametrize("path", ["?limit=", "/x", "/1?after=", "/x/presence"])
def test_who_has_no_credential_is_told_nothing_else(client: FlaskClient, path: str) -> None:
    assert client.get(f"{AT}{path}").status_code == 401
