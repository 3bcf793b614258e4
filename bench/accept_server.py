"""The server that `bench.accept` loads: our receiver on granian."""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from integration.app import build_platforms
from integration.crypto import keyring
from integration.db import Database
from integration.events import RecordedEvents
from integration.http import GuardedHttp
from integration.install.keys import new_data_key
from integration.models import InboxModel, Model, Store, Workspace
from integration.recorded_jobs import RecordedJobs
from integration.services import Services
from integration.serving.server import serve, settle_in
from integration.settings import load
from webhooks.receiver import Receiver
from webhooks.receiver import create as create_receiver

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


def receiver() -> Receiver:
    """What granian loads."""
    made = create_receiver(services(Path(os.environ[_FOLDER])))
    settle_in()
    return made


def main() -> None:
    """Serve: `python -m bench.accept_server FOLDER PORT`, as `tillside web` does."""
    os.environ[_FOLDER] = sys.argv[1]
    serve("bench.accept_server:receiver", "127.0.0.1", int(sys.argv[2]))


if __name__ == "__main__":
    main()
