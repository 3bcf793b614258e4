"""The scanner finds a canary in whatever form it stands, and says where; and nobody by chance."""

import base64
import json
import zlib
from pathlib import Path
from urllib.parse import quote

import pytest
from redis import Redis

from integration.canary_scan import files
from integration.canary_scan.files import in_files
from integration.canary_scan.needles import Needles
from integration.canary_scan.seals import Seals
from integration.canary_scan.tables import in_tables
from integration.canary_scan.valkey import in_valkey
from integration.errors import Invalid
from integration.models import InboxModel, Model, Store
from integration.processes.valkey import running_valkey
from tests.conftest import StandingClock
from tests.webhooks.parts import add_store, make_services

GREEK, PLAIN = "Καναρίνι Λαλάκης", "canary@example.com"


@pytest.mark.parametrize(
    "held",
    [
        "a CANARY@example.com b",
        b"\x00\x01canary@EXAMPLE.com\xff",
        GREEK.upper(),
        json.dumps({"name": GREEK}),
        json.dumps({"name": GREEK}).encode(),
        f"https://x.example/?to={quote(PLAIN, safe='')}",
        {"deep": [{"er": PLAIN}]},
        [(PLAIN, None)],
        {PLAIN: 1},
        zlib.compress(f"{PLAIN} asked".encode()),
        base64.b64encode(b"x" + PLAIN.encode()).decode(),
        base64.b64encode(b"xx" + PLAIN.encode()),
        memoryview(PLAIN.encode()),
    ],
)
def test_it_is_found_in_whatever_form(held: object) -> None:
    assert Needles([PLAIN, GREEK]).stand_in(held)


@pytest.mark.parametrize(
    "held",
    ["canary@example.org", b"", None, 7, {"name": "Kanarini"}, zlib.compress(b"x"), b"\x78x"],
)
def test_nobody_is_found_by_chance(held: object) -> None:
    assert not Needles([PLAIN, GREEK]).stand_in(held)


@pytest.mark.parametrize("texts", [[], ["", " "], ["abc"]])
def test_what_cannot_be_looked_for_is_refused(texts: list[str]) -> None:
    with pytest.raises(Invalid):
        Needles(texts)


def test_files_are_read_in_pieces_that_overlap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_PIECE", 16)
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.log").write_bytes(b"." * 10 + PLAIN.encode() + b"." * 50)
    (tmp_path / "b.db").write_bytes(b"." * 100)
    outside = tmp_path.parent / f"{tmp_path.name}.db"
    outside.write_text(PLAIN)
    found = in_files(tmp_path, Needles([PLAIN]), [outside, tmp_path / "gone.db"])
    assert found == {"file deep/a.log": 1, f"file {outside}": 1}


def test_every_table_is_looked_through_also_one_that_nobody_knows(
    tmp_path: Path, clock: StandingClock
) -> None:
    services = make_services(tmp_path, clock)
    store = add_store(services)
    with services.db.bare_across_workspaces(write=True) as connection:
        connection.exec_driver_sql('CREATE TABLE "of somebody" (id INTEGER, told BLOB)')
        connection.exec_driver_sql(f"INSERT INTO \"of somebody\" VALUES (1, '{PLAIN}'), (2, NULL)")
    with services.db.workspace(store.workspace_id, write=True) as session:
        session.get_one(Store, store.id).contact_email = PLAIN
    found = in_tables(services.db, Needles([PLAIN]), {})
    assert found == {"of somebody.told": 1, "stores.contact_email": 1}
    services.db.dispose()
    services.inbox.dispose()


def test_every_sealed_column_that_can_hold_a_person_is_opened(
    tmp_path: Path, clock: StandingClock
) -> None:
    services = make_services(tmp_path, clock)
    sealed = {
        f"{table.name}.{column.name}"
        for metadata in (Model.metadata, InboxModel.metadata)
        for table in metadata.sorted_tables
        for column in table.columns
        if column.info.get("sealed") and column.info.get("personal")
    }
    assert sealed == Seals(services).openers().keys()
    services.db.dispose()
    services.inbox.dispose()


def test_all_kinds_of_keys_in_valkey_are_looked_into(tmp_path: Path) -> None:
    with running_valkey(tmp_path) as server:
        client = Redis.from_url(server.url)
        client.set(f"of:{PLAIN}", "x")
        client.set("text:1", PLAIN)
        client.hset("rq:job:1", mapping={"data": zlib.compress(PLAIN.encode())})
        client.rpush("list:1", "x", PLAIN)
        client.sadd("set:1", PLAIN)
        client.zadd("sorted:1", {PLAIN: 1})
        client.xadd("stream:1", {"told": PLAIN})
        client.set("nobody", "x")
        found = in_valkey(server.url, Needles([PLAIN]))
        client.close()
    kinds = {"of:canary@example.com", "text:1", "rq:job", "list:1", "set:1", "sorted:1", "stream:1"}
    assert found == {f"valkey {kind}": 1 for kind in kinds}
