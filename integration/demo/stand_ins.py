"""The stand-in stores' own doors: what somebody does in a store, and what its own books say."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from integration.errors import AppError
from platforms.port import OutboundHttp

Told = dict[str, Any]


@dataclass(frozen=True, slots=True)
class StandIn:
    """A running stand-in. `origin` has no trailing slash."""

    http: OutboundHttp
    origin: str

    def ask(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Its answer: to a POST with a body, else to a GET. Raises AppError for a refusal."""
        answer = self.http.send(
            "GET" if body is None else "POST",
            f"{self.origin}/_control/{path}",
            headers={"Content-Type": "application/json"},
            body=orjson.dumps(body) if body is not None else None,
        )
        if answer.status >= 300:
            raise AppError(f"the store refuses: {answer.body[:300]!r}", code="demo_failed")
        return orjson.loads(answer.body)


class Shops(StandIn):
    """The stand-in Shopify; its shops have domains."""

    def domains(self) -> list[str]:
        """The shops that there are, the demo's first."""
        return [shop["domain"] for shop in self.ask("shops")]

    def books(self, domain: str) -> list[Told]:
        """Every order by the shop's own figures."""
        return list(self.ask(f"oracle?shop={domain}")["orders"])

    def refund(self, domain: str, order: Told) -> None:
        """Give the first line's first piece back."""
        lines = [[order["lines"][0]["external_id"], 1]]
        act = {"shop": domain, "order": order["external_id"], "lines": lines}
        self.ask("orders/refund", {**act, "note": "Changed my mind"})


class Site(StandIn):
    """The stand-in WooCommerce; the demo's site stands at its root."""

    def do(self, path: str, **asked: Any) -> Any:
        """What comes of an action on the site."""
        return self.ask(path, asked)["result"]

    def books(self) -> list[Told]:
        """Every order by the site's own figures; what is no order yet isn't among them."""
        told = self.do("oracle")["orders"]
        return [one for one in told if one["mirrored"]]

    def buy(self, customer: str) -> str:
        """Have a customer buy something; the order's id."""
        return str(self.do("orders/place", customer=customer, lines=[{"sku": "CLO-01"}])["id"])

    def buy_as_guest(self, billing: Mapping[str, str]) -> str:
        """Have a guest buy something; the order's id."""
        return str(self.do("orders/place", billing=billing, lines=[{"sku": "CLO-01"}])["id"])


def disagreeing(told: Iterable[Told], held: Mapping[str, Any]) -> list[str]:
    """The names of a store's orders that our copy, by external id, has otherwise."""
    return [one["name"] for one in told if not _agrees(held.get(one["id"]), one)]


def _agrees(held: Any, told: Told) -> bool:
    if held is None:
        return bool(told["deleted"])
    names = ("currency", "total_minor", "current_total_minor", "refunded_minor")
    return all(getattr(held, name) == told[name] for name in names)
