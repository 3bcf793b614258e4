"""How an order stands, in a customer's words and language."""

from collections.abc import Sequence
from typing import Any

from integration.conversations.outgoing.mail_words import Words

_DEAD = frozenset({"cancelled", "error", "failure"})


def status_of(words: Words, order: Any, parcels: Sequence[Any]) -> str:
    """Where an order is: a few words that stand in a sentence."""
    say = words.say
    states = {each.shipment_status for each in live(parcels)}
    moving = {"in_transit", "carrier_picked_up", "delayed", "attempted_delivery"}
    ways = (
        (order.cancelled_at is not None or order.deleted_at is not None, say("cancelled")),
        (order.financial_status == "refunded", say("refunded")),
        (order.fulfillment_status in ("partial", "partially_fulfilled"), say("partly sent")),
        (order.fulfillment_status != "fulfilled", say("being prepared")),
        (bool(states) and states <= {"delivered", "picked_up"}, say("delivered")),
        ("ready_for_pickup" in states, say("ready for pick-up")),
        ("out_for_delivery" in states, say("out for delivery")),
        (bool(states & moving), say("on its way")),
    )
    return next((text for is_so, text in ways if is_so), say("sent"))


def live(parcels: Sequence[Any]) -> list[Any]:
    """The parcels that were really sent, the newest first."""
    sent = [each for each in parcels if each.status not in _DEAD]
    return sorted(sent, key=lambda each: each.source_created_at, reverse=True)
