"""`tillside privacy` export, erase, retention, registry: for operators, as merchants have pages."""

import os
from pathlib import Path

import click

from integration.audit.recording import CONSOLE
from integration.commands.context import as_json, find_store, print_json, with_services
from integration.privacy.ageing.data_classes import BY_NAME, CLASSES
from integration.privacy.erasing.remains import clear_remains
from integration.privacy.exports.data_requests import fetch_export, prepare
from integration.privacy.registry import whole as registry
from integration.privacy.requests.asking import ask_for_data, ask_for_erasure, run_now
from integration.privacy.requests.overview import privacy_overview
from integration.privacy.requests.working_off import work_off
from integration.privacy.restoring.settling import settle
from integration.services import Services

_email = click.option("--email", required=True, help="The person's address.")


@click.command()
@click.argument("store")
@_email
@click.option("--to", "target", type=click.Path(path_type=Path), help="Where the file goes.")
@with_services
def export(services: Services, store: str, email: str, target: Path | None) -> None:
    """Write all that STORE's workspace holds of a person to a ZIP file."""
    settle(services)
    place = find_store(services, store).workspace_id
    now = services.now()
    request_id = ask_for_data(services, place, email=email, by=CONSOLE, now=now)
    prepare(services, request_id)
    made = [
        each for each in privacy_overview(services, place).exports if each.request_id == request_id
    ]
    if not made:
        click.echo(f"Request {request_id}: nothing is held of this person.")
        return
    path = target or Path(f"person-{request_id}.zip")
    if path.exists():
        raise click.ClickException(f"{path} is there already; request {request_id} is ready.")
    file = fetch_export(services, place, made[0].id, by=CONSOLE, now=now)
    # Readable by its owner only.
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
        written.write(file)
    click.echo(f"Request {request_id}: {len(file)} bytes written to {path}.")


@click.command()
@click.argument("store")
@_email
@click.option("--now", "at_once", is_flag=True, help="Don't wait for 24 hours.")
@with_services
def erase(services: Services, store: str, email: str, at_once: bool) -> None:
    """Erase a person from all stores of STORE's workspace, after 24 hours."""
    # What a restored database lacks comes first: this one would be the newest that it holds.
    settle(services)
    place = find_store(services, store).workspace_id
    request_id = ask_for_erasure(services, place, email=email, by=CONSOLE)
    if not at_once:
        click.echo(f"Request {request_id} begins in 24 hours; until then it can be taken back.")
        return
    run_now(services, place, request_id, by=CONSOLE)
    gone = work_off(services, request_id)
    clear_remains(services)
    click.echo(f"Request {request_id} is done: {gone} accounts and orders erased.")


@click.command()
@click.argument("store", required=False)
@as_json
@with_services
def retention(services: Services, store: str | None, as_json: bool) -> None:
    """How long each class of data is kept: by itself, or in STORE's workspace."""
    if store is None:
        rows = [{**each.as_dict(), "days": each.default_days} for each in CLASSES]
    else:
        place = find_store(services, store).workspace_id
        rows = [each.as_dict() for each in privacy_overview(services, place).retention]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        is_kept = row["days"] is None
        days = registry.kept(BY_NAME[row["name"]]) if is_kept else f"{row['days']} days"
        bounds = f"  ({row['least']} to {row['most']})" if row["is_changeable"] else ""
        chosen = "  chosen" if row.get("is_set") else ""
        click.echo(f"{row['name']}  {days}{bounds}{chosen}")


@click.command("registry")
@as_json
def registry_command(as_json: bool) -> None:
    """Every place that can hold personal data, as docs/privacy-registry.md has it."""
    if as_json:
        print_json(registry.as_dicts())
        return
    click.echo(registry.as_markdown(), nl=False)


# Of the group `tillside privacy`.
OF_PERSONS = (export, erase, retention, registry_command)
