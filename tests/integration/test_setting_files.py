"""Settings in files: named, read again, and never half."""

import json
import os
import stat
from pathlib import Path
from typing import cast

import pytest

from integration.app import build_keyring
from integration.commands.processes import start_parts
from integration.crypto import CannotOpen, new_key_text
from integration.errors import MissingSetting
from integration.processes.kept import keep, kept_environment, make_keys
from integration.processes.supervisor import Supervisor
from integration.setting_files import (
    FILED,
    Environment,
    FileText,
    handed_on,
    locked,
    named_files,
    write_secretly,
)
from integration.settings import load
from platforms.shopify.config import AppSecrets

KEY = "ENCRYPTION_KEYS"
SECRET, PREVIOUS = "SHOPIFY_API_SECRET", "SHOPIFY_API_SECRET_PREVIOUS"


class Clock:
    """Moves by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def of_files(folder: Path, clock: Clock, **texts: str) -> Environment:
    """Settings of which these stand in files."""
    for name, text in texts.items():
        (folder / name).write_text(text)
    return Environment({}, {name: FileText(folder / name) for name in texts}, clock)


def test_a_named_file_is_the_setting(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("  hunter2\n")
    variables = {"SECRET_KEY_FILE": str(tmp_path / "secret"), "PORT": "1", "DATA_DIR": "/nowhere"}
    values = kept_environment(variables)
    assert values["SECRET_KEY"] == "hunter2"
    assert load(values).secret_key.get_secret_value() == "hunter2"
    # A child process is told where the file is, and not what stands in it.
    assert dict(handed_on(values)) == variables
    assert "hunter2" not in repr(values)


def test_both_at_once_and_a_file_that_is_not_there_stop_by_name(tmp_path: Path) -> None:
    there = tmp_path / "keys"
    there.write_text("k1:…")
    with pytest.raises(MissingSetting, match="ENCRYPTION_KEYS and ENCRYPTION_KEYS_FILE are both"):
        named_files({KEY: "k1:…", f"{KEY}_FILE": str(there)})
    with pytest.raises(MissingSetting, match="METRICS_TOKEN_FILE can't be read: No such file"):
        named_files({"METRICS_TOKEN_FILE": str(tmp_path / "nowhere")})
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    with pytest.raises(MissingSetting, match="SECRET_KEY_FILE can't be read"):
        named_files({"SECRET_KEY_FILE": str(tmp_path / "bytes")})


def test_a_file_is_looked_at_once_a_second_and_at_once_when_asked(
    tmp_path: Path, clock: Clock
) -> None:
    values = of_files(tmp_path, clock, **{SECRET: "first"})
    write_secretly(tmp_path / SECRET, "second")
    assert values[SECRET] == "first"
    clock.now += 0.99
    assert values[SECRET] == "first"
    clock.now += 0.01
    assert values[SECRET] == "second"
    write_secretly(tmp_path / SECRET, "third")
    values.look_again()
    assert values[SECRET] == "third"


def test_an_emptied_file_counts_only_when_it_stays_so(tmp_path: Path, clock: Clock) -> None:
    values = of_files(tmp_path, clock, **{PREVIOUS: "old"})
    (tmp_path / PREVIOUS).write_text("")
    for _ in range(3):
        values.look_again()
    assert values[PREVIOUS] == "old"
    clock.now += 1
    assert values[PREVIOUS] == ""
    write_secretly(tmp_path / PREVIOUS, "other")
    clock.now += 1
    assert values[PREVIOUS] == "other"
    (tmp_path / PREVIOUS).unlink()
    values.look_again()
    assert values[PREVIOUS] == "other"


def test_who_writes_the_previous_one_first_is_never_seen_with_the_new_one_alone(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The operator writes both between any two reads of ours."""
    (tmp_path / SECRET).write_text("old")
    (tmp_path / PREVIOUS).write_text("")
    read = FileText._read
    looked: list[str] = []

    def reading(self: FileText) -> str:
        looked.append(self.path.name)
        return read(self)

    monkeypatch.setattr(FileText, "_read", reading)
    # The order in which they are named is not the one in which they are looked at.
    files = {name: FileText(tmp_path / name) for name in (PREVIOUS, SECRET)}
    values = Environment({}, files, clock)
    write_secretly(tmp_path / PREVIOUS, "old ")
    write_secretly(tmp_path / SECRET, "new")
    values.look_again()
    assert looked == [SECRET, PREVIOUS]
    assert AppSecrets(values).keys == (b"new", b"old")


def test_shopifys_secrets_are_taken_as_they_are_and_never_empty(
    tmp_path: Path, clock: Clock
) -> None:
    values = of_files(tmp_path, clock, **{SECRET: "one", PREVIOUS: ""})
    secrets = AppSecrets(values)
    first = secrets.keys
    assert secrets.keys is first
    assert list(first) == [b"one"]
    write_secretly(tmp_path / PREVIOUS, "one")
    write_secretly(tmp_path / SECRET, "two")
    clock.now += 1
    assert list(secrets.keys) == [b"two", b"one"]
    assert secrets.present.reveal() == "two"
    (tmp_path / PREVIOUS).write_text("")
    for _ in range(2):
        clock.now += 1
        secrets.keys  # noqa: B018 - a look
    assert list(secrets.keys) == [b"two"]
    (tmp_path / SECRET).write_text("\n")
    for _ in range(4):
        clock.now += 1
        assert list(secrets.keys) == [b"two"]
    assert "two" not in repr(secrets)


