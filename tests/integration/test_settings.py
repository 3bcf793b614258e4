from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from integration.errors import MissingSetting
from integration.processes.kept import keep, kept_environment, make_keys
from integration.settings import load


def test_a_missing_setting_is_named() -> None:
    with pytest.raises(MissingSetting, match="SECRET_KEY"):
        load({}).require("secret_key")


def test_a_wrong_setting_is_named_without_its_value() -> None:
    with pytest.raises(MissingSetting, match="PORT") as caught:
        load({"PORT": "not-a-port"})
    assert "not-a-port" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "on"), [("1", True), ("true", True), ("YES", True), ("on", True), ("0", False)]
)
def test_switches(text: str, on: bool) -> None:
    assert load({"ALLOW_PRIVATE_ADDRESSES": text}).allow_private_addresses is on


def test_secrets_do_not_show_in_a_repr() -> None:
    assert "hunter2" not in repr(load({"SECRET_KEY": "hunter2"}))


def test_up_makes_its_keys_once_and_an_operator_s_own_come_first(tmp_path) -> None:  # type: ignore[no-untyped-def]
    environment = {"DATA_DIR": str(tmp_path), "SECRET_KEY": ""}
    make_keys(environment)
    first = kept_environment(environment)
    make_keys(environment)
    assert kept_environment(environment) == first
    assert first["ENCRYPTION_KEYS"].startswith("k1:")
    assert kept_environment({**environment, "SECRET_KEY": "own"})["SECRET_KEY"] == "own"
    keep(environment, {"REDIS_URL": "redis://there"})
    assert kept_environment(environment)["REDIS_URL"] == "redis://there"
    assert (tmp_path / "kept.json").stat().st_mode & 0o077 == 0


def test_what_several_keep_at_once_is_all_kept(tmp_path: Path) -> None:
    """One that was lost would be lost for good: a key that wraps what there is."""
    environment = {"DATA_DIR": str(tmp_path / "new")}
    names = [f"NAME_{number}" for number in range(24)]
    make_keys(environment)
    before = kept_environment(environment)["ENCRYPTION_KEYS"]
    with ThreadPoolExecutor(8) as together:
        kept = [together.submit(keep, environment, {name: "1"}) for name in names]
        made = [together.submit(make_keys, environment) for _ in range(8)]
        for each in (*kept, *made):
            each.result()
    values = kept_environment(environment)
    assert all(values[name] == "1" for name in names)
    assert values["ENCRYPTION_KEYS"] == before
