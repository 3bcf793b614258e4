"""Which order a conversation is about, and what an agent should know of that before answering."""

from dataclasses import dataclass
from typing import Literal

import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from integration.conversations.who import PersonSeen, person_of
from integration.crm.mentions.records import Resolution
from integration.crm.mentions.resolving import resolve_mentions
from integration.db import WorkspaceSession
from integration.models import Conversation, Order
from integration.models.vocabulary import Trust

log = structlog.get_logger(__name__)

# Who names their order does so early; a log or a newsletter below it names anything.
_READ_CHARACTERS = 20_000

WarningKind = Literal["not_the_buyer", "unverified", "nobody_known"]


@dataclass(frozen=True, slots=True)
class WriterWarning:
    """Something to know before answering; ids are texts.

    `not_the_buyer`: a known person writes about the order (`order_id`, `order_name`) of another
    (`buyer_profile_id`). `unverified`: whoever writes hasn't proved to be who they say; the order,
    if any, may not be theirs. `nobody_known`: no customer of the stores is known by this address.
    """

    kind: WarningKind
    order_id: str | None = None
    order_name: str | None = None
    buyer_profile_id: str | None = None


def find_order(session: WorkspaceSession, conversation: Conversation, text: str) -> int | None:
    """The one order that a text names for certain, else the writer's own that it may name.

    Whoever proved nothing has no orders of their own here. Reads only, two statements and those for
    the writer; never raises for what the text says.
    """
    if conversation.person_kind == "order" and conversation.person_value:
        return _order_of_key(session, conversation.person_value)
    try:
        writer_id = person_of(session, conversation).profile_id
        writer = None if writer_id is None else str(writer_id)
        found = resolve_mentions(session, text[:_READ_CHARACTERS], writer=writer)
    except SQLAlchemyError:
        # The transaction is broken: nothing after it could be written.
        raise
    except Exception:
        log.exception("conversations.order_not_read", conversation_id=conversation.id)
        return None
    return _meant(found)


def warnings_of(
    session: WorkspaceSession, conversation: Conversation, person: PersonSeen
) -> tuple[WriterWarning, ...]:
    """What an agent should know of who writes about what; the weightiest first."""
    order = _order(session, conversation.order_id)
    buyer_id = order.profile_id if order is not None else None
    named = (
        None if order is None else str(order.id),
        None if order is None else order.name,
        None if buyer_id is None else str(buyer_id),
    )
    if person.profile_id is not None:
        is_others = buyer_id is not None and buyer_id != person.profile_id
        return (WriterWarning("not_the_buyer", *named),) if is_others else ()
    if person.candidate_ids or order is not None:
        return (WriterWarning("unverified", *named),)
    if person.trust == Trust.CLAIMED and person.address is not None:
        return (WriterWarning("unverified"), WriterWarning("nobody_known"))
    return (WriterWarning("nobody_known"),)


def _meant(found: Resolution) -> int | None:
    if found.order is not None:
        return int(found.order.id)
    own = [each for each in found.candidates if each.is_writers]
    certain = {order.id for each in found.mentions if each.is_certain for order in each.orders}
    # Two that are named for certain are two orders; of one name in two stores it is the writer's.
    if found.is_whole and len(own) == 1 and certain <= {own[0].id}:
        return int(own[0].id)
    return None


def _order(session: WorkspaceSession, order_id: int | None) -> Order | None:
    if order_id is None:
        return None
    return session.execute(select(Order).where(Order.id == order_id)).scalars().one_or_none()


def _order_of_key(session: WorkspaceSession, value: str) -> int | None:
    store_id, _, external_id = value.partition(":")
    if not store_id.isdecimal():
        return None
    statement = select(Order.id).where(
        Order.store_id == int(store_id), Order.external_id == external_id
    )
    return session.execute(statement).scalar_one_or_none()
