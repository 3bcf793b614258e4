"""What is kept of a session's token, and what it is found by."""

import hmac
from functools import lru_cache

from integration.crypto import derive
from integration.settings import Settings


def session_digest(settings: Settings, token: str) -> bytes:
    """The digest of a session's token, by a key that comes of SECRET_KEY: a new one ends them all.

    Takes any text of a stranger's.
    """
    key = _key(settings.secret_key.get_secret_value())
    return hmac.digest(key, token.encode(errors="surrogatepass"), "sha256")


@lru_cache(maxsize=2)
def _key(secret: str) -> bytes:
    return derive(secret, "sessions")
