"""What an HTTP answer of the Admin GraphQL API says: data, errors by their codes, cost."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import orjson

from platforms.errors import PlatformError, RequestRefused, StoreAnsweredNonsense, Throttled
from platforms.port import Answer

Path = tuple[str | int, ...]


class CostExceeded(RequestRefused):
    """One query above Shopify's limit for a single query (1,000 points): ask for less at once."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a query cost and what the bucket holds, in the store's points."""

    requested: float
    actual: float | None
    available: float
    maximum: float
    restore_per_second: float


@dataclass(frozen=True, slots=True)
class GraphAnswer:
    """Data, whole or partial; `withheld` are the paths that came back null with an error."""

    data: dict[str, Any] = field(default_factory=dict)
    withheld: tuple[Path, ...] = ()
    errors: tuple[str, ...] = ()
    cost: Cost | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """An answer, or the error that it amounts to, with the cost in both cases."""

    answer: GraphAnswer
    error: PlatformError | None
    cost: Cost | None


_REFUSALS = {
    402: "the shop is frozen until its bill is paid",
    403: "the shop forbids us this",
    404: "there is no such shop or API version",
    423: "the shop is locked",
}


def read_answer(answer: Answer) -> Reading:
    """The reading of any answer but a 401; never raises for what a store may send."""
    body = _json(answer.body)
    errors = [error for error in _list(body.get("errors")) if isinstance(error, dict)]
    cost = _cost(body.get("extensions"))
    data = body.get("data")
    error = _http_error(answer, errors) or _graph_error(errors, data, cost)
    if error is None and not isinstance(data, dict):
        error = StoreAnsweredNonsense("the shop's answer isn't GraphQL")
    return Reading(_answer(data, errors, cost), error, cost)


def _answer(data: object, errors: list[dict[str, Any]], cost: Cost | None) -> GraphAnswer:
    withheld = tuple(
        tuple(part for part in _list(error.get("path")) if isinstance(part, str | int))
        for error in errors
    )
    messages = tuple(_message(error) for error in errors)
    return GraphAnswer(data if isinstance(data, dict) else {}, withheld, messages, cost)


def _http_error(answer: Answer, errors: list[dict[str, Any]]) -> PlatformError | None:
    status = answer.status
    if status == 429 and not errors:
        return Throttled("the shop is overrun", retry_after_seconds=_retry_after(answer))
    if status in (200, 429):
        return None
    if status in _REFUSALS:
        return RequestRefused(_REFUSALS[status])
    if status >= 500:
        return StoreAnsweredNonsense(
            f"the shop answered {status}", retry_after_seconds=_retry_after(answer)
        )
    return RequestRefused(f"the shop answered {status}")


def _graph_error(
    errors: list[dict[str, Any]], data: object, cost: Cost | None
) -> PlatformError | None:
    codes = {_code(error) for error in errors}
    if "THROTTLED" in codes:
        return Throttled("the shop's rate limit is used up", retry_after_seconds=_refill(cost))
    if "MAX_COST_EXCEEDED" in codes:
        return CostExceeded("the query costs more than one query may")
    if codes & {"INTERNAL_SERVER_ERROR", "TIMEOUT"}:
        return StoreAnsweredNonsense(f"the shop failed: {_message(errors[0])}")
    if errors and not isinstance(data, dict):
        return RequestRefused(f"the shop refuses the query: {_message(errors[0])}")
    return None


def _refill(cost: Cost | None) -> float | None:
    """Seconds until the bucket holds what the query asked for."""
    if cost is None or cost.restore_per_second <= 0:
        return None
    missing = min(cost.requested, cost.maximum) - cost.available
    return max(0.0, missing / cost.restore_per_second)


def _retry_after(answer: Answer) -> float | None:
    text = answer.headers.get("retry-after", "").strip()
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _cost(extensions: object) -> Cost | None:
    cost = extensions.get("cost") if isinstance(extensions, dict) else None
    status = cost.get("throttleStatus") if isinstance(cost, dict) else None
    if not isinstance(cost, dict) or not isinstance(status, dict):
        return None
    try:
        return Cost(
            requested=float(cost.get("requestedQueryCost") or 0),
            actual=None if (actual := cost.get("actualQueryCost")) is None else float(actual),
            available=float(status["currentlyAvailable"]),
            maximum=float(status["maximumAvailable"]),
            restore_per_second=float(status["restoreRate"]),
        )
    except (KeyError, TypeError, ValueError):
        return None


def _json(body: bytes) -> dict[str, Any]:
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}


def _list(value: object) -> Iterable[Any]:
    return value if isinstance(value, list) else ()


def _code(error: dict[str, Any]) -> str | None:
    extensions = error.get("extensions")
    code = extensions.get("code") if isinstance(extensions, dict) else None
    return code if isinstance(code, str) else None


def _message(error: dict[str, Any]) -> str:
    return str(error.get("message") or "without a reason")[:300]
