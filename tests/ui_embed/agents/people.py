"""Agents who can sign in, and a browser that does."""

import re
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from integration.agents.passwords import hash_password
from integration.models import Agent, Session, SignInFailure
from integration.models.vocabulary import AgentStatus, Role
from tests.ui_embed.sites import SAME
from tests.ui_embed.world import NOW, World

NEW = "jana@aegean.example"
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


def link_in(text: str) -> str:
    """The link's path that a page shows."""
    found = re.search(r"https://tillside\.example(/invitations/tsi_[\w-]{43})", text)
    assert found, text[:3000]
    return found[1]


def invite(client: FlaskClient, email: str = NEW, role: str = "agent") -> str:
    answer = post(client, "/settings/agents", {"email": email, "name": "Jana", "role": role})
    assert answer.status_code == 200
    return link_in(answer.text)


def agents(world: World) -> list[Agent]:
    with world.services.db.across_workspaces() as session:
        return list(session.execute(select(Agent).order_by(Agent.id)).scalars())


def count(world: World, model: type) -> int:
    with world.services.db.across_workspaces() as session:
        return int(session.execute(select(func.count()).select_from(model)).scalar_one())


def sessions(world: World) -> list[Session]:
    with world.services.db.across_workspaces() as session:
        return list(session.execute(select(Session).order_by(Session.id)).scalars())


def failures(world: World) -> int:
    with world.services.db.across_workspaces() as session:
        return session.execute(select(func.count()).select_from(SignInFailure)).scalar_one()
