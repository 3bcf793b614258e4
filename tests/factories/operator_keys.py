"""The operator's keys while they are changed."""

from integration.crypto import Keyring, keyring


def text_of(ring: Keyring) -> str:
    """The keys as ENCRYPTION_KEYS has them."""
    return ring._read()


def in_front(new: str, of: Keyring) -> Keyring:
    """A new key in front of those that there are."""
    return keyring(f"{new},{text_of(of)}")
