"""`tillside stores`: list, sync, reconcile, disconnect, join-code."""

import sys
import time
from collections.abc import Callable
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

from integration.commands.context import as_json, find_store, print_json, with_services
from integration.crm.stores import StoreView, list_stores, store_view
from integration.install.jobs import mend_subscriptions
from integration.install.joining import new_join_code
from integration.install.uninstall import disconnect as disconnect_store
from integration.jobs import JobArgument
from integration.models import Store
from integration.models.vocabulary import BackfillState, StoreStatus
from integration.reconciliation.ledger import newest_runs
from integration.reconciliation.whole import compare_whole
from integration.recorded_jobs import RecordedJobs
from integration.services import Services
from integration.sync.backfill import backfill
from integration.sync.parts import enqueue_parts, has_parts_apart, read_newest
from integration.sync.reading import OnProgress, StoreNotActive
from integration.sync.refresh import refresh
from platforms.errors import PlatformError

_POLL_SECONDS = 0.3
_READS: dict[str, Callable[..., object]] = {
    "sync.backfill": backfill,
    "sync.refresh": refresh,
    "reconciliation.whole": compare_whole,
}


@click.group()
def stores() -> None:
    """The stores that are connected."""


@stores.command("list")
@as_json
@with_services
def list_command(services: Services, as_json: bool) -> None:
    """Every store, how it stands and how fresh its copy is."""
    views = list_stores(services)
    if as_json:
        print_json([view.as_dict() for view in views])
        return
    if not views:
        click.echo(
            "No store is connected yet. Open /shopify/install?shop=… or /woocommerce/connect in a "
            "browser."
        )
    for view in views:
        reason = f" ({view.status_reason})" if view.status_reason else ""
        click.echo(f"{view.id}  {view.domain}  {view.status}{reason}  {_fresh(view)}")


@stores.command()
@click.argument("store")
@click.option("--no-wait", is_flag=True, help="Return at once; a worker does it.")
@with_services
def sync(services: Services, store: str, no_wait: bool) -> None:
    """Read what changed in the store, or all of it when the first read isn't done."""
    held = _connected(services, store)
    view = store_view(services, held.workspace_id, held.id)
    done = view.backfill_state == BackfillState.DONE
    if done:
        _run(services, held, "sync.refresh", no_wait, source="sync", asked_by="person")
    else:
        _run(services, held, "sync.backfill", no_wait)


@stores.command()
@click.argument("store")
@click.option("--no-wait", is_flag=True, help="Return at once; a worker does it.")
@click.option("--whole", is_flag=True, help="Compare every id too: finds what was deleted.")
@click.option(
    "--accept-deletions",
    is_flag=True,
    help="Compare whole, and delete even if that is much at once.",
)
@with_services
def reconcile(
    services: Services, store: str, no_wait: bool, whole: bool, accept_deletions: bool
) -> None:
    """Compare with the store, repair what no webhook told, mend subscriptions."""
    held = _connected(services, store)
    _run(services, held, "sync.refresh", no_wait, source="reconcile", asked_by="person")
    if whole or accept_deletions:
        _run(
            services,
            held,
            "reconciliation.whole",
            no_wait,
            asked_by="person",
            accept_deletions=accept_deletions,
        )
    if not no_wait:
        _tell_found(services, held)
        report = mend_subscriptions(services, workspace_id=held.workspace_id, store_id=held.id)
        if report is None or report.failed:
            _fail("the store's webhook subscriptions can't be mended now")


@stores.command()
@click.argument("store")
@click.confirmation_option(prompt="Disconnect the store? Its copy stays, its credentials go.")
@with_services
def disconnect(services: Services, store: str) -> None:
    """Give the store's authorization back."""
    held = find_store(services, store)
    for left in disconnect_store(services, held.workspace_id, held.id):
        click.echo(f"The store didn't let us tidy up: {left}", err=True)
    click.echo(f"{held.domain} is disconnected.")


@stores.command("join-code")
@click.argument("store")
@with_services
def join_code(services: Services, store: str) -> None:
    """A single-use code (30 minutes) by which one more store joins this one's workspace."""
    held = _connected(services, store)
    click.echo(new_join_code(services, held.workspace_id))


