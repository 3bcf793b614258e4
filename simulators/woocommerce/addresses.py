"""Where WordPress' safe requests go: public hosts, ports 80, 443 and 8080."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

from simulators.woocommerce.model.site import Site
from simulators.woocommerce.state import State

PORTS = (None, 80, 443, 8080)


def refused(state: State, site: Site, url: str) -> str | None:
    """Why a site won't send anything there; None when it will."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        return "A valid URL was not provided."
    if not site.strict_addresses:
        return None
    if parts.port not in PORTS:
        return "A valid URL was not provided."
    if parts.hostname == urlsplit(state.url(site)).hostname:
        return None
    try:
        known = ipaddress.ip_address(socket.gethostbyname(parts.hostname))
    except (OSError, ValueError):
        return "A valid URL was not provided."
    return None if known.is_global else "A valid URL was not provided."
