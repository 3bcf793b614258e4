"""One request to the REST API, and its answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from simulators.woocommerce import php
from simulators.woocommerce.bodies.fields import only
from simulators.woocommerce.model.people import User
from simulators.woocommerce.model.site import Site
from simulators.woocommerce.rest.errors import forbidden
from simulators.woocommerce.state import State


@dataclass(slots=True)
class Call:
    """`params` are checked, with defaults; `path` holds the numbers of the route."""

    state: State
    site: Site
    user: User | None
    method: str
    route: str
    """`/wc/v3/orders/11`."""
    query_string: str
    params: dict[str, Any]
    path: dict[str, Any]
    headers: Any = None
    """The request's own headers, for plugins' routes."""
    key: Any = None
    """The consumer key that was used, where one was."""
    after: list[Callable[[], None]] = field(default_factory=list)
    """Done once the answer is made and the lock is free: a ping goes over the network."""

    @property
    def fields(self) -> tuple[str, ...]:
        given = self.params.get("_fields")
        if not given:
            return ()
        if isinstance(given, dict):
            return tuple(str(one) for one in given.values())
        return tuple(one.strip() for one in str(given).split(",") if one.strip())

    def allow(self, doing: str) -> None:
        """Only those who manage the shop; raises `RestError`."""
        if self.user is None or not self.user.manages:
            raise forbidden(doing, signed_in=self.user is not None)


@dataclass(slots=True)
class Answer:
    """`body` is plain data, or bytes that are JSON already."""

    body: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    def encoded(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else php.encode(self.body)


def one(call: Call, body: dict[str, Any], status: int = 200, location: str = "") -> Answer:
    """A single item; its links stay whatever `_fields` says."""
    fields = call.fields
    kept = only(body, fields)
    if fields and "_links" in body:
        kept["_links"] = body["_links"]
    return Answer(kept, status, {"Location": location} if location else {})
