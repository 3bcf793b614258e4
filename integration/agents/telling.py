"""What open streams are told of agents: that somebody may come in no more, or as another."""

from integration.events import AGENT, Event
from integration.services import Services


def tell_of_agent(services: Services, workspace_id: int, agent_id: int) -> None:
    """Have the streams of that agent ask again whether they are let in. After the commit."""
    services.events.publish(Event(workspace_id, AGENT, agent_id))
