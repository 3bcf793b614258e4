"""The one answer of a store's health page, and what is wrong now, as words that templates know."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from flask_babel import lazy_gettext

from integration.models.vocabulary import BackfillState, StoreStatus
from integration.reconciliation.health_ledger import SUMMED
from integration.reconciliation.health_records import HealthAlarm, StoreHealth
from ui_embed.texts import gettext
from ui_embed.words import Tone

Answer = Literal[
    "disconnected",
    "pending",
    "reauthorize",
    "reading",
    "stopped",
    "unproved",
    "unreachable",
    "behind",
    "proved",
]
# The schedule compares every 15 minutes: one that was left out is no reason to worry anybody.
BEHIND = timedelta(hours=1)
_WAITS_LONG = timedelta(minutes=2)
_TONES: dict[Answer, tuple[Tone, str]] = {
    "disconnected": ("plain", "plug"),
    "pending": ("info", "clock"),
    "reauthorize": ("warn", "lock"),
    "reading": ("info", "store"),
    "stopped": ("bad", "alert"),
    "unproved": ("info", "clock"),
    "unreachable": ("warn", "cloud-off"),
    "behind": ("warn", "clock"),
    "proved": ("good", "check"),
}
# Alarms that stand until they are over; others tell of something that happened once.
_STANDING = (
    "mass_deletion",
    "subscriptions_dead",
    "deliveries_stopped",
    "privacy_due",
    "copy_behind",
)
# Those that say nothing against the copy's truth.
_WARNING = frozenset({"copy_behind", "privacy_due"})
MENDED = "subscriptions_mended"
UNREADABLE = "record_unreadable"
_TITLES: dict[str, object] = {
    "mass_deletion": lazy_gettext("Many deletions at once waited for a decision"),
    "subscriptions_dead": lazy_gettext("The store's webhooks were dead"),
    "deliveries_stopped": lazy_gettext("No webhooks came"),
    "copy_behind": lazy_gettext("Comparing fell behind"),
    "privacy_due": lazy_gettext("A request about a person's data ran late"),
    MENDED: lazy_gettext("Webhooks that were missing were made anew"),
    UNREADABLE: lazy_gettext("Something couldn't be read and was left out"),
    "erasure_not_believable": lazy_gettext("A request to erase wasn't believable; nothing erased"),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """How the copy stands, in the page's first words."""

    answer: Answer
    tone: Tone
    icon: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something to look at now. `kind` is what the page explains; `count` of how many."""

    kind: str
    tone: Literal["info", "warn", "bad"]
    count: int = 0
    alarm: HealthAlarm | None = None

    @property
    def since(self) -> datetime | None:
        """Since when, as far as its alarm knows that."""
        if self.alarm is None:
            return None
        oldest = self.alarm.details.get("oldest_missed_at")
        return datetime.fromisoformat(oldest) if oldest else self.alarm.raised_at


@dataclass(frozen=True, slots=True)
class Past:
    """Something that was wrong, and until when. `told` is an English sentence, '' where the title
    says all.
    """

    title: str
    told: str
    alarm: HealthAlarm


def verdict_of(health: StoreHealth) -> Verdict:
    """What the page answers first."""
    answer = _answer(health)
    is_marred = any(each.tone == "bad" or each.kind == UNREADABLE for each in troubles_of(health))
    if answer == "proved" and is_marred:
        return Verdict(answer, "warn", "alert")
    return Verdict(answer, *_TONES[answer])


def _answer(health: StoreHealth) -> Answer:
    store = health.store
    if store.status in (StoreStatus.DISCONNECTED, StoreStatus.PENDING, StoreStatus.REAUTHORIZE):
        return _ENDED[StoreStatus(store.status)]
    if store.backfill_state == BackfillState.FAILED:
        return "stopped"
    if store.backfill_state != BackfillState.DONE:
        return "reading"
    if store.complete_until is None:
        return "unproved"
    if store.error:
        return "unreachable"
    return "behind" if health.as_of - store.complete_until > BEHIND else "proved"


_ENDED: dict[StoreStatus, Answer] = {
    StoreStatus.DISCONNECTED: "disconnected",
    StoreStatus.PENDING: "pending",
    StoreStatus.REAUTHORIZE: "reauthorize",
}


def troubles_of(health: StoreHealth) -> list[Trouble]:
    """What is wrong now, the worst first; nothing of a store that isn't connected any more."""
    if health.store.status != StoreStatus.ACTIVE:
        return []
    alarms = {alarm.code: alarm for alarm in health.alarms}
    if _answer(health) in ("behind", "unreachable"):
        # The page's first words say so already.
        alarms.pop("copy_behind", None)
    found = [
        Trouble(code, "warn" if code in _WARNING else "bad", alarms[code].count, alarms[code])
        for code in _STANDING
        if code in alarms
    ]
    waiting = health.deliveries
    oldest = waiting.oldest_received_at
    if oldest is not None and health.as_of - oldest > _WAITS_LONG:
        found.append(Trouble("waiting", "warn", waiting.waiting))
    if waiting.parked:
        found.append(Trouble("parked", "warn", waiting.parked))
    unreadable = alarms.get(UNREADABLE)
    if unreadable is not None:
        found.append(Trouble(UNREADABLE, "warn", unreadable.count, unreadable))
    return found


def past_of(health: StoreHealth) -> list[Past]:
    """What was wrong and is over, and what happened once, the newest first."""
    since = health.as_of - SUMMED
    once = [
        alarm
        for alarm in health.alarms
        if alarm.code not in (*_STANDING, UNREADABLE) and alarm.newest_at >= since
    ]
    told = sorted([*once, *health.cleared_alarms], key=lambda each: each.newest_at, reverse=True)
    return [_past(alarm) for alarm in told]


def _past(alarm: HealthAlarm) -> Past:
    known = _TITLES.get(alarm.code)
    if known is None:
        return Past(gettext("Something was refused"), alarm.message, alarm)
    return Past(str(known), "", alarm)
