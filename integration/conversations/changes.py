"""What has to be told and done after a commit that changed conversations."""

from collections.abc import Mapping

from integration.conversations.records import Received, Written
from integration.db import WorkspaceSession
from integration.events import CONVERSATION, MESSAGE, SEEN, Event
from integration.models import Conversation
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

    `news` is what `news_of` told while it was written: with it pages ask for nothing they have.
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


def news_of(
    session: WorkspaceSession, written: Received | Written, what: str = MESSAGE
) -> dict[str, str]:
    """What to tell of a message, or a note, that this session wrote just now."""
    conversation = session.get_one(Conversation, written.conversation_id)
    assignee_id = conversation.assignee_id
    return {
        "what": what,
        "message": str(written.message_id),
        "assignee": "" if assignee_id is None else str(assignee_id),
    }
