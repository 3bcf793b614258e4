"""A store that leaves parts out: no notes and no times of refunds in what it tells by itself.

Nor does it say when something was deleted, or which of two deliveries came first; a note that is
added changes nothing that it tells. Only reading one object tells all.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from integration.sync.sourced import Sourced
from platforms.changes import (
    Change,
    CustomerChanged,
    CustomerTouched,
    OrderChanged,
    OrderTouched,
)
from platforms.records import NoteRecord, OrderRecord, RefundRecord
from tests.factories.records import at
from tests.integration.sync.stories import Story


def as_listed(record: OrderRecord) -> OrderRecord:
    """An order as lists and deliveries tell it."""
    refunds = tuple(replace(refund, created_at=None) for refund in record.refunds)
    return replace(record, refunds=refunds, notes=(), withheld=frozenset({"notes"}))


@dataclass
class SparseStory(Story):
    """The store's truth is that of the other story's; it only says less of it.

    An order that was read early gets no note after it: nobody could tell that it has one more.
    """

    parts_apart = True
    read_early: set[str] = field(default_factory=set)

    def actions(self) -> tuple[Callable[[], None], ...]:
        return (
            self._new_customer,
            self._change_customer,
            self._delete_customer,
            self._new_order,
            self._new_order,
            self._change_order,
            self._change_order,
            self._refund,
            self._add_note,
            self._add_note,
            self._trash,
            self._delete_order,
            self._read_early,
        )

    def _tell(self, change: Change) -> None:
        if isinstance(change, OrderChanged):
            change = OrderChanged(as_listed(replace(change.record, customer=None)))
        elif isinstance(change, CustomerChanged):
            change = CustomerChanged(self.customers[change.record.external_id])
        self.told.append(Sourced(change, "webhook"))

    def _refund(self) -> None:
        held = self._some(self.orders)
        if held is not None:
            amount = self.random.randint(1, 50)
            refund = RefundRecord(f"r{len(held.refunds)}", at(self.second), amount)
            self._put_order(
                replace(
                    held,
                    updated_at=at(self.second),
                    refunds=(*held.refunds, refund),
                    refunded_minor=(held.refunded_minor or 0) + amount,
                )
            )

    def _add_note(self) -> None:
        held = self._some(self.orders)
        if held is not None and held.external_id not in self.read_early:
            text = self.random.choice(("called", "wants it blue", "paid at the door"))
            note = NoteRecord(str(len(held.notes)), text, "shop", at(self.second))
            self.orders[held.external_id] = replace(held, notes=(*held.notes, note))

    def _trash(self) -> None:
        """Put an order into the trash, or take it out of it again."""
        held = self._some(self.orders)
        if held is None:
            return
        if held.deleted_at is None:
            trashed = replace(held, deleted_at=at(self.second), platform_status="trash")
            self._put_order(replace(trashed, updated_at=at(self.second)), quietly=True)
            self._tell(OrderTouched(held.external_id, None))
        else:
            back = replace(held, deleted_at=None, platform_status="open")
            self._put_order(replace(back, updated_at=at(self.second)))

    def _delete_order(self) -> None:
        held = self._some(self.orders)
        if held and held.external_id not in self.tied and self.random.random() < 0.5:
            self.gone_orders[held.external_id] = self.orders.pop(held.external_id)
            self._tell(OrderTouched(held.external_id, None))

    def _delete_customer(self) -> None:
        held = self._some(self.customers)
        named = {order.customer_external_id for order in self.orders.values()}
        if held and held.external_id not in self.tied | named and self.random.random() < 0.5:
            self.gone_customers[held.external_id] = self.customers.pop(held.external_id)
            self._tell(CustomerTouched(held.external_id, None))

    def _read_early(self) -> None:
        """Somebody read an order whole, and what came of it is told at any time later."""
        held = self._some(self.orders)
        if held is not None:
            self.read_early.add(held.external_id)
            self.told.append(Sourced(OrderChanged(held), "sync"))
