"""`tillside db`: the schema."""

import click

from integration.commands.context import environment
from integration.settings import load
from integration.upgrade import upgrade as upgrade_schema


@click.group()
def db() -> None:
    """The database's schema."""


@db.command()
def upgrade() -> None:
    """Bring the schema to this version (`up` and `demo` do it themselves)."""
    upgrade_schema(load(environment()))
    click.echo("The schema is up to date.")
