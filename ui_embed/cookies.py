"""Our two cookies: who is signed in, and which browser began to connect a store."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response

from integration.settings import Settings

_SESSION = "tillside_session"
_INSTALL = "tillside_install"
# A connection that another site's page began: whoever sits here may not have meant to.
_BEGUN_ELSEWHERE = "~"


@dataclass(frozen=True, slots=True)
class InstallMark:
    """What binds an install to this browser; `token` is None where it began none.

    `is_foreign`: the page of another site began it (the button in a store's admin).
    """

    token: str | None
    is_foreign: bool = False


def session_cookie(settings: Settings) -> str:
    """The session cookie's name. The prefix binds it to this host and to https."""
    return f"__Host-{_SESSION}" if _is_secure(settings) else _SESSION


def keep_session(response: Response, settings: Settings, token: str, seconds: int) -> None:
    """Have the browser keep its session."""
    response.set_cookie(
        session_cookie(settings),
        token,
        max_age=seconds,
        path="/",
        secure=_is_secure(settings),
        httponly=True,
        samesite="Lax",
    )


def drop_session(response: Response, settings: Settings) -> None:
    """Have the browser forget its session."""
    name = session_cookie(settings)
    response.delete_cookie(
        name, path="/", secure=_is_secure(settings), httponly=True, samesite="Lax"
    )


def install_mark(cookies: Mapping[str, str]) -> InstallMark:
    """The mark that this browser carries."""
    value = cookies.get(_INSTALL, "")
    token = value.removesuffix(_BEGUN_ELSEWHERE)
    return InstallMark(token or None, value.endswith(_BEGUN_ELSEWHERE))


def keep_install(
    response: Response, settings: Settings, slug: str, mark: InstallMark, seconds: int
) -> None:
    """Bind an install to this browser. The cookie goes to that platform's routes only."""
    response.set_cookie(
        _INSTALL,
        f"{mark.token}{_BEGUN_ELSEWHERE if mark.is_foreign else ''}",
        max_age=seconds,
        path=f"/{slug}",
        secure=_is_secure(settings),
        httponly=True,
        samesite="Lax",
    )


def drop_install(response: Response, slug: str) -> None:
    """Forget the install, which is over."""
    response.delete_cookie(_INSTALL, path=f"/{slug}")


def _is_secure(settings: Settings) -> bool:
    return settings.app_url.startswith("https:")
