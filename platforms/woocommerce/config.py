"""What the adapter knows of ourselves, read from the environment's form and checked once."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

_ON = frozenset({"1", "true", "yes", "on"})


@dataclass(frozen=True, slots=True)
class WooCommerceConfig:
    """`app_url` is where stores reach us, without a trailing slash.

    `allow_http` is the operator's test switch: stores on plain http and on this machine.
    """

    app_url: str
    allow_http: bool = False

    @property
    def user_agent(self) -> str:
        """How we call ourselves: firewalls let us through by the word Tillside."""
        return f"Tillside (+{self.app_url})"


def read_config(settings: Mapping[str, str]) -> WooCommerceConfig:
    """The configuration. Raises ValueError that names the setting which is missing or wrong."""
    app_url = (settings.get("APP_URL") or "").strip()
    if not app_url:
        raise ValueError("APP_URL is missing")
    parts = urlsplit(app_url)
    # What stands here reaches a Content-Security-Policy: nothing may break out of its directive.
    if parts.scheme not in ("https", "http") or not parts.hostname or re.search(r"[\s;,]", app_url):
        raise ValueError("APP_URL is not an http(s) address")
    switch = (settings.get("ALLOW_PRIVATE_ADDRESSES") or "").strip().lower()
    return WooCommerceConfig(app_url=app_url.rstrip("/"), allow_http=switch in _ON)
