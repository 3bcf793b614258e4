"""What an erasure found, sealed with its request until all of its steps are done.

Its commit blanks the rows that led from the names of the request to all others. Whoever dies before
the last step leaves them here for the next try; the end of the request takes them away.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from integration.db import WorkspaceSession
from integration.identity.keys import Key
from integration.models import PrivacyRequest, Store
from integration.privacy.subject import Begun, open_begun, open_subject, seal_subject
from integration.services import Services


@dataclass(frozen=True, slots=True)
class Known:
    """By what a person is known in one store: their accounts, orders and names there.

    `contacts` are their own addresses and numbers: not what was only typed on an order.
    """

    customer_ids: frozenset[str] = frozenset()
    order_ids: frozenset[str] = frozenset()
    names: frozenset[Key] = frozenset()
    contacts: frozenset[Key] = frozenset()

    def __or__(self, other: "Known") -> "Known":
        return Known(
            self.customer_ids | other.customer_ids,
            self.order_ids | other.order_ids,
            self.names | other.names,
            self.contacts | other.contacts,
        )


@dataclass(frozen=True, slots=True)
class Left:
    """What a try that was broken off has left of a store: whom to look for, and what went."""

    known: Known = field(default_factory=Known)
    counts: Counter[str] = field(default_factory=Counter)


class Checkpoint:
    """What the tries of one request have found, by store; None of an erasure without a request,
    which keeps nothing. `named_by` is the store that asks. Raises CannotOpen.
    """

    def __init__(
        self,
        services: Services,
        named_by: Store | None = None,
        request: PrivacyRequest | None = None,
    ) -> None:
        self._services = services
        self._named_by = named_by
        self._begun: Begun = {}
        self.request_id = request.id if request is not None else None
        if request is not None:
            self._begun = open_begun(services, named_by, request)

    def left(self, store_id: int) -> Left:
        """What earlier tries have left of that store."""
        return _read(self._begun, store_id)

    def keep(
        self, session: WorkspaceSession, store_id: int, known: Known, counts: Mapping[str, int]
    ) -> None:
        """Write down what was found and has just gone, in the transaction that takes it.

        Of a request that somebody else has ended meanwhile nothing may be named any more.
        """
        if self.request_id is None:
            return
        request = session.get_one(
            PrivacyRequest, self.request_id, with_for_update=True, populate_existing=True
        )
        if request.state != "waiting":
            return
        begun = open_begun(self._services, self._named_by, request)
        left = _read(begun, store_id)
        begun[str(store_id)] = _written(left.known | known, left.counts + Counter(counts))
        subject = open_subject(self._services, self._named_by, request)
        request.sealed_subject = seal_subject(
            self._services, self._named_by, subject, request, begun
        )
        session.flush()


def _written(known: Known, counts: Mapping[str, int]) -> dict[str, Any]:
    return {
        "customer_ids": sorted(known.customer_ids),
        "order_ids": sorted(known.order_ids),
        "names": sorted(known.names),
        "contacts": sorted(known.contacts),
        "counts": dict(counts),
    }


def _read(begun: Begun, store_id: int) -> Left:
    told = begun.get(str(store_id))
    if told is None:
        return Left()
    known = Known(
        frozenset(told["customer_ids"]),
        frozenset(told["order_ids"]),
        _keys(told["names"]),
        _keys(told["contacts"]),
    )
    return Left(known, Counter(told["counts"]))


def _keys(pairs: Iterable[tuple[str, str]]) -> frozenset[Key]:
    return frozenset(Key(kind, value) for kind, value in pairs)
