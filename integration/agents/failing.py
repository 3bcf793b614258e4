"""That somebody tried to sign in as an agent and couldn't: for the agent's workspace to see."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from integration.agents.directory import OWN_DOOR
from integration.audit.actions import Action
from integration.audit.recording import STRANGER, record
from integration.models import Agent
from integration.services import Services


def add_failed(services: Services, session: Session, agents: Sequence[Agent], way: str) -> None:
    """Write it down in each agent's workspace; `session` looks across workspaces."""
    for agent in agents:
        record(
            session, Action.SIGN_IN_FAILED, by=STRANGER, now=services.now(),
            target=f"{OWN_DOOR}{agent.id}", workspace_id=agent.workspace_id, way=way,
        )  # fmt: skip
