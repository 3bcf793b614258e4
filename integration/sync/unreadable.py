"""What a store tells and nobody can read: put before an operator, once for each object."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from integration.models import Alarm
from integration.sync.reading import Reading
from platforms.records import Unreadable

CODE = "record_unreadable"
# A store whose every order is broken is one trouble, not a hundred thousand.
AT_MOST = 50
MORE = "more of the store's orders and accounts can't be read and are left out"
_AT_ONCE = 200


def report_unreadable(reading: Reading, left_out: Sequence[Unreadable]) -> None:
    """Raise an alarm for each of these, unless the store has that one already; fifty, then one.

    Raises ClaimLost, and then nothing is written.
    """
    told = {message_of(each): each for each in left_out}
    for start in range(0, len(told), _AT_ONCE):
        _report(reading, dict(list(told.items())[start : start + _AT_ONCE]))


def message_of(one: Unreadable) -> str:
    """The alarm's sentence, by which it is known again."""
    kind = "order" if one.kind == "order" else "account"
    return f"the store's {kind} {one.external_id} can't be read and is left out"


def _report(reading: Reading, told: dict[str, Unreadable]) -> None:
    claim, now = reading.claim, reading.services.now()
    with reading.services.db.workspace(claim.workspace_id, write=True) as session:
        claim.hold(session, now)
        of_store = (
            Alarm.workspace_id == claim.workspace_id,
            Alarm.store_id == claim.store_id,
            Alarm.code == CODE,
        )
        raised = session.execute(
            select(Alarm.message).where(*of_store, Alarm.message.in_([*told, MORE]))
        )
        held = set(raised.scalars())
        count = session.execute(select(func.count()).where(*of_store)).scalar_one()
        news = [message for message in told if message not in held]
        room = max(0, AT_MOST - (count - (MORE in held)))
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
