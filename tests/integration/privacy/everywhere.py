"""A person who is in every column that can hold one, and where to look for them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from channels.records import File, Inbound, Person
from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.receiving import receive
from integration.crm.deeds import Decider
from integration.crm.linking import dismiss, link
from integration.crm.notes import add_note
from integration.crm.own_tags import add_tag
from integration.crm.parting import mark_shared
from integration.db import WorkspaceSession
from integration.identity.keys import Key
from integration.models import (
    Case,
    CaseTerm,
    Channel,
    Conversation,
    ConversationTag,
    ConversationTerm,
    DueProfile,
    Model,
    Order,
    Segment,
    Store,
    Visitor,
)
from integration.privacy.erasing.persons import erase_person, find_person
from integration.privacy.subject import PrivacySubject
from integration.search.working_off import index
from integration.services import Services
from integration.statements.bulk import table_of
from integration.sync.apply import apply
from platforms.records import AddressRecord, NoteRecord, RefundRecord, TrackingRecord
from tests.factories.conversations import make_agent, make_channel
from tests.factories.records import at, customer, line, order, parcel, told

AGENT = Decider("shopify-staff:1")
ACCOUNT, GUEST, PHONE = "canary.account@example.com", "canary@example.com", "+306987104562"
NEEDLES = ("canary", "306987104562", "265401789603")
SUBJECT = PrivacySubject("7", GUEST, PHONE, ("100", "101", "102", "103"))
# The merchant's own: whom to ask, and what is looked for.
NOBODYS = {
    "stores.contact_email",
    "segments.name",
    "segments.conditions",
    "agents.name",
    "agents.email",
    "agents.signature",
    "sessions.device",
}


def places(services: Services, workspace_id: int) -> dict[str, int]:
    """In which columns the canary is, and in how many rows of that workspace."""
    found: dict[str, int] = {}
    with services.db.across_workspaces() as session:
        for table in Model.metadata.sorted_tables:
            if "workspace_id" not in table.c:
                continue
            which = select(table).where(table.c.workspace_id == workspace_id)
            for row in session.connection().execute(which).mappings():
                for name, value in row.items():
                    if any(needle in repr(value).lower() for needle in NEEDLES):
                        column = f"{table.name}.{name}"
                        found[column] = found.get(column, 0) + 1
    return found


def personal_columns() -> set[str]:
    """Every column of the main database that can hold personal data in plain text."""
    return {
        f"{table.name}.{column.name}"
        for table in Model.metadata.sorted_tables
        for column in table.columns
        if column.info.get("personal") and not column.info.get("sealed")
    } - NOBODYS


def tell(services: Services, store: Store, *records: Any) -> None:
    with services.db.workspace(store.workspace_id, write=True) as session:
        held = session.get_one(Store, store.id)
        apply(session, held, [told(one) for one in records], now=services.now())


def on(services: Services, store: Store, doing: Callable[[WorkspaceSession], Any]) -> Any:
    with services.db.workspace(store.workspace_id, write=True) as session:
        return doing(session)


def of_order(services: Services, store: Store, external_id: str) -> int:
    with services.db.workspace(store.workspace_id) as session:
        which = select(Order.profile_id).where(
            Order.store_id == store.id, Order.external_id == external_id
        )
        found = session.execute(which).scalar_one()
    assert found is not None
    return found


def rows(services: Services, store: Store, model: Any) -> list[Any]:
    with services.db.workspace(store.workspace_id) as session:
        return list(session.execute(select(model).order_by(*table_of(model).primary_key)).scalars())


def work_off(services: Services, store: Store) -> None:
    with services.db.workspace(store.workspace_id, write=True) as session:
        index(session, list(session.execute(select(DueProfile.profile_id)).scalars()))


def fill(services: Services, store: Store) -> None:
    """The canary with an account and as a guest, everywhere; and others: 1, 2 and 3."""
    home = AddressRecord(name="Canary Canary", line1="1 Canary Street", phone=PHONE)
    account = replace(
        customer("7", email=ACCOUNT, phone=PHONE, first_name="Canary", last_name="Canary"),
        tags=("canary",),
        note="canary",
        address=home,
    )
    whole = order(
        "100",
        customer_external_id="7",
        email=ACCOUNT,
        phone=PHONE,
        name="#CANARY100",
        tags=("canary",),
        shipping_address=home,
        billing_address=home,
        lines=(line(title="Canary mug", variant_title="canary"),),
        fulfillments=(parcel(tracking=(TrackingRecord("Canary", "CANARY123", None),)),),
        refunds=(RefundRecord("r1", at(1), 10, "canary"),),
        notes=(NoteRecord("4", "canary called", "shop", at(1)),),
    )
    guests = [
        order("101", email=GUEST, phone=PHONE, billing_address=home),
        order("102", email="canary.too@example.com"),
        order("103", email="canary.shared@example.com"),
        order("1", email="aaa@example.com"),
        order("2", email="zzz@example.com"),
        order("3", phone="+306900000000"),
    ]
    tell(services, store, account, whole, *guests)
    decide(services, store)
    converse(services, store)
    work_off(services, store)


def decide(services: Services, store: Store) -> None:
    """What agents decided and wrote about the canary."""
    account, guest, also = (of_order(services, store, each) for each in ("100", "101", "102"))
    first, second, third = (of_order(services, store, each) for each in "123")
    given: dict[str, Any] = {"by": AGENT, "now": services.now(), "reason": "the canary called"}

    def deeds(session: WorkspaceSession) -> None:
        add_note(session, account, "canary rang", by=AGENT.who, now=services.now())
        add_tag(session, account, "canary")
        add_note(session, guest, "canary rang", by=AGENT.who, now=services.now())
        mark_shared(session, Key("email", "canary.shared@example.com"), **given)
        link(session, guest, first, **given)
        link(session, second, also, **given)
        dismiss(session, account, third, **given)
        times = {"created_at": services.now(), "updated_at": services.now()}
        session.add(Segment(name="canary", conditions=[], made_by=AGENT.who, **times))
        session.flush()

    on(services, store, deeds)


def converse(services: Services, store: Store) -> None:
    """What the canary wrote to the shop, and what was written about that."""
    workspace_id, keys = store.workspace_id, ChannelKeys(services.keyring)
    mail, chat = (
        make_channel(services.db, workspace_id, kind, ring=services.keyring, store_id=store.id)
        for kind in ("email", "chat")
    )
    staff = {"email": "canary@staff.example", "signature": "canary"}
    make_agent(services.db, workspace_id, "Canary", **staff)

    def talk(session: WorkspaceSession) -> None:
        now = services.now() - timedelta(seconds=1)
        visitor = Visitor(
            channel_id=chat,
            token_digest=f"canary {workspace_id}".encode().hex().encode(),
            name="Canary",
            email=GUEST,
            customer_value=f"{store.id}:canary",
            signed_email=ACCOUNT,
            page={"url": "https://shop.example/canary"},
            cart={"note": "canary"},
            created_at=now,
            seen_at=now,
        )
        session.add(visitor)
        session.flush()
        canary_file = File("canary.txt", "text/plain", b"canary", 6)
        said = Inbound(
            "canary@mail.example",
            Person("email", GUEST, "claimed", "Canary"),
            "canary",
            subject="canary",
            files=(canary_file,),
        )
        channel = session.get_one(Channel, mail)
        told = receive(session, keys, channel, said, key="m1", now=now)
        proved = Inbound(None, Person("customer", f"{store.id}:7", "signed", "Canary"), "canary")
        live = session.get_one(Channel, chat)
        receive(session, keys, live, proved, key="m2", now=now, visitor_id=visitor.id)
        conversation = session.get_one(Conversation, told.conversation_id)
        conversation.rating_comment = "canary"
        about = {"conversation_id": conversation.id}
        session.add(ConversationTag(tag="canary", **about))
        session.add(ConversationTerm(term="canary", **about))
        words = {"title": "canary", "problem": "canary", "solution": "canary"}
        times = {"created_at": now, "updated_at": now}
        case = Case(**words, **about, written_by=AGENT.who, offered=0, used=0, **times)
        session.add(case)
        session.flush()
        session.add(CaseTerm(term="canary", case_id=case.id))

    on(services, store, talk)


def erase(services: Services, store: Store, subject: PrivacySubject = SUBJECT) -> None:
    def erasing(session: WorkspaceSession) -> None:
        session.lock_workspace()
        held = session.get_one(Store, store.id)
        found = find_person(session, held, subject)
        erase_person(session, held, subject, found, services.now())

    on(services, store, erasing)
