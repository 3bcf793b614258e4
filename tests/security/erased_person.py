"""A person in every place that there is, and the erasure after which they are in none.

The body of tests that run on SQLite and on PostgreSQL.
"""

from hashlib import sha256
from typing import Any

from sqlalchemy import select, update

from integration.canary_scan.scan import scan
from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.incoming.arrivals import Come, keep
from integration.conversations.incoming.working_off import work_off_arrivals
from integration.conversations.lists.indexing import index_due
from integration.crm.deeds import Decider
from integration.crm.linking import link
from integration.crm.notes import add_note
from integration.crm.own_tags import add_tag
from integration.models import (
    Model,
    Order,
    PrivacyRequest,
    Store,
)
from integration.privacy.erasing.remains import clear_remains
from integration.privacy.exports.data_requests import prepare_exports
from integration.privacy.requests.asking import ask_for_data, ask_for_erasure
from integration.privacy.requests.working_off import run_due
from integration.search.working_off import work_off_due
from integration.services import Services
from integration.sync.apply import apply
from tests.conftest import StandingClock
from tests.factories.conversations import mail_of, make_channel, receive_message
from tests.factories.records import customer as record_of_account
from tests.factories.records import order as bought
from tests.factories.records import told
from tests.security.erased_talks import FIRST, SECOND, converse
from tests.webhooks.bodies import customer, customer_id, order, order_id
from tests.webhooks.parts import Sender, stored
from webhooks.drain import drain
from webhooks.ledger import replay

# A number, and a word in everything that the person said or is.
NUMBER = "+306912349876"
WORDS = ("kanarienvogel", "306912349876", "6912349876")
AGENT = Decider("owner:1")
LATE_MAIL = f"""From: Kanarienvogel <{FIRST}>\r
To: support@amber.example\r
Subject: kanarienvogel\r
Date: Sun, 22 Nov 2026 11:59:00 +0000\r
Message-ID: <late.kanarienvogel@mail.example>\r
\r
Where is it?\r
"""

# Where the person is before: a test that finds them nowhere afterwards must have been able to.
EVERYWHERE = {
    "attachment_chunks.sealed_bytes, opened",
    "attachments.name",
    "arrivals.sealed_body, opened",
    "case_terms.term",
    "cases.title",
    "conversation_tags.tag",
    "conversation_terms.term",
    "conversations.person_address",
    "conversations.preview, opened",
    "conversations.rating_comment",
    "conversations.subject",
    "customers.email",
    "delivery_works.sealed_mended_body, opened",
    "identities.value",
    "identity_events.right_value",
    "identity_verdicts.right_value",
    "messages.sealed_content, opened",
    "orders.email",
    "orders.shipping_address",
    "person_exports.sealed_file, opened",
    "privacy_requests.sealed_subject, opened",
    "profile_notes.text",
    "profiles.display_name",
    "profiles.own_tags",
    "search_documents.terms",
    "search_terms.term",
    "visitors.email",
}


def places(services: Services) -> set[str]:
    """Where the person is, by a program that shares nothing with the erasure."""
    return set(scan(services, WORDS).found)


def fill(services: Services, store: Store, send: Sender) -> int:
    """Have the person buy, write, chat, be written about and asked about; their mailbox' id."""
    tell_of(send)
    drain(services)
    park(services, store, send)
    write_about(services, store)
    mailbox = converse(services, store)
    ask_for_data(services, store.workspace_id, email=FIRST, by="owner:1", now=services.now())
    prepare_exports(services)
    work_off_due(services)
    index_due(services)
    services.jobs.enqueue("privacy.run", key="privacy")
    return mailbox


def tell_of(send: Sender, at: str | None = None) -> None:
    """What the store tells: an account with an order, and a guest's order by the other address."""
    home = {
        "name": "Kanarienvogel",
        "address1": "Kanarienvogel 1",
        "country": "Greece",
        "city": "x",
    }
    more: dict[str, Any] = {"updated_at": at} if at else {}
    account = customer(7, email=FIRST, phone=NUMBER, first_name="Kanarienvogel", **more)
    told: dict[str, Any] = {
        "shipping_address": home,
        "billing_address": home,
        "phone": NUMBER,
        **more,
    }
    send("customers/update" if at else "customers/create", account)
    send(
        "orders/updated" if at else "orders/create", order(1, email=FIRST, customer=account, **told)
    )
    send("orders/updated" if at else "orders/create", order(2, email=SECOND, **told))


