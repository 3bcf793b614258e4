"""What has to be told and done after a commit that changed conversations."""

from collections.abc import Mapping

from integration.conversations.records import Received, Written
from integration.events import CONVERSATION, MESSAGE, SEEN, Event
from integration.services import Services

# The job that writes the words by which conversations are found.
INDEXING = "conversations.index"
SENDING = "sendings.send"


def tell(
    services: Services,
    workspace_id: int,
    *conversation_ids: int,
    is_to_be_sent: bool = False,
    news: Mapping[str, str] | None = None,
) -> None:
    """Let open pages know, and have what follows be done. Never raises.

    `news` is what `news_of` tells: with it pages ask for nothing they have.
    """
    ids, told = dict.fromkeys(conversation_ids), news or {}
    services.events.publish(*(Event(workspace_id, CONVERSATION, each, told) for each in ids))
    services.jobs.enqueue(INDEXING, key=INDEXING)
    if is_to_be_sent:
        services.jobs.enqueue(SENDING, key=SENDING)


def tell_seen(services: Services, workspace_id: int, *conversation_ids: int) -> None:
    """Let pages that have these open know that the customer saw answers. Never raises."""
    told = {"what": SEEN}
    services.events.publish(
        *(Event(workspace_id, CONVERSATION, each, told) for each in conversation_ids)
    )


def news_of(written: Received | Written, what: str = MESSAGE) -> dict[str, str]:
    """What to tell of a message, or a note, that was written just now."""
    whose = written.assignee_id
    return {
        "what": what,
        "message": str(written.message_id),
        "assignee": "" if whose is None else str(whose),
    }
