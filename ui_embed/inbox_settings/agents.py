"""Agents in the lists of these settings' forms."""

from integration.agents.directory import list_agents
from integration.db import WorkspaceSession


def agent_choices(session: WorkspaceSession) -> list[tuple[str, str]]:
    """Those who can be given conversations, as (id, name)."""
    return [(str(each.id), each.name) for each in list_agents(session) if each.can_answer]
