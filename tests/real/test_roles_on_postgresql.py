"""deploy/postgresql/roles.sql: the product runs with its roles, and none can do more than that."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from integration.app import build_services
from integration.crypto import new_key_text
from integration.models import Order
from integration.services import Services
from integration.settings import load
from integration.upgrade import upgrade
from tests.real.postgres import as_administrator
from tests.webhooks.bodies import order
from tests.webhooks.parts import SETTINGS, SHOP, Sender, add_store, rows, works
from webhooks.drain import drain
from webhooks.inbox import open_inbox
from webhooks.receiver import Receiver
from webhooks.store_directory import StoreDirectory

pytestmark = pytest.mark.real
ROLES = (Path(__file__).parents[2] / "deploy/postgresql/roles.sql").read_text(encoding="utf-8")
NAMES = ("tillside_owner", "tillside_app", "tillside_inbox")


def _as(url: str, role: str) -> str:
    return make_url(url).set(username=role).render_as_string(hide_password=False)


@pytest.fixture
def environment(postgres_url: str, data_dir: Path) -> Iterator[dict[str, str]]:
    postgres_url = as_administrator(postgres_url)
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(ROLES)
    owner = {"DATABASE_URL": _as(postgres_url, "tillside_owner"), "DATA_DIR": str(data_dir)}
    upgrade(load(owner))
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(ROLES)
    yield {
        **SETTINGS,
        "DATA_DIR": str(data_dir),
        "ENCRYPTION_KEYS": new_key_text("k1"),
        "DATABASE_URL": _as(postgres_url, "tillside_app"),
        "INBOX_DATABASE_URL": _as(postgres_url, "tillside_inbox"),
    }
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        for name in NAMES:
            connection.execute(f"DROP OWNED BY {name} CASCADE")
            connection.execute(f"DROP ROLE {name}")


@pytest.fixture
def services(environment: dict[str, str]) -> Iterator[Services]:
    made = build_services(load(environment), environment)
    yield made
    made.db.dispose()


def test_a_delivery_goes_all_its_way_with_these_roles(services: Services) -> None:
    add_store(services, SHOP)
    inbox = open_inbox(services)
    send = Sender(Receiver(services, inbox, StoreDirectory(services)))
    send("orders/create", order(1))
    send("orders/create", order(1), delivery_id="sent-1")
    drain(services)
    inbox.close()
    assert [work.state for work in works(services)] == ["applied"]
    assert len(rows(services, Order)) == 1


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        ("tillside_app", "CREATE TABLE more (id int)"),
        ("tillside_app", "ALTER TABLE orders ADD COLUMN more int"),
        ("tillside_app", "TRUNCATE orders"),
        ("tillside_inbox", "SELECT sealed_body FROM deliveries"),
        ("tillside_inbox", "UPDATE deliveries SET topic = ''"),
        ("tillside_inbox", "DELETE FROM deliveries"),
        ("tillside_inbox", "SELECT id FROM stores"),
        ("tillside_inbox", "CREATE TABLE more (id int)"),
    ],
)
def test_no_role_can_do_more_than_it_needs(
    environment: dict[str, str], role: str, statement: str
) -> None:
    url = _as(environment["DATABASE_URL"], role)
    with (
        psycopg.connect(url, autocommit=True) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(statement)
