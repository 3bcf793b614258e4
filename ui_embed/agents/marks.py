"""The cookies of signing in: which browser began, and which has signed in with an account before.

The second only gives a browser a count of its own failures (`integration.agents.throttle`): it
opens nothing. It names no account: it is a random word with a signature for the account's address.
"""

import hmac
import secrets
from collections.abc import Mapping

from flask import Response

from integration.crypto import associated, derive
from integration.settings import Settings

_BEGAN = "tillside_sign_in"
_KNOWN = "tillside_known"
_BEGAN_LASTS_SECONDS = 15 * 60
_KNOWN_LASTS_SECONDS = 180 * 24 * 3600
_LONGEST = 128


def browser_mark(cookies: Mapping[str, str], settings: Settings) -> str:
    """What binds a sign-in to this browser: what it carries, else a new mark to be kept."""
    carried = cookies.get(_name(settings, _BEGAN), "")
    return carried if 0 < len(carried) <= _LONGEST else secrets.token_urlsafe(32)


def keep_mark(response: Response, settings: Settings, mark: str) -> None:
    """Have the browser keep its mark, while it signs in."""
    _keep(response, settings, _BEGAN, mark, _BEGAN_LASTS_SECONDS)


def drop_mark(response: Response, settings: Settings) -> None:
    """Forget the mark: whoever signs in next begins anew."""
    name, is_secure = _name(settings, _BEGAN), _is_secure(settings)
    response.delete_cookie(name, path="/", secure=is_secure, httponly=True, samesite="Lax")


def known_browser(cookies: Mapping[str, str], settings: Settings, email: str) -> str | None:
    """This browser's word where that account has signed in with it before, else None."""
    word, _, signature = cookies.get(_name(settings, _KNOWN), "")[:_LONGEST].partition(".")
    is_genuine = hmac.compare_digest(
        _signature(settings, word, email), signature.encode(errors="surrogatepass")
    )
    return word if is_genuine else None


def keep_known(response: Response, settings: Settings, email: str) -> None:
    """Have the browser be known to that account from now on."""
    word = secrets.token_urlsafe(16)
    value = f"{word}.{_signature(settings, word, email).decode()}"
    _keep(response, settings, _KNOWN, value, _KNOWN_LASTS_SECONDS)


def _signature(settings: Settings, word: str, email: str) -> bytes:
    key = derive(settings.secret_key.get_secret_value(), "known browser")
    return hmac.new(key, associated(word, email), "sha256").hexdigest().encode()


def _keep(response: Response, settings: Settings, name: str, value: str, seconds: int) -> None:
    response.set_cookie(
        _name(settings, name),
        value,
        max_age=seconds,
        path="/",
        secure=_is_secure(settings),
        httponly=True,
        samesite="Lax",
    )


def _name(settings: Settings, name: str) -> str:
    return f"__Host-{name}" if _is_secure(settings) else name


def _is_secure(settings: Settings) -> bool:
    return settings.app_url.startswith("https:")
