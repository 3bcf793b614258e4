"""`tillside audit`: who did what in a workspace, read and taken out by the operator."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any, BinaryIO

import click

from integration.audit.asked import AuditAsked, read_audit_asked
from integration.audit.export import Form, export_deeds, export_views
from integration.audit.paging import MOST_A_PAGE
from integration.audit.reading import AuditEntry, audit_page
from integration.audit.recording import CONSOLE
from integration.commands.context import as_json, find_store, print_json, with_services
from integration.services import Services


@click.group()
def audit() -> None:
    """Who did what in a workspace; STORE names any store of it."""


def _filters(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that narrow it."""
    for option in (
        click.option("--to", "until", default="", help="Until that day, or moment, in UTC."),
        click.option("--from", "since", default="", help="From that day, or moment, in UTC."),
        click.option("--action", default="", help="A deed (agent.invited) or a family (agent)."),
        click.option("--agent", default="", help="Only what this agent did, by id."),
    ):
        command = option(command)
    return command


@audit.command("list")
@click.argument("store")
@_filters
@click.option("--limit", type=click.IntRange(1, MOST_A_PAGE), default=50, show_default=True)
@as_json
@with_services
def list_command(services: Services, store: str, limit: int, as_json: bool, **filters: str) -> None:
    """The newest deeds."""
    held, asked = find_store(services, store), _asked(filters)
    with services.db.workspace(held.workspace_id) as session:
        entries = audit_page(session, asked, limit=limit).entries
    if as_json:
        print_json([asdict(each) for each in entries])
        return
    for each in entries:
        click.echo(_line(each))


@audit.command()
@click.argument("store")
@_filters
@click.option("--views", is_flag=True, help="Who looked at whom, instead of deeds.")
@click.option("--output", type=click.File("wb"), default="-", help="A file in place of stdout.")
@as_json
@with_services
def export(
    services: Services, store: str, views: bool, output: BinaryIO, as_json: bool, **filters: str
) -> None:
    """All deeds as a table (CSV), with --json an object a line; the export is one of them."""
    held, asked = find_store(services, store), _asked(filters)
    form: Form = "jsonl" if as_json else "csv"
    if views:
        pieces = export_views(services, held.workspace_id, asked, form, by=CONSOLE)
    else:
        pieces = export_deeds(services, held.workspace_id, asked, form, by=CONSOLE)
    for piece in pieces:
        output.write(piece)


def _asked(filters: dict[str, str]) -> AuditAsked:
    told = {"agent": filters["agent"], "action": filters["action"]}
    return read_audit_asked(told | {"from": filters["since"], "to": filters["until"]})


def _line(entry: AuditEntry) -> str:
    who = entry.actor_name or entry.actor_kind
    told = " ".join(f"{name}={value}" for name, value in entry.details.items())
    parts = (f"{entry.at:%Y-%m-%d %H:%M:%S}Z", who, entry.action, entry.target or "–", told)
    return "  ".join(filter(None, parts))
