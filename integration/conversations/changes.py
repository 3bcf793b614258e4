"""What has to be told and done after a commit that changed conversations."""

from integration.events import Event
from integration.services import Services

# The job that writes the words by which conversations are found.
INDEXING = "conversations.index"
SENDING = "sendings.send"


def tell(
    services: Services, workspace_id: int, *conversation_ids: int, is_to_be_sent: bool = False
) -> None:
    """Let open pages know, and have what follows be done. Never raises."""
    ids = dict.fromkeys(conversation_ids)
    services.events.publish(*(Event(workspace_id, "conversation", each) for each in ids))
    services.jobs.enqueue(INDEXING, key=INDEXING)
    if is_to_be_sent:
        services.jobs.enqueue(SENDING, key=SENDING)
