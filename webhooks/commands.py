"""`tillside deliveries`: list, show, replay, sweep."""

import json
from pathlib import Path

import click

from integration.commands.context import as_json, find_store, print_json, with_services
from integration.models.vocabulary import WorkState
from integration.services import Services
from webhooks import drain
from webhooks.ledger import DeliveryView, list_deliveries, whole_delivery
from webhooks.ledger import replay as replay_delivery

_STATES = [state.value for state in WorkState]


@click.group()
def deliveries() -> None:
    """The webhooks that came in."""


@deliveries.command("list")
@click.option("--state", type=click.Choice(_STATES), help="Only those in this state.")
@click.option("--store", help="Only those of this store (domain, site URL or id).")
@click.option("--limit", default=100, show_default=True, help="How many, the newest first.")
@as_json
@with_services
def list_command(
    services: Services, state: str | None, store: str | None, limit: int, as_json: bool
) -> None:
    """The newest deliveries and how their work stands."""
    store_id = find_store(services, store).id if store is not None else None
    views = list_deliveries(services, state=state, store_id=store_id, at_most=limit)
    if as_json:
        print_json([view.as_dict() for view in views])
        return
    for view in views:
        click.echo(_line(view))


@deliveries.command()
@click.argument("delivery_id", type=int, metavar="ID")
@as_json
@with_services
def show(services: Services, delivery_id: int, as_json: bool) -> None:
    """One delivery: its headers, state, attempts, error and body."""
    whole = whole_delivery(services, delivery_id)
    if as_json:
        print_json(whole.as_dict())
        return
    for name, value in whole.delivery.as_dict().items():
        if value is not None:
            click.echo(f"{name}: {value}")
    for attempt in whole.attempts:
        at = attempt.at.isoformat(timespec="seconds")
        click.echo(f"attempt {at}: {attempt.error_code}: {attempt.error}")
    click.echo()
    click.echo(_printable(whole.body))


@deliveries.command()
@click.argument("delivery_id", type=int, metavar="ID")
@click.option(
    "--body",
    "body_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with a mended body to apply in place of the one that came.",
)
@with_services
def replay(services: Services, delivery_id: int, body_file: Path | None) -> None:
    """Apply a delivery again, here and now."""
    replay_delivery(
        services, delivery_id, body_file.read_bytes() if body_file is not None else None
    )
    drain.drain(services)
    view = whole_delivery(services, delivery_id).delivery
    click.echo(_line(view))
    if view.state in (WorkState.PARKED, WorkState.REFUSED) or view.error_code:
        raise SystemExit(1)


@deliveries.command()
@with_services
def sweep(services: Services) -> None:
    """Hand out expired leases again and work off what is due."""
    expired = drain.sweep(services)
    drain.drain(services)
    click.echo(f"{expired} expired leases were handed out again; nothing is due now.")


def _line(view: DeliveryView) -> str:
    error = f"  {view.error_code}: {view.error}" if view.error_code else ""
    at = view.received_at.isoformat(timespec="seconds")
    return f"{view.id}  {at}  {view.store}  {view.topic}  {view.state}{error}"


def _printable(body: bytes | None) -> str:
    if body is None:
        return "(the body was erased, or its key destroyed)"
    try:
        return json.dumps(json.loads(body), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        return body.decode("utf-8", "replace")
