"""The servers that the other tests here rely on are the real ones."""

import psycopg
import pytest
from redis import Redis
from sqlalchemy import create_engine, text

pytestmark = pytest.mark.real


def test_postgresql_is_a_real_server_on_its_own_socket(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        (version,) = connection.execute("SHOW server_version").fetchone() or ("",)
        (listens,) = connection.execute("SHOW listen_addresses").fetchone() or ("?",)
    assert int(version.split(".")[0]) >= 16
    assert listens == ""


@pytest.mark.parametrize("turn", ["first", "second"])
def test_every_test_has_an_empty_database(postgres_url: str, turn: str) -> None:
    engine = create_engine(postgres_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE left_behind (id int)"))
    engine.dispose()


@pytest.mark.parametrize("turn", ["first", "second"])
def test_every_test_has_an_empty_valkey(valkey_url: str, turn: str) -> None:
    client = Redis.from_url(valkey_url)
    assert client.info("server")["server_name"] == "valkey"
    assert client.dbsize() == 0
    client.set("left behind", turn)
    client.close()
