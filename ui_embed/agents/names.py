"""Agents by their names, where the audit's name for them stands."""

from flask import g
from sqlalchemy import select

from integration.agents.directory import OWN_DOOR
from integration.models import Agent, AgentDoor
from ui_embed.request_context import caller, services


def name_of_viewer(viewer: str) -> str | None:
    """What the agent is called whom the audit names so, None where nobody is known by it.

    The audit doesn't tell by which store's admin somebody came: a number that is two people's in
    two stores is nobody's name.
    """
    return _names().get(viewer)


def _names() -> dict[str, str]:
    """All agents of the workspace by what the audit calls them; read once a request."""
    if "agent_names" not in g:
        g.agent_names = _read()
    names: dict[str, str] = g.agent_names
    return names


def _read() -> dict[str, str]:
    with services().db.workspace(caller().workspace_id) as session:
        rows = session.execute(
            select(Agent.id, Agent.name, AgentDoor.viewer)
            .outerjoin(AgentDoor, AgentDoor.agent_id == Agent.id)
            .where(Agent.is_machine.is_(False))
        ).all()
    found: dict[str, set[str]] = {}
    for agent_id, name, door in rows:
        viewer = (door or "").partition("@")[0]
        for each in {f"{OWN_DOOR}{agent_id}", viewer} - {""}:
            found.setdefault(each, set()).add(name)
    return {viewer: next(iter(names)) for viewer, names in found.items() if len(names) == 1}
