"""`tillside agents`: who is in a workspace, and the operator's way to let somebody in."""

import click

from integration.agents.changing import OPERATOR, disable, enable, set_role
from integration.agents.directory import AgentCard, list_agents
from integration.agents.invitations import Link, invite, renew_link
from integration.agents.naming import agent_email
from integration.agents.telling import tell_of_agent
from integration.commands.context import as_json, find_store, print_json, with_services
from integration.db import WorkspaceSession
from integration.models.vocabulary import Role
from integration.services import Services

_ROLES = click.Choice([str(role) for role in Role])


@click.group()
def agents() -> None:
    """Who answers in a workspace; STORE names any store of it."""


@agents.command("list")
@click.argument("store")
@as_json
@with_services
def list_command(services: Services, store: str, as_json: bool) -> None:
    """Everybody of the workspace."""
    held = find_store(services, store)
    with services.db.workspace(held.workspace_id) as session:
        cards = list_agents(session)
    if as_json:
        print_json([_as_dict(card) for card in cards])
        return
    for card in cards:
        click.echo(f"{card.id}  {card.name}  {card.email or '–'}  {card.role}  {card.status}")


@agents.command("invite")
@click.argument("store")
@click.argument("email")
@click.option("--name", default="", help="How they are called until they say so themselves.")
@click.option("--role", type=_ROLES, default=str(Role.AGENT), show_default=True)
@click.option("--owner", is_flag=True, help="The same as --role owner.")
@with_services
def invite_command(
    services: Services, store: str, email: str, name: str, role: str, owner: bool
) -> None:
    """Print the link by which somebody sets up their sign-in; whoever has it can.

    For an address that is an agent's already: a link for a new password, and the role with --owner.
    """
    held = find_store(services, store)
    asked = str(Role.OWNER) if owner else role
    with services.db.workspace(held.workspace_id, write=True) as session:
        link = _link(session, services, email, name, asked, raises=owner)
    there = f"{services.settings.app_url.rstrip('/')}/invitations/{link.token}"
    click.echo(f"{there}\nGood once, until {link.expires_at:%Y-%m-%d %H:%M} UTC.")


@agents.command("role")
@click.argument("store")
@click.argument("agent_id", type=int)
@click.argument("role", type=_ROLES)
@with_services
def role_command(services: Services, store: str, agent_id: int, role: str) -> None:
    """Give somebody another role."""
    held = find_store(services, store)
    with services.db.workspace(held.workspace_id, write=True) as session:
        card = set_role(session, agent_id, role, by=OPERATOR, now=services.now())
    tell_of_agent(services, held.workspace_id, agent_id)
    click.echo(f"{card.name} is {card.role} now.")


@agents.command("disable")
@click.argument("store")
@click.argument("agent_id", type=int)
@click.option("--undo", is_flag=True, help="Let them in again.")
@with_services
def disable_command(services: Services, store: str, agent_id: int, undo: bool) -> None:
    """Let somebody in no more: their sessions end, and the store's admin is closed to them."""
    held = find_store(services, store)
    with services.db.workspace(held.workspace_id, write=True) as session:
        if undo:
            card = enable(session, agent_id, by=OPERATOR, now=services.now())
        else:
            card = disable(session, agent_id, by=OPERATOR, now=services.now())
    tell_of_agent(services, held.workspace_id, agent_id)
    click.echo(f"{card.name} {'can come in again' if undo else 'is shut out'}.")


def _link(
    session: WorkspaceSession, services: Services, email: str, name: str, role: str, *, raises: bool
) -> Link:
    address, now = agent_email(email), services.now()
    known = next((card for card in list_agents(session) if card.email == address), None)
    if known is None:
        return invite(session, email=address, name=name, role=role, by=OPERATOR, now=now)
    if raises:
        set_role(session, known.id, role, by=OPERATOR, now=now)
    return renew_link(session, known.id, by=OPERATOR, now=now)


def _as_dict(card: AgentCard) -> dict[str, object]:
    return {
        "id": str(card.id),
        "name": card.name,
        "email": card.email,
        "role": card.role,
        "status": card.status,
        "locales": list(card.locales),
        "takes_conversations": card.takes_conversations,
        "capacity": card.capacity,
        "seen_at": card.seen_at,
    }
