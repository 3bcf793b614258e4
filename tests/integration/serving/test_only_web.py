"""One web process on SQLite, any number on PostgreSQL."""

import os
from pathlib import Path

import pytest

from integration.errors import MissingSetting
from integration.serving.only_web import be_the_only_web
from integration.settings import Settings, load


def _settings(folder: Path, **more: str) -> Settings:
    return load({"APP_URL": "https://tillside.test", "DATA_DIR": str(folder), **more})


def test_a_second_one_on_the_same_files_is_told_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("integration.serving.only_web._PATIENCE_SECONDS", 0.0)
    first = be_the_only_web(_settings(tmp_path))
    assert first is not None
    with pytest.raises(MissingSetting, match="PostgreSQL for several"):
        be_the_only_web(_settings(tmp_path))
    other = be_the_only_web(_settings(tmp_path / "other"))
    assert other is not None
    other.close()
    first.close()
    again = be_the_only_web(_settings(tmp_path))
    assert again is not None
    again.close()


def test_a_forked_server_keeps_the_place_after_its_parent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("integration.serving.only_web._PATIENCE_SECONDS", 0.0)
    held = be_the_only_web(_settings(tmp_path))
    assert held is not None
    # As a fork has it: the same lock by another descriptor.
    forked = os.dup(held.fileno())
    held.close()
    with pytest.raises(MissingSetting):
        be_the_only_web(_settings(tmp_path))
    os.close(forked)
    again = be_the_only_web(_settings(tmp_path))
    assert again is not None
    again.close()


def test_postgresql_takes_any_number(tmp_path: Path) -> None:
    settings = _settings(tmp_path, DATABASE_URL="postgresql://db.test/tillside")
    assert be_the_only_web(settings) is None
    assert be_the_only_web(settings) is None
    assert list(tmp_path.iterdir()) == []
