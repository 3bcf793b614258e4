"""`tillside demo`: everything on this machine, with a stand-in Shopify to click through."""

import os
import sys
import tempfile
import time
from pathlib import Path

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from integration.app import build_services
from integration.commands.processes import start_everything
from integration.crm.stores import StoreView
from integration.demo.walk import Walk
from integration.demo.world import HEROINE_ORDER, SHOP, new_world
from integration.errors import AppError
from integration.settings import load
from integration.supervisor import supervised
from platforms.money import to_decimal


@click.command()
@click.option("--once", is_flag=True, help="Walk it without a browser, and end.")
@click.option("--orders", default=160, show_default=True, help="How many orders the shop has.")
def demo(once: bool, orders: int) -> None:
    """Tillside with a stand-in Shopify store, on this machine only; needs no account."""
    started = time.monotonic()
    console = Console(highlight=False)
    failed = False
    with tempfile.TemporaryDirectory(prefix="tillside-demo-") as folder, supervised() as supervisor:
        world = new_world(Path(folder))
        settings = world.settings()
        console.print("Starting a stand-in Shopify, Tillside and its Valkey on this machine …")
        supervisor.add("shop", world.shop_command(orders=orders), os.environ, stops_last=True)
        running = start_everything(supervisor, {**os.environ, **settings})
        walk = Walk(world, build_services(load(running), running))
        try:
            walk.await_parts()
            if once:
                _walk_once(walk, console)
            else:
                _show(walk, console, started)
                supervisor.watch()
        except AppError as error:
            console.print(f"[red]failed[/red]  {error}")
            failed = True
    if failed:
        sys.exit(1)


def _walk_once(walk: Walk, console: Console) -> None:
    _step(console, "install", f"{SHOP} is connected over OAuth", _timed(walk.install, SHOP))
    others = [domain for domain in walk.stores() if domain != SHOP]
    for domain in others:
        _step(console, "install", f"{domain} joined by a code", _timed(walk.install, domain))
    began = time.monotonic()
    views = walk.read(lambda _: None)
    read = sum(view.backfill_done for view in views)
    _step(console, "backfill", f"{read} records of {len(views)} shops", time.monotonic() - began)
    for view in views:
        _check(walk, console, view)
    order = walk.order(HEROINE_ORDER)
    began = time.monotonic()
    after = walk.refund(order)
    given = to_decimal(after["refunded_minor"] - order["refunded_minor"], order["currency"])
    says = f"{order['name']}: {given} {order['currency']} refunded, {after['financial_status']}"
    _step(console, "webhook", says, time.monotonic() - began)
    _print_context(walk.context(order=HEROINE_ORDER, store=SHOP), console)
    console.print("Done: all of it holds.")


def _check(walk: Walk, console: Console, view: StoreView) -> None:
    count, differ = walk.disagreements(view.domain)
    if differ:
        raise AppError(f"{view.domain}: {', '.join(differ)} differ from the store's own books")
    _step(console, "compare", f"{view.domain}: {count} orders equal the store's own books")


def _print_context(context: dict[str, object], console: Console) -> None:
    profile = context["profile"]
    assert isinstance(profile, dict)
    for total in profile["totals"]:
        spent = to_decimal(total["spent_minor"], total["currency"])
        says = f"{profile['display_name']}: {total['orders']} orders, {spent} {total['currency']}"
        _step(console, "context", says)


def _show(walk: Walk, console: Console, started: float) -> None:
    admin = f"{walk.world.admin_origin}/{SHOP}/admin"
    console.print(
        f"\n  Open [bold]{admin}/orders[/bold]\n\n"
        "  1. Sign in as one of the staff, open the order [bold]#1042[/bold]: "
        "Tillside's card stands beside it.\n"
        "  2. Press Refund, Fulfil or Edit there and see the card follow.\n"
        f"  3. Apps → Tillside is the panel itself: {admin}/apps/tillside\n"
        f"  4. More to try (place orders, lose and double webhooks): "
        f"{walk.world.admin_origin}/_control/\n",
        soft_wrap=True,
    )
    console.print(f"  Ready after {time.monotonic() - started:.0f} s. Ctrl-C ends it all.\n")
    for domain in walk.stores():
        walk.install(domain)
    _progress(walk, console)


def _progress(walk: Walk, console: Console) -> None:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    tasks: dict[str, TaskID] = {}
    with Progress(*columns, console=console) as progress:

        def show(view: StoreView) -> None:
            if view.id not in tasks:
                tasks[view.id] = progress.add_task(f"reading {view.domain}", total=None)
            done, total = view.backfill_done, view.backfill_total
            progress.update(tasks[view.id], completed=done, total=total)

        views = walk.read(show)
    for view in views:
        console.print(f"  {view.name}: read; from here on its webhooks keep it true.")


def _timed(act: object, *given: object) -> float:
    began = time.monotonic()
    assert callable(act)
    act(*given)
    return time.monotonic() - began


def _step(console: Console, name: str, says: str, seconds: float | None = None) -> None:
    took = f"  ({seconds:.1f} s)" if seconds is not None else ""
    console.print(f"[green]ok[/green]  {name:9} {says}{took}", soft_wrap=True)
