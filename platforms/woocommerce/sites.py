"""Store names: the one place that decides what a WooCommerce store may be called.

The canonical name is `host[:port][/path]` of the site's home: lower case host, international names
in punycode, no trailing slash, no scheme for https. A store on plain http, which only the
operator's test switch allows, has the prefix `http://`, so that the origin is never in doubt.
"""

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Literal, cast

import idna

from platforms.errors import InstallRefused

_LONGEST_NAME = 255
_DEFAULT_PORTS = {"https": 443, "http": 80}

_ADDRESS = re.compile(
    r"(?:(?P<scheme>https?)://)?"
    r"(?P<host>\[[0-9a-f:.]{2,45}\]|[^\s/?#@:\\\[\]%]{1,255})"
    r"(?::(?P<port>[1-9][0-9]{0,4}))?"
    r"(?P<path>/[^\s?#\\]*)?"
    r"(?:[?#][^\s\\]*)?",
    re.IGNORECASE,
)
_LABEL = r"[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?"
# The last label begins with a letter, so that no spelling of a number passes for a name.
_HOST = re.compile(rf"(?:{_LABEL}\.)+[a-z](?:[a-z0-9\-]{{0,61}}[a-z0-9])?", re.ASCII)
_DOTTED_FOUR = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}", re.ASCII)
_SEGMENT = re.compile(r"[A-Za-z0-9._~\-]{1,100}", re.ASCII)
# What people copy from their address bar along with the site.
_WORDPRESS_OWN = re.compile(r"wp-[a-z\-]+(?:\.php)?|index\.php|xmlrpc\.php", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Site:
    scheme: Literal["https", "http"]
    authority: str
    path: str

    @property
    def name(self) -> str:
        prefix = "http://" if self.scheme == "http" else ""
        return f"{prefix}{self.authority}{self.path}"

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.authority}"


def canonical_site(address: str, *, allow_http: bool = False) -> str:
    """The canonical name of the site at an address that a person typed or a site told.

    Without a scheme it is https. Query, fragment and WordPress' own paths (`/wp-admin/…`) are left
    out. `allow_http` lets plain http, bare IP addresses and `localhost` pass. Raises InstallRefused
    for anything else, userinfo, odd ports' spellings and relative paths included.
    """
    site = _parse(address.strip())
    if site is None or (not allow_http and _is_for_tests(site)):
        raise InstallRefused("that isn't the address of a store on the web")
    return site.name


def is_canonical(name: str) -> bool:
    """Whether a name is exactly what `canonical_site` gives, on http or https."""
    site = _parse(name)
    return site is not None and site.name == name


def origin_of(name: str) -> str:
    """The origin (`https://host[:port]`) of a canonical name, '' for what is none."""
    site = _parse(name)
    return site.origin if site is not None and site.name == name else ""


def site_url(name: str) -> str:
    """The address of the site's home, without a trailing slash, '' for what is no such name."""
    site = _parse(name)
    return site.origin + site.path if site is not None and site.name == name else ""


def host_of(name: str) -> str:
    """The host of a canonical name, without its port, '' for what is no such name."""
    site = _parse(name)
    if site is None or site.name != name:
        return ""
    return _without_port(site.authority)


def admin_url(name: str, wordpress_address: str | None) -> str | None:
    """Where a site's admin begins, if WordPress stands in a folder of its own below the same host.

    None where it stands at the site's home, as most do, or somewhere that isn't the site's.
    """
    home, inside = _parse(name), _parse(wordpress_address or "")
    if home is None or inside is None or inside.path == home.path:
        return None
    return f"{home.origin}{inside.path}/wp-admin/" if inside.authority == home.authority else None


def _parse(address: str) -> _Site | None:
    found = _ADDRESS.fullmatch(address) if len(address) <= 2 * _LONGEST_NAME else None
    if found is None:
        return None
    scheme = (found["scheme"] or "https").lower()
    host = _host(found["host"].lower())
    path = _path(found["path"] or "")
    if host is None or path is None:
        return None
    port = int(found["port"] or _DEFAULT_PORTS[scheme])
    if port > 65535:
        return None
    authority = host if port == _DEFAULT_PORTS[scheme] else f"{host}:{port}"
    site = _Site(cast(Literal["https", "http"], scheme), authority, path)
    return site if len(site.name) <= _LONGEST_NAME else None


def _host(text: str) -> str | None:
    """The host in its one spelling, None for what is none."""
    if text.startswith("["):
        return _bracketed(text)
    name = text.removesuffix(".")
    if name == "localhost":
        return name
    if _DOTTED_FOUR.fullmatch(name):
        return name if _is_ipv4(name) else None
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            return None
    return name if len(name) <= 253 and _HOST.fullmatch(name) else None


def _bracketed(text: str) -> str | None:
    try:
        return f"[{IPv6Address(text[1:-1]).compressed}]"
    except AddressValueError:
        return None


def _is_ipv4(text: str) -> bool:
    try:
        return str(IPv4Address(text)) == text
    except AddressValueError:
        return False


def _path(text: str) -> str | None:
    """The path without a trailing slash or WordPress' own part, None for one that isn't plain."""
    kept: list[str] = []
    for segment in text.strip("/").split("/") if text.strip("/") else ():
        if _WORDPRESS_OWN.fullmatch(segment):
            break
        if segment in (".", "..") or not _SEGMENT.fullmatch(segment):
            return None
        kept.append(segment)
    return "".join(f"/{segment}" for segment in kept)


def _is_for_tests(site: _Site) -> bool:
    host = _without_port(site.authority)
    return site.scheme == "http" or host == "localhost" or host[0] == "[" or _is_ipv4(host)


def _without_port(authority: str) -> str:
    if authority.startswith("["):
        return authority[: authority.index("]") + 1]
    return authority.partition(":")[0]
