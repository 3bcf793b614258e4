"""What the tests of the machines' door share: services on files, a store, signed deliveries."""

import asyncio
import base64
import hashlib
import hmac
import json
import random
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from integration.crypto import keyring, new_key_text
from integration.db import Database
from integration.events import RecordedEvents
from integration.http import GuardedHttp
from integration.install.keys import new_data_key
from integration.models import (
    Alarm,
    Delivery,
    DeliveryWork,
    InboxModel,
    Installation,
    Model,
    Store,
    StoreSync,
    Workspace,
)
from integration.recorded_jobs import RecordedJobs
from integration.services import Services
from integration.settings import load
from platforms.shopify.platform import create
from tests.factories.databases import lay_out
from tests.rsgi import Headers as RsgiHeaders
from tests.rsgi import Proto, Reply, Scope

APP_SECRET = "shpss_of_the_tests"
SHOP = "aegean-ceramics.myshopify.com"
SHOP_NUMBER = "548380009"
INSTALLED_AT = datetime(2026, 11, 1, 8, tzinfo=UTC)
SETTINGS = {
    "APP_URL": "https://tillside.test",
    "SECRET_KEY": "a secret of the tests",
    "SHOPIFY_API_KEY": "key-of-the-tests",
    "SHOPIFY_API_SECRET": APP_SECRET,
}

Headers = list[tuple[bytes, bytes]]


def make_services(
    folder: Path, now: Any, *, url: str | None = None, keys: str | None = None
) -> Services:
    """Services on SQLite files of the folder, or on one database at `url`."""
    if url is None:
        lay_out(folder)
    db = Database(url or f"sqlite:///{folder / 'tillside.db'}")
    inbox = db if url else Database(f"sqlite:///{folder / 'inbox.db'}")
    if url is not None:
        Model.metadata.create_all(db.engine)
        InboxModel.metadata.create_all(inbox.engine)
    http = GuardedHttp(allow_private_addresses=True)
    settings = {**SETTINGS, "DATA_DIR": str(folder)}
    return Services(
        settings=load(settings),
        db=db,
        inbox=inbox,
        keyring=keyring(keys or new_key_text("k1")),
        http=http,
        platforms={"shopify": create(http, settings)},
        jobs=RecordedJobs(),
        events=RecordedEvents(),
        now=now,
    )


def add_store(
    services: Services,
    domain: str = SHOP,
    *,
    status: str = "active",
    number: str | None = SHOP_NUMBER,
    workspace_id: int | None = None,
    installed_at: datetime = INSTALLED_AT,
) -> Store:
    """A store with an open installation (an ended one when it is disconnected)."""
    with services.db.across_workspaces(write=True) as session:
        if workspace_id is None:
            workspace = Workspace(name=domain, created_at=installed_at)
            session.add(workspace)
            session.flush()
            workspace_id = workspace.id
        store = Store(
            workspace_id=workspace_id,
            platform="shopify",
            domain=domain,
            external_id=number,
            name="Aegean Ceramics",
            currency="EUR",
            country_code="GR",
            status=status,
            data_key=new_data_key(services.keyring, "shopify", domain),
            created_at=installed_at,
            connected_at=installed_at,
        )
        session.add(store)
        session.flush()
        ended_at = services.now() if status == "disconnected" else None
        session.add(
            Installation(
                workspace_id=workspace_id,
                store_id=store.id,
                scopes=["read_orders"],
                installed_at=installed_at,
                ended_at=ended_at,
            )
        )
        session.add(
            StoreSync(
                workspace_id=workspace_id,
                store_id=store.id,
                backfill_state="done",
                backfill_done=0,
            )
        )
        session.flush()
    return store


def signature(body: bytes, secret: str = APP_SECRET) -> bytes:
    """Shopify's signature of a body."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest())


def headers(
    body: bytes,
    topic: str = "orders/create",
    *,
    shop: str = SHOP,
    delivery_id: str = "b1",
    triggered_at: str = "2026-11-22T11:59:58.123456789Z",
    sign: bytes | None = None,
) -> Headers:
    """The headers of a Shopify delivery, genuine unless `sign` is another signature."""
    return [
        (b"content-type", b"application/json"),
        (b"x-shopify-topic", topic.encode()),
        (b"x-shopify-shop-domain", shop.encode()),
        (b"x-shopify-webhook-id", delivery_id.encode()),
        (b"x-shopify-event-id", b"e-" + delivery_id.encode()),
        (b"x-shopify-triggered-at", triggered_at.encode()),
        (b"x-shopify-api-version", b"2026-10"),
        (b"x-shopify-hmac-sha256", signature(body) if sign is None else sign),
    ]


async def call(
    app: Any,
    body: bytes,
    given: Headers,
    *,
    path: str = "/webhooks/shopify",
    method: str = "POST",
    chunks: Sequence[bytes] | None = None,
) -> Reply:
    """One request over RSGI; `chunks` sends the body in parts, without its length."""
    told = [(name.decode(), value.decode("latin-1")) for name, value in given]
    if chunks is None:
        told.append(("content-length", str(len(body))))
    else:
        told.append(("transfer-encoding", "chunked"))
    proto = Proto(*(chunks if chunks is not None else [body]))
    await app.__rsgi__(Scope(method=method, path=path, headers=RsgiHeaders(told)), proto)
    return proto.reply


def post(app: Any, body: bytes, given: Headers, **more: Any) -> Reply:
    """The same for tests without a loop."""
    return asyncio.run(call(app, body, given, **more))


def stored(services: Services) -> list[Delivery]:
    """The inbox, oldest first."""
    with services.inbox.across_workspaces() as session:
        return list(session.execute(select(Delivery).order_by(Delivery.id)).scalars())


def works(services: Services) -> list[DeliveryWork]:
    """The deliveries' work, oldest first."""
    with services.db.across_workspaces() as session:
        statement = select(DeliveryWork).order_by(DeliveryWork.delivery_id)
        return list(session.execute(statement).scalars())


def alarms(services: Services) -> list[str]:
    """The codes of the alarms, oldest first."""
    with services.db.across_workspaces() as session:
        return list(session.execute(select(Alarm.code).order_by(Alarm.id)).scalars())


def rows(services: Services, model: Any) -> list[Any]:
    """All rows of a model."""
    with services.db.across_workspaces() as session:
        return list(session.execute(select(model)).scalars())


def as_body(value: object) -> bytes:
    """A JSON body."""
    return json.dumps(value).encode()


def noise(name: str, size: int) -> str:
    """So many characters that can't be packed into much less; the same for the same name."""
    return base64.b64encode(random.Random(name).randbytes(size))[:size].decode()


class Sender:
    """Sends genuine deliveries through a receiver, each with an id of its own."""

    def __init__(self, receiver: Any) -> None:
        self._receiver = receiver
        self._sent = 0

    def __call__(
        self, topic: str, value: object, *, delivery_id: str | None = None, **more: Any
    ) -> None:
        """Send one; it has to be acknowledged."""
        self._sent += 1
        body = value if isinstance(value, bytes) else as_body(value)
        given = headers(body, topic, delivery_id=delivery_id or f"sent-{self._sent}", **more)
        reply = post(self._receiver, body, given)
        assert (reply.status, reply.body) == (200, b"")