def keys_file(folder: Path, clock: Clock, text: str) -> Environment:
    return of_files(folder, clock, **{KEY: text})


def test_a_key_that_is_not_known_is_looked_for_at_once(tmp_path: Path, clock: Clock) -> None:
    old, new = new_key_text("k1"), new_key_text("k2")
    mine = build_keyring(load({}), keys_file(tmp_path, clock, old))
    write_secretly(tmp_path / KEY, f"{new},{old}")
    another = build_keyring(load({}), Environment({}, {KEY: FileText(tmp_path / KEY)}, clock))
    wrapped = another.wrap_new(b"row")
    assert wrapped.startswith(b"k2:")
    # No time has passed.
    key = mine.unwrap(wrapped, b"row")
    assert key.open(another.unwrap(wrapped, b"row").seal(b"text", b""), b"") == b"text"
    assert mine.wrap_new(b"row").startswith(b"k2:")


def test_a_key_that_was_taken_away_opens_nothing_a_second_later(
    tmp_path: Path, clock: Clock
) -> None:
    old, new = new_key_text("k1"), new_key_text("k2")
    ring = build_keyring(load({}), keys_file(tmp_path, clock, f"{old},{new}"))
    wrapped = ring.wrap_new(b"row")
    write_secretly(tmp_path / KEY, new)
    clock.now += 1
    with pytest.raises(CannotOpen):
        ring.unwrap(wrapped, b"row")


@pytest.mark.parametrize("broken", ["k2:short", "k2:short,{old}", "{old},{old}", "k2", ","])
def test_keys_that_cannot_be_used_change_nothing(tmp_path: Path, clock: Clock, broken: str) -> None:
    old = new_key_text("k1")
    ring = build_keyring(load({}), keys_file(tmp_path, clock, old))
    wrapped = ring.wrap_new(b"row")
    write_secretly(tmp_path / KEY, broken.format(old=old))
    clock.now += 1
    assert ring.unwrap(wrapped, b"row")
    assert ring.keys.current == "k1"
    write_secretly(tmp_path / KEY, f"{new_key_text('k3')},{old}")
    clock.now += 1
    assert ring.keys.current == "k3"


def test_what_up_keeps_is_read_again_too(tmp_path: Path) -> None:
    environment = {"DATA_DIR": str(tmp_path)}
    make_keys(environment)
    values = kept_environment(environment)
    ring = build_keyring(load(values), values)
    assert KEY not in handed_on(values)
    assert handed_on(values)["SECRET_KEY"] == values["SECRET_KEY"]
    new = new_key_text("k2")
    keep(environment, {KEY: f"{new},{values[KEY]}"})
    assert ring.look_again().current == "k2"
    assert json.loads((tmp_path / "kept.json").read_text())[KEY].startswith("k2:")


def test_a_variable_stands_before_what_is_kept(tmp_path: Path) -> None:
    environment = {"DATA_DIR": str(tmp_path)}
    make_keys(environment)
    own = new_key_text("own")
    values = kept_environment({**environment, KEY: own})
    assert values[KEY] == own
    assert values.path_of(KEY) is None


def test_a_secret_is_written_whole_and_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    write_secretly(path, "one")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o640)
    link = tmp_path / "link"
    link.symlink_to(path)
    write_secretly(link, "two")
    assert link.is_symlink()
    assert path.read_text() == "two"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert sorted(os.listdir(tmp_path)) == ["link", "secret"]


def test_a_file_stays_its_owners_when_root_writes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The operator's command is root's, the processes that read the file aren't."""
    path = tmp_path / "keys"
    write_secretly(path, "one")
    given: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "fchown", lambda _file, user, group: given.append((user, group)))
    write_secretly(path, "two")
    assert given == [(path.stat().st_uid, path.stat().st_gid)]

    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "fchown", refuse)
    write_secretly(path, "three")
    assert path.read_text() == "three"


def test_a_lock_is_anybodys_to_take(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    before = os.umask(0o077)
    try:
        with locked(path), pytest.raises(BlockingIOError), locked(path, waits=False):
            raise AssertionError("two at once")
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    with locked(path, waits=False):
        pass


def test_parts_that_up_starts_read_the_kept_keys_themselves(tmp_path: Path) -> None:
    environment = {"DATA_DIR": str(tmp_path)}
    make_keys(environment)
    given: list[dict[str, str]] = []

    class Started:
        def add(self, _name: str, _command: object, environment: dict[str, str]) -> None:
            given.append(environment)

    start_parts(cast(Supervisor, Started()), kept_environment(environment))
    assert len(given) >= 5
    for each in given:
        assert KEY not in each
        assert each["SECRET_KEY"]
        assert kept_environment(each)[KEY].startswith("k1:")


def test_every_secret_setting_may_stand_in_a_file() -> None:
    with_secrets = {
        name.upper()
        for name, value in load({}).model_dump().items()
        if type(value).__name__ == "SecretStr"
    }
    # Errors are told there; it isn't a secret that anything opens with.
    assert with_secrets - {"SENTRY_DSN"} <= set(FILED)
