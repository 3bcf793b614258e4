"""The operator's keys are changed step by step: nobody who runs is left behind."""

from pathlib import Path
from typing import cast

import pytest
from redis import Redis

from integration.crypto import Keyring, new_key_text
from integration.errors import Conflict
from integration.install.keys import new_data_key, store_key
from integration.models import Store
from integration.operations import known_keys
from integration.operations.data_keys import Wraps, count_wraps, rewrap_data_keys
from integration.operations.key_place import KeyPlace
from integration.operations.key_rotation import Rotation
from integration.processes.kept import kept_environment
from integration.services import Services
from integration.setting_files import write_secretly
from tests.factories.stores import make_store
from tests.integration.operations.operator_house import (
    Running,
    Valkey,
    db,
    environment_of,
    file,
    services,
    template,
)

__all__ = ["db", "file", "services", "template"]


@pytest.fixture(autouse=True)
def no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_keys, "WAITS_SECONDS", 0.0)


def rotation(services: Services, *running: Running) -> tuple[Rotation, Valkey]:
    valkey = Valkey(*running)
    return Rotation(services, cast("Redis", valkey)), valkey


def ids(file: Path) -> list[str]:
    return [part.partition(":")[0] for part in file.read_text().strip().split(",")]


def test_a_new_key_stands_behind_until_everybody_knows_it_and_then_in_front(
    services: Services, file: Path
) -> None:
    steps, valkey = rotation(services, Running("web", environment_of(file)))
    seen: list[list[str]] = []
    valkey.on_ask = lambda: seen.append(ids(file))
    assert steps.add_new(KeyPlace.of(environment_of(file))) == "k2"
    assert seen == [["k1", "k2"], ["k2", "k1"]]
    assert count_wraps(services) == {"k1": Wraps(2, 1)}
    assert steps.rewrap() == (3, 0, 0)
    assert count_wraps(services) == {"k2": Wraps(2, 1)}
    assert steps.rewrap() == (0, 3, 0)


