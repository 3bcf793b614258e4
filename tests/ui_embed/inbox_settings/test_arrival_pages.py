"""What couldn't be read is told in the settings, and tried again by whoever may set up."""

from datetime import timedelta
from html import unescape

from flask.testing import FlaskClient

from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.incoming.arrivals import about_arrival
from integration.models import Arrival, Channel
from integration.models.vocabulary import Role
from tests.factories.conversations import make_channel
from tests.factories.fake_mail import raw_mail
from tests.factories.plans import plans_in
from tests.ui_embed.profile_client import words_of
from tests.ui_embed.sites import SAME, sign_in
from tests.ui_embed.world import NOW, World

ROOT = "/settings/inbox/arrivals"
HERE = {"base_url": "https://localhost"}


def _park(world: World, raw: bytes, why: str = "The mail can't be read.") -> int:
    services = world.services
    number = make_channel(services.db, world.workspace_id, ring=services.keyring, name="Support")
    with services.db.workspace(world.workspace_id, write=True) as session:
        channel = session.get_one(Channel, number)
        key = ChannelKeys(services.keyring).of(channel)
        arrival = Arrival(
            channel_id=number,
            dedupe_key=b"d" * 32,
            received_at=NOW - timedelta(hours=2),
            size_bytes=len(raw),
            sealed_body=key.seal(raw, about_arrival(number, b"d" * 32)),
            state="parked",
            error_code="unreadable",
            error=why,
        )
        session.add(arrival)
        session.flush()
        return arrival.id


def test_the_overview_says_that_something_could_not_be_read(
    world: World, admin: FlaskClient
) -> None:
    before = words_of(admin.get("/settings/inbox", headers=SAME, **HERE).text)
    assert "What couldn't be read" in unescape(before)
    assert "needs you" not in before
    _park(world, raw_mail("x"))
    assert "needs you" in words_of(admin.get("/settings/inbox", headers=SAME, **HERE).text)


def test_the_inbox_says_so_to_whoever_may_see_to_it(world: World, admin: FlaskClient) -> None:
    line = "Something came in that couldn't be read."
    assert line not in unescape(admin.get("/inbox", headers=SAME, **HERE).text)
    _park(world, raw_mail("x"))
    with plans_in(world.services.db) as plans:
        page = admin.get("/inbox", headers=SAME, **HERE).text
    assert line in unescape(page)
    assert f'href="{ROOT}"' in page
    asked = [each for each in plans if "arrivals" in each]
    assert len(asked) == 1
    assert "USING INDEX ix_arrivals_parked (workspace_id=? AND received_at>?)" in asked[0]


def test_the_inbox_does_not_say_so_to_an_agent(world: World, client: FlaskClient) -> None:
    _park(world, raw_mail("x"))
    sign_in(world, client, role=Role.AGENT, viewer="shopify-staff:8")
    page = client.get("/inbox", headers=SAME, **HERE)
    assert page.status_code == 200
    assert ROOT not in page.text


def test_why_is_told_in_the_readers_language(world: World, admin: FlaskClient) -> None:
    _park(world, raw_mail("x"))
    page = words_of(admin.get(f"{ROOT}?locale=el", headers=SAME, **HERE).text)
    assert "Το email δεν διαβάζεται." in page


def test_trying_again_makes_a_conversation(world: World, admin: FlaskClient) -> None:
    number = _park(world, raw_mail("Where is it?"))
    headers = {**SAME, "HX-Request-Type": "partial"}
    told = admin.post(f"{ROOT}/{number}/retry", headers=headers, **HERE)
    assert told.status_code == 200
    assert "It was read." in told.text
    assert 'href="/inbox/' in told.text
    again = admin.post(f"{ROOT}/{number}/retry", headers=headers, **HERE)
    assert "It was read meanwhile." in again.text


def test_who_may_not_set_up_reads_only_and_another_workspace_nothing(
    world: World, client: FlaskClient
) -> None:
    number = _park(world, raw_mail("x"))
    sign_in(world, client, role=Role.AGENT, viewer="shopify-staff:8")
    page = client.get(ROOT, headers=SAME, **HERE).text
    assert "Support" in page
    assert f"{ROOT}/{number}/retry" not in page
    assert client.post(f"{ROOT}/{number}/retry", headers=SAME, **HERE).status_code == 403
    sign_in(
        world,
        client,
        workspace_id=world.other_workspace_id,
        store_id=world.other_store_id,
        viewer="owner:2",
    )
    assert "Support" not in client.get(ROOT, headers=SAME, **HERE).text
    with world.services.db.workspace(world.workspace_id) as session:
        assert session.get_one(Arrival, number).state == "parked"
