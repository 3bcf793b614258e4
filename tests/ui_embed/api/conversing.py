"""A workspace of the people's door with a mailbox, and customers who write to it."""

from typing import Any

from channels.records import Inbound
from integration.conversations.records import Received
from tests.factories.conversations import mail_of, make_agent, make_channel, receive_message
from tests.ui_embed.world import NOW, World


class Mailbox:
    """A mailbox of a world's first workspace."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.channel_id = self.add_channel()

    def add_channel(self, kind: str = "email", **values: Any) -> int:
        """Another channel; its id."""
        services = self.world.services
        workspace_id = values.pop("workspace_id", self.world.workspace_id)
        return make_channel(services.db, workspace_id, kind, ring=services.keyring, **values)

    def add_agent(self, name: str = "Ada", **values: Any) -> int:
        """An agent; their id."""
        workspace_id = values.pop("workspace_id", self.world.workspace_id)
        return make_agent(self.world.services.db, workspace_id, name, **values)

    def receive(self, inbound: Inbound | None = None, **more: Any) -> Received:
        """A customer's mail."""
        services = self.world.services
        workspace_id = more.pop("workspace_id", self.world.workspace_id)
        channel_id = more.pop("channel_id", self.channel_id)
        return receive_message(
            services.db,
            workspace_id,
            channel_id,
            inbound or mail_of(),
            ring=services.keyring,
            **({"now": NOW} | more),
        )
