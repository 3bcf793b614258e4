"""What an agent has to know of whoever a mail says that it is from, before believing it."""

from dataclasses import replace

from sqlalchemy import select

from channels.records import Inbound
from integration.db import WorkspaceSession
from integration.identity.normalize import normalize_email
from integration.models import Agent, Channel, Message
from integration.models.vocabulary import MessageKind

_OURS = (MessageKind.ANSWER, MessageKind.AUTOMATIC)
# The facts' names; what they say is shown in the reader's language.
CLAIMS = "claims"


def marked(session: WorkspaceSession, inbound: Inbound) -> Inbound:
    """The message, with the fact `claims` where its sender's address is one of the merchant's own.

    From proves nothing, and neither does a reply token, which any reader of the thread has: such a
    mail is never an agent's. `agent`: an agent's address; `channel`: a mailbox of this workspace's.
    Whatever says that it is from our own mailbox is answered by no machine.
    """
    if inbound.person.kind != "email":
        return inbound
    normal = normalize_email(inbound.person.value)
    if normal is None:
        return inbound
    claims = _claims(session, normal)
    if claims is None:
        return inbound
    facts = {**inbound.facts, CLAIMS: claims}
    return replace(inbound, facts=facts, is_automatic=inbound.is_automatic or claims == "channel")


def is_our_own(session: WorkspaceSession, inbound: Inbound) -> bool:
    """Whether it is a copy of a message that we sent, come back to our own mailbox.

    Whoever had a message of ours knows its id: a mail with that id and another's address is theirs.
    """
    normal = normalize_email(inbound.person.value)
    if not inbound.external_id or normal is None or normal not in _mailboxes(session):
        return False
    statement = select(Message.id).where(
        Message.external_id == inbound.external_id,
        Message.workspace_id == session.workspace_id,
        Message.kind.in_(_OURS),
    )
    return session.execute(statement.limit(1)).first() is not None


def _claims(session: WorkspaceSession, normal: str) -> str | None:
    agents = select(Agent.id).where(Agent.email == normal)
    if session.execute(agents.limit(1)).first() is not None:
        return "agent"
    return "channel" if normal in _mailboxes(session) else None


def _mailboxes(session: WorkspaceSession) -> set[str | None]:
    channels = session.execute(select(Channel.address).where(Channel.address.is_not(None)))
    return {normalize_email(each) for each in channels.scalars()}
