"""Our way to a store's REST API: one request out, one JSON value back.

Every fault has a name (see `platforms.errors`); passing ones are tried again with exponential
back-off and jitter, refused keys once more and then with others, and a host that complains gets
less at once from all who call it.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from platforms.errors import (
    AddressRefused,
    AuthorizationLost,
    PlatformError,
    StoreAnsweredNonsense,
    StoreUnreachable,
    Throttled,
)
from platforms.outbound import Gate, Pacing
from platforms.port import Answer, OutboundHttp, Secret, StoreAccess
from platforms.timing import Timing
from platforms.woocommerce.answers import AccessRefused, NotFound, Reply, read_answer
from platforms.woocommerce.config import WooCommerceConfig
from platforms.woocommerce.credentials import Credentials
from platforms.woocommerce.wire import GuardedApi

__all__ = ["AccessRefused", "NotFound", "Reply", "StoreTransport", "Timing"]

# Opening the kept keys costs a query and a decryption, too much for every page.
_KEYS_LAST_SECONDS = 30.0


@dataclass(slots=True)
class _Patience:
    """What one call may still try."""

    repeats_faults: bool
    faults: int = 0
    throttles: int = 0
    refusals: int = 0


class StoreTransport:
    """Calls one store's REST API; threads share it."""

    def __init__(
        self,
        http: OutboundHttp,
        config: WooCommerceConfig,
        access: StoreAccess,
        pacing: Pacing,
        timing: Timing,
    ) -> None:
        self._http = http
        self._config = config
        self._access = access
        self._pacing = pacing
        self._timing = timing
        self._lock = threading.Lock()
        self._keys: _Keys | None = None

    def get(
        self,
        endpoint: str,
        params: Mapping[str, Any] | None = None,
        *,
        optional: bool = False,
        abandoned: Callable[[], bool] = bool,
    ) -> Reply:
        """The answer to a GET of what stands below the REST root (`wc/v3/orders`).

        Raises NotFound, RequestRefused, AuthorizationLost, and after retries StoreUnreachable,
        StoreAnsweredNonsense or Throttled. Of what is `optional` a refusal is AccessRefused at
        once, and says nothing of the keys. `abandoned` is asked before each retry.
        """
        return self._call("GET", endpoint, params, None, optional=optional, abandoned=abandoned)

    def post(self, endpoint: str, data: Any) -> Reply:
        """The answer to a POST, which no fault repeats: it may have had its effect."""
        return self._call("POST", endpoint, None, data, repeats_faults=False)

    def put(self, endpoint: str, data: Any) -> Reply:
        """The answer to a PUT. Raises as `get`."""
        return self._call("PUT", endpoint, None, data)

    def delete(self, endpoint: str, params: Mapping[str, Any] | None = None) -> Reply:
        """The answer to a DELETE. Raises as `get`."""
        return self._call("DELETE", endpoint, params, None)

    def _call(
        self,
        method: str,
        endpoint: str,
        params: Mapping[str, Any] | None,
        data: Any,
        *,
        optional: bool = False,
        abandoned: Callable[[], bool] = bool,
        repeats_faults: bool = True,
    ) -> Reply:
        patience = _Patience(repeats_faults)
        while True:
            keys = self._present_keys()
            try:
                return self._once(keys, method, endpoint, params, data)
            except AccessRefused as error:
                if optional:
                    raise
                self._refused(error, keys, patience)
            except PlatformError as error:
                seconds = self._wait_after(error, patience)
                if abandoned():
                    raise
                self._timing.sleep(seconds)

    def _once(
        self,
        keys: "_Keys",
        method: str,
        endpoint: str,
        params: Mapping[str, Any] | None,
        data: Any,
    ) -> Reply:
        with keys.gate.turn() as epoch:
            self._access.count.add()
            answer: Answer = keys.api.call(method, endpoint, params, data)
        try:
            reply = read_answer(answer)
        except Throttled as error:
            asked = error.retry_after_seconds or 0.0
            patient = asked <= self._timing.patience_seconds
            keys.gate.complained(epoch, asked if patient else 0.0)
            raise
        keys.gate.went_well()
        return reply

    def _present_keys(self) -> "_Keys":
        with self._lock:
            now = self._timing.clock()
            if self._keys is None or now - self._keys.opened_at > _KEYS_LAST_SECONDS:
                self._keys = self._opened(self._access.token(), now)
            return self._keys

    def _opened(self, token: Secret, now: float) -> "_Keys":
        credentials = Credentials.unpacked(token)
        if not credentials.is_https and not self._config.allow_http:
            raise AddressRefused("the store's REST API isn't on https")
        gate = self._pacing.gate(urlsplit(credentials.rest_root).netloc.lower())
        agent = self._config.user_agent
        api = GuardedApi(self._http, credentials, agent, self._timing.timeout_seconds)
        return _Keys(token, api, gate, now)

    def _refused(self, error: AccessRefused, keys: "_Keys", patience: _Patience) -> None:
        """Once more as it was, once with other keys; then it is told.

        A key that works is refused now and then: by a nonce that came twice, by a database that
        was away for a moment.
        """
        patience.refusals += 1
        if patience.refusals == 1 and error.status == 401:
            self._timing.sleep(self._timing.backoff(0))
            return
        if patience.refusals > 2:
            raise AuthorizationLost("the store refuses our keys, others too") from error
        patience.refusals = 2
        with self._lock:
            if self._keys is None or self._keys.token == keys.token:
                renewed = self._access.renew(keys.token)
                self._keys = self._opened(renewed, self._timing.clock())

    def _wait_after(self, error: PlatformError, patience: _Patience) -> float:
        """Seconds to wait before trying again; raises the error when it is to be told."""
        if isinstance(error, Throttled):
            patience.throttles += 1
            spent = patience.throttles >= self._timing.throttled_attempts
        elif isinstance(error, StoreUnreachable | StoreAnsweredNonsense):
            patience.faults += 1
            spent = not patience.repeats_faults or patience.faults >= self._timing.attempts
        else:
            raise error
        asked = error.retry_after_seconds
        if spent or (asked is not None and asked > self._timing.patience_seconds):
            raise error
        backoff = self._timing.backoff(max(patience.faults, patience.throttles) - 1)
        return backoff if asked is None else asked + self._timing.jitter() * 0.1


@dataclass(frozen=True, slots=True)
class _Keys:
    """A store's keys, opened, with the API and the gate that they are used with."""

    token: Secret
    api: GuardedApi
    gate: Gate
    opened_at: float
