"""Passwords: kept as argon2id hashes, judged by their length only.

Nothing is peppered: the operator's keys may turn, and a hash that is bound to one would die with
it. The cost is OWASP's first choice of 2024 for argon2id (19 MiB, two passes, one lane).
"""

import secrets
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from integration.errors import AppError, Invalid

SHORTEST = 10
LONGEST = 200
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Whoever is unknown, or known in one workspace only, costs as many verifications as this.
_FEWEST_VERIFICATIONS = 2
_AT_ONCE = BoundedSemaphore(4)
_LONGEST_WAIT_SECONDS = 10.0


def hash_password(password: str) -> str:
    """What is kept of a password. Raises Invalid for one that is too short or too long."""
    normal = _normal(password)
    if len(normal) < SHORTEST:
        raise Invalid("The password is too short.", code="password_short")
    if len(password) > LONGEST or len(normal) > LONGEST:
        raise Invalid("The password is too long.", code="password_long")
    with _turn():
        return _HASHER.hash(normal)


def matching(password: str, hashes: list[str]) -> list[int]:
    """Which of these hashes are of that password, by their places.

    Takes as long for none as for one. Raises AppError (503) where too many wait.
    """
    tried = [*hashes, *[_NOBODYS] * (_FEWEST_VERIFICATIONS - len(hashes))]
    normal = _normal(password[: LONGEST + 1])
    with _turn():
        fitting = [_verify(each, normal) for each in tried]
    return [place for place, fits in enumerate(fitting[: len(hashes)]) if fits]


def is_dated(password_hash: str) -> bool:
    """Whether it was made by parameters that aren't ours any more."""
    return _HASHER.check_needs_rehash(password_hash)


def _verify(password_hash: str, normal: str) -> bool:
    try:
        return _HASHER.verify(password_hash, normal)
    except (VerificationError, InvalidHashError):
        return False


def _normal(password: str) -> str:
    """The same password however a keyboard composes its letters."""
    return unicodedata.normalize("NFC", password)


@contextmanager
def _turn() -> Iterator[None]:
    """Few hashes at once: each takes memory, and strangers can ask for one."""
    if not _AT_ONCE.acquire(timeout=_LONGEST_WAIT_SECONDS):
        raise AppError("Too many sign in at this moment.", code="busy", status=503)
    try:
        yield
    finally:
        _AT_ONCE.release()


# Of a password that nobody has.
_NOBODYS = _HASHER.hash(secrets.token_urlsafe(32))
