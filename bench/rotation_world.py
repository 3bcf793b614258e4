"""What keys and secrets are changed under: shops, a WooCommerce store, conversations, and the
files of the operator's.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from bench.drain_world import KEYS, SETTINGS, World, add_connected, make_world
from integration.crypto import keyring
from integration.install.api_keys import create_key
from integration.install.companion_keys import make_companion_key
from integration.install.companions import companion_of
from integration.install.endpoints import webhook_endpoint
from integration.install.keys import store_key
from integration.models import Store
from integration.services import Services
from integration.setting_files import write_secretly
from platforms.port import Companion

SHOPS = 4
SITE = "shop.bench.example"


@dataclass(frozen=True, slots=True)
class Said:
    """A conversation of a workspace, and what was said in it."""

    conversation_id: int
    text: str


@dataclass(frozen=True, slots=True)
class Files:
    """The operator's files. What is written is there at once and whole."""

    folder: Path

    @property
    def keys(self) -> Path:
        """ENCRYPTION_KEYS."""
        return self.folder / "encryption_keys"

    @property
    def secret(self) -> Path:
        """SHOPIFY_API_SECRET."""
        return self.folder / "shopify_api_secret"

    @property
    def previous(self) -> Path:
        """SHOPIFY_API_SECRET_PREVIOUS."""
        return self.folder / "shopify_api_secret_previous"

    def settings(self) -> dict[str, str]:
        """What names them, and nothing that stands in them."""
        return {
            "ENCRYPTION_KEYS": "",
            "SHOPIFY_API_SECRET": "",
            "ENCRYPTION_KEYS_FILE": str(self.keys),
            "SHOPIFY_API_SECRET_FILE": str(self.secret),
            "SHOPIFY_API_SECRET_PREVIOUS_FILE": str(self.previous),
        }


@dataclass(frozen=True, slots=True)
class Place:
    """What was made. Lists go by shop; the site's workspace is the last one."""

    files: Files
    keys: tuple[str, ...]
    said: tuple[Said, ...]
    site_path: str
    site_secret: str
    companion: Companion


def make_place(folder: Path, url: str | None = None) -> Place:
    """Fresh databases and files."""
    world = make_world(folder, SHOPS, url)
    site_id = _add_site(world.services)
    endpoint, companion = _ways_in(world.services, site_id)
    files = Files(folder / "secrets")
    files.folder.mkdir()
    write_secretly(files.keys, KEYS)
    write_secretly(files.secret, SETTINGS["SHOPIFY_API_SECRET"])
    write_secretly(files.previous, "")
    place = Place(
        files,
        tuple(create_key(world.services, shop, shop) for shop in range(1, SHOPS + 1)),
        tuple(_converse(world.services, shop) for shop in range(1, SHOPS + 1)),
        *endpoint,
        companion,
    )
    world.close()
    return place


def _add_site(services: Services) -> int:
    """A connected WooCommerce store in a workspace of its own; its id, which is both's."""
    with services.db.across_workspaces(write=True) as session:
        store, installation = add_connected(services, session, "woocommerce", SITE)
        make_companion_key(session, store, installation.id, store_key(services.keyring, store))
        session.flush()
        return store.id


def _ways_in(services: Services, site_id: int) -> tuple[tuple[str, str], Companion]:
    with services.db.across_workspaces() as session:
        store = session.get_one(Store, site_id)
    endpoint = webhook_endpoint(services, store)
    companion = companion_of(services, workspace_id=store.workspace_id, store_id=site_id)
    assert endpoint.secret is not None
    assert companion is not None
    return (urlsplit(endpoint.url).path, endpoint.secret.reveal()), companion


def _converse(services: Services, workspace_id: int) -> Said:
    """A mailbox with one mail, sealed with the mailbox's key."""
    from tests.factories import conversations as factory  # noqa: PLC0415

    text = f"Where is my parcel number {workspace_id}?"
    db, ring = services.db, services.keyring
    channel_id = factory.make_channel(
        db,
        workspace_id,
        ring=ring,
        token=f"mailbox-of-{workspace_id}",
        address=f"support@shop{workspace_id}.example",
        # Nobody fetches: there is no server.
        status="paused",
    )
    mail = factory.mail_of(f"writer{workspace_id}@example.com", text)
    now = services.now() - timedelta(minutes=5)
    done = factory.receive_message(db, workspace_id, channel_id, mail, ring=ring, now=now)
    return Said(done.conversation_id, text)


def opened_with(folder: Path, keys: str, url: str | None = None) -> Services:
    """Services that know these keys only."""
    return replace(World.opened(folder, url).services, keyring=keyring(keys))
