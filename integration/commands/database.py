"""`tillside db`: the schema, and copies of the SQLite files."""

from pathlib import Path

import click

from integration.agents.after_restore import end_restored_access
from integration.app import build_services
from integration.clock import utc_now
from integration.commands.context import environment, with_services
from integration.operations.backup import back_up
from integration.operations.restoring import put_back
from integration.privacy.restoring.settling import settle
from integration.services import Services
from integration.settings import load
from integration.upgrade import upgrade as upgrade_schema


@click.group()
def db() -> None:
    """The database: its schema, its copies."""


@db.command()
def upgrade() -> None:
    """Bring the schema to this version (`up` and `demo` do it themselves)."""
    upgrade_schema(load(environment()))
    click.echo("The schema is up to date.")


@db.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@with_services
def backup(services: Services, folder: Path) -> None:
    """Copy the SQLite files into a new FOLDER while everything runs; the keys aren't in it."""
    for made in back_up(services, folder):
        click.echo(f"{made.path}: {made.size_bytes / 1e6:.1f} MB")
    click.echo("Keep SECRET_KEY and ENCRYPTION_KEYS too, and apart from it.")


@db.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Move the files that are there aside.")
@click.option(
    "--journal",
    "journals",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A journal of erasures that was kept elsewhere, besides DATA_DIR's own.",
)
def restore(folder: Path, replace: bool, journals: tuple[Path, ...]) -> None:
    """Put the copy in FOLDER back, and erase again whoever was erased since it was made.

    Its sessions and links end. Agents and API keys are what they were then.
    """
    values = environment()
    settings = load(values)
    aside = put_back(settings, folder, utc_now(), replace=replace)
    if aside is not None:
        click.echo(f"The old files are in {aside}; delete them when you don't need them any more.")
    upgrade_schema(settings)
    services = build_services(settings, values)
    done = settle(services, journals)
    ended = end_restored_access(services)
    click.echo(
        f"{ended} sessions of the copy were ended, and its links for signing in. Whom you shut out"
        " and which API keys you revoked since it doesn't know: see `tillside agents list` and"
        " `tillside api-keys list`."
    )
    click.echo(f"Restored. {done} erasures of the journal were applied again.")
