"""`tillside privacy`: what is asked and waits; more of it stands in `person_commands`."""

import click

from integration.commands.context import as_json, print_json, with_services
from integration.privacy.exports.data_requests import prepare_exports
from integration.privacy.requests.working_off import RequestView, list_requests, run_due
from integration.privacy.restoring.settling import settle
from integration.services import Services


@click.group()
def privacy() -> None:
    """What is asked about people's data, and what was done."""


@privacy.command()
@with_services
def run(services: Services) -> None:
    """Work off the erasures that wait, and make data ready that was asked for."""
    settle(services)
    done = run_due(services)
    click.echo(f"{done} erasures done.")
    if made := prepare_exports(services):
        click.echo(f"{made} requests for data worked off.")
    failed = [view for view in list_requests(services, "waiting") if _could_be_done(services, view)]
    if failed:
        click.echo(f"{len(failed)} could not be done; they stay waiting.", err=True)
        raise SystemExit(1)


@privacy.command("list")
@click.option("--state", type=click.Choice(["waiting", "ready", "done", "refused"]))
@as_json
@with_services
def list_command(services: Services, state: str | None, as_json: bool) -> None:
    """The requests with their deadlines, the first due first."""
    views = list_requests(services, state)
    if as_json:
        print_json([view.as_dict() for view in views])
        return
    for view in views:
        due = f"due {view.due_at:%Y-%m-%d} ({view.percent_used} % used)"
        begins = f"  begins {view.not_before:%Y-%m-%d %H:%M}" if _waits(services, view) else ""
        outcome = f"  {view.outcome}" if view.outcome else ""
        told = f"{view.id}  {view.kind}  {view.source}  {view.store}  {view.state}  {due}"
        click.echo(f"{told}{begins}{outcome}")


def _could_be_done(services: Services, view: RequestView) -> bool:
    return not _waits(services, view)


def _waits(services: Services, view: RequestView) -> bool:
    """Whether its time hasn't come."""
    has_time = view.state == "waiting" and view.not_before is not None
    return has_time and view.not_before is not None and view.not_before > services.now()
