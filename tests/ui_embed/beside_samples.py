"""What stands beside the sample people: figures, accounts, tags, notes and a timeline."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import Any

from integration.crm.accounts import StoreAccount
from integration.crm.notes import Note, Notes
from integration.crm.records import Context, ContextOrder, ContextStore
from integration.crm.summary_records import MoneySummary, Summary, SummaryStore
from integration.crm.timeline_records import (
    AccountMade,
    AgentNote,
    IdentityChanged,
    OrderCancelled,
    OrderPlaced,
    ParcelMoved,
    ParcelSent,
    Refunded,
    StoreNote,
    Timeline,
    TimelineEvent,
    TimelineOrder,
)
from tests.ui_embed.samples import STORE, days
from ui_embed.beside import Beside

BALTIC = ContextStore("2", "woocommerce", "baltic.example/shop", "Baltic Goods")
ME, COLLEAGUE = "shopify-staff:42", "shopify-staff:7"


def note(number: int = 31, ago: float = 2, **changes: Any) -> Note:
    """A note by a colleague."""
    made = Note(
        id=str(number),
        profile_id="12",
        text="Prefers ACS lockers. Call before noon, she works nights.",
        author=COLLEAGUE,
        created_at=days(ago),
        edited_by=None,
        edited_at=None,
        deleted_at=None,
        version="0" * 16,
    )
    return replace(made, **changes)


NOTES = Notes(
    (
        note(33, 0.01, author=ME, text="Told her that #1042 arrives on Tuesday."),
        note(),
        note(
            12,
            95,
            text="Ζήτησε τιμολόγιο με ΑΦΜ 123456789.\nΤο στείλαμε με e-mail.",
            edited_at=days(90),
            edited_by=COLLEAGUE,
        ),
    ),
    None,
)


def beside(context: Context, *, part: str = "orders", **changes: Any) -> Beside:
    """The rest of a person who is as plain as the context says."""
    made = Beside(
        summary=summary(context),
        accounts=accounts(context),
        own_tags=(),
        notes=Notes((), None),
        timeline=None,
    )
    made = replace(made, **changes)
    return replace(made, timeline=timeline(context, made)) if part == "timeline" else made


def regular(context: Context, *, part: str = "orders") -> Beside:
    """A person of two stores, with tags and notes of both sides."""
    plain = summary(context)
    bare = accounts(context)
    noted = tuple(replace(each, note="Pays by bank transfer. Do not ship before.") for each in bare)
    there = SummaryStore(BALTIC, "guest", days(210), 2, None)
    here = replace(plain.stores[0], orders=plain.orders - there.orders)
    both = replace(plain, stores=(here, there), languages=("el", "en"))
    tags = ("call back", "ευγενική")
    return beside(context, part=part, summary=both, accounts=noted, own_tags=tags, notes=NOTES)


def hebrew(context: Context, *, part: str = "orders") -> Beside:
    """A person who is written about from right to left, and once in English."""
    said = Notes(
        (
            note(41, 0.5, text="מעדיפה משלוח לנקודת איסוף (ACS 4711), לא לבית.", author=ME),
            note(40, 9, text="Asked for an invoice in English."),
        ),
        None,
    )
    return beside(context, part=part, own_tags=("לקוחה קבועה",), notes=said)


def nothing(context: Context, *, part: str = "orders") -> Beside:
    """A person of whom nothing is known but the name."""
    return beside(context, part=part, accounts=())


def limited(context: Context, *, part: str = "orders") -> Beside:
    """A person of a store that shows no orders of before two months ago."""
    plain = summary(context)
    stores = tuple(replace(each, complete_from=days(60)) for each in plain.stores)
    return beside(context, part=part, summary=replace(plain, complete_from=days(60), stores=stores))


def summary(context: Context) -> Summary:
    """The figures of that person's totals and orders."""
    who = context.profile
    count = sum(total.orders for total in who.totals)
    returned = sum(1 for order in context.orders if order.refunds)
    gaps = [
        (later.placed_at - earlier.placed_at).days for later, earlier in pairwise(context.orders)
    ]
    mean = sum(gaps) / len(gaps) if gaps else None
    as_guest = not any(each.kind == "customer" for each in who.identities)
    known = "guest" if as_guest else "account"
    stores = (SummaryStore(STORE, known, who.customer_since, count, None),)  # type: ignore[arg-type]
    return Summary(
        profile_id=who.id,
        money=tuple(
            MoneySummary(
                currency=total.currency,
                orders=total.orders,
                spent_minor=total.spent_minor,
                unpaid_minor=total.unpaid_minor,
                refunded_minor=total.refunded_minor,
                average_minor=(total.spent_minor + total.unpaid_minor) // total.orders,
                lifetime_minor=total.spent_minor - total.refunded_minor,
                refund_rate=None,
            )
            for total in who.totals
        ),
        complete_from=None,
        orders=count,
        first_order_at=who.first_order_at,
        last_order_at=who.last_order_at,
        repeat_rate=(count - 1) / count if count else None,
        days_between_mean=mean,
        days_between_median=sorted(gaps)[len(gaps) // 2] if gaps else None,
        returned_orders=returned,
        return_rate=returned / count if count else None,
        preferred_channel="Online Store" if count else None,
        languages=(who.locale,) if who.locale else (),
        stores=stores,
        conversations=len(context.conversations),
        contact_channel="email" if context.conversations else None,
    )


def accounts(context: Context) -> tuple[StoreAccount, ...]:
    """The account in the store that the context names, if any."""
    return tuple(
        StoreAccount(
            store=STORE,
            external_id=each.value,
            since=context.profile.customer_since,
            note=None,
            tags=context.profile.tags,
            admin_url=f"https://admin.shopify.com/store/aegean/customers/{each.value}",
        )
        for each in context.profile.identities
        if each.kind == "customer"
    )


def timeline(context: Context, rest: Beside, following: str | None = None) -> Timeline:
    """What happened, newest first."""
    events = [event for order in context.orders for event in _of_order(order)]
    events += [_agent_note(each) for each in rest.notes.notes]
    events += _besides(context, rest)
    events.sort(key=lambda event: event.at, reverse=True)
    return Timeline(context.profile.id, tuple(events), following or context.next)


def _of_order(order: ContextOrder) -> Iterator[TimelineEvent]:
    about = TimelineOrder(order.id, order.external_id, order.name, order.store, order.admin_url)
    yield OrderPlaced(
        id=f"order_placed-{order.id}",
        at=order.placed_at,
        order=about,
        currency=order.currency,
        total_minor=order.total_minor,
        counts=order.counts,
        is_test=order.is_test,
        financial_status=order.financial_status,
        fulfillment_status=order.fulfillment_status,
        sales_channel=order.sales_channel,
    )
    if order.cancelled_at is not None:
        yield OrderCancelled(
            f"order_cancelled-{order.id}",
            order.cancelled_at,
            about,
            order.currency,
            order.total_minor,
        )
    for number, one in enumerate(order.fulfillments):
        named = f"{order.id}-{number}"
        yield ParcelSent(f"parcel_sent-{named}", one.created_at, about, one.status, one.tracking)
        if one.shipment_status is not None:
            at, word = one.updated_at, one.shipment_status
            yield ParcelMoved(f"parcel_moved-{named}", at, about, word, one.tracking)
    for refund in order.refunds:
        assert refund.created_at is not None
        yield Refunded(
            f"refunded-{order.id}",
            refund.created_at,
            about,
            refund.currency,
            refund.amount_minor,
            refund.note,
        )
    for each in order.notes:
        at: datetime = each.created_at or order.placed_at
        yield StoreNote(f"store_note-{order.id}", at, about, each.text, "Eleni", False)


def _agent_note(each: Note) -> AgentNote:
    return AgentNote(
        f"agent_note-{each.id}", each.created_at, each.id, each.text, each.author, each.edited_at
    )


def _besides(context: Context, rest: Beside) -> list[TimelineEvent]:
    since = context.profile.customer_since
    made: list[TimelineEvent] = [
        AccountMade(
            f"account_made-{each.external_id}", since, each.store, each.external_id, each.admin_url
        )
        for each in rest.accounts
        if since is not None
    ]
    if len(rest.summary.stores) > 1:
        made.append(_joined())
    return made


def _joined() -> IdentityChanged:
    return IdentityChanged(
        id="identity_changed-5",
        at=days(31),
        event_id="5",
        action="linked",
        made_by=COLLEAGUE,
        trust="agent",
        reason="She wrote from both addresses.",
        profile_id="12",
        other_profile_id="77",
        left_kind="customer",
        left="7011225534",
        right_kind="email",
        right="d.papadopoulou@example.gr",
        undoes_event_id=None,
    )
