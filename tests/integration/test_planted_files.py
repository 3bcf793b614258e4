"""What others put where secrets and locks are written is neither written through nor opened."""

import stat
from pathlib import Path

import pytest

from integration.setting_files import locked, write_secretly


@pytest.mark.parametrize("is_link", [True, False])
def test_a_secret_is_written_through_nothing_that_was_put_there(
    tmp_path: Path, is_link: bool
) -> None:
    other, planted = tmp_path / "other", tmp_path / "secret.new"
    other.write_text("not ours")
    if is_link:
        planted.symlink_to(other)
    else:
        planted.touch(0o666)
        planted.chmod(0o666)
    write_secretly(tmp_path / "secret", "one")
    assert other.read_text() == "not ours"
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600


def test_a_lock_opens_nobodys_file(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.touch(0o600)
    (tmp_path / "lock").symlink_to(other)
    with pytest.raises(OSError, match="symbolic"), locked(tmp_path / "lock"):
        raise AssertionError("followed")
    with locked(other):
        assert stat.S_IMODE(other.stat().st_mode) == 0o600
