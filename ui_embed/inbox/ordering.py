"""Choosing which order a conversation is about: among the writer's, or any that a number names."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint
from sqlalchemy import select

from integration.conversations.found import conversation_for
from integration.conversations.thread import view_of
from integration.conversations.who import person_of
from integration.crm.faces import face_of
from integration.crm.mentions.resolving import resolve_mentions
from integration.db import WorkspaceSession
from integration.errors import NotFound
from integration.models import Order, Profile, Store
from ui_embed import screens
from ui_embed.entrance import staff_page
from ui_embed.inbox.acting import need_to_answer
from ui_embed.inbox.pages import conversation_number
from ui_embed.request_context import caller, services, single_arguments

inbox_ordering = Blueprint("inbox_ordering", __name__)

_LONGEST_SEARCH = 200
_MOST_OFFERED = 20


@dataclass(frozen=True, slots=True)
class OfferedOrder:
    """An order to choose. `buyer` is None where no name is known; `is_theirs`: the writer's."""

    id: str
    name: str
    store: str
    placed_at: datetime
    total_minor: int
    currency: str
    buyer: str | None
    is_theirs: bool
    is_chosen: bool


@inbox_ordering.get("/inbox/<conversation_id>/order")
@staff_page
def choose_order(conversation_id: str) -> Any:
    """Which order it is about: the writer's newest, or those that `q=` names."""
    need_to_answer()
    number = conversation_number(conversation_id)
    text = single_arguments().get("q", "").strip()[:_LONGEST_SEARCH]
    with services().db.workspace(caller().workspace_id) as session:
        held = conversation_for(session, number)
        view = view_of(session, held)
        profile_id = person_of(session, held).profile_id
        homes = _homes(session, profile_id)
        ids = _named(session, text) if text else _newest(session, homes)
        orders = _offered(session, ids, homes, held.order_id)
    return screens.page(
        "screens/inbox_order.html", view=view, orders=orders, text=text, section="inbox"
    )


def _homes(session: WorkspaceSession, profile_id: int | None) -> tuple[int, ...]:
    try:
        return () if profile_id is None else face_of(session, profile_id).homes
    except NotFound:
        return ()


def _newest(session: WorkspaceSession, homes: tuple[int, ...]) -> list[int]:
    statement = (
        select(Order.id)
        .where(Order.profile_id.in_(homes), Order.deleted_at.is_(None))
        .order_by(Order.placed_at.desc(), Order.id.desc())
        .limit(_MOST_OFFERED)
    )
    return list(session.execute(statement).scalars())


def _named(session: WorkspaceSession, text: str) -> list[int]:
    # A number by itself may be anything; in this field it is an order's.
    found = resolve_mentions(session, f"#{text}" if text.isdecimal() else text)
    return [int(each.id) for each in found.candidates][:_MOST_OFFERED]


def _offered(
    session: WorkspaceSession, ids: list[int], homes: tuple[int, ...], chosen: int | None
) -> list[OfferedOrder]:
    rows = session.execute(
        select(Order, Store.name, Profile.display_name)
        .join(Store, Store.id == Order.store_id)
        .outerjoin(Profile, Profile.id == Order.profile_id)
        .where(Order.id.in_(ids))
    )
    found = {
        order.id: OfferedOrder(
            id=str(order.id),
            name=order.name,
            store=store,
            placed_at=order.placed_at,
            total_minor=order.total_minor,
            currency=order.currency,
            buyer=buyer,
            is_theirs=order.profile_id in homes,
            is_chosen=order.id == chosen,
        )
        for order, store, buyer in rows
    }
    return [found[each] for each in ids if each in found]
