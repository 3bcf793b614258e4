"""Following a site's redirects by hand, each through the guard, and never to another site."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin, urlsplit

from platforms.errors import (
    AddressRefused,
    CertificateRefused,
    StoreAnsweredNonsense,
    StoreUnreachable,
)
from platforms.port import Answer, OutboundHttp
from platforms.woocommerce.refusals import SiteRefused

REDIRECTS_AT_MOST = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LARGEST_PAGE_BYTES = 8 * 1024 * 1024
_CALL_SECONDS = 10.0
# The name comes from whoever answered: nothing that turns or hides text.
_UNSHOWN = re.compile(r"[^\w.\-]")
_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Stop:
    """Where a walk ended, and what stood there."""

    url: str
    answer: Answer


class Walker:
    """Gets pages of one site within one time limit for them all."""

    def __init__(
        self,
        http: OutboundHttp,
        *,
        allow_http: bool,
        user_agent: str,
        within_seconds: float = 25.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._http = http
        self._allow_http = allow_http
        self._headers = {"User-Agent": user_agent}
        self._clock = clock
        self._until = clock() + within_seconds

    def get(self, url: str, accept: str) -> Stop:
        """The page at the end of at most 5 redirects.

        Raises SiteRefused, or AddressRefused for what may not be called at all.
        """
        passed = {url}
        here = url
        for _ in range(REDIRECTS_AT_MOST + 1):
            answer = self._call(here, accept)
            location = answer.headers.get("location", "")
            if answer.status not in _REDIRECTS or not location:
                return Stop(here, answer)
            here = self._next(here, location)
            if here in passed:
                break
            passed.add(here)
        raise SiteRefused("redirect_loop", host=shown_host(url))

    def _next(self, here: str, location: str) -> str:
        try:
            target = urldefrag(urljoin(here, location)).url
            same = same_site(here, target)
        except ValueError:
            raise SiteRefused("not_wordpress", host=shown_host(here)) from None
        if not same:
            other = shown_host(target)
            raise SiteRefused("redirects_elsewhere", host=shown_host(here), other=other)
        if target.startswith("http://") and not self._allow_http:
            raise SiteRefused("http_only", host=shown_host(here))
        return target

    def _call(self, url: str, accept: str) -> Answer:
        host = shown_host(url)
        left = self._until - self._clock()
        if left <= 0:
            raise SiteRefused("site_unreachable", host=host)
        try:
            return self._http.send(
                "GET",
                url,
                headers={**self._headers, "Accept": accept},
                timeout_seconds=min(_CALL_SECONDS, left),
                max_bytes=_LARGEST_PAGE_BYTES,
            )
        except AddressRefused as error:
            raise forbidden(host) from error
        except CertificateRefused as error:
            raise SiteRefused("certificate_refused", host=host) from error
        except StoreUnreachable as error:
            raise SiteRefused("site_unreachable", host=host) from error
        except StoreAnsweredNonsense as error:
            raise SiteRefused("not_wordpress", host=host) from error


def forbidden(host: str) -> AddressRefused:
    """What an address is refused with that may not be called at all."""
    return AddressRefused(
        f"We don't call {host}: a store stands at a public address, on a usual web port."
    )


def same_site(one: str, other: str) -> bool:
    """Whether two addresses are of one site: the same host but for `www.`, on the same port.

    http and https on their own ports are the same. Raises ValueError for what is no address.
    """
    return _place(one) == _place(other)


def shown_host(url: str) -> str:
    """The host of an address as a sentence names it, with a port that isn't the scheme's own."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "another site"
    shown = f"[{host}]" if ":" in host else _UNSHOWN.sub("", host)[:255]
    return shown if port in (None, _DEFAULT_PORTS.get(parts.scheme)) else f"{shown}:{port}"


def _place(url: str) -> tuple[str, int | None]:
    parts = urlsplit(url)
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or "@" in parts.netloc:
        raise ValueError("not a web address")
    port = None if parts.port == _DEFAULT_PORTS[parts.scheme] else parts.port
    return parts.hostname.rstrip(".").removeprefix("www."), port
