"""Our own way to a shop's Admin GraphQL API: one document out, one typed answer back.

Every fault has a name (see `platforms.errors`); passing ones are tried again with exponential
back-off and jitter, rate limits by the store's own figures, a refused token once with another.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from platforms.errors import (
    AuthorizationLost,
    PlatformError,
    RequestRefused,
    StoreAnsweredNonsense,
    StoreUnreachable,
    Throttled,
)
from platforms.outbound import BucketTold
from platforms.port import Answer, OutboundHttp, Pacer, Secret, StoreAccess
from platforms.shopify.answers import Cost, CostExceeded, GraphAnswer, Reading, read_answer
from platforms.shopify.config import ShopifyConfig
from platforms.shopify.documents import document
from platforms.timing import Timing

__all__ = ["CostExceeded", "GraphAnswer", "GraphTransport", "Timing"]


# What a single query may cost (Shopify, API limits), and what a node of our documents costs by the
# documented rule: 1 point an object, 2 a connection, and each line of an order.
_HIGHEST_PRICE = 1000.0
_POINTS_OF_A_NODE = {
    "customers": 4,
    "customers_by_id": 4,
    "newest_customers": 4,
    "order_marks": 5,
    "variants": 6,
}
_POINTS_OF_ANOTHER = 21
_POINTS_OF_A_LINE = 8

# Opening the kept token costs a query and a decryption, too much for every page.
_TOKEN_LASTS_SECONDS = 30.0


@dataclass(slots=True)
class _Patience:
    """What one call may still try."""

    faults: int = 0
    throttles: int = 0
    renewed: bool = False
    token: Secret | None = field(default=None)


@dataclass(frozen=True, slots=True)
class _Opened:
    """A store's token, and when it was asked for."""

    token: Secret
    at: float


@dataclass(frozen=True, slots=True)
class _Priced:
    """A name for all requests whose price follows from their size; that size, and a bound."""

    what: str
    size: int
    at_most: float


class GraphTransport:
    """Sends documents to one shop."""

    def __init__(
        self,
        http: OutboundHttp,
        config: ShopifyConfig,
        access: StoreAccess,
        pacer: Pacer,
        timing: Timing,
    ) -> None:
        self._http = http
        self._url = config.graphql_url(access.domain)
        self._access = access
        self._pacer = pacer
        self._timing = timing
        self._token: _Opened | None = None

    def execute(self, name: str, variables: Mapping[str, Any]) -> GraphAnswer:
        """The answer to the document by that name, partial data and its errors kept.

        Raises AuthorizationLost, RequestRefused (MAX_COST_EXCEEDED as CostExceeded), and after
        retries StoreUnreachable, StoreAnsweredNonsense or Throttled.
        """
        payload = {"query": document(name), "operationName": name, "variables": dict(variables)}
        body = orjson.dumps(payload)
        priced = _priced_as(name, variables)
        patience = _Patience()
        while True:
            try:
                return self._once(priced, body, patience)
            except PlatformError as error:
                self._timing.sleep(self._wait_after(error, patience))

    def mutate(self, name: str, field_name: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        """A mutation's payload without userErrors. Raises RequestRefused with the first of them."""
        payload = self.execute(name, variables).data.get(field_name)
        if not isinstance(payload, dict):
            raise StoreAnsweredNonsense(f"{field_name} came back without a payload")
        errors = payload.get("userErrors") or []
        if errors:
            raise RequestRefused(str(errors[0].get("message") or "refused without a reason"))
        return payload

    def wait(self, seconds: float) -> None:
        """Sleep by the transport's clock."""
        self._timing.sleep(seconds)

    def _once(self, priced: _Priced, body: bytes, patience: _Patience) -> GraphAnswer:
        if patience.token is None:
            patience.token = self._present_token()
        answer, reading = self._paced(priced, body, patience.token)
        if answer.status == 401:
            patience.token = self._renew(patience)
            answer, reading = self._paced(priced, body, patience.token)
            if answer.status == 401:
                raise AuthorizationLost("the shop refuses our token, a fresh one too")
        if reading.error is not None:
            raise reading.error
        return reading.answer

    def _paced(self, priced: _Priced, body: bytes, token: Secret) -> tuple[Answer, Reading]:
        """One request, its price taken from the bucket before and settled after."""
        reservation = self._pacer.reserve(priced.what, priced.size, priced.at_most)
        cost: Cost | None = None
        try:
            answer = self._send(body, token)
            reading = read_answer(answer)
            cost = reading.cost
        finally:
            self._pacer.settle(reservation, None if cost is None else _told(cost))
        return answer, reading

    def _renew(self, patience: _Patience) -> Secret:
        if patience.renewed or patience.token is None:
            raise AuthorizationLost("the shop refuses our token, a fresh one too")
        # One that couldn't be asked for now is asked for again at the next attempt.
        token = self._access.renew(patience.token)
        self._token = _Opened(token, self._timing.clock())
        patience.renewed = True
        return token

    def _present_token(self) -> Secret:
        now, opened = self._timing.clock(), self._token
        if opened is None or now - opened.at > _TOKEN_LASTS_SECONDS:
            opened = self._token = _Opened(self._access.token(), now)
        return opened.token

    def _send(self, body: bytes, token: Secret) -> Answer:
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "X-Shopify-Access-Token": token.reveal(),
        }
        timeout = self._timing.timeout_seconds
        self._access.count.add()
        return self._http.send(
            "POST", self._url, headers=headers, body=body, timeout_seconds=timeout
        )

    def _wait_after(self, error: PlatformError, patience: _Patience) -> float:
        """Seconds to wait before trying again; raises the error when it is to be told."""
        if isinstance(error, Throttled):
            patience.throttles += 1
            spent = patience.throttles >= self._timing.throttled_attempts
        elif isinstance(error, StoreUnreachable | StoreAnsweredNonsense):
            patience.faults += 1
            spent = patience.faults >= self._timing.attempts
        else:
            raise error
        asked = error.retry_after_seconds
        if spent or (asked is not None and asked > self._timing.patience_seconds):
            raise error
        backoff = self._timing.backoff(max(patience.faults, patience.throttles) - 1)
        return backoff if asked is None else asked + self._timing.jitter() * 0.1


def _priced_as(name: str, variables: Mapping[str, Any]) -> _Priced:
    """The size is how many objects are asked for: `first`, or how many a list names."""
    lists = [len(value) for value in variables.values() if isinstance(value, list)]
    size = max([1, variables.get("first") or 1, *lists])
    others = [
        f"{key}={value}"
        for key, value in sorted(variables.items())
        if isinstance(value, int) and key != "first"
    ]
    points = _POINTS_OF_A_NODE.get(name, _POINTS_OF_ANOTHER)
    points += _POINTS_OF_A_LINE * (variables.get("lines") or 0)
    # A mutation costs 10 by itself.
    at_most = min(_HIGHEST_PRICE, 12 + size * points)
    return _Priced(" ".join([name, *others]), size, at_most)


def _told(cost: Cost) -> BucketTold:
    return BucketTold(
        cost.requested, cost.actual, cost.available, cost.maximum, cost.restore_per_second
    )
