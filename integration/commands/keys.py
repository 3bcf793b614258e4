"""`tillside keys`: the operator's encryption keys."""

import sys
from typing import Any

import click

from integration.app import connect_valkey
from integration.commands.context import as_json, environment, print_json, with_services
from integration.operations.data_keys import Wraps, count_wraps
from integration.operations.key_place import KeyPlace
from integration.operations.key_rotation import Rotation
from integration.services import Services


@click.group()
def keys() -> None:
    """The encryption keys."""


@keys.command("list")
@as_json
@with_services
def list_keys(services: Services, as_json: bool) -> None:
    """Every key by its id, and how many stores' and channels' data keys it wraps."""
    rows = _rows(services)
    if as_json:
        print_json(rows)
        return
    for row in rows:
        what = "wraps" if row["wraps"] else "opens" if row["is_held"] else "IS NOT HELD"
        held = f"{row['stores']} stores, {row['channels']} channels"
        click.echo(f"{row['id']:<8} {what:<12} {held}")


@keys.command()
@click.option("--new", is_flag=True, help="Make a fresh key first, and put it in front.")
@with_services
def rotate(services: Services, new: bool) -> None:
    """Wrap the data key of every store and every channel with the first of ENCRYPTION_KEYS.

    Nothing that runs is disturbed: it waits until everything that runs knows the key, and changes
    nothing where something doesn't come to know it.
    """
    rotation = _rotation(services)
    if new:
        place = KeyPlace.of(environment())
        with place.alone():
            made = rotation.add_new(place)
        click.echo(f"{made} is made and stands in front in {place.name}: make a copy of it.")
    told = rotation.rewrap()
    click.echo(
        f"{told.changed} data keys were wrapped anew, {told.kept} were current already."
        + ("" if services.settings.redis_url else " Without Valkey nobody who runs was asked.")
    )
    if told.lost:
        click.echo(f"{told.lost} open by no key that is held: `tillside keys list` names its id.")
        sys.exit(1)


@keys.command()
@click.argument("key_id")
@with_services
def retire(services: Services, key_id: str) -> None:
    """Take a key away, unless something is wrapped with it.

    Backups that were made before the rotation open by it only: keep a copy as long as them.
    """
    place = KeyPlace.of(environment())
    with place.alone():
        _rotation(services).retire(place, key_id)
    click.echo(f"{key_id} is taken away. What was copied before the rotation opens by it only.")


def _rotation(services: Services) -> Rotation:
    settings = services.settings
    return Rotation(services, connect_valkey(settings) if settings.redis_url else None)


def _rows(services: Services) -> list[dict[str, Any]]:
    held, wraps = services.keyring.keys, count_wraps(services)
    return [
        {
            "id": key_id,
            "is_held": key_id in held.by_id,
            "wraps": key_id == held.current,
            **wraps.get(key_id, Wraps(0, 0))._asdict(),
        }
        for key_id in [*held.by_id, *(each for each in sorted(wraps) if each not in held.by_id)]
    ]
