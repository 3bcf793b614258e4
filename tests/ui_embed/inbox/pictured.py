"""The inbox as pictures show it: with a parcel on its way, targets, and somebody signed in."""

from datetime import timedelta

from sqlalchemy import update

from channels.records import Inbound, Person
from integration.models import Conversation, Fulfillment, OrderLine
from tests.factories.conversations import receive_message
from tests.ui_embed.inbox.story import fill
from tests.ui_embed.people_rows import EXTERNAL_ID
from tests.ui_embed.world import NOW, World

ACCOUNT = "7011225534"


def fill_for_pictures(world: World) -> dict[str, int]:
    """The inbox of a morning; the ids of its conversations by a word each."""
    made = fill(world, plain=True)
    made["signed"] = add_signed_chat(world, made["channel-chat"])
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        session.execute(update(OrderLine).values(title="Aviator sunglasses"))
        session.add(_parcel(world.store_id))
        asked = session.get_one(Conversation, made["asked"])
        asked.resolve_due_at = NOW + timedelta(hours=5)
    return made


def add_signed_chat(world: World, channel_id: int) -> int:
    """A chat of Dimitra's, who told no name but is signed in at the shop; its id."""
    person = Person("customer", f"{world.store_id}:{ACCOUNT}", "signed", None)
    inbound = Inbound(external_id=None, person=person, text="Έχετε και μπλε;")
    done = receive_message(
        world.services.db,
        world.workspace_id,
        channel_id,
        inbound,
        ring=world.services.keyring,
        now=NOW - timedelta(minutes=2),
    )
    return done.conversation_id


def _parcel(store_id: int) -> Fulfillment:
    tracking = {
        "company": "ACS",
        "number": "4711223344",
        "url": "https://acs.example/track/4711223344",
    }
    return Fulfillment(
        store_id=store_id,
        order_external_id=EXTERNAL_ID,
        external_id="f1",
        status="success",
        shipment_status="in_transit",
        shipment_status_at=NOW - timedelta(hours=20),
        tracking=[tracking],
        source_created_at=NOW - timedelta(hours=23),
        source_updated_at=NOW - timedelta(hours=20),
    )
