"""How fresh an answer is, in a word, before the page's stream says `live`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from integration.crm.records import ContextBackfill, Freshness
from integration.crm.stores import StoreView
from integration.directory import StoreCard
from integration.models.vocabulary import BackfillState, StoreStatus
from ui_embed.formats import Formats
from ui_embed.texts import gettext


@dataclass(frozen=True, slots=True)
class FreshnessWord:
    """What stands at the head of a page. `can_be_live`: a stream makes it `live`.

    `as_of` is set where the word only tells how long ago that was, so that the page can let it age.
    """

    text: str
    tone: Literal["plain", "warn"]
    can_be_live: bool
    as_of: datetime | None = None


def freshness_word(freshness: Freshness, store: StoreCard, formats: Formats) -> FreshnessWord:
    """The word for a copy of that store."""
    as_of = freshness.as_of
    trouble = _trouble(store)
    if trouble is not None:
        return FreshnessWord(_since(trouble, as_of, formats), "warn", False)
    if freshness.backfill.state in (BackfillState.WAITING, BackfillState.RUNNING):
        return FreshnessWord(_progress(freshness, formats), "plain", False)
    if store.is_being_read:
        return FreshnessWord(gettext("checking with the store"), "plain", True)
    if as_of is None:
        return FreshnessWord(gettext("no updates yet"), "plain", True)
    return FreshnessWord(formats.ago(as_of), "plain", True, as_of)


def _trouble(store: StoreCard) -> str | None:
    if store.status == StoreStatus.REAUTHORIZE:
        return gettext("access ended")
    if store.status == StoreStatus.DISCONNECTED:
        return gettext("disconnected")
    return gettext("store unreachable") if store.error else None


def freshness_of(store: StoreView) -> Freshness:
    """How true the copy of that store is, in the form of a context's."""
    backfill = ContextBackfill(store.backfill_state, store.backfill_done, store.backfill_total)
    return Freshness(store.as_of, store.source, store.complete_from, store.complete_until, backfill)


def backfill_percent(freshness: Freshness) -> int | None:
    """How far the first read is, None where the store doesn't say how much there is."""
    done, total = freshness.backfill.done, freshness.backfill.total
    return min(100, done * 100 // total) if total else None


def _progress(freshness: Freshness, formats: Formats) -> str:
    percent = backfill_percent(freshness)
    if percent is None:
        return gettext("reading the store")
    return gettext("reading the store, %(percent)s %%", percent=formats.number(percent))


def _since(word: str, as_of: datetime | None, formats: Formats) -> str:
    if as_of is None:
        return word
    return gettext("%(state)s, as of %(time)s", state=word, time=formats.clock(as_of))
