"""Another's address or number that holds the person's isn't the person's."""

import pytest

from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.contents import open_content
from integration.models import Conversation, Message, Store
from integration.privacy.erasing.spelling import spelled_whole
from integration.privacy.requests.plugin import erase_person
from integration.services import Services
from tests.factories.conversations import mail_of, make_channel, receive_message
from tests.integration.privacy.everywhere import rows

ANN, PHONE = "ann@mail.example", "+306912345678"


@pytest.mark.parametrize(
    "text",
    [
        "ANN@mail.example",
        "<ann@mail.example>",
        "Write to ann@mail.example.",
        "Write to ann@mail.example, soon",
        "_ann@mail.example_",
        "...ann@mail.example",
        "- ann@mail.example-",
        "mailto:ann@mail.example?subject=a",
        "το ann@mail.example",
        "call +306912345678.",
        "From=%2B306912345678&To=1",
    ],
)
def test_the_persons_own_is_found(text: str) -> None:
    found = spelled_whole([ANN, PHONE, PHONE.lstrip("+")]).sub("", text).lower()
    assert "ann" not in found
    assert "6912345678" not in found


@pytest.mark.parametrize(
    "text",
    [
        "joann@mail.example",
        "jo.ann@mail.example",
        "jo+ann@mail.example",
        "ann@mail.example.org",
        "ann@mail.examples",
        "ann@mail.example-shop.example",
        "+3069123456789",
        "Ιωάνναann@mail.example",
    ],
)
def test_anothers_longer_one_is_not(text: str) -> None:
    assert spelled_whole([ANN, PHONE]).search(text) is None


def test_nobody_stands_nowhere() -> None:
    assert spelled_whole([]).search("anything") is None


def test_another_whose_address_holds_the_persons_keeps_theirs(
    services: Services, store: Store
) -> None:
    ring, workspace_id = services.keyring, store.workspace_id
    channel_id = make_channel(services.db, workspace_id, ring=ring)
    text = "I am joann@mail.example, not ann@mail.example"
    mail = mail_of("joann@mail.example", text, subject="For joann@mail.example")
    receive_message(services.db, workspace_id, channel_id, mail, ring=ring)
    erase_person(services, workspace_id, store.id, ANN)
    [conversation] = rows(services, store, Conversation)
    assert conversation.subject == "For joann@mail.example"
    with services.db.workspace(workspace_id) as session:
        [message] = session.query(Message).all()
        content = open_content(ChannelKeys(ring).by_id(session, channel_id), message)
    assert content.sender_address == "joann@mail.example"
    assert content.text == "I am joann@mail.example, not […]"
