"""What stands in a canned answer for the customer, their order, the store and the agent.

`{{order.name}}`, or with words for where there is none: `{{customer.first_name|there}}`. Values are
plain text on one line; nothing in them is looked at again. What is missing is told with the reason
and marked in the text, so that it can't go out unseen.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, Protocol

from babel.dates import format_date
from babel.numbers import format_currency
from sqlalchemy import select

from integration.agents.directory import name_for_customers
from integration.conversations.answers.order_words import live, status_of
from integration.conversations.outgoing.mail_words import Words
from integration.conversations.who import person_of
from integration.crm.agents_text import one_line
from integration.crm.faces import homes_of
from integration.db import WorkspaceSession
from integration.models import Channel, Conversation, Customer, Fulfillment, Order, Profile, Store
from platforms.money import to_decimal

Why = Literal["unknown", "unconfirmed", "no_order", "empty"]

_LONGEST_VALUE = 300
_PLACE = re.compile(r"\{\{\s*([^{}|]{0,80}?)\s*(?:\|([^{}]{0,200}))?\}\}")
_LINK = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)
_MARK = "⟨{}⟩"

ORDER_NAMES = (
    "order.name",
    "order.status",
    "order.total",
    "order.date",
    "order.tracking_link",
    "order.tracking_number",
    "order.carrier",
)
NAMES = (
    "customer.name",
    "customer.first_name",
    "customer.email",
    *ORDER_NAMES,
    "store.name",
    "store.url",
    "agent.name",
    "agent.first_name",
    "conversation.number",
)
"""All that can stand in a text."""


# We write these ourselves, with spaces that don't break.
_OURS = frozenset({"order.total", "order.date"})


class Named(Protocol):
    """Somebody with a name."""

    @property
    def name(self) -> str:
        """It."""
        ...


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that couldn't be filled in.

    `unknown`: there is no such variable. `unconfirmed`: it is an order's, and nobody knows for
    certain who the sender is. `no_order`: they have none. `empty`: it isn't known of them.
    """

    name: str
    why: Why


@dataclass(frozen=True, slots=True)
class Filled:
    """A text that can be sent once nothing is missing. `order_id` is whose order is told."""

    text: str = field(repr=False)
    missing: tuple[Missing, ...] = ()
    order_id: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """As the API tells it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class _Values:
    known: Mapping[str, str]
    order_id: int | None
    why_no_order: Why


def fill(
    session: WorkspaceSession,
    text: str,
    *,
    conversation: Conversation,
    agent: Named,
    locale: str | None,
) -> Filled:
    """The text with its variables filled in, amounts and dates as that language writes them.

    An order is told only to whom it belongs for certain: the one in question if it is the person's,
    else their newest. Never raises for what a text says.
    """
    wanted = {found.group(1).strip().lower() for found in _PLACE.finditer(text)}
    if not wanted:
        return Filled(text)
    values = _values(session, conversation, agent, Words(locale), wanted)
    missing: dict[str, Missing] = {}

    def put(found: re.Match[str]) -> str:
        name = found.group(1).strip().lower()
        value = values.known.get(name)
        if value:
            return value
        if found.group(2) is not None and name in NAMES:
            return one_line(found.group(2))
        missing[name] = Missing(name, _why(name, values))
        return _MARK.format(one_line(name))

    filled = _PLACE.sub(put, text)
    is_told = values.order_id is not None and bool(wanted & set(ORDER_NAMES))
    return Filled(filled, tuple(missing.values()), str(values.order_id) if is_told else None)


def unknown_variables(text: str) -> tuple[str, ...]:
    """What a text names that isn't a variable, to be refused when it is written."""
    named = (found.group(1).strip().lower() for found in _PLACE.finditer(text))
    return tuple(dict.fromkeys(name for name in named if name not in NAMES))


def _why(name: str, values: _Values) -> Why:
    if name not in NAMES:
        return "unknown"
    if name in ORDER_NAMES and values.order_id is None:
        return values.why_no_order
    return "empty"


