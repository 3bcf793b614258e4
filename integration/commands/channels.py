"""`tillside channels`: the ways by which customers write, set up by the operator."""

import json
from typing import Any, TextIO

import click

from integration.audit.recording import CONSOLE
from integration.commands.context import find_store, with_services
from integration.conversations.channels.setup import (
    ChannelCard,
    FieldsRefused,
    channel_token,
    create_channel,
)
from integration.conversations.channels.standing import adapter_of
from integration.errors import Invalid
from integration.services import Services


@click.group()
def channels() -> None:
    """Mailboxes, chats, forms and phone lines."""


@channels.command()
@click.argument("kind")
@click.argument("store")
@click.option("--name", required=True, help="What the team calls it.")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="A field of the kind.")
@click.option(
    "--secrets",
    type=click.File("r"),
    help="A JSON object of the kind's secrets: a file, or - for stdin.",
)
@click.option("--locale", help="The language of automatic texts: en, el, he, cs or pl.")
@click.option("--all-stores", is_flag=True, help="It serves all stores of STORE's workspace.")
@with_services
def add(
    services: Services,
    kind: str,
    store: str,
    name: str,
    settings: tuple[str, ...],
    secrets: TextIO | None,
    locale: str | None,
    all_stores: bool,
) -> None:
    """Set up a channel of a kind for STORE, and try it.

    Secrets are read from a file or stdin, never from the command line, which others can see.
    """
    held = find_store(services, store)
    fields = {field.name: str(field.kind) for field in adapter_of(services, kind).accounts.fields}
    given = _given(fields, settings) | _secrets(fields, secrets)
    try:
        card = create_channel(
            services, held.workspace_id, kind, name, given, by=CONSOLE,
            store_id=None if all_stores else held.id, locale=locale,
        )  # fmt: skip
    except FieldsRefused as error:
        told = [f"{field or kind}: {why}" for field, why in error.details["fields"].items()]
        raise Invalid("\n".join(told)) from None
    _tell(services, held.workspace_id, card)


def _tell(services: Services, workspace_id: int, card: ChannelCard) -> None:
    click.echo(f"channel {card.id}  {card.kind}  {card.name}  {card.address or '–'}")
    token = channel_token(services, workspace_id, int(card.id))
    base = services.settings.app_url.rstrip("/")
    if adapter_of(services, card.kind).calls is not None:
        click.echo(f"called at {base}/webhooks/{card.kind}/{token}")
    else:
        click.echo(f"token {token}")
    for secret, value in card.made.items():
        click.echo(f"{secret} {value}  (made now, shown this once)")
    click.echo("it works" if card.error is None else f"it doesn't work yet: {card.error}")


def _given(fields: dict[str, str], settings: tuple[str, ...]) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for each in settings:
        field, sign, value = each.partition("=")
        if not sign or fields.get(field) in (None, "secret"):
            plain = ", ".join(one for one, kind in fields.items() if kind != "secret")
            raise Invalid(f"There is no setting {field}. There are: {plain}.")
        given[field] = value
    return given


def _secrets(fields: dict[str, str], file: TextIO | None) -> dict[str, Any]:
    if file is None:
        return {}
    try:
        told = json.load(file)
    except ValueError:
        raise Invalid("The secrets aren't JSON.") from None
    secret = [one for one, kind in fields.items() if kind == "secret"]
    if not isinstance(told, dict) or set(told) - set(secret):
        raise Invalid(f"The secrets are an object of: {', '.join(secret) or 'nothing'}.")
    return {field: str(value) for field, value in told.items()}
