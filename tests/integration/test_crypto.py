import base64

import pytest

from integration.crypto import CannotOpen, associated, derive, keyring, new_key_text, token_digest
from integration.errors import MissingSetting


def test_a_data_key_opens_only_with_its_own_associated_data() -> None:
    ring = keyring(new_key_text("k1"))
    wrapped = ring.wrap_new(associated("stores", 1))
    key = ring.unwrap(wrapped, associated("stores", 1))
    sealed = key.seal(b"token", associated("credentials", 1))
    assert key.open(sealed, associated("credentials", 1)) == b"token"
    with pytest.raises(CannotOpen):
        key.open(sealed, associated("credentials", 2))
    with pytest.raises(CannotOpen):
        ring.unwrap(wrapped, associated("stores", 2))
    with pytest.raises(CannotOpen):
        key.open(sealed[:-1] + bytes([sealed[-1] ^ 1]), associated("credentials", 1))
    with pytest.raises(CannotOpen):
        key.open(b"", associated("credentials", 1))


def test_parts_of_associated_data_do_not_run_into_each_other() -> None:
    assert associated("ab", "c") != associated("a", "bc")


def test_rotation_wraps_anew_and_old_data_still_opens() -> None:
    old, new = new_key_text("k1"), new_key_text("k2")
    about = associated("stores", 1)
    wrapped = keyring(old).wrap_new(about)
    sealed = keyring(old).unwrap(wrapped, about).seal(b"body", b"")
    both = keyring(f"{new},{old}")
    assert not both.is_current(wrapped)
    rewrapped = both.rewrap(wrapped, about)
    assert both.is_current(rewrapped)
    assert keyring(new).unwrap(rewrapped, about).open(sealed, b"") == b"body"
    with pytest.raises(CannotOpen):
        keyring(new).unwrap(wrapped, about)


@pytest.mark.parametrize(
    "text", ["", " , ", "k1", "k1:short", f"k-1:{base64.b64encode(b'x' * 32).decode()}", "k1:%%%%"]
)
def test_keys_that_are_none_stop_the_process_by_name(text: str) -> None:
    with pytest.raises(MissingSetting, match="ENCRYPTION_KEYS"):
        keyring(text)


def test_labels_never_share_a_key() -> None:
    assert derive("secret", "one") != derive("secret", "two")
    assert derive("secret", "one") == derive("secret", "one")


def test_keys_do_not_show_in_a_repr() -> None:
    text = new_key_text("k1")
    ring = keyring(text)
    key = ring.unwrap(ring.wrap_new(b""), b"")
    assert text.partition(":")[2] not in repr(ring) + repr(key)


def test_a_token_is_kept_as_a_whole_digest_that_tells_it_from_any_other() -> None:
    known = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    assert token_digest("test").hex() == known