def _values(
    session: WorkspaceSession,
    conversation: Conversation,
    agent: Named,
    words: Words,
    wanted: set[str],
) -> _Values:
    profile_id = person_of(session, conversation).profile_id
    known: dict[str, str | None] = {
        **_customer(session, conversation, profile_id),
        **_store(session, conversation),
        "agent.name": name_for_customers(agent.name),
        "agent.first_name": _first(name_for_customers(agent.name)),
        # One that is about to begin has no number yet.
        "conversation.number": None if conversation.id is None else str(conversation.id),
    }
    order: Order | None = None
    if profile_id is not None and wanted & set(ORDER_NAMES):
        order = _order_of(session, conversation, profile_id)
    if order is not None:
        known |= _of_order(session, order, words)
    told = {
        name: value if name in _OURS else _plain(value) for name, value in known.items() if value
    }
    why: Why = "unconfirmed" if profile_id is None else "no_order"
    return _Values(told, None if order is None else order.id, why)


def _customer(
    session: WorkspaceSession, conversation: Conversation, profile_id: int | None
) -> dict[str, str | None]:
    """As the store knows them where it is certain who they are, else as they told."""
    name, first = conversation.person_name, None
    if profile_id is not None:
        homes = homes_of(session, profile_id)
        shown = select(Profile.display_name).where(Profile.id == profile_id)
        name = session.execute(shown).scalar_one_or_none() or name
        firsts = select(Customer.first_name).where(
            Customer.profile_id.in_(homes), Customer.first_name.is_not(None)
        )
        first = session.execute(firsts.order_by(Customer.id.desc()).limit(1)).scalar()
    if name and "@" in name:
        name = None
    address = conversation.person_address
    return {
        "customer.name": name,
        "customer.first_name": first or _first(name),
        "customer.email": address if address and "@" in address else None,
    }


def _store(session: WorkspaceSession, conversation: Conversation) -> dict[str, str | None]:
    store_id = conversation.store_id
    if store_id is None:
        stores = select(Store).order_by(Store.id).limit(2)
        found = session.execute(stores).scalars().all()
        store = found[0] if len(found) == 1 else None
    else:
        store = session.get(Store, store_id)
    if store is not None:
        return {"store.name": store.name, "store.url": _link(store.url)}
    channel = session.get(Channel, conversation.channel_id)
    return {"store.name": channel.name if channel else None, "store.url": None}


def _order_of(
    session: WorkspaceSession, conversation: Conversation, profile_id: int
) -> Order | None:
    homes = homes_of(session, profile_id)
    theirs = select(Order).where(Order.profile_id.in_(homes))
    if conversation.order_id is not None:
        asked = session.execute(theirs.where(Order.id == conversation.order_id)).scalars()
        return asked.one_or_none()
    newest = theirs.where(Order.is_test.is_(False), Order.deleted_at.is_(None))
    newest = newest.order_by(Order.placed_at.desc(), Order.id.desc()).limit(1)
    return session.execute(newest).scalars().one_or_none()


def _of_order(session: WorkspaceSession, order: Order, words: Words) -> dict[str, str | None]:
    parcels = (
        session.execute(
            select(Fulfillment).where(
                Fulfillment.store_id == order.store_id,
                Fulfillment.order_external_id == order.external_id,
            )
        )
        .scalars()
        .all()
    )
    tracking: list[Mapping[str, Any]] = [
        one for parcel in live(parcels) for one in parcel.tracking or () if one
    ]
    link: Callable[[Any], str | None] = _link
    amount, currency = order.current_total_minor, order.currency
    if order.presentment_currency and order.current_total_minor == order.total_minor:
        amount = order.presentment_total_minor or amount
        currency = order.presentment_currency if order.presentment_total_minor else currency
    value = to_decimal(amount, currency)
    return {
        "order.name": order.name,
        "order.status": status_of(words, order, parcels),
        "order.total": format_currency(value, currency, locale=words.locale),
        "order.date": format_date(order.placed_at, "long", locale=words.locale),
        "order.tracking_link": _each(tracking, lambda one: link(one.get("url"))),
        "order.tracking_number": _each(tracking, lambda one: one.get("number")),
        "order.carrier": _each(tracking, lambda one: one.get("company")),
    }


def _each(tracking: list[Mapping[str, Any]], part: Callable[[Mapping[str, Any]], Any]) -> str:
    """That part of each parcel, once; several parcels' one after the other."""
    return ", ".join(dict.fromkeys(str(told) for one in tracking if (told := part(one))))


def _link(url: object) -> str | None:
    """An address of the web and nothing else."""
    return url if isinstance(url, str) and _LINK.fullmatch(url) else None


def _first(name: str | None) -> str | None:
    return name.split()[0] if name and name.split() else None


def _plain(value: str) -> str:
    return one_line(value)[:_LONGEST_VALUE]
