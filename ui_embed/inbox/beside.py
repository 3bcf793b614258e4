"""Who a conversation is with, beside it: their page's essentials, what they wrote before, cases."""

from dataclasses import dataclass

from flask import Blueprint, render_template
from sqlalchemy import select

from integration.agents.roles import Deed, may
from integration.conversations.answers.similar_cases import SimilarCase, similar
from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.contents import open_preview
from integration.conversations.found import conversation_for
from integration.conversations.who import PersonSeen, conversations_of, person_of
from integration.crm.person_heads import PersonHead
from integration.crm.records import ContextOrder
from integration.crm.subject import Subject
from integration.crypto import CannotOpen
from integration.db import WorkspaceSession
from integration.errors import NotFound
from integration.models import Conversation, Order
from ui_embed import screens
from ui_embed.entrance import staff_page
from ui_embed.identity.decisions import head_of
from ui_embed.inbox.asking import Looked, looked_at
from ui_embed.inbox.pages import conversation_number
from ui_embed.inbox.screen import OtherConversation
from ui_embed.person_screen import PersonScreen
from ui_embed.request_context import caller, current_agent, services

inbox_beside = Blueprint("inbox_beside", __name__)

SURFACE = "inbox"
_MOST_CANDIDATES = 3
_MOST_OTHERS = 8
_MOST_CASES = 3
_MOST_ORDERS = 8


@dataclass(frozen=True, slots=True)
class AskedOrder:
    """The order that a conversation is about; `buyer_id` is whose it is, where that is known."""

    id: str
    name: str
    external_id: str
    buyer_id: str | None


@dataclass(frozen=True, slots=True)
class BesideScreen:
    """What stands beside a conversation. `person` is None where nobody is known for certain.

    `asked` is the order in question, `shown` the one that is shown open: the same, else the
    person's newest.
    """

    conversation_id: str
    who: PersonSeen
    person: PersonScreen | None
    candidates: tuple[PersonHead, ...]
    others: tuple[OtherConversation, ...]
    cases: tuple[SimilarCase, ...]
    asked: AskedOrder | None
    locale: str | None
    may_write: bool

    @property
    def shown(self) -> ContextOrder | None:
        """The order to show open, None for a person without any."""
        if self.person is None:
            return None
        further = self.person.beside.order
        orders = (*([further] if further else []), *self.person.context.orders)
        wanted = self.asked.id if self.asked else self.person.open_order_id
        newest = self.person.open_order_id
        for order_id in (wanted, newest):
            for order in orders:
                if order.id == order_id:
                    return order
        return orders[0] if orders else None

    @property
    def further(self) -> tuple[ContextOrder, ...]:
        """Their other orders, the newest first."""
        if self.person is None:
            return ()
        first = self.shown
        others = (order for order in self.person.context.orders if order != first)
        return tuple(others)[:_MOST_ORDERS]

    @property
    def is_anothers(self) -> bool:
        """Whether the order in question isn't among this person's."""
        return self.asked is not None and (self.shown is None or self.shown.id != self.asked.id)


@inbox_beside.get("/inbox/<conversation_id>/beside")
@staff_page
def beside(conversation_id: str) -> str:
    """The person with the order in question first, other conversations, and similar cases."""
    number, looked = conversation_number(conversation_id), looked_at()
    with services().db.workspace(caller().workspace_id) as session:
        held = conversation_for(session, number)
        who = person_of(session, held)
        asked = _asked(session, held.order_id)
        others = _others(session, held, who, looked)
        cases = similar(session, ChannelKeys(services().keyring), held.id, most=_MOST_CASES)
        locale = held.locale
    screen = BesideScreen(
        conversation_id=str(number),
        who=who,
        person=_person(who, asked.external_id if asked else None, number),
        candidates=_candidates(who),
        others=others,
        cases=cases,
        asked=asked,
        locale=locale,
        may_write=may(current_agent(), Deed.ANSWER),
    )
    return render_template("screens/inbox_beside.html", beside=screen, me=current_agent())


def _person(who: PersonSeen, order: str | None, conversation_id: int) -> PersonScreen | None:
    if who.profile_id is None:
        return None
    try:
        subject = Subject(profile_id=who.profile_id)
        return screens.person_screen(
            subject, order=order, surface=SURFACE, conversation_id=conversation_id
        )
    except NotFound:
        # Erased between the two reads.
        return None


def _candidates(who: PersonSeen) -> tuple[PersonHead, ...]:
    if who.profile_id is not None:
        return ()
    found = []
    for number in who.candidate_ids[:_MOST_CANDIDATES]:
        try:
            found.append(head_of(services(), caller(), number))
        except NotFound:
            continue
    return tuple(found)


def _asked(session: WorkspaceSession, order_id: int | None) -> AskedOrder | None:
    if order_id is None:
        return None
    order = session.execute(select(Order).where(Order.id == order_id)).scalars().one_or_none()
    if order is None:
        return None
    buyer_id = None if order.profile_id is None else str(order.profile_id)
    return AskedOrder(str(order.id), order.name, order.external_id, buyer_id)


def _others(
    session: WorkspaceSession, held: Conversation, who: PersonSeen, looked: Looked
) -> tuple[OtherConversation, ...]:
    if who.profile_id is None:
        return ()
    keys = ChannelKeys(services().keyring)
    found = conversations_of(session, who.profile_id, limit=_MOST_OTHERS + 1)
    return tuple(other_of(session, keys, each, looked) for each in found if each.id != held.id)


def other_of(
    session: WorkspaceSession, keys: ChannelKeys, row: Conversation, looked: Looked
) -> OtherConversation:
    """A conversation as a line of a list."""
    return OtherConversation(
        id=str(row.id),
        url=looked.url(str(row.id)),
        channel_kind=row.channel_kind,
        subject=row.subject,
        preview=_preview(session, keys, row),
        status=row.status,
        at=row.last_message_at,
        name=row.person_name or row.person_address,
    )


def _preview(session: WorkspaceSession, keys: ChannelKeys, row: Conversation) -> str:
    if row.preview_channel_id is None:
        return ""
    try:
        key = keys.by_id(session, row.preview_channel_id)
    except (CannotOpen, NotFound):
        return ""
    return open_preview(key, row.id, row.preview)
