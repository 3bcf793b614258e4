"""`tillside db`: the schema, and copies of the SQLite files."""

from pathlib import Path

import click

from integration.commands.context import environment, with_services
from integration.operations.backup import back_up
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
