"""The demo's heroine buys under another address: suggested, joined, and taken apart again."""

from dataclasses import dataclass, replace
from typing import Any

from integration.demo.walk import TELLS_WITHIN_SECONDS, Walk, until
from integration.demo.world import HEROINE
from integration.errors import AppError

OTHER_ADDRESS = "dimitra@optics.example.com"
_BILLING = {
    "first_name": "Δήμητρα",
    "last_name": "Παπαδοπούλου",
    "address_1": "Σόλωνος 84",
    "city": "Αθήνα",
    "postcode": "10680",
    "country": "GR",
    "email": OTHER_ADDRESS,
    "phone": "694 123 4567",
}


@dataclass(frozen=True, slots=True)
class Suggested:
    """Two profiles that may be one person, with the first's number of orders."""

    profile_id: str
    other_id: str
    reasons: tuple[str, ...]
    orders: int
    event_id: str = ""


def buy_under_another_address(walk: Walk) -> Suggested:
    """Have her buy as a guest; the suggestion once it is there. Raises AppError."""
    walk.site.buy_as_guest(_BILLING)
    found: Suggested = until(
        TELLS_WITHIN_SECONDS, "nobody is suggested to be the same person", _suggested, walk
    )
    return found


def join(walk: Walk, found: Suggested) -> Suggested:
    """Let them be one person; with the orders of both."""
    path = f"profiles/{found.profile_id}/suggestions/{found.other_id}/accept"
    decided = walk.ask(path, {"reason": "She wrote from this address."})
    if decided is None or not decided["changed"]:
        raise AppError("the two couldn't be joined", code="demo_failed")
    joined = replace(found, orders=_orders(walk), event_id=decided["event_id"])
    if joined.orders != found.orders + 1:
        raise AppError(f"joined they have {joined.orders} orders", code="demo_failed")
    return joined


def undo(walk: Walk, joined: Suggested) -> int:
    """Take it back; how many orders she has then."""
    walk.ask(f"history/{joined.event_id}/undo", {})
    return _orders(walk)


def _suggested(walk: Walk) -> Suggested | None:
    person = walk.context(email=HEROINE)["profile"]
    told: dict[str, Any] = walk.ask(f"profiles/{person['id']}/suggestions") or {}
    for each in told.get("suggestions", ()):
        if OTHER_ADDRESS in each["other"]["contacts"]:
            reasons = tuple(reason["kind"] for reason in each["reasons"])
            return Suggested(person["id"], each["other"]["id"], reasons, _orders(walk))
    return None


def _orders(walk: Walk) -> int:
    return sum(total["orders"] for total in walk.context(email=HEROINE)["profile"]["totals"])