def test_who_does_not_come_to_know_it_is_named_and_all_is_as_it_was(
    services: Services, file: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "another machine's"
    elsewhere.write_text(file.read_text())
    before = file.read_text().strip()
    steps, _ = rotation(
        services, Running("web", environment_of(file)), Running("worker", environment_of(elsewhere))
    )
    with pytest.raises(Conflict, match="worker didn't come to know the new key"):
        steps.add_new(KeyPlace.of(environment_of(file)))
    assert file.read_text().strip() == before
    assert count_wraps(services) == {"k1": Wraps(2, 1)}


def test_nothing_is_wrapped_with_a_key_that_somebody_who_runs_does_not_know(
    services: Services, file: Path
) -> None:
    """As with variables: the command was given the new key, a process was started without it."""
    web = Running("web", environment_of(file), looks=False)
    write_secretly(file, f"{new_key_text('k2')},{file.read_text()}")
    steps, _ = rotation(services, web)
    with pytest.raises(Conflict, match=r"web don't know k2: restart them .* Nothing was changed"):
        steps.rewrap()
    assert count_wraps(services) == {"k1": Wraps(2, 1)}
    web.looks = True
    assert steps.rewrap().changed == 3


def test_the_same_id_with_another_key_is_another_key(services: Services, file: Path) -> None:
    old = file.read_text()
    write_secretly(file, f"{new_key_text('k2')},{old}")
    web = Running("web", environment_of(file), looks=False)
    write_secretly(file, f"{new_key_text('k2')},{old}")
    steps, _ = rotation(services, web)
    with pytest.raises(Conflict, match="know k2"):
        steps.rewrap()


def test_a_key_is_retired_once_nothing_and_nobody_wraps_with_it(
    services: Services, file: Path
) -> None:
    web = Running("web", environment_of(file))
    steps, _ = rotation(services, web)
    place = KeyPlace.of(environment_of(file))
    with pytest.raises(Conflict, match="k1 is the key that wraps"):
        steps.retire(place, "k1")
    steps.add_new(place)
    with pytest.raises(Conflict, match="k1 still wraps the keys of 2 stores and 1 channels"):
        steps.retire(place, "k1")
    steps.rewrap()
    with pytest.raises(Conflict, match=r"There is no key k7 in .*: k2, k1\."):
        steps.retire(place, "k7")
    assert ids(file) == ["k2", "k1"]
    steps.retire(place, "k1")
    assert ids(file) == ["k2"]
    # Who didn't look since knows it nevertheless.
    with services.db.across_workspaces() as session:
        for store in session.query(Store):
            assert store_key(web.ring, store)


def test_a_key_is_not_retired_while_somebody_wraps_with_it(services: Services, file: Path) -> None:
    web = Running("web", environment_of(file))
    steps, _ = rotation(services, web)
    place = KeyPlace.of(environment_of(file))
    first = file.read_text().strip()
    steps.add_new(place)
    steps.rewrap()
    stuck = Running("stuck worker", environment_of(file), looks=False)
    stuck.ring = Keyring(lambda: first)
    steps, _ = rotation(services, web, stuck)
    with pytest.raises(Conflict, match="stuck worker don't wrap with the first key"):
        steps.retire(place, "k1")
    assert ids(file) == ["k2", "k1"]


def test_one_that_cannot_be_opened_stops_no_other_and_a_destroyed_one_stays_so(
    services: Services, file: Path
) -> None:
    with services.db.across_workspaces(write=True) as session:
        first, second = session.query(Store).order_by(Store.id)
        first.data_key = b"k9:" + first.data_key.partition(b":")[2]
        second.data_key = b""
    write_secretly(file, f"{new_key_text('k2')},{file.read_text()}")
    services.keyring.look_again()
    assert rewrap_data_keys(services) == (1, 0, 1)
    assert count_wraps(services) == {"k9": Wraps(1, 0), "k2": Wraps(0, 1)}
    with services.db.across_workspaces() as session:
        assert session.get_one(Store, second.id).data_key == b""


def test_many_are_wrapped_a_few_at_a_time(
    services: Services, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("integration.operations.data_keys._ROWS_A_COMMIT", 2)
    for number in range(4):
        domain = f"shop{number}.myshopify.com"
        data_key = new_data_key(services.keyring, "shopify", domain)
        make_store(services.db, 1, domain, data_key=data_key)
    write_secretly(file, f"{new_key_text('k2')},{file.read_text()}")
    services.keyring.look_again()
    assert rewrap_data_keys(services) == (7, 0, 0)
    assert count_wraps(services) == {"k2": Wraps(6, 1)}


def test_a_new_key_has_an_id_that_nothing_ever_had(services: Services, file: Path) -> None:
    """Rows that are wrapped with a key which was lost keep its id."""
    with services.db.across_workspaces(write=True) as session:
        store = session.query(Store).order_by(Store.id).first()
        assert store is not None
        store.data_key = b"k41:" + store.data_key.partition(b":")[2]
    steps, _ = rotation(services)
    assert steps.add_new(KeyPlace.of(environment_of(file))) == "k42"


def test_a_variable_and_a_file_that_cannot_be_written_are_left_to_the_operator(
    services: Services, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = kept_environment({"ENCRYPTION_KEYS": new_key_text("k1"), "DATA_DIR": "/nowhere"})
    with pytest.raises(Conflict, match="ENCRYPTION_KEYS is a variable"):
        KeyPlace.of(values)

    def refuse(*_: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("integration.operations.key_place.write_secretly", refuse)
    steps, _ = rotation(services)
    with pytest.raises(Conflict, match=r"can't be written \(Read-only file system\)"):
        steps.add_new(KeyPlace.of(environment_of(file)))
    assert ids(file) == ["k1"]


def test_one_command_at_a_time_changes_keys(file: Path) -> None:
    place = KeyPlace.of(environment_of(file))
    with place.alone():
        other = KeyPlace.of(environment_of(file))
        with pytest.raises(Conflict, match="Another command is changing the keys"), other.alone():
            raise AssertionError("two at once")
    with place.alone():
        pass
