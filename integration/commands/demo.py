"""`tillside demo`: everything on this machine, with stand-in stores to click through."""

import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

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
from integration.demo import mail
from integration.demo.chat import open_chat
from integration.demo.second_address import (
    OTHER_ADDRESS,
    buy_under_another_address,
    join,
    undo,
)
from integration.demo.walk import Walk
from integration.demo.world import HEROINE, HEROINE_ORDER, SHOP, new_world
from integration.errors import AppError
from integration.logs import structured as logs
from integration.processes.supervisor import supervised
from integration.settings import load
from platforms.money import to_decimal

Told = dict[str, Any]
T = TypeVar("T")

_ANSWER = "Είναι στον δρόμο και φτάνει αύριο."


@click.command()
@click.option("--once", is_flag=True, help="Walk it without a browser, and end.")
@click.option("--orders", default=160, show_default=True, help="How many orders each store has.")
def demo(once: bool, orders: int) -> None:
    """Tillside with a stand-in Shopify and WooCommerce, on this machine only; needs no account."""
    started = time.monotonic()
    console = Console(highlight=False)
    failed = False
    with tempfile.TemporaryDirectory(prefix="tillside-demo-") as folder, supervised() as supervisor:
        world = new_world(Path(folder))
        settings = world.settings()
        logs.configure(settings["LOG_LEVEL"], plain=sys.stderr.isatty())
        console.print("Starting stand-in stores, Tillside and its Valkey on this machine …")
        supervisor.add("shop", world.shop_command(orders=orders), os.environ, stops_last=True)
        supervisor.add("site", world.site_command(orders=orders), os.environ, stops_last=True)
        supervisor.add("mail", world.mail_command(), os.environ, stops_last=True)
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
    for domain in _others(walk):
        _step(console, "install", f"{domain} joined by a code", _timed(walk.install, domain))
    site = walk.world.site_origin
    _step(console, "connect", f"{site} handed its keys over, proved", _timed(walk.connect))
    began = time.monotonic()
    views = walk.read(lambda _: None)
    read = sum(view.backfill_done for view in views)
    _step(console, "backfill", f"{read} records of {len(views)} stores", time.monotonic() - began)
    for view in views:
        _check(walk, console, view)
    order = walk.order(HEROINE_ORDER)
    _tell(console, *_watched(walk.refund, order), before=order)
    bought, seconds = _watched(walk.buy)
    says = f"{bought['name']} of {site}: bought, {bought['financial_status']}"
    _step(console, "webhook", says, seconds)
    _tell(console, *_watched(walk.give_back, bought), before=bought)
    _print_context(walk.context(order=HEROINE_ORDER, store=SHOP), console)
    _walk_identity(walk, console)
    _walk_mail(walk, console)
    console.print("Done: all of it holds.")


def _walk_identity(walk: Walk, console: Console) -> None:
    found, seconds = _watched(buy_under_another_address, walk)
    says = f"{OTHER_ADDRESS} may be the same person: {', '.join(found.reasons)}"
    _step(console, "suggest", says, seconds)
    joined = join(walk, found)
    _step(console, "join", f"one person with {joined.orders} orders, before {found.orders}")
    orders = undo(walk, joined)
    if orders != found.orders:
        raise AppError(f"after the undo there are {orders} orders, not {found.orders}")
    _step(console, "undo", f"two persons again, {orders} orders as before")


def _walk_mail(walk: Walk, console: Console) -> None:
    mail.open_mailbox(walk)
    _step(console, "mailbox", f"{mail.SUPPORT} is set up, and tried")
    came, seconds = _watched(mail.write, walk)
    person, order = walk.context(email=HEROINE)["profile"], walk.order(HEROINE_ORDER)
    if (came.profile_id, came.order_id) != (person["id"], order["id"]):
        raise AppError("the mail isn't beside its writer's order", code="demo_failed")
    says = f"{person['display_name']} wrote ({came.trust}): {HEROINE_ORDER} stands beside it"
    _step(console, "mail", says, seconds)
    answered, seconds = _watched(mail.answer, walk, came.conversation_id, _ANSWER)
    _step(console, "answer", "it is in her mailbox", seconds)
    number, seconds = _watched(mail.reply, walk, came.conversation_id, answered)
    _step(console, "reply", f"her {number} mails are one conversation", seconds)


