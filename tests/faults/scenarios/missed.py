"""F3: webhooks that are lost, an hour offline, changes during the first read: nothing missing."""

from dataclasses import dataclass
from pathlib import Path
from random import Random

from integration.reconciliation.whole import compare_whole
from integration.sync.backfill import backfill
from integration.sync.refresh import refresh
from tests.faults.scenarios.stores import World, connect, world

# More than a webhook may take, on either platform (see `World.passes`).
_LONG_ENOUGH_SECONDS = 1300
_PATIENCE = 500


@dataclass(frozen=True, slots=True)
class Counts:
    """What a story came to. `wrong` are orders that aren't as the store's own figures say."""

    changes: int
    wrong_after_first_read: int
    wrong_after_lost: int
    wrong_after_offline: int
    wrong_after_deletions: int
    lost_any: bool
    told_any_late: bool
    deleted: int
    found_gone: int


def lose_webhooks(
    slug: str,
    folder: Path,
    url: str | None = None,
    *,
    changes: int,
    share: float,
    deletions: int,
    seed: int,
) -> Counts:
    """Let webhooks be lost in three ways, and orders be deleted; what is wrong in the end."""
    chance = Random(seed)
    with world(slug, folder, url) as place:
        connect(place)
        place.lose(1.0)
        _read_while_it_changes(place, chance, changes)
        after_first_read = len(place.wrong())
        after_lost, late = _lose_some(place, chance, changes, share)
        after_offline = _be_offline(place, chance, changes)
        gone = _delete(place, chance, deletions)
        return Counts(
            changes=3 * changes,
            wrong_after_first_read=after_first_read,
            wrong_after_lost=after_lost,
            wrong_after_offline=after_offline,
            wrong_after_deletions=len(place.wrong()),
            lost_any=place.lost() > 0,
            told_any_late=late,
            deleted=deletions,
            found_gone=gone,
        )


def _read_while_it_changes(place: World, chance: Random, changes: int) -> None:
    """A first read during which the store changes and tells nobody, then the reading after it."""
    left = changes

    def change(_done: int, _total: int | None) -> None:
        nonlocal left
        for _ in range(min(left, max(1, changes // 3))):
            place.act(chance)
            left -= 1

    change(0, None)
    backfill(place.services, **place.ids(), on_progress=change)
    while left:
        change(0, None)
    place.jobs.waiting.clear()
    refresh(place.services, **place.ids())
    _is_done(place)


def _lose_some(place: World, chance: Random, changes: int, share: float) -> tuple[int, bool]:
    """Webhooks come but for some: the copy after the next reading, and whether that found any."""
    place.lose(share)
    for step in range(changes):
        place.act(chance)
        if step % 20 == 19:
            place.drained()
    place.drained()
    # One event has several webhooks: a lost one may be told by another.
    for _ in range(_PATIENCE):
        if place.wrong():
            break
        place.act(chance)
        place.drained()
    place.passes(_LONG_ENOUGH_SECONDS)
    refresh(place.services, **place.ids())
    _is_done(place)
    runs = place.runs("changes")
    return len(place.wrong()), any(run.missing + run.stale for run in runs)


def _be_offline(place: World, chance: Random, changes: int) -> int:
    """An hour in which nothing reaches us and nobody reads."""
    place.lose(1.0)
    for _ in range(changes):
        place.act(chance)
        place.passes(3600 / changes)
    place.passes(_LONG_ENOUGH_SECONDS)
    refresh(place.services, **place.ids())
    _is_done(place)
    return len(place.wrong())


def _delete(place: World, chance: Random, deletions: int) -> int:
    """Orders are deleted for good and nobody hears of it; what the whole comparison found gone."""
    refresh(place.services, **place.ids())
    for _ in range(deletions):
        place.delete_one(chance)
    compare_whole(place.services, **place.ids())
    [run] = place.runs("whole")
    assert run.state == "done", run.error
    return run.gone


def _is_done(place: World) -> None:
    run = place.runs("changes")[-1]
    assert run.state == "done", run.error
