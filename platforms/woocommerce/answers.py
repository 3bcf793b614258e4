"""What a store's answer says: its JSON, or the fault by its name.

Between us and WooCommerce stand hosts, caches and firewalls that answer in their own ways. Only an
answer in WooCommerce's own form (`{"code": "…", "message": "…"}`) tells of our keys.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import orjson

from platforms.errors import (
    AuthorizationLost,
    PlatformError,
    RequestRefused,
    StoreAnsweredNonsense,
    Throttled,
)
from platforms.port import Answer

_SECONDS = re.compile(r"\d{1,9}(?:\.\d{1,9})?", re.ASCII)
_BOM = b"\xef\xbb\xbf"
_PHP_MESSAGE = re.compile(
    rb"<b>(?:warning|notice|deprecated)</b>"
    rb"|^(?:php )?(?:warning|notice|deprecated): [^\n]{1,1000} on line \d{1,9}\s*$",
    re.IGNORECASE | re.MULTILINE,
)
_REDIRECTS = range(300, 400)
_NOTHING_THERE = frozenset({404, 410})
# What WooCommerce says of an id that it hasn't got: WC_REST_CRUD_Controller::get_item of orders and
# products, WC_REST_Customers_V1_Controller::get_item before 10.0 and Users since.
_GONE_CODES = frozenset(
    {
        "woocommerce_rest_shop_order_invalid_id",
        "woocommerce_rest_product_invalid_id",
        "woocommerce_rest_product_variation_invalid_id",
        "woocommerce_rest_invalid_id",
        "wc_user_invalid_id",
    }
)
_OWN_CODES = ("woocommerce_", "wc_")
# Gateways that gave up on PHP, and PHP that gave up on itself: a smaller page may pass.
_TOO_MUCH = frozenset({500, 502, 504, 522, 524})

_NO_ROUTE = "WooCommerce's REST API isn't there: is the plugin active?"


class AccessRefused(AuthorizationLost):
    """WooCommerce or WordPress refuses what these keys ask; `store_code` is its own word."""

    def __init__(self, store_code: str, status: int) -> None:
        super().__init__("the store refuses our keys: connect it again")
        self.store_code = store_code
        self.status = status


class NotFound(RequestRefused):
    """WooCommerce has nothing there, for some reason; `store_code` is its own word."""

    def __init__(self, message: str, store_code: str) -> None:
        super().__init__(message)
        self.store_code = store_code


class ObjectGone(NotFound):
    """WooCommerce says that it has no object by that id: nothing else means that it is gone."""


class RouteMissing(NotFound):
    """WordPress answers, and has no such route: the plugin behind it is switched off, or gone.

    It comes back with the plugin, as it does after an update.
    """

    code = StoreAnsweredNonsense.code
    retryable = True


class PageTooHeavy(StoreAnsweredNonsense):
    """The store failed over what was asked; less at once may pass."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A good answer. `total` is how many objects the whole list has, where the store says so."""

    value: Any
    total: int | None = None


def read_answer(answer: Answer) -> Reply:
    """The JSON of a good answer. Raises the named error of any other."""
    status = answer.status
    if 200 <= status < 300:
        return Reply(_json(answer), _total(answer.headers.get("x-wp-total")))
    if status in (429, 503) and (status == 429 or "retry-after" in answer.headers):
        wait = retry_after_seconds(answer.headers.get("retry-after"))
        raise Throttled(_busy(status), retry_after_seconds=wait)
    code, message = _own_error(answer.body)
    raise _refusal(status, code, message) if code else _foreign(answer)


def retry_after_seconds(value: str | None) -> float | None:
    """Seconds that a Retry-After header asks for, in both of its forms; None for none."""
    if not value:
        return None
    if _SECONDS.fullmatch(value.strip()):
        return min(float(value), 86_400.0)
    try:
        at = parsedate_to_datetime(value)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
    return min(max(0.0, (at - datetime.now(UTC)).total_seconds()), 86_400.0)


def _busy(status: int) -> str:
    if status == 429:
        return "the store's host says that we ask too much at once"
    return "the store is closed for a while, as during maintenance"


def json_of(body: bytes) -> Any:
    """The JSON of a body, behind a byte order mark too. Raises orjson.JSONDecodeError."""
    return orjson.loads(body.removeprefix(_BOM))


def prints_messages(body: bytes) -> bool:
    """Whether PHP wrote messages into a body (display_errors), as HTML or plain."""
    return _PHP_MESSAGE.search(body) is not None


def _json(answer: Answer) -> Any:
    try:
        return json_of(answer.body)
    except orjson.JSONDecodeError:
        raise StoreAnsweredNonsense(_no_json(answer)) from None


def _no_json(answer: Answer) -> str:
    body = answer.body.lstrip()[:4096].lower()
    if not body:
        return "the store answers nothing where its REST API should be"
    if prints_messages(body):
        return "the store prints PHP messages into its answers: switch WP_DEBUG_DISPLAY off"
    if b"wp-login" in body or b"loginform" in body:
        return "the store shows a login page where its REST API should be"
    if _is_page(answer, body):
        return (
            "the store answers with a web page where its REST API should be: "
            "a firewall or a maintenance page stands before it"
        )
    return "the store answers something that isn't JSON"


def _is_page(answer: Answer, body: bytes) -> bool:
    return body.startswith(b"<") or "html" in answer.headers.get("content-type", "").lower()


def _total(value: str | None) -> int | None:
    return int(value) if value and len(value) < 16 and value.isascii() and value.isdigit() else None


def _own_error(body: bytes) -> tuple[str, str]:
    """The code and message of an error in WooCommerce's form, ('', '') for any other body."""
    try:
        value = json_of(body)
    except orjson.JSONDecodeError:
        return "", ""
    if not isinstance(value, Mapping):
        return "", ""
    code, message = value.get("code"), value.get("message")
    return (
        (code, message if isinstance(message, str) else "") if isinstance(code, str) else ("", "")
    )


def _refusal(status: int, code: str, message: str) -> PlatformError:
    said = message[:200] or code[:80]
    if status == 401 or (status == 403 and code.startswith(("woocommerce_", "rest_forbidden"))):
        return AccessRefused(code[:80], status)
    if status == 403:
        return StoreAnsweredNonsense(f"something before the store's REST API refuses us: {said}")
    if status in _NOTHING_THERE:
        return _nothing_there(code, said)
    if status >= 500:
        kind = PageTooHeavy if status in _TOO_MUCH else StoreAnsweredNonsense
        return kind(f"the store failed ({status}): {said}")
    return RequestRefused(said)


def _nothing_there(code: str, said: str) -> PlatformError:
    if code in _GONE_CODES:
        return ObjectGone(said, code)
    if code == "rest_no_route":
        return RouteMissing(_NO_ROUTE, code)
    if code.startswith(_OWN_CODES):
        return NotFound(said, code[:80])
    return StoreAnsweredNonsense(f"something before the store's REST API hides it: {said}")


def _foreign(answer: Answer) -> PlatformError:
    status = answer.status
    if status in _REDIRECTS:
        return StoreAnsweredNonsense(f"the store leads its REST API elsewhere ({status})")
    if status == 401:
        return StoreAnsweredNonsense("the store's web server asks for a password of its own (401)")
    if status == 403:
        return StoreAnsweredNonsense("a firewall before the store refuses us (403)")
    if status in _TOO_MUCH:
        return PageTooHeavy(f"the store failed ({status})")
    if status in _NOTHING_THERE:
        return StoreAnsweredNonsense(f"there is no REST API at the store's address ({status})")
    return StoreAnsweredNonsense(f"the store answered {status}")
