"""`tillside privacy`: run, list."""

import click

from integration.commands.context import as_json, print_json, with_services
from integration.privacy.requests import list_requests, run_due
from integration.services import Services


@click.group()
def privacy() -> None:
    """What stores asked of us for a person's privacy."""


@privacy.command()
@with_services
def run(services: Services) -> None:
    """Work off the erasures that wait."""
    done = run_due(services)
    click.echo(f"{done} erasures done.")
    failed = [view for view in list_requests(services, "waiting") if view.kind != "data_request"]
    if failed:
        click.echo(f"{len(failed)} could not be done; they stay waiting.", err=True)
        raise SystemExit(1)


@privacy.command("list")
@click.option("--state", type=click.Choice(["waiting", "done", "refused"]))
@as_json
@with_services
def list_command(services: Services, state: str | None, as_json: bool) -> None:
    """The requests with their deadlines, the first due first."""
    views = list_requests(services, state)
    if as_json:
        print_json([view.as_dict() for view in views])
        return
    for view in views:
        due = view.due_at.isoformat(timespec="seconds")
        outcome = f"  {view.outcome}" if view.outcome else ""
        click.echo(f"{view.id}  {view.kind}  {view.store}  {view.state}  due {due}{outcome}")
