"""What a store tells and nobody can read: put before an operator, once for each object."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Literal

from integration.models import Alarm
from integration.sync.left_out import AT_MOST, CODE, MORE, clear, message_of, standing
from integration.sync.reading import Reading
from platforms.records import Unreadable

_AT_ONCE = 200


def report_unreadable(reading: Reading, left_out: Sequence[Unreadable]) -> None:
    """Raise an alarm for each of these, unless the store has that one already; fifty, then one.

    Raises ClaimLost, and then nothing is written.
    """
    told = {message_of(each.kind, each.external_id): each for each in left_out}
    for start in range(0, len(told), _AT_ONCE):
        _report(reading, dict(list(told.items())[start : start + _AT_ONCE]))


def clear_unlisted(
    reading: Reading, kind: Literal["order", "customer"], is_listed: Callable[[str], bool]
) -> None:
    """Clear what stands of objects that the store lists no more. Raises ClaimLost."""
    claim = reading.claim
    with reading.services.db.workspace(claim.workspace_id) as session:
        gone = [
            message
            for message, details in standing(session, claim.store_id)
            if details.get("kind") == kind and not is_listed(str(details["external_id"]))
        ]
    if gone:
        now = reading.services.now()
        with reading.services.db.workspace(claim.workspace_id, write=True) as session:
            claim.hold(session, now)
            clear(session, claim.store_id, gone, now)


def _report(reading: Reading, told: dict[str, Unreadable]) -> None:
    claim, now = reading.claim, reading.services.now()
    with reading.services.db.workspace(claim.workspace_id, write=True) as session:
        claim.hold(session, now)
        held = {message for message, _ in standing(session, claim.store_id)}
        news = [message for message in told if message not in held]
        room = max(0, AT_MOST - len(held - {MORE}))
        for message in news[:room]:
            one = told[message]
            details = {"kind": one.kind, "external_id": one.external_id, "reason": one.reason}
            session.add(_alarm(reading, message, details, now))
        if news[room:] and MORE not in held:
            session.add(_alarm(reading, MORE, {"listed": AT_MOST}, now))


def _alarm(reading: Reading, message: str, details: dict[str, Any], now: datetime) -> Alarm:
    return Alarm(
        workspace_id=reading.claim.workspace_id,
        store_id=reading.claim.store_id,
        code=CODE,
        message=message,
        details=details,
        raised_at=now,
    )
