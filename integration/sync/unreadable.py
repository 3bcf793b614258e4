"""What a store tells and nobody can read: put before an operator, once for each object."""

from collections.abc import Sequence

from sqlalchemy import select

from integration.models import Alarm
from integration.sync.reading import Reading
from platforms.records import Unreadable

CODE = "record_unreadable"
_AT_ONCE = 200


def report_unreadable(reading: Reading, left_out: Sequence[Unreadable]) -> None:
    """Raise an alarm for each of these, unless the store has that one already.

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
        raised = session.execute(
            select(Alarm.message).where(
                Alarm.workspace_id == claim.workspace_id,
                Alarm.store_id == claim.store_id,
                Alarm.code == CODE,
                Alarm.message.in_(list(told)),
            )
        ).scalars()
        held = set(raised)
        session.add_all(
            Alarm(
                workspace_id=claim.workspace_id,
                store_id=claim.store_id,
                code=CODE,
                message=message,
                details={"kind": one.kind, "external_id": one.external_id, "reason": one.reason},
                raised_at=now,
            )
            for message, one in told.items()
            if message not in held
        )