def _others(walk: Walk) -> list[str]:
    return [domain for domain in walk.shops.domains() if domain != SHOP]


def _tell(console: Console, after: Told, seconds: float, *, before: Told) -> None:
    given = to_decimal(after["refunded_minor"] - before["refunded_minor"], after["currency"])
    says = f"{after['name']}: {given} {after['currency']} refunded, {after['financial_status']}"
    _step(console, "webhook", says, seconds)


def _check(walk: Walk, console: Console, view: StoreView) -> None:
    count, differ = walk.disagreements(view.domain)
    if differ:
        raise AppError(f"{view.domain}: {', '.join(differ)} differ from the store's own books")
    _step(console, "compare", f"{view.domain}: {count} orders equal the store's own books")


def _print_context(context: Told, console: Console) -> None:
    profile = context["profile"]
    for total in profile["totals"]:
        spent = to_decimal(total["spent_minor"], total["currency"])
        says = f"{profile['display_name']}: {total['orders']} orders, {spent} {total['currency']}"
        _step(console, "context", says)
    stores = Counter(order["store"]["name"] for order in context["orders"])
    says = ", ".join(f"{number} of {name}" for name, number in sorted(stores.items()))
    if len(stores) < 2:
        raise AppError(f"one profile should hold the orders of both stores, not {says}")
    _step(console, "context", f"one profile over {len(stores)} stores: {says}")


def _show(walk: Walk, console: Console, started: float) -> None:
    world = walk.world
    admin = f"{world.admin_origin}/{SHOP}/admin"
    site = f"{world.site_origin}/wp-admin"
    console.print(
        f"\n  Open [bold]{admin}/orders[/bold]\n\n"
        "  1. Sign in as one of the staff, open the order [bold]#1042[/bold]: "
        "Tillside's card stands beside it.\n"
        "  2. Press Refund, Fulfil or Edit there and see the card follow.\n"
        f"  3. Apps → Tillside is the panel itself: {admin}/apps/tillside\n"
        f"  4. More to try (place orders, lose and double webhooks): "
        f"{world.admin_origin}/_control/\n"
        "  5. The word for how fresh it is leads to the store's health: lose some webhooks, wait "
        "two minutes, press Compare now.\n\n"
        f"  Open [bold]{site}/admin.php?page=wc-orders&s=dimitra[/bold]\n\n"
        "  6. Sign in, open an order of the same person: the panel beside it is "
        "[bold]one profile over two stores[/bold].\n"
        f"  7. Disconnect the site and connect it again: {site}/admin.php?page=tillside\n"
        "  8. Somebody bought there under another address: Tillside → Suggestions asks whether "
        "they are one person. Say yes, then Undo.\n"
        f"  9. Buy something: {world.site_origin}/storefront/   "
        f"WP-Cron and webhooks: {site}/admin.php?page=stand-in\n"
        "  10. Tillside → Inbox: five customers wrote. Answer one, then read it and reply in their "
        f"mailbox: {world.mail_origin}/\n"
        f"  11. Sign in on a storefront, open its chat and answer it in the inbox: "
        f"{world.shop_origin}/{SHOP}/storefront or {world.site_origin}/storefront/\n"
        "  12. Tillside → Settings in WordPress, whose administrators are owners: rules, canned "
        "answers, office hours, the team. Shopify's staff come as agents.\n",
        soft_wrap=True,
    )
    console.print(f"  Ready after {time.monotonic() - started:.0f} s. Ctrl-C ends it all.\n")
    for domain in (SHOP, *_others(walk)):
        walk.install(domain)
    walk.connect()
    _progress(walk, console)
    buy_under_another_address(walk)
    mail.open_mailbox(walk)
    open_chat(walk)
    mail.fill(walk)


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


def _timed(act: Callable[..., object], *given: object) -> float:
    return _watched(act, *given)[1]


def _watched(act: Callable[..., T], *given: object) -> tuple[T, float]:
    """What comes of it, and how many seconds it took."""
    began = time.monotonic()
    return act(*given), time.monotonic() - began


def _step(console: Console, name: str, says: str, seconds: float | None = None) -> None:
    took = f"  ({seconds:.1f} s)" if seconds is not None else ""
    console.print(f"[green]ok[/green]  {name:9} {says}{took}", soft_wrap=True)
