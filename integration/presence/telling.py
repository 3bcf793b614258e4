"""An agent comes, writes and leaves: kept for moments, and told to whoever watches."""

from integration.events import Event
from integration.presence.records import Doing
from integration.services import Services


def note_presence(
    services: Services, workspace_id: int, conversation_id: int, agent_id: int, doing: Doing
) -> None:
    """Let others know what an agent does in a conversation. Never raises.

    Each call with `writing` is told as typing, to the customer too.
    """
    who = f"agent:{agent_id}"
    told = []
    if services.presence.note(workspace_id, conversation_id, agent_id, doing):
        data = {"who": who, "state": doing.value}
        told.append(Event(workspace_id, "presence", conversation_id, data))
    if doing is Doing.WRITING:
        told.append(Event(workspace_id, "typing", conversation_id, {"who": who}))
    services.events.publish(*told)


def note_visitor_typing(services: Services, workspace_id: int, conversation_id: int) -> None:
    """Let the agents who have a conversation open know that its customer types. Never raises."""
    told = Event(workspace_id, "typing", conversation_id, {"who": "visitor"})
    services.events.publish(told)


def note_online(services: Services, workspace_id: int, agent_id: int) -> None:
    """Let others know that an agent is there. Never raises."""
    if services.presence.see_agent(workspace_id, agent_id):
        services.events.publish(Event(workspace_id, "online", agent_id, {"state": "on"}))
