"""The server that `bench.accept` loads: our receiver on granian, as ASGI or as WSGI."""

import os
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from granian import Granian
from granian.constants import Interfaces

from integration.app import build_platforms
from integration.clock import utc_now
from integration.crypto import keyring
from integration.db import Database
from integration.events import RecordedEvents
from integration.http import GuardedHttp
from integration.install.keys import new_data_key
from integration.models import InboxModel, Model, Store, Workspace
from integration.recorded_jobs import RecordedJobs
from integration.services import Services
from integration.settings import load
from platforms.errors import SignatureRefused
from webhooks.arrival import Addressee, arrival
from webhooks.group_commit import InboxUnavailable
from webhooks.inbox import open_inbox
from webhooks.receiver import Receiver
from webhooks.receiver import create as create_receiver
from webhooks.store_directory import StoreDirectory

SECRET = "shpss_of_the_benchmark"
SHOP = "bench.myshopify.com"
_FOLDER = "TILLSIDE_BENCH_FOLDER"
_SETTINGS = {
    "APP_URL": "https://tillside.test",
    "SECRET_KEY": "secret",
    "SHOPIFY_API_KEY": "key",
    "SHOPIFY_API_SECRET": SECRET,
}
_KEYS = "k1:" + "A" * 43


def services(folder: Path) -> Services:
    """Services on the folder's files."""
    settings = {**_SETTINGS, "DATA_DIR": str(folder)}
    http = GuardedHttp()
    return Services(
        settings=load(settings),
        db=Database(f"sqlite:///{folder / 'tillside.db'}"),
        inbox=Database(f"sqlite:///{folder / 'inbox.db'}"),
        keyring=keyring(_KEYS),
        http=http,
        platforms=build_platforms(http, settings),
        jobs=RecordedJobs(),
        events=RecordedEvents(),
    )


def prepare(folder: Path) -> None:
    """Make the tables and one connected store."""
    made = services(folder)
    Model.metadata.create_all(made.db.engine)
    InboxModel.metadata.create_all(made.inbox.engine)
    now = datetime(2026, 11, 1, tzinfo=UTC)
    with made.db.across_workspaces(write=True) as session:
        session.add(Workspace(id=1, name=SHOP, created_at=now))
        session.flush()
        session.add(
            Store(
                workspace_id=1,
                platform="shopify",
                domain=SHOP,
                name=SHOP,
                status="active",
                data_key=new_data_key(made.keyring, "shopify", SHOP),
                created_at=now,
            )
        )
        session.flush()
    made.db.dispose()
    made.inbox.dispose()


def asgi() -> Receiver:
    """What granian loads as ASGI."""
    return create_receiver(services(Path(os.environ[_FOLDER])))


def wsgi() -> Callable[..., Iterable[bytes]]:
    """What granian loads as WSGI: the same steps, each request on a thread of its own."""
    made = services(Path(os.environ[_FOLDER]))
    inbox, directory = open_inbox(made), StoreDirectory(made)
    gate = made.platforms["shopify"].gate

    def answer(environ: dict[str, Any]) -> str:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        headers = [
            (name[5:].replace("_", "-").lower().encode(), value.encode("latin-1"))
            for name, value in environ.items()
            if name.startswith("HTTP_")
        ]
        try:
            envelope = gate.verify(headers, body)
        except SignatureRefused:
            return "401 Unauthorized"
        domain = gate.identify(envelope)
        known = directory.remembered("shopify", domain) or directory.look_up("shopify", domain)
        assert known is not None
        assert known.key is not None
        to = Addressee(known.workspace_id, known.store_id, known.key)
        try:
            inbox.add_blocking(arrival("shopify", domain, envelope, body, to, utc_now()))
        except InboxUnavailable:
            return "503 Service Unavailable"
        return "200 OK"

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response(answer(environ), [("Content-Length", "0")])
        return [b""]

    return application


def main() -> None:
    """Serve: `python -m bench.accept_server asgi|wsgi FOLDER PORT`."""
    interface, folder, port = sys.argv[1:4]
    os.environ[_FOLDER] = folder
    threads = {"blocking_threads": 32} if interface == "wsgi" else {}
    Granian(
        f"bench.accept_server:{interface}",
        factory=True,
        interface=Interfaces(interface),
        address="127.0.0.1",
        port=int(port),
        workers=1,
        websockets=False,
        log_enabled=False,
        **threads,  # type: ignore[arg-type]
    ).serve()


if __name__ == "__main__":
    main()
