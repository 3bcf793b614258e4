"""A workspace and its owner's browser, with what deeds are done to."""

from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import update

from integration.conversations.answers.canned import create_canned
from integration.conversations.routing.saved_rules import create_rule, list_rules
from tests.factories.conversations import make_channel
from tests.integration.agents.device import Device
from tests.ui_embed.agents.people import HTTPS, NEW, add_agent, type_in
from tests.ui_embed.agents.people import post as post_form
from tests.ui_embed.sites import SAME
from tests.ui_embed.world import NOW, World


@dataclass(slots=True)
class Place:
    """A workspace and the browser of its owner, who is agent 1."""

    world: World
    browser: FlaskClient

    def post(self, path: str, fields: dict[str, str] | None = None) -> Any:
        """A form that has to be taken."""
        answer = post_form(self.browser, path, fields)
        assert answer.status_code in (200, 302, 303), (path, answer.status_code, answer.text[:2000])
        return answer

    def put(self, path: str, posted: dict[str, Any]) -> Any:
        """JSON of our script's."""
        return self.browser.post(path, json=posted, headers=SAME, base_url=HTTPS).get_json()

    def colleague(self, **changes: Any) -> int:
        """Another agent."""
        return add_agent(self.world, **({"email": NEW, "name": "Jana"} | changes))

    def channel(self) -> int:
        """A form."""
        world = self.world
        ring = world.services.keyring
        return make_channel(world.services.db, world.workspace_id, "form", ring=ring, address=None)

    def rule(self) -> str:
        """A rule; its version."""
        with self.world.services.db.workspace(self.world.workspace_id, write=True) as session:
            create_rule(session, "R", {}, {"tags": ["x"]}, by="agent:1", now=NOW)
            return list_rules(session)[0].version

    def answer(self) -> None:
        """A canned answer."""
        with self.world.services.db.workspace(self.world.workspace_id, write=True) as session:
            create_canned(
                session, shortcut="hi", name="Hi", texts={"en": "Hi"}, by="agent:1", now=NOW
            )

    def passkey(self) -> Device:
        """A passkey of the owner's."""
        device, root = Device(), "/settings/me/passkeys"
        options = self.put(f"{root}/options", {})
        self.put(root, {"credential": device.make(options), "name": "Key"})
        return device

    def elsewhere(self) -> None:
        """Sign in in another browser."""
        type_in(self.world.app.test_client())

    def change(self, model: Any, **values: Any) -> None:
        """Change columns of all rows."""
        with self.world.services.db.across_workspaces(write=True) as session:
            session.execute(update(model).values(**values))