def park(services: Services, store: Store, send: Sender) -> None:
    """A delivery that nobody understands, and one that somebody mended."""
    send("orders/create", f'{{"email": "{FIRST}", "broken": '.encode())
    drain(services)
    broken = stored(services)[-1].id
    replay(services, broken, f'{{"id": 5, "email": "{SECOND}"}}'.encode())


def write_about(services: Services, store: Store) -> None:
    """What agents decide and write."""
    with services.db.workspace(store.workspace_id, write=True) as session:
        rows = session.execute(select(Order.external_id, Order.profile_id)).all()
        ids = {row.external_id: row.profile_id for row in rows}
        account, guest = ids[order_id(1)], ids[order_id(2)]
        assert account is not None
        assert guest is not None
        link(session, account, guest, by=AGENT, now=services.now(), reason="the kanarienvogel rang")
        add_note(session, account, "kanarienvogel rang", by=AGENT.who, now=services.now())
        add_tag(session, guest, "kanarienvogel")


def furnish_stranger(services: Services, store: Store) -> None:
    """The same person with another merchant: a customer there, who also wrote."""
    account = record_of_account("5", email=FIRST, phone=NUMBER)
    guest = bought("6", email=SECOND, phone=NUMBER)
    theirs = bought("7", email=FIRST, customer_external_id="5")
    with services.db.workspace(store.workspace_id, write=True) as session:
        held = session.get_one(Store, store.id)
        apply(session, held, [told(one) for one in (account, guest, theirs)], now=services.now())
    channel_id = make_channel(services.db, store.workspace_id, ring=services.keyring)
    mail = mail_of(FIRST, "kanarienvogel asks")
    receive_message(services.db, store.workspace_id, channel_id, mail, ring=services.keyring)
    work_off_due(services)
    index_due(services)


def erase(services: Services, store: Store) -> None:
    """Have the merchant erase the person, by one of their addresses."""
    number = ask_for_erasure(services, store.workspace_id, email=FIRST, by="owner:1")
    with services.db.across_workspaces(write=True) as session:
        session.execute(
            update(PrivacyRequest).where(PrivacyRequest.id == number).values(not_before=None)
        )
    assert run_due(services) == 1


def dump(services: Services, workspace_id: int) -> dict[str, list[dict[str, Any]]]:
    """Every row of a workspace."""
    with services.db.across_workspaces() as session:
        return {
            table.name: [
                dict(row)
                for row in session.connection()
                .execute(
                    select(table)
                    .where(table.c.workspace_id == workspace_id)
                    .order_by(*table.primary_key)
                )
                .mappings()
            ]
            for table in Model.metadata.sorted_tables
            if "workspace_id" in table.c
        }


def come_again(
    services: Services, store: Store, send: Sender, clock: StandingClock, mailbox: int
) -> None:
    """Late deliveries, a whole reading with newer states and what was never held, a late mail."""
    clock.advance(hours=1)
    tell_of(send)
    tell_of(send, at=clock().isoformat())
    drain(services)
    news: dict[str, Any] = {"updated_at": clock()}
    pages: list[Any] = [
        record_of_account(customer_id(7), email=FIRST, **news),
        record_of_account("77", email=SECOND, **news),
        *(bought(order_id(each), email=FIRST, phone=NUMBER, **news) for each in (1, 2, 3)),
        bought("78", email=SECOND, customer_external_id="77", **news),
    ]
    with services.db.workspace(store.workspace_id, write=True) as session:
        held = session.get_one(Store, store.id)
        assert apply(session, held, [told(page) for page in pages], now=clock()).written == 0
        raw = LATE_MAIL.encode()
        key = ChannelKeys(services.keyring).by_id(session, mailbox)
        keep(session, key, mailbox, [Come(sha256(raw).digest(), raw, len(raw))], clock())
    assert work_off_arrivals(services) == 1
    work_off_due(services)
    index_due(services)
    clear_remains(services)
