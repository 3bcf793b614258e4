"""The `woocommerce` library's API, sent through our guarded client.

The library knows how keys are presented; it has no pool, no caps and a time-out of its own, so its
one sending method is replaced.
"""

import base64
from collections import OrderedDict
from collections.abc import Mapping
from time import time
from typing import Any
from urllib.parse import quote, unquote, urlencode

import orjson
from woocommerce import API
from woocommerce.oauth import OAuth

from platforms.port import Answer, OutboundHttp
from platforms.woocommerce.credentials import Credentials

API_VERSION = "wc/v3"


class _Signature(OAuth):  # type: ignore[misc]
    """OAuth 1.0a as WooCommerce checks it: a slash is escaped too (rawurlencode)."""

    @staticmethod
    def normalize_parameters(params: Mapping[str, Any] | None) -> "OrderedDict[str, str]":
        def escaped(value: Any) -> str:
            return quote(unquote(str(value)), safe="").replace("%", "%25")

        return OrderedDict((escaped(key), escaped(each)) for key, each in (params or {}).items())


class GuardedApi(API):  # type: ignore[misc]
    """One store's API with its keys. Methods give an Answer; a status is never an error."""

    def __init__(
        self, http: OutboundHttp, credentials: Credentials, user_agent: str, timeout_seconds: float
    ) -> None:
        super().__init__(
            url=credentials.rest_root,
            consumer_key=credentials.consumer_key,
            consumer_secret=credentials.consumer_secret,
            version=API_VERSION,
            timeout=timeout_seconds,
            query_string_auth=credentials.auth == "query",
            user_agent=user_agent,
        )
        self._http = http
        self._auth = credentials.auth

    def call(
        self, method: str, endpoint: str, params: Mapping[str, Any] | None, data: Any
    ) -> Answer:
        """The answer to one request. `endpoint` is below the REST root (`wc/v3/orders`)."""
        return self._API__request(method, endpoint, data, params)

    def _API__request(  # noqa: N802
        self, method: str, endpoint: str, data: Any, params: Mapping[str, Any] | None = None
    ) -> Answer:
        url = self._API__get_url(endpoint)
        query = dict(params or {})
        headers = {"User-Agent": self.user_agent, "Accept": "application/json"}
        if self._auth in ("basic", "application_password"):
            pair = f"{self.consumer_key}:{self.consumer_secret}".encode()
            headers["Authorization"] = "Basic " + base64.b64encode(pair).decode()
        elif self._auth == "query":
            query |= {"consumer_key": self.consumer_key, "consumer_secret": self.consumer_secret}
        if query:
            url += ("&" if "?" in url else "?") + urlencode(query)
        if self._auth == "oauth1":
            url = self._API__get_oauth_url(url, method)
        body = None
        if data is not None:
            headers["Content-Type"] = "application/json;charset=utf-8"
            body = orjson.dumps(data)
        return self._http.send(
            method, url, headers=headers, body=body, timeout_seconds=self.timeout
        )

    def _API__get_url(self, endpoint: str) -> str:  # noqa: N802
        """The root holds `wp-json/` or `?rest_route=/`, wherever WordPress stands."""
        return str(self.url) + endpoint

    def _API__get_oauth_url(self, url: str, method: str) -> str:  # noqa: N802
        signature = _Signature(
            url=url,
            consumer_key=self.consumer_key,
            consumer_secret=self.consumer_secret,
            version=self.version,
            method=method,
            oauth_timestamp=int(time()),
        )
        return str(signature.get_oauth_url())
