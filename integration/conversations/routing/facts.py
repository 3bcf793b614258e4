"""What routing rules may ask about a new conversation and whoever it is believed to be with."""

from collections.abc import Iterable

from sqlalchemy import select

from integration.conversations.routing.rules import Facts, Sum
from integration.conversations.who import person_of
from integration.crm.faces import homes_of
from integration.db import WorkspaceSession
from integration.models import Conversation, Order, Profile, ProfileTotal


def facts_of(
    session: WorkspaceSession, conversation: Conversation, text: str, *, with_person: bool
) -> Facts:
    """The facts. `text` is its subject and first message.

    With `with_person` also of the person, where the sender proved enough to be believed: a claimed
    address makes nobody anybody's customer.
    """
    profile_id = person_of(session, conversation).profile_id if with_person else None
    homes = homes_of(session, profile_id) if profile_id is not None else ()
    return Facts(
        channel_id=conversation.channel_id,
        kind=conversation.channel_kind,
        language=conversation.locale,
        store_id=conversation.store_id,
        text=text,
        has_person=with_person,
        tags=tuple(_tags(session, homes)),
        order=_order(session, conversation, homes),
        spent=_spent(session, profile_id),
    )


def _tags(session: WorkspaceSession, homes: Iterable[int]) -> Iterable[str]:
    """The agents' tags and the stores', of all the person's profiles."""
    statement = select(Profile.own_tags, Profile.tags).where(Profile.id.in_(homes))
    for row in session.execute(statement):
        yield from (*row.own_tags, *row.tags)


def _order(
    session: WorkspaceSession, conversation: Conversation, homes: Iterable[int]
) -> Sum | None:
    if conversation.order_id is None:
        return None
    statement = select(Order.current_total_minor, Order.currency).where(
        Order.id == conversation.order_id, Order.profile_id.in_(homes)
    )
    row = session.execute(statement).first()
    return None if row is None else Sum(row.current_total_minor, row.currency)


def _spent(session: WorkspaceSession, profile_id: int | None) -> dict[str, int]:
    if profile_id is None:
        return {}
    statement = select(ProfileTotal.currency, ProfileTotal.spent_minor).where(
        ProfileTotal.profile_id == profile_id
    )
    return {row.currency: row.spent_minor for row in session.execute(statement)}
