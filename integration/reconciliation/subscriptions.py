"""What a look at a store's webhook subscriptions found, told by alarms."""

from integration.events import Event
from integration.reconciliation.alarms import clear_alarms, note_mended, raise_alarm
from integration.services import Services
from platforms.records import SubscriptionReport


def note_subscriptions(
    services: Services, workspace_id: int, store_id: int, report: SubscriptionReport
) -> None:
    """Keep what was mended as history; raise or clear `subscriptions_dead`. Writes only news."""
    mended = sorted({*report.created, *report.mended})
    now = services.now()
    changed = bool(mended)
    with services.db.workspace(workspace_id, write=True) as session:
        if mended:
            message = f"webhook subscriptions were gone or disabled and stand again: {_few(mended)}"
            note_mended(session, store_id, message, {"topics": mended}, now)
        if report.failed:
            topics = sorted(topic for topic, _ in report.failed)
            message = f"webhook subscriptions can't be put back: {_few(topics)}"
            reasons = dict(report.failed)
            changed |= raise_alarm(
                session, store_id, "subscriptions_dead", message, now=now, details=reasons
            )
        else:
            changed |= clear_alarms(session, store_id, "subscriptions_dead", now=now)
    if changed:
        services.events.publish(Event(workspace_id, "store", store_id))


def _few(topics: list[str]) -> str:
    shown = ", ".join(topics[:5])
    return shown if len(topics) <= 5 else f"{shown} and {len(topics) - 5} more"
