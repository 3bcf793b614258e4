"""`tillside profiles summary`, `timeline` and `mentioned`: what is known, from the command line."""

from dataclasses import asdict

import click
from sqlalchemy import select

from integration.commands.context import as_json, find_store, print_json, with_services
from integration.commands.profile_workspaces import OUR_ID, workspace_of
from integration.crm.mentions.resolving import resolve_mentions
from integration.crm.summary import summary_of
from integration.crm.summary_records import Summary
from integration.crm.timeline import timeline_of
from integration.crm.timeline_records import TimelineEvent
from integration.crm.views import View, write_view
from integration.errors import Invalid
from integration.models import Workspace
from integration.services import Services
from platforms.money import to_decimal


@click.command()
@click.argument("profile_id", type=OUR_ID)
@as_json
@with_services
def summary(services: Services, profile_id: int, as_json: bool) -> None:
    """A person's figures over all stores; that you looked is written down."""
    workspace_id = workspace_of(services, profile_id)
    with services.db.workspace(workspace_id) as session:
        found = summary_of(session, profile_id)
    _looked(services, workspace_id, found.profile_id)
    if as_json:
        print_json(asdict(found))
        return
    for line in _figures(found):
        click.echo(line)


@click.command()
@click.argument("profile_id", type=OUR_ID)
@click.option("--cursor", help="The end of the list before: what came before that.")
@as_json
@with_services
def timeline(services: Services, profile_id: int, cursor: str | None, as_json: bool) -> None:
    """What happened with a person, newest first; that you looked is written down."""
    workspace_id = workspace_of(services, profile_id)
    with services.db.workspace(workspace_id) as session:
        found = timeline_of(session, services.platforms, profile_id, cursor=cursor)
    _looked(services, workspace_id, found.profile_id)
    if as_json:
        print_json(asdict(found))
        return
    for event in found.events:
        click.echo(_line(event))
    if found.next is not None:
        click.echo(f"There is more: --cursor {found.next}")
    if not found.events:
        click.echo("Nothing happened yet.")


@click.command()
@click.argument("text")
@click.option("--store", help="A store of the workspace, where there are several workspaces.")
@click.option("--writer", help="Who wrote it: a profile's id, an e-mail address or a phone.")
@as_json
@with_services
def mentioned(
    services: Services, text: str, store: str | None, writer: str | None, as_json: bool
) -> None:
    """The orders that a text names, over all stores of a workspace."""
    with services.db.workspace(_workspace(services, store)) as session:
        found = resolve_mentions(session, text, writer=writer)
    if as_json:
        print_json(asdict(found))
        return
    for mention in found.mentions:
        sure = "certain" if mention.is_certain else "not certain"
        for order in mention.orders:
            whose = {True: ", the writer's", False: ", not the writer's", None: ""}
            click.echo(
                f"{mention.text}  {order.name} of {order.store.domain}  "
                f"{sure}, by {mention.kind}{whose[order.is_writers]}"
            )
    if not found.mentions:
        click.echo("No order is named.")


def _workspace(services: Services, store: str | None) -> int:
    if store is not None:
        return find_store(services, store).workspace_id
    with services.db.across_workspaces() as session:
        found = session.execute(select(Workspace.id).limit(2)).scalars().all()
    if len(found) != 1:
        raise Invalid("Say whose orders: name one of their stores with --store.")
    return found[0]


def _looked(services: Services, workspace_id: int, profile_id: str) -> None:
    now = services.now()
    view = View(workspace_id, int(profile_id), None, "operator", "command", now)
    write_view(services.db, view)


def _figures(found: Summary) -> list[str]:
    lines = [f"{found.orders} orders that count"]
    for each in found.money:
        spent, average, lifetime = (
            f"{to_decimal(amount, each.currency)} {each.currency}"
            for amount in (each.spent_minor, each.average_minor, each.lifetime_minor)
        )
        lines.append(f"  spent {spent}, {average} an order, {lifetime} after refunds")
    if found.first_order_at is not None and found.last_order_at is not None:
        lines.append(f"from {found.first_order_at:%Y-%m-%d} to {found.last_order_at:%Y-%m-%d}")
    if found.days_between_mean is not None:
        lines.append(
            f"{found.days_between_mean} days between orders, median {found.days_between_median}"
        )
    if found.return_rate is not None:
        lines.append(
            f"money given back on {found.returned_orders} orders ({found.return_rate:.1%})"
        )
    lines.append(f"channel {found.preferred_channel or '–'}, languages {_listed(found.languages)}")
    lines += [
        f"{each.store.domain}: {each.known_as}, {each.orders} orders" for each in found.stores
    ]
    if found.complete_from is not None:
        lines.append(f"nothing from before {found.complete_from:%Y-%m-%d} can be seen")
    return lines


def _listed(values: tuple[str, ...]) -> str:
    return ", ".join(values) or "–"


def _line(event: TimelineEvent) -> str:
    what = event.kind.replace("_", " ")
    about = f"  {event.order.name}" if event.order is not None else ""
    return f"{event.at:%Y-%m-%d %H:%M}  {what}{about}"
