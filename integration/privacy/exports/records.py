"""What a store's copy holds of one person, as groups of names and values to be read by people."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from integration.db import WorkspaceSession
from integration.models import (
    Customer,
    Fulfillment,
    Identity,
    Order,
    OrderLine,
    Profile,
    ProfileNote,
    Refund,
    Store,
)
from integration.privacy.erasing.persons import Found
from platforms.money import to_decimal

ORDERS_A_PAGE = 50

Group = dict[str, Any]

_ADDRESS = ("name", "company", "line1", "line2", "postal_code", "city", "region", "country_code")
_KINDS = {"email": "E-mail address", "phone": "Phone", "customer": "Account"}


def person_groups(
    session: WorkspaceSession, store: Store, found: Found, page: int
) -> tuple[list[Group], bool]:
    """The groups of one page (from 1) and whether it is the last.

    The accounts, what the person is known by and what agents wrote about them stand on the first
    page, orders on all, newest first. Of what stores tell only this one's; who looked at it is not
    the person's.
    """
    first, more = ORDERS_A_PAGE * (page - 1), ORDERS_A_PAGE * page
    groups: list[Group] = []
    if page == 1:
        groups += _accounts(session, store, found)
        groups += _known_by(session, store, found)
        groups += _agents_words(session, found)
    statement = select(Order).where(
        Order.store_id == store.id, Order.external_id.in_(found.order_ids)
    )
    newest = statement.order_by(Order.placed_at.desc(), Order.id.desc())
    orders = session.execute(newest.offset(first).limit(ORDERS_A_PAGE)).scalars().all()
    groups += _orders(session, store, orders)
    return groups, more >= len(found.order_ids)


def _accounts(session: WorkspaceSession, store: Store, found: Found) -> Iterable[Group]:
    statement = select(Customer).where(
        Customer.store_id == store.id, Customer.external_id.in_(found.customer_ids)
    )
    for account in session.execute(statement.order_by(Customer.id)).scalars():
        values = {
            "First name": account.first_name,
            "Last name": account.last_name,
            "E-mail address": account.email,
            "Phone": account.phone,
            "Language": account.locale,
            "Address": _address(account.address),
            "Tags": ", ".join(account.tags),
            "Note": account.note,
            "Account since": moment(account.source_created_at),
        }
        yield group("accounts", "Accounts", account.external_id, values.items())


def _known_by(session: WorkspaceSession, store: Store, found: Found) -> Iterable[Group]:
    """Identities that this store tells; a person's others are other stores'."""
    emails = set(
        session.execute(
            select(Customer.email_normalized).where(
                Customer.store_id == store.id, Customer.external_id.in_(found.customer_ids)
            )
        ).scalars()
    ) | set(
        session.execute(
            select(Order.email_normalized).where(
                Order.store_id == store.id, Order.external_id.in_(found.order_ids)
            )
        ).scalars()
    )
    statement = select(Identity).where(
        Identity.profile_id.in_(found.profile_ids), Identity.kind.in_(_KINDS)
    )
    told = [
        (_KINDS[identity.kind], identity.value.removeprefix(f"{store.id}:"))
        for identity in session.execute(statement).scalars()
        if identity.store_id == store.id or (identity.kind == "email" and identity.value in emails)
    ]
    if told:
        yield group("identities", "Known by", "known-by", sorted(told))


def _agents_words(session: WorkspaceSession, found: Found) -> Iterable[Group]:
    """Notes and tags of agents, on whatever profile of the person; taken back is held still."""
    either = or_(Profile.id.in_(found.profile_ids), Profile.joined_id.in_(found.profile_ids))
    homes = session.execute(select(Profile.id, Profile.own_tags).where(either)).all()
    tags = sorted({tag for home in homes for tag in home.own_tags})
    if tags:
        yield group("own_tags", "Tags of the shop's staff", "own-tags", [("Tags", ", ".join(tags))])
    statement = select(ProfileNote).where(ProfileNote.profile_id.in_([home.id for home in homes]))
    for note in session.execute(statement.order_by(ProfileNote.id)).scalars():
        values = {
            "Note": note.text,
            "Written at": moment(note.created_at),
            "Changed at": moment(note.edited_at),
            "Taken back at": moment(note.deleted_at),
        }
        yield group("notes", "Notes of the shop's staff", str(note.id), values.items())


def _orders(session: WorkspaceSession, store: Store, orders: Sequence[Order]) -> Iterable[Group]:
    ids = [order.external_id for order in orders]
    lines = _parts(session, store, OrderLine, ids)
    refunds = _parts(session, store, Refund, ids)
    parcels = _parts(session, store, Fulfillment, ids)
    for order in orders:
        key = order.external_id
        values: list[tuple[str, str | None]] = [
            ("Order", order.name),
            ("Placed at", moment(order.placed_at)),
            ("Status", order.platform_status),
            ("Total", _money(order.total_minor, order.currency)),
            ("E-mail address", order.email),
            ("Phone", order.phone),
            ("Language", order.locale),
            ("Billing address", _address(order.billing_address)),
            ("Shipping address", _address(order.shipping_address)),
            ("Tags", ", ".join(order.tags)),
            *(("Product", _line(line, order.currency)) for line in lines.get(key, ())),
            *(("Refund", _refund(refund, order.currency)) for refund in refunds.get(key, ())),
            *(("Parcel", _parcel(parcel)) for parcel in parcels.get(key, ())),
            *(("Note", note["text"]) for note in order.notes if _is_the_buyers(note)),
        ]
        yield group("orders", "Orders", key, values)


def _parts(
    session: WorkspaceSession, store: Store, model: Any, order_ids: Sequence[str]
) -> dict[str, list[Any]]:
    statement = select(model).where(
        model.store_id == store.id, model.order_external_id.in_(order_ids)
    )
    found: dict[str, list[Any]] = {}
    for row in session.execute(statement.order_by(model.external_id)).scalars():
        found.setdefault(row.order_external_id, []).append(row)
    return found


def _is_the_buyers(note: Mapping[str, Any]) -> bool:
    """Whether the buyer wrote a note or was sent it; the others are the staff's own."""
    return bool(note["for_customer"]) or not note["external_id"]


def group(
    group_id: str, label: str, item_id: str, values: Iterable[tuple[str, str | None]]
) -> Group:
    """A group of WordPress' exporters; empty values are left out."""
    data = [{"name": name, "value": value} for name, value in values if value]
    return {"group_id": group_id, "group_label": label, "item_id": item_id, "data": data}


def _line(line: OrderLine, currency: str) -> str:
    title = " · ".join(filter(None, (line.title, line.variant_title)))
    return f"{line.quantity} × {title}, {_money(line.total_minor, currency)}"


def _refund(refund: Refund, currency: str) -> str:
    made = moment(refund.source_created_at)
    return ", ".join(filter(None, (_money(refund.amount_minor, currency), made, refund.note)))


def _parcel(parcel: Fulfillment) -> str:
    numbers = (
        " ".join(filter(None, (sent["company"], sent["number"]))) for sent in parcel.tracking
    )
    return ", ".join(filter(None, (moment(parcel.source_created_at), *numbers)))


def _address(address: Mapping[str, Any] | None) -> str:
    parts = () if address is None else (address.get(name) for name in (*_ADDRESS, "phone"))
    return ", ".join(part for part in parts if part)


def _money(amount_minor: int, currency: str) -> str:
    return f"{to_decimal(amount_minor, currency)} {currency}"


def moment(at: datetime | None) -> str | None:
    """A time as the export tells it."""
    return None if at is None else at.isoformat(timespec="seconds").replace("+00:00", "Z")
