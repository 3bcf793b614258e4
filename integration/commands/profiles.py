"""`tillside profiles`: the people, from the command line."""

from collections.abc import Iterator
from dataclasses import asdict

import click
from sqlalchemy import select

from integration.commands.context import as_json, print_json, with_services
from integration.commands.profile_workspaces import OUR_ID, workspace_of
from integration.crm.context import Viewer, read_context
from integration.crm.records import Context, ContextTotal
from integration.crm.subject import Subject
from integration.models import Workspace
from integration.search.find import search_profiles
from integration.search.found import FoundProfile
from integration.services import Services
from platforms.money import to_decimal


@click.group()
def profiles() -> None:
    """The people of all stores of a workspace, one profile each."""


@profiles.command()
@click.argument("profile_id", type=OUR_ID)
@as_json
@with_services
def show(services: Services, profile_id: int, as_json: bool) -> None:
    """One person with the newest orders; the view is written down as an operator's."""
    context = _read(services, profile_id)
    if as_json:
        print_json(asdict(context))
        return
    person = context.profile
    click.echo(f"{person.display_name or 'without a name'}  (profile {person.id})")
    for identity in person.identities:
        trust = "verified" if identity.verified else "not verified"
        click.echo(f"  {identity.kind}  {identity.value}  {trust}, by {identity.evidence}")
    click.echo(f"  {_totals(person.totals)}")
    for order in context.orders:
        total = f"{to_decimal(order.total_minor, order.currency)} {order.currency}"
        status = f"{order.financial_status}, {order.fulfillment_status}"
        click.echo(f"  {order.name}  {order.placed_at:%Y-%m-%d}  {total}  {status}")


@profiles.command()
@click.argument("text")
@as_json
@with_services
def search(services: Services, text: str, as_json: bool) -> None:
    """People by the beginnings of words: names, addresses, orders, SKUs, tracking numbers, phones.

    All words have to match; who ordered last comes first.
    """
    found = list(_find(services, text))
    if as_json:
        print_json([asdict(one) for one in found])
        return
    for one in found:
        matched = f"  ({one.matched_by}: {one.matched})" if one.matched else ""
        name, contact = one.display_name or "–", one.contact or "–"
        click.echo(f"{one.id}  {name}  {contact}  {_totals(one.totals)}{matched}")
    if not found:
        click.echo("Nobody was found.")


def _read(services: Services, profile_id: int) -> Context:
    workspace_id = workspace_of(services, profile_id)
    viewer = Viewer("operator", "command")
    with services.db.workspace(workspace_id, write=True) as scoped:
        return read_context(
            scoped,
            services.platforms,
            Subject(profile_id=profile_id),
            viewer=viewer,
            now=services.now(),
        )


def _find(services: Services, text: str) -> Iterator[FoundProfile]:
    with services.db.across_workspaces() as session:
        workspaces = session.execute(select(Workspace.id).order_by(Workspace.id)).scalars().all()
    for workspace_id in workspaces:
        with services.db.workspace(workspace_id) as scoped:
            yield from search_profiles(scoped, text)


def _totals(totals: tuple[ContextTotal, ...]) -> str:
    if not totals:
        return "no orders"
    return ", ".join(
        f"{one.orders} orders, {to_decimal(one.spent_minor, one.currency)} {one.currency}"
        for one in totals
    )
