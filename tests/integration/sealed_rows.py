"""A row or more in every sealed column, of two workspaces.

Everything is sealed by the product's own functions, with its own keys.
"""

from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from sqlalchemy.orm import Session

from channels.records import File
from integration.app import build_services
from integration.conversations.attachments import save_files
from integration.conversations.channels.keys import (
    ChannelKeys,
)
from integration.conversations.incoming.arrivals import Come, keep
from integration.crypto import new_key_text
from integration.delivery_bodies import intake_key, seal_mended
from integration.install.endpoints import webhook_endpoint
from integration.install.granting import hold_grant
from integration.install.keys import store_key
from integration.install.pending import Joining, new_tokens, pending_row, seal_keys
from integration.models import (
    DeliveryWork,
    PersonExport,
    PrivacyRequest,
    Store,
)
from integration.privacy.exports import data_requests
from integration.privacy.subject import PrivacySubject, seal_subject
from integration.services import Services
from integration.settings import load
from platforms.port import Envelope, Grant, Secret, Site
from tests.factories.conversations import mail_of, make_channel, receive_message
from tests.factories.databases import lay_out
from tests.factories.stores import NOW, make_workspace
from webhooks.arrival import Addressee, arrival
from webhooks.inbox import sink

OWNERS = ("amber", "basil")
_SETTINGS = {
    "APP_URL": "https://tillside.test",
    "SECRET_KEY": "a secret of the tests",
    "SHOPIFY_API_KEY": "key-of-the-tests",
    "SHOPIFY_API_SECRET": "shpss_of_the_tests",
}


def services_in(folder: Path) -> Services:
    """Services on files of their own, with a key of their own."""
    lay_out(folder)
    environment = {**_SETTINGS, "DATA_DIR": str(folder), "ENCRYPTION_KEYS": new_key_text("k1")}
    return build_services(load(environment), environment)


def fill(services: Services) -> None:
    """Put something into every sealed column, for both owners, twice where there can be two."""
    for name in OWNERS:
        workspace_id = make_workspace(services.db, name)
        for slug in ("shopify", "woocommerce"):
            _store(services, workspace_id, slug, f"{name}-{slug}")
        for number in (1, 2):
            _channel(services, workspace_id, f"{name}-{number}")
            _connection(services, f"{name}-{number}.example")
    _deliveries(services)
    _privacy(services)


def _store(services: Services, workspace_id: int, slug: str, name: str) -> None:
    domain = f"{name}.myshopify.com" if slug == "shopify" else f"{name}.example"
    grant = Grant(
        domain, Secret(f"token of {name}"), ("read_orders",), refresh_token=Secret(f"next {name}")
    )
    with services.db.across_workspaces(write=True) as session:
        hold_grant(session, services, slug, grant, join_workspace_id=workspace_id)
    with services.db.across_workspaces() as session:
        store = session.query(Store).filter(Store.domain == domain).one()
    webhook_endpoint(services, store)


def _channel(services: Services, workspace_id: int, name: str) -> None:
    ring, db = services.keyring, services.db
    secrets = {"password": f"of {name}"}
    channel_id = make_channel(db, workspace_id, ring=ring, secrets=secrets, token=f"t-{name}")
    for number in (1, 2):
        told = mail_of(f"{number}@{name}.example", text=f"{number}: I am {name}")
        done = receive_message(db, workspace_id, channel_id, told, ring=ring)
        with db.workspace(workspace_id, write=True) as session:
            key = ChannelKeys(ring).by_id(session, channel_id)
            data = f"file {number} of {name}".encode()
            save_files(
                session, key, channel_id, done.message_id,
                [File(name="a.txt", media_type="text/plain", data=data, size_bytes=len(data))], NOW,
            )  # fmt: skip
            raw = f"mail {number} of {name}".encode()
            keep(session, key, channel_id, [Come(sha256(raw).digest(), raw, len(raw))], NOW)


def _connection(services: Services, domain: str) -> None:
    tokens = new_tokens(None)
    site = Site(domain, f"https://{domain}/", f"https://{domain}/wp-json/", domain)
    row = pending_row("woocommerce", site, tokens, Joining(None, None), NOW)
    row.sealed_keys = seal_keys(services, row.nonce_digest, Secret(f"keys of {domain}"))
    with services.db.across_workspaces(write=True) as session:
        session.add(row)
        session.flush()


def _deliveries(services: Services) -> None:
    """Two for each store and two for stores that nobody knows, each with a mended body."""
    with services.db.across_workspaces() as session:
        stores: list[Store | None] = [*session.query(Store).order_by(Store.id), None]
    inbox = sink(services.inbox.engine.url)
    rows = []
    for store in stores:
        key = intake_key(services) if store is None else store_key(services.keyring, store)
        whom = Addressee(store.workspace_id if store else None, store.id if store else None, key)
        slug, domain = ("shopify", "unknown") if store is None else (store.platform, store.domain)
        for number in (1, 2):
            told = Envelope(topic="orders/create", store_hint=domain, delivery_id=f"d{number}")
            body = f'{{"{domain}": {number}}}'.encode()
            rows.append(arrival(slug, domain, told, body, whom, NOW))
    inbox.commit(rows)
    inbox.close()
    with services.db.across_workspaces(write=True) as session:
        for number, store in enumerate([each for each in stores for _ in (1, 2)], 1):
            mended = seal_mended(services, number, store, f"mended {number}".encode())
            session.add(
                DeliveryWork(
                    delivery_id=number,
                    workspace_id=store.workspace_id if store else None,
                    store_id=store.id if store else None,
                    topic="orders/create",
                    state="parked",
                    received_at=NOW,
                    sealed_mended_body=mended,
                )
            )
        session.flush()


def _privacy(services: Services) -> None:
    """Requests that came in deliveries, from a store's admin, and from the merchant for all."""
    with services.db.across_workspaces() as session:
        stores = session.query(Store).order_by(Store.id).all()
    numbers = iter(range(1, 1000))
    with services.db.across_workspaces(write=True) as session:
        for store in stores:
            for source in ("store", "store", "plugin", "plugin", "merchant", "merchant"):
                _request(services, session, store, source, next(numbers))


def _request(services: Services, session: Session, store: Store, source: str, number: int) -> None:
    asked_of = None if source == "merchant" else store
    request = PrivacyRequest(
        delivery_id=number if source == "store" else None,
        workspace_id=store.workspace_id,
        store_id=asked_of.id if asked_of else None,
        store_hint=store.domain,
        kind="data_request",
        source=source,
        state="waiting",
        received_at=NOW,
        due_at=NOW + timedelta(days=30),
        sealed_subject=b"",
    )
    session.add(request)
    session.flush()
    subject = PrivacySubject(None, f"{number}@mail.example", None, ())
    request.sealed_subject = seal_subject(services, asked_of, subject, request)
    token = sha256(str(number).encode()).digest()
    key = data_requests._key(services, asked_of, store.workspace_id)
    session.add(
        PersonExport(
            workspace_id=store.workspace_id,
            request_id=request.id,
            token_digest=token,
            subject_digests="",
            sealed_file=key.seal(f"file {number}".encode(), data_requests._about(token)),
            size_bytes=6,
            made_at=NOW,
            expires_at=NOW + timedelta(days=7),
        )
    )
    session.flush()
