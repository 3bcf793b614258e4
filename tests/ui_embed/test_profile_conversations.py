"""A person's conversations beside their orders: in the context, on their page, in the timeline."""

from datetime import timedelta

from flask.testing import FlaskClient

from integration.models import Conversation, ProfileView
from tests.factories.conversations import mail_of
from tests.ui_embed.api.conversing import Mailbox
from tests.ui_embed.people_rows import EMAIL, add_person
from tests.ui_embed.world import NOW, World


def test_the_context_tells_the_newest_conversations(world: World, client: FlaskClient) -> None:
    add_person(world)
    mailbox = Mailbox(world)
    number = mailbox.receive(mail_of(EMAIL, subject="Where is it?")).conversation_id
    mailbox.receive(mail_of(EMAIL, trust="claimed", subject="Not proved"))
    told = client.get(f"/api/v1/context?email={EMAIL}", headers=world.bearer()).json
    assert told["conversations"] == [
        {
            "id": str(number),
            "subject": "Where is it?",
            "channel": "email",
            "status": "open",
            "last_message_at": "2026-11-22T12:04:00Z",
            "assignee": None,
            "unanswered": True,
        }
    ]


def test_twenty_are_told_at_most(world: World, client: FlaskClient) -> None:
    add_person(world)
    mailbox = Mailbox(world)
    for hour in range(22):
        mail = mail_of(EMAIL, subject=f"S{hour}")
        mailbox.receive(mail, now=NOW - timedelta(hours=hour))
    told = client.get(f"/api/v1/context?email={EMAIL}", headers=world.bearer()).json
    assert [each["subject"] for each in told["conversations"]] == [f"S{n}" for n in range(20)]


def test_the_page_shows_them_as_text(world: World, owner: FlaskClient) -> None:
    mailbox = Mailbox(world)
    subject = "<script>alert(1)</script> \u202eevil"
    number = mailbox.receive(mail_of(EMAIL, subject=subject)).conversation_id
    with world.services.db.workspace(world.workspace_id) as session:
        assert session.get_one(Conversation, number).person_value == EMAIL
    page = owner.get("/panel?email=" + EMAIL, follow_redirects=True)
    assert page.status_code == 200
    assert f'<li data-conversation="{number}">' in page.text
    assert "waits for an answer" in page.text
    assert f'href="/inbox/{number}"' in page.text
    assert "<bdi>&lt;script&gt;" in page.text
    assert "<script>alert" not in page.text


def test_the_timeline_links_to_them(world: World, client: FlaskClient) -> None:
    profile_id = add_person(world)
    number = Mailbox(world).receive(mail_of(EMAIL, subject="Parcel")).conversation_id
    events = client.get(f"/api/v1/profiles/{profile_id}/timeline", headers=world.bearer()).json
    (begun,) = [each for each in events["events"] if each["kind"] == "conversation"]
    assert (begun["conversation_id"], begun["subject"]) == (str(number), "Parcel")


def test_whoever_looks_beside_a_conversation_is_written_down_with_it(
    world: World, owner: FlaskClient
) -> None:
    number = Mailbox(world).receive(mail_of(EMAIL)).conversation_id
    assert owner.get(f"/inbox/{number}/beside").status_code == 200
    with world.services.db.workspace(world.workspace_id) as session:
        views = session.query(ProfileView).all()
    assert {(each.surface, each.conversation_id) for each in views} == {("inbox", number)}
