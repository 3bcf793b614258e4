"""`tillside keys`: the operator's encryption keys."""

import click

from integration.commands.context import with_services
from integration.install.keys import rewrap_data_keys
from integration.services import Services


@click.group()
def keys() -> None:
    """The encryption keys."""


@keys.command()
@with_services
def rotate(services: Services) -> None:
    """Wrap the data key of every store and every channel with the first of ENCRYPTION_KEYS.

    Put the new key first and keep the old one behind it; once this has run everywhere, the old one
    can go. Nothing that runs is disturbed.
    """
    changed, kept = rewrap_data_keys(services)
    click.echo(f"{changed} data keys were wrapped anew, {kept} were current already.")
