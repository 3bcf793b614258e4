"""What a genuine delivery means.

The topic isn't signed, so the body has the last word: a body of one kind under another's topic is
unreadable, and one that says nothing but an id only has that object read again. Payloads are those
of wc/v3 (WC_Webhook::build_payload); deletions, trashing included, tell the id alone.
"""

import re
from collections.abc import Mapping
from typing import Any, Literal, TypeAlias
from urllib.parse import unquote, urlsplit

import orjson

from platforms.changes import Change, CustomerChanged, CustomerTouched, OrderChanged, OrderTouched
from platforms.errors import DeliveryForeign, DeliveryUnreadable
from platforms.port import Envelope, StoreFacts
from platforms.woocommerce.rest import (
    customer_record,
    is_draft,
    is_mirrored_customer,
    order_record,
)
from platforms.woocommerce.sites import host_of, site_url
from platforms.woocommerce.values import id_text

Body: TypeAlias = Mapping[str, Any]
Kind: TypeAlias = Literal["order", "customer", "reference", "other"]

_ERROR_KEYS = frozenset({"code", "message", "data", "additional_errors", "additional_data"})
_LANGUAGE = re.compile(r"[a-z]{2}(?:[-_][a-z]{2})?", re.ASCII)
_CODE = re.compile(r"[a-z0-9_\-]{1,80}", re.ASCII)


def changes_of(envelope: Envelope, raw_body: bytes, store: StoreFacts) -> list[Change]:
    """The changes of a delivery, none for a topic or an object that we have no use for.

    Raises DeliveryUnreadable with a plain reason, DeliveryForeign when the body names another site.
    """
    body = _object(raw_body)
    _check_site(body, store)
    kind = _kind(body)
    resource = envelope.topic.partition(".")[0]
    wanted = resource if resource in ("order", "customer") else None
    if wanted is None:
        # A topic that was lost or changed on the way takes nothing from a body that is told whole.
        wanted = kind if envelope.topic == "" and kind in ("order", "customer") else None
    if wanted is None:
        return []
    if kind not in (wanted, "reference"):
        raise DeliveryUnreadable(f"the body isn't that of the topic's {wanted}")
    if kind == "reference":
        external_id = _id(body)
        touched = OrderTouched if wanted == "order" else CustomerTouched
        return [touched(external_id, None)]
    return _order(body) if wanted == "order" else _customer(body)


def _object(raw_body: bytes) -> Body:
    try:
        value = orjson.loads(raw_body)
    except ValueError as error:
        raise DeliveryUnreadable("the body isn't JSON") from error
    if not isinstance(value, dict):
        raise DeliveryUnreadable("the body isn't an object")
    code = value.get("code")
    if isinstance(code, str) and value.keys() <= _ERROR_KEYS:
        # The webhook's owner lost the right to read the object; the store signs its own refusal.
        told = code if _CODE.fullmatch(code) else "an error"
        raise DeliveryUnreadable(f"the store sent {told} instead of the object")
    return value


def _kind(body: Body) -> Kind:
    if "line_items" in body or "order_key" in body:
        return "order"
    if "role" in body or "username" in body:
        return "customer"
    return "reference" if body.keys() == {"id"} else "other"


def _order(body: Body) -> list[Change]:
    return [] if is_draft(body) else [OrderChanged(order_record(body))]


def _customer(body: Body) -> list[Change]:
    """The account; WordPress tells of every user's, and those of staff aren't customers'."""
    return [CustomerChanged(customer_record(body))] if is_mirrored_customer(body) else []


def _id(body: Body) -> str:
    try:
        return id_text(body["id"])
    except ValueError as error:
        raise DeliveryUnreadable("the body's id is no number") from error


def _check_site(body: Body, store: StoreFacts) -> None:
    """Refuse a body whose own link stands on another host than the store, or in another folder.

    The signature proves only that who signed has the store's secret, and a clone of a site (a test
    copy) has it too. Scheme, port and `www.` are settings that differ without harm. The REST root
    stands at the home (get_rest_url), also where WordPress has a folder of its own; language
    plugins put their language between.
    """
    link = _self_link(body)
    named, own = _host(link), _bare(host_of(store.domain))
    if not named or not own:
        return
    if named != own or not _is_in(_segments(site_url(store.domain)), _root_folder(link)):
        raise DeliveryForeign("the body names another site than the one that it came from")


def _is_in(home: list[str], folder: list[str] | None) -> bool:
    if folder is None or folder == home:
        return True
    *before, last = folder or [""]
    return before == home and _LANGUAGE.fullmatch(last) is not None


def _root_folder(url: str) -> list[str] | None:
    """The folder that a REST address stands in, None where it doesn't show its root."""
    segments = _segments(url)
    if "wp-json" in segments:
        folder = segments[: segments.index("wp-json")]
    elif "rest_route=" in urlsplit(url).query:
        folder = segments
    else:
        return None
    return folder[:-1] if folder[-1:] == ["index.php"] else folder


def _segments(url: str) -> list[str]:
    return [segment for segment in unquote(urlsplit(url).path).lower().split("/") if segment]


def _self_link(body: Body) -> str:
    try:
        href = body["_links"]["self"][0]["href"]
    except (KeyError, IndexError, TypeError):
        return ""
    return href if isinstance(href, str) else ""


def _host(url: str) -> str:
    try:
        return _bare(urlsplit(url).hostname or "")
    except ValueError:
        return ""


def _bare(host: str) -> str:
    """A host in one spelling: punycode, without brackets, `www.` and a final dot."""
    ascii_host = host if host.isascii() else host.encode("idna").decode("ascii")
    return ascii_host.strip("[]").rstrip(".").lower().removeprefix("www.")
