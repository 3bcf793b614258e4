"""The house that `bench.chat` speaks to: the whole front on granian, a chat, and many agents."""

import os
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from integration.app import build_house, build_services, create_front
from integration.conversations.channels.keys import new_channel_key, open_channel_key, seal_token
from integration.crypto import token_digest
from integration.install.keys import new_data_key
from integration.install.sessions import open_session
from integration.logs import structured as logs
from integration.models import Channel, InboxModel, Model, Store, StoreSync, Workspace
from integration.models.vocabulary import Role, SessionKind
from integration.recorded_jobs import RecordedJobs
from integration.services import Services
from integration.serving.front import Front
from integration.serving.server import serve, settle_in
from integration.settings import load

SHOP = "bench.myshopify.com"
ORIGIN = f"https://{SHOP}"
CHAT = "the-chat-of-the-benchmark"
WORKSPACE = STORE = 1
_FOLDER, _VALKEY = "TILLSIDE_BENCH_FOLDER", "TILLSIDE_BENCH_VALKEY"


def services(folder: Path, valkey: str) -> Services:
    """Services on the folder's files; jobs are only written down."""
    environment = {
        "APP_URL": "https://tillside.test",
        "DATA_DIR": str(folder),
        "SECRET_KEY": "secret",
        "ENCRYPTION_KEYS": "k1:" + "A" * 43,
        "SHOPIFY_API_KEY": "key",
        "SHOPIFY_API_SECRET": "shpss_of_the_benchmark",
        "REDIS_URL": valkey,
        "LOG_LEVEL": "WARNING",
    }
    house = build_house()
    made = build_services(load(environment), environment, house=house)
    return replace(made, jobs=RecordedJobs(house.jobs))


def prepare(folder: Path, valkey: str, agents: int) -> list[str]:
    """Make the tables, a store, its chat and the agents; the bearers of these."""
    made, now = services(folder, valkey), datetime(2026, 11, 1, tzinfo=UTC)
    Model.metadata.create_all(made.db.engine)
    InboxModel.metadata.create_all(made.inbox.engine)
    with made.db.across_workspaces(write=True) as session:
        session.add(Workspace(id=WORKSPACE, name=SHOP, created_at=now))
        session.flush()
        store = Store(
            id=STORE,
            workspace_id=WORKSPACE,
            platform="shopify",
            domain=SHOP,
            name=SHOP,
            status="active",
            data_key=new_data_key(made.keyring, "shopify", SHOP),
            created_at=now,
        )
        session.add(store)
        session.flush()
        session.add(StoreSync(workspace_id=WORKSPACE, store_id=STORE, backfill_state="done"))
    with made.db.workspace(WORKSPACE, write=True) as session:
        digest = token_digest(CHAT)
        channel = Channel(
            kind="chat",
            store_id=STORE,
            name="Chat",
            settings={},
            data_key=new_channel_key(made.keyring, digest),
            token_digest=digest,
            sealed_token=b"",
            status="active",
            created_at=now,
        )
        session.add(channel)
        session.flush()
        sealing = open_channel_key(made.keyring, channel)
        channel.sealed_token = seal_token(sealing, channel.id, CHAT)
    bearers = [_comes_in(made, number) for number in range(agents)]
    made.db.dispose()
    made.inbox.dispose()
    return bearers


def _comes_in(made: Services, number: int) -> str:
    """An agent who came by the store's admin."""
    return open_session(
        made,
        workspace_id=WORKSPACE,
        store_id=STORE,
        kind=SessionKind.PANEL,
        role=Role.AGENT,
        viewer=f"shopify-staff:{number + 1}",
        lifetime=timedelta(hours=8),
    ).token


def front() -> Front:
    """What granian loads."""
    logs.configure("WARNING")
    made = services(Path(os.environ[_FOLDER]), os.environ[_VALKEY])
    built = create_front(made, build_house())
    settle_in()
    return built


def main() -> None:
    """Serve: `python -m bench.chat_server FOLDER PORT VALKEY`, as `tillside web` does."""
    os.environ[_FOLDER], os.environ[_VALKEY] = sys.argv[1], sys.argv[3]
    serve("bench.chat_server:front", "127.0.0.1", int(sys.argv[2]))


if __name__ == "__main__":
    main()
