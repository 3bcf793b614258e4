"""`tillside stores health`: whether everything of a store is here, and what proves it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import click

from integration.commands.context import as_json, find_store, print_json, with_services
from integration.models.vocabulary import BackfillState, StoreStatus
from integration.reconciliation.health import store_health
from integration.reconciliation.health_records import HealthComparison, StoreHealth
from integration.services import Services

_SHOWN = 10


@click.command()
@click.argument("store")
@as_json
@with_services
def health(services: Services, store: str, as_json: bool) -> None:
    """Whether everything of a store is here, what comparisons found, and what is wrong now."""
    held = find_store(services, store)
    found = store_health(services, held.workspace_id, held.id)
    if as_json:
        print_json(found.as_dict())
        return
    for line in _lines(found):
        click.echo(line)


def _lines(found: StoreHealth) -> Iterator[str]:
    yield f"{found.store.domain}: {_answer(found)}"
    yield f"held: {found.held.orders} orders, {found.held.customers} customers"
    yield f"every id compared: {_time(found.compared_whole_at)}"
    oldest = found.deliveries.oldest_received_at
    since = f", the oldest since {_time(oldest)}" if oldest else ""
    yield f"deliveries: {found.deliveries.waiting} waiting{since}; {found.deliveries.parked} parked"
    sums = found.sums
    yield (
        f"since {_time(sums.since)}: {sums.comparisons} comparisons of {sums.compared} objects; "
        f"webhooks missed {sums.missed}, {sums.repaired} put right, "
        f"the latest {timedelta(seconds=sums.latest_seconds)} late; {sums.failed} failed"
    )
    for alarm in found.alarms:
        times = f" (×{alarm.count})" if alarm.count > 1 else ""
        yield f"ALARM {alarm.code}{times} since {_time(alarm.raised_at)}: {alarm.message}"
    for one in found.comparisons[:_SHOWN]:
        yield _line(one)


def _answer(found: StoreHealth) -> str:
    store = found.store
    if store.status != StoreStatus.ACTIVE:
        return f"{store.status}; nothing new comes in"
    if store.backfill_state != BackfillState.DONE:
        return f"first read {store.backfill_state}: {store.backfill_done} records are here"
    begin = f"from {_time(store.complete_from)} " if store.complete_from else ""
    trouble = f"; {store.error}" if store.error else ""
    return f"every order {begin}up to {_time(store.complete_until)} is here{trouble}"


def _line(one: HealthComparison) -> str:
    late = f", {timedelta(seconds=one.latest_seconds)} late" if one.latest_seconds else ""
    state = "" if one.state == "done" else f" {one.state}{f' ({one.error})' if one.error else ''}"
    held = f", {one.held_back} deletions held back" if one.held_back else ""
    return (
        f"{_time(one.started_at)}  {one.kind}{state}: {one.compared} compared, "
        f"{one.missing} missing, {one.stale} stale, {one.gone} gone, "
        f"{one.repaired} put right{late}{held}"
    )


def _time(moment: datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else "never"