def _tell_found(services: Services, store: Store) -> None:
    """What the newest comparisons found, by the ledger. Fails where deletions are held back."""
    for row in newest_runs(services, store.workspace_id, store.id):
        name = "every id" if row.kind == "whole" else "what changed"
        found = f"{row.missing} missing, {row.stale} stale, {row.gone} gone"
        click.echo(f"{name}: {row.compared} compared, {found}, {row.repaired} put right")
        if row.held_back:
            _fail(
                f"{row.held_back} objects are gone from the store; that is so much at once that "
                "nothing was deleted; --accept-deletions says that it is right"
            )


def _run(services: Services, store: Store, job: str, no_wait: bool, **extra: JobArgument) -> None:
    if not no_wait:
        _do(services, store, job, **extra)
        return
    if isinstance(services.jobs, RecordedJobs):
        _fail("REDIS_URL is not set, so no worker can take it; leave --no-wait out")
    arguments: dict[str, Any] = {"workspace_id": store.workspace_id, "store_id": store.id, **extra}
    services.jobs.enqueue(job, key=f"{job}:{store.id}", **arguments)
    click.echo("A worker will do it.")


def _do(services: Services, store: Store, job: str, **extra: Any) -> None:
    """Run it here, showing progress; another process that is at it is waited for."""
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(f"reading {store.domain}", total=None)

        def show(done: int, total: int | None) -> None:
            progress.update(task, completed=done, total=total)

        ids = {"workspace_id": store.workspace_id, "store_id": store.id}
        while _READS[job](services, **ids, on_progress=show, **extra) is False:
            # What another process reads is no answer to what was asked here.
            _settled(services, store)
        view = _settled(services, store)

        def show_notes(done: int, total: int | None) -> None:
            words = f"reading notes: {done} of {total}"
            progress.update(task, description=words, completed=done, total=total)
            if not console.is_terminal:
                click.echo(words, err=True)

        wants_notes = job != "reconciliation.whole" and not view.error
        untold = _read_parts(services, store, show_notes) if wants_notes else None
    if view.error:
        _fail(view.error)
    if view.status != StoreStatus.ACTIVE:
        _fail(f"{view.domain} is {view.status}; nothing more is read of it")
    if view.backfill_state != BackfillState.DONE:
        _fail(f"{view.domain}: {_fresh(view)}; `tillside stores sync` goes on with it")
    if untold:
        _fail(f"{view.domain}: {_fresh(view)}, but not all notes of its orders were read: {untold}")
    click.echo(f"{view.domain}: {_fresh(view)}")


def _read_parts(services: Services, store: Store, on_progress: OnProgress) -> str | None:
    """Read the newest orders by themselves where lists leave notes out; why it stopped short."""
    if not has_parts_apart(services, store.platform):
        return None
    try:
        is_done = read_newest(
            services,
            workspace_id=store.workspace_id,
            store_id=store.id,
            # Where workers are, the rest is theirs and nobody waits for it.
            with_rest=isinstance(services.jobs, RecordedJobs),
            on_progress=on_progress,
        )
    except (PlatformError, StoreNotActive) as error:
        return str(error)
    if not is_done:
        enqueue_parts(services, workspace_id=store.workspace_id, store_id=store.id)
    return None


def _settled(services: Services, store: Store) -> StoreView:
    """The store once nobody reads it any more."""
    view = store_view(services, store.workspace_id, store.id)
    while view.is_being_read:
        time.sleep(_POLL_SECONDS)
        view = store_view(services, store.workspace_id, store.id)
    return view


def _connected(services: Services, name: str) -> Store:
    store = find_store(services, name)
    if store.status != StoreStatus.ACTIVE:
        _fail(f"{store.domain} is {store.status}; the merchant has to connect it again")
    return store


def _fresh(view: StoreView) -> str:
    if view.backfill_state != BackfillState.DONE:
        total = f" of {view.backfill_total}" if view.backfill_total else ""
        return f"first read {view.backfill_state}: {view.backfill_done}{total}"
    until = view.complete_until
    return f"complete until {until.isoformat(timespec='seconds') if until else 'never'}"


def _fail(reason: str) -> None:
    click.echo(f"tillside: {reason}", err=True)
    sys.exit(1)
