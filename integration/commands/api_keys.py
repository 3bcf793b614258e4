"""`tillside api-keys`: keys for programs."""

import click

from integration.commands.context import as_json, find_store, print_json, with_services
from integration.install.api_keys import create_key, list_keys, revoke_key
from integration.services import Services


@click.group("api-keys")
def api_keys() -> None:
    """Keys for programs that call the API of one workspace."""


@api_keys.command()
@click.argument("store")
@with_services
def create(services: Services, store: str) -> None:
    """Print a new key for the workspace of STORE; it is shown this once."""
    held = find_store(services, store)
    click.echo(create_key(services, held.workspace_id, held.id))


@api_keys.command("list")
@as_json
@with_services
def list_command(services: Services, as_json: bool) -> None:
    """Every key, by its first characters."""
    keys = list_keys(services)
    if as_json:
        print_json(keys)
        return
    for key in keys:
        state = "revoked" if key["revoked_at"] else "active"
        click.echo(f"{key['id']}  {key['hint']}…  {key['store']}  {state}")


@api_keys.command()
@click.argument("key_id", type=int)
@with_services
def revoke(services: Services, key_id: int) -> None:
    """Have a key open nothing from now on."""
    revoke_key(services, key_id)
    click.echo("The key is revoked.")
