"""One call with keys that are still on trial or on their way out: no retry, no renewal."""

from collections.abc import Mapping
from typing import Any

from platforms.errors import AddressRefused
from platforms.port import Answer, OutboundHttp
from platforms.woocommerce.answers import Reply, read_answer
from platforms.woocommerce.config import WooCommerceConfig
from platforms.woocommerce.credentials import Credentials
from platforms.woocommerce.wire import GuardedApi

_TIMEOUT_SECONDS = 20.0


class SingleCalls:
    """Calls any store once, with the keys that are given."""

    def __init__(self, http: OutboundHttp, config: WooCommerceConfig) -> None:
        self._http = http
        self._config = config

    def answer(
        self,
        credentials: Credentials,
        method: str,
        endpoint: str,
        params: Mapping[str, Any] | None = None,
        data: Any = None,
    ) -> Answer:
        """The answer as it came. `endpoint` stands below the REST root.

        Raises StoreUnreachable, StoreAnsweredNonsense past the cap, AddressRefused.
        """
        if not credentials.is_https and not self._config.allow_http:
            raise AddressRefused("the store's REST API isn't on https")
        agent = self._config.user_agent
        api = GuardedApi(self._http, credentials, agent, _TIMEOUT_SECONDS)
        return api.call(method, endpoint, params, data)

    def get(self, credentials: Credentials, endpoint: str, params: Mapping[str, Any]) -> Reply:
        """What a good answer says. Raises the named error of any other."""
        return read_answer(self.answer(credentials, "GET", endpoint, params))
