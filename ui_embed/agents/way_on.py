"""Where somebody goes once they are in: a page of ours that they asked for, else the first one."""

from urllib.parse import urlsplit

_FIRST = "/panel"
_LONGEST = 500
_NOT_THERE = ("/sign-in", "/sign-out", "/invitations", "/api/", "/assets/")


def way_on(asked: str) -> str:
    """A path of ours, whatever was asked for: no other host, no scheme, no control."""
    is_path = asked.startswith("/") and not asked.startswith("//")
    if not is_path or len(asked) > _LONGEST or "\\" in asked or not asked.isprintable():
        return _FIRST
    try:
        parts = urlsplit(asked)
    except ValueError:
        return _FIRST
    if parts.scheme or parts.netloc or asked.startswith(_NOT_THERE):
        return _FIRST
    return asked
