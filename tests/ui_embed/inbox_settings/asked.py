"""The pages of the inbox's settings as a browser asks for them."""

from typing import Any

from flask.testing import FlaskClient

from tests.ui_embed.sites import SAME
from tests.ui_embed.world import World

ROOT = "/settings/inbox"


def get(client: FlaskClient, path: str) -> Any:
    """A page."""
    return client.get(f"{ROOT}{path}", headers=SAME, base_url="https://localhost")


def post(client: FlaskClient, path: str, fields: Any, more: Any = None) -> Any:
    """The answer to a form."""
    headers = SAME | (more or {})
    return client.post(f"{ROOT}{path}", data=fields, headers=headers, base_url="https://localhost")


def read(world: World, reader: Any) -> Any:
    """What is kept in the world's first workspace."""
    with world.services.db.workspace(world.workspace_id) as session:
        return reader(session)
