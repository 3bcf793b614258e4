"""Agents who can sign in, and a browser that does."""

from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from integration.agents.passwords import hash_password
from integration.models import Agent
from integration.models.vocabulary import AgentStatus, Role
from tests.ui_embed.sites import SAME
from tests.ui_embed.world import NOW, World

EMAIL = "eleni@aegean.example"
PASSWORD = "blue boats at noon"
HTTPS = "https://localhost"
_HASHES: dict[str, str] = {}


def add_agent(world: World, **changes: Any) -> int:
    """An active agent with a password; their id."""
    password = changes.pop("password", PASSWORD)
    if password and password not in _HASHES:
        _HASHES[password] = hash_password(password)
    values: dict[str, Any] = {
        "workspace_id": world.workspace_id,
        "name": "Ελένη",
        "email": EMAIL,
        "is_email_vouched": True,
        "role": Role.AGENT,
        "is_role_set": True,
        "status": AgentStatus.ACTIVE,
        "password_hash": _HASHES.get(password),
        "created_at": NOW,
        **changes,
    }
    with world.services.db.workspace(values["workspace_id"], write=True) as session:
        row = Agent(**values)
        session.add(row)
        session.flush()
        return row.id


def agent_row(world: World, agent_id: int) -> Agent:
    """An agent as they stand now."""
    with world.services.db.across_workspaces() as session:
        return session.execute(select(Agent).where(Agent.id == agent_id)).scalar_one()


def change_agent(world: World, agent_id: int, **values: Any) -> None:
    """Change columns of an agent."""
    with world.services.db.across_workspaces(write=True) as session:
        row = session.execute(select(Agent).where(Agent.id == agent_id)).scalar_one()
        for name, value in values.items():
            setattr(row, name, value)


def type_in(
    client: FlaskClient,
    email: str = EMAIL,
    password: str = PASSWORD,
    headers: dict[str, str] | None = None,
    **fields: str,
) -> TestResponse:
    """Post the sign-in form."""
    data = {"email": email, "password": password, **fields}
    return post(client, "/sign-in", data, headers)


def post(
    client: FlaskClient,
    path: str,
    data: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
) -> TestResponse:
    """Post a form of one of our pages."""
    return client.post(path, data=data or {}, headers=headers or SAME, base_url=HTTPS)


def get(client: FlaskClient, path: str, headers: dict[str, str] | None = None) -> TestResponse:
    """Open a page of ours."""
    return client.get(path, headers=headers or SAME, base_url=HTTPS)
