"""The one guarded client for outbound calls: adapters are handed it and never make their own.

Addresses are vetted when the socket is opened and the vetted one is connected to, so a name that
changes between look-up and connection gains nothing. No redirects, no proxies, caps on size and
time.
"""

import os
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from functools import cache
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from integration.operations.measures import outcome_of, store_call_seconds
from integration.sockets import AddressForbidden, open_vetted
from platforms.errors import (
    AddressRefused,
    CertificateRefused,
    PlatformError,
    ResultExpired,
    StoreAnsweredNonsense,
    StoreUnreachable,
)
from platforms.port import Answer

_PORTS = frozenset({80, 443, 8080, 8443})
_CHUNK_BYTES = 256 * 1024
# Some storage hosts answer 400 to an address whose time is over.
_GONE = frozenset({400, 403, 404, 410})


def _connection_class(parent: Any, allow_loopback: bool) -> Any:
    class Guarded(parent):  # type: ignore[misc]
        def _new_conn(self) -> socket.socket:
            try:
                timeout = self.timeout if isinstance(self.timeout, int | float) else None
                connected = open_vetted(self._dns_host, self.port, timeout, allow_loopback)
                connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return connected
            except AddressForbidden:
                raise
            except TimeoutError as error:
                raise urllib3.exceptions.ConnectTimeoutError(self, "timed out") from error
            except OSError as error:
                raise urllib3.exceptions.NewConnectionError(self, str(error)) from error

    return Guarded


class _GuardedAdapter(HTTPAdapter):
    def __init__(self, *, allow_loopback: bool, pool_size: int) -> None:
        self._allow_loopback = allow_loopback
        super().__init__(pool_connections=64, pool_maxsize=pool_size, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs, ssl_context=_tls())
        plain = type("Pool", (HTTPConnectionPool,), {})
        secure = type("SecurePool", (HTTPSConnectionPool,), {})
        plain.ConnectionCls = _connection_class(HTTPConnection, self._allow_loopback)  # type: ignore[attr-defined]
        secure.ConnectionCls = _connection_class(HTTPSConnection, self._allow_loopback)  # type: ignore[attr-defined]
        self.poolmanager.pool_classes_by_scheme = {"http": plain, "https": secure}

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> Any:
        check_url(request.url or "", allow_loopback=self._allow_loopback)
        kwargs["proxies"] = {}
        return super().send(request, *args, **kwargs)


@cache
def _trusting(certificates: str | None) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certificates)


def _tls() -> ssl.SSLContext:
    return _trusting(os.environ.get("SSL_CERT_FILE") or None)


def check_url(url: str, *, allow_loopback: bool) -> None:
    """Raises AddressRefused for an address that we don't call, before any look-up."""
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise AddressRefused("that isn't a web address") from None
    if parts.username is not None or parts.password is not None or not parts.hostname:
        raise AddressRefused("a web address with a user name or without a host is not called")
    if allow_loopback and parts.scheme in {"http", "https"}:
        return
    if parts.scheme != "https":
        raise AddressRefused("only https addresses are called")
    if port not in _PORTS:
        raise AddressRefused(f"port {port} is not called")


class GuardedHttp:
    """The platforms' `OutboundHttp`. One for the process; threads may share it."""

    def __init__(self, *, allow_private_addresses: bool = False, pool_size: int = 32) -> None:
        self._allow_loopback = allow_private_addresses
        self._pool_size = pool_size
        self._session = requests.Session()
        self.equip(self._session)
        # Ours hands a redirect back as the answer. The library would read its body whole, past any
        # cap, and raise over a Location that is no address, only to say where it leads.
        self._session.get_redirect_target = _nowhere  # type: ignore[method-assign, assignment]

    def equip(self, session: requests.Session) -> None:
        """Put a library's own session behind the same guard."""
        session.trust_env = False
        session.max_redirects = 0
        # One store's cookie must never reach another.
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        adapter = _GuardedAdapter(allow_loopback=self._allow_loopback, pool_size=self._pool_size)
        for prefix in ("https://", "http://"):
            session.mount(prefix, adapter)

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout_seconds: float = 20.0,
        max_bytes: int = 32 * 1024 * 1024,
    ) -> Answer:
        """The answer to one request; no retry. See `OutboundHttp`."""
        deadline = time.monotonic() + timeout_seconds
        with self._request(method, url, headers, body, timeout_seconds) as response:
            chunks = list(_capped(response, _as_it_comes(response), max_bytes, deadline))
            lowered = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status_code, lowered, b"".join(chunks))

    def stream(
        self, url: str, *, timeout_seconds: float = 60.0, max_bytes: int = 8 * 1024**3
    ) -> Iterator[bytes]:
        """The body of a GET as chunks. See `OutboundHttp`."""
        with self._request("GET", url, None, None, timeout_seconds) as response:
            if response.status_code in _GONE:
                raise ResultExpired("the result's address no longer answers")
            if response.status_code != 200:
                raise StoreAnsweredNonsense(f"the result answered {response.status_code}")
            chunks = response.iter_content(_CHUNK_BYTES)
            yield from _capped(response, chunks, max_bytes, None)

    def _request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        body: bytes | None,
        timeout_seconds: float,
    ) -> requests.Response:
        began = time.monotonic()
        outcome = "unreachable"
        try:
            response = self._session.request(
                method,
                url,
                headers=dict(headers or {}),
                data=body,
                timeout=(min(10.0, timeout_seconds), timeout_seconds),
                allow_redirects=False,
                stream=True,
            )
            outcome = outcome_of(response.status_code)
            return response
        except requests.RequestException as error:
            raise _named(error, url) from None
        except AddressForbidden as error:
            raise AddressRefused(str(error)) from None
        finally:
            store_call_seconds.labels(outcome).observe(time.monotonic() - began)


def _nowhere(response: requests.Response) -> None:
    """Where a redirect leads: nobody asks."""


def _as_it_comes(response: requests.Response) -> Iterator[bytes]:
    """What one look at the connection brings each: a body that drips fills no chunk for hours."""
    while chunk := response.raw.read1(_CHUNK_BYTES, decode_content=True):
        yield chunk


def _capped(
    response: requests.Response, chunks: Iterator[bytes], max_bytes: int, deadline: float | None
) -> Iterator[bytes]:
    seen = 0
    try:
        for chunk in chunks:
            seen += len(chunk)
            if seen > max_bytes:
                raise StoreAnsweredNonsense(f"the answer is larger than {max_bytes} bytes")
            if deadline is not None and time.monotonic() > deadline:
                raise StoreUnreachable("the answer took too long")
            yield chunk
    except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
        raise _named(error, response.url) from None


def _named(
    error: requests.RequestException | urllib3.exceptions.HTTPError, url: str
) -> PlatformError:
    host = urlsplit(url).hostname or "the store"
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, AddressForbidden):
            return AddressRefused(str(cause))
        reason = getattr(cause, "reason", None)
        following = reason if isinstance(reason, BaseException) else None
        cause = following or cause.__cause__ or cause.__context__
    if isinstance(error, requests.exceptions.SSLError):
        return CertificateRefused(f"{host} has a certificate that we can't trust")
    if isinstance(error, requests.Timeout | urllib3.exceptions.TimeoutError):
        return StoreUnreachable(f"{host} didn't answer in time")
    if isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.InvalidSchema):
        return AddressRefused("that isn't a web address")
    return StoreUnreachable(f"{host} can't be reached")
