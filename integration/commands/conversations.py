"""`tillside conversations` and `tillside reports`: what is in the inbox, and what it comes to."""

from dataclasses import asdict
from typing import Any

import click
from sqlalchemy import select

from integration.commands.context import as_json, find_store, print_json, with_services
from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.lists.asked import read_asked
from integration.conversations.lists.views import list_conversations
from integration.conversations.shown import Shown, show_conversation
from integration.crm.views import View, write_view
from integration.errors import NotFound
from integration.models import Conversation, Store, Workspace
from integration.reports.asked import read_report_asked
from integration.reports.kept import see_report
from integration.reports.records import Report
from integration.services import Services

_NOBODY = 0
_VIEWER, _SURFACE = "operator", "command"


@click.group()
def conversations() -> None:
    """Conversations with customers."""


@conversations.command("list")
@click.option("--view", default="open", show_default=True, help="open, resolved, all, …")
@click.option("--limit", default=50, show_default=True, help="At most so many of a workspace.")
@as_json
@with_services
def list_command(services: Services, view: str, limit: int, as_json: bool) -> None:
    """The conversations of a view, the newest first."""
    asked = read_asked({"view": view})
    found: list[dict[str, Any]] = []
    for workspace_id in _workspaces(services):
        with services.db.workspace(workspace_id) as session:
            page = list_conversations(
                session,
                ChannelKeys(services.keyring),
                asked,
                agent_id=_NOBODY,
                now=services.now(),
                limit=limit,
            )
        found += [row.as_dict() for row in page.rows]
    if as_json:
        print_json(found)
        return
    for one in found:
        who = one["person_name"] or one["person_address"] or "somebody"
        said = one["subject"] or one["preview"]
        click.echo(f"{one['id']}  {one['status']:<8}  {one['channel_kind']:<5}  {who}: {said}")
    if not found:
        click.echo("There is no conversation in this view.")


@conversations.command()
@click.argument("conversation_id", type=int)
@as_json
@with_services
def show(services: Services, conversation_id: int, as_json: bool) -> None:
    """One conversation with its newest messages; that it was looked at is written down."""
    workspace_id = _workspace_of(services, conversation_id)
    with services.db.workspace(workspace_id) as session:
        found = show_conversation(session, ChannelKeys(services.keyring), conversation_id)
    _note_view(services, workspace_id, found)
    if as_json:
        print_json(asdict(found))
        return
    one = found.conversation
    title = one.subject or ("Chat" if one.channel_kind == "chat" else "No subject")
    click.echo(f"{title}  (conversation {one.id}, {one.status})")
    click.echo(f"  with {found.person.name or found.person.address} ({found.person.trust})")
    for warning in found.warnings:
        click.echo(f"  ! {warning.kind.replace('_', ' ')} {warning.order_name or ''}".rstrip())
    for message in found.messages:
        click.echo(f"{message.created_at:%Y-%m-%d %H:%M}  {message.kind}: {message.text}".rstrip())


@click.group()
def reports() -> None:
    """What conversations come to."""


@reports.command("conversations")
@click.option("--store", "store_name", default=None, help="Of this store's workspace, in its zone.")
@click.option("--days", default=30, show_default=True, help="So many days up to today.")
@as_json
@with_services
def report_command(services: Services, store_name: str | None, days: int, as_json: bool) -> None:
    """The figures of the conversations that began in a period."""
    found = []
    for workspace_id, zone in _places(services, store_name):
        asked = read_report_asked({"days": str(days)}, zone, services.now())
        found.append((workspace_id, see_report(services.db, workspace_id, asked)))
    if as_json:
        print_json([{"workspace_id": str(each), **asdict(report)} for each, report in found])
        return
    for workspace_id, report in found:
        _print(workspace_id, report)
    if not found:
        click.echo("There is no workspace yet.")


def _print(workspace_id: int, report: Report) -> None:
    figures = report.figures
    click.echo(f"Workspace {workspace_id}, {report.begins} to {report.ends} ({report.zone})")
    click.echo(f"  {figures.conversations} conversations, {figures.unanswered} unanswered")
    for name, spread in (("first answer", figures.answered), ("resolved", figures.resolved)):
        click.echo(f"  {name}: median {_text(spread.median)}, 90 % within {_text(spread.p90)}")


def _text(seconds: int | None) -> str:
    return "unknown" if seconds is None else f"{seconds} s"


def _note_view(services: Services, workspace_id: int, found: Shown) -> None:
    if found.person.profile_id is None:
        return
    person, number = int(found.person.profile_id), int(found.conversation.id)
    view = View(workspace_id, person, None, _VIEWER, _SURFACE, services.now(), number)
    write_view(services.db, view)


def _workspaces(services: Services) -> list[int]:
    with services.db.across_workspaces() as session:
        return list(session.execute(select(Workspace.id).order_by(Workspace.id)).scalars())


def _workspace_of(services: Services, conversation_id: int) -> int:
    statement = select(Conversation.workspace_id).where(Conversation.id == conversation_id)
    with services.db.across_workspaces() as session:
        found = session.execute(statement).scalar_one_or_none()
    if found is None:
        raise NotFound("There is no such conversation; `tillside conversations list` names them.")
    return found


def _places(services: Services, store_name: str | None) -> list[tuple[int, str | None]]:
    """Workspaces, each with the zone of its first store."""
    if store_name is not None:
        store = find_store(services, store_name)
        return [(store.workspace_id, store.timezone)]
    statement = select(Store.workspace_id, Store.timezone).order_by(Store.id.desc())
    with services.db.across_workspaces() as session:
        zones = {row[0]: row[1] for row in session.execute(statement)}
    return [(each, zones.get(each)) for each in _workspaces(services)]
