"""A workspace whose channels are set up, and the other side of its mailboxes."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import pytest

from channels.phone.channel import PhoneChannel
from channels.port import Channel as Adapter
from integration.conversations.channels import setup
from integration.conversations.channels.keys import ChannelKeys, account_of
from integration.conversations.channels.setup import ChannelCard
from integration.models import Channel
from integration.services import Services
from tests.factories.databases import sqlite_database, sqlite_template
from tests.factories.fake_store import FakeStore, fake_services
from tests.factories.stores import make_workspace
from tests.integration.conversations.fake_mailbox import GIVEN, FakeMailbox

BY = "shopify-staff:7"


@pytest.fixture(scope="module")
def channel_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sqlite_template(tmp_path_factory.mktemp("setup"))


@dataclass
class House:
    """A workspace, its services, and the other side of its mailboxes."""

    services: Services
    mailbox: FakeMailbox
    workspace_id: int

    def create(self, name: str = "Support", **changes: Any) -> ChannelCard:
        """A mailbox, with other fields than usual."""
        more = {each: changes.pop(each) for each in ("store_id", "locale") if each in changes}
        given = GIVEN | changes
        return setup.create_channel(
            self.services, self.workspace_id, "email", name, given, by=BY, **more
        )

    def change(self, card: ChannelCard, **changes: Any) -> ChannelCard:
        """The same mailbox with other fields; no password is typed."""
        given = GIVEN | {"password": ""} | changes
        return setup.change_channel(
            self.services, self.workspace_id, int(card.id), "Renamed", given, by=BY
        )

    def password(self, card: ChannelCard) -> str:
        """The password that is kept."""
        with self.services.db.workspace(self.workspace_id) as session:
            channel = session.get_one(Channel, int(card.id))
            opened = account_of(ChannelKeys(self.services.keyring), channel)
        return opened.secrets["password"].get_secret_value()

    def rows(self) -> int:
        """How many channels there are."""
        with self.services.db.workspace(self.workspace_id) as session:
            return session.query(Channel).count()


@pytest.fixture
def house(channel_template: Path, tmp_path: Path) -> Iterator[House]:
    db = sqlite_database(channel_template, tmp_path)
    mailbox = FakeMailbox()
    made = fake_services(db, FakeStore(), tmp_path)
    channels = {"email": cast(Adapter, mailbox), "phone": cast(Adapter, PhoneChannel())}
    services = replace(made, channels=channels)
    yield House(services, mailbox, make_workspace(db))
    db.dispose()


def standing(house: House) -> list[ChannelCard]:
    """The channels of its workspace."""
    return setup.list_channels(house.services, house.workspace_id)
