"""`tillside segments`: saved conditions on people, who meets them, and people as a file."""

import contextlib
from dataclasses import asdict
from typing import Any, BinaryIO

import click
from sqlalchemy import select

from integration.commands.context import as_json, print_json, with_services
from integration.errors import NotFound
from integration.models import Segment, Workspace
from integration.segments.export import Exporter, Selection, begin_export
from integration.segments.read import count_people, page_of_people
from integration.segments.saved import SavedSegment, list_segments, read_segment
from integration.services import Services


@click.group()
def segments() -> None:
    """People of a workspace by saved conditions."""


@segments.command("list")
@as_json
@with_services
def list_command(services: Services, as_json: bool) -> None:
    """Every segment with how many people it has."""
    found: list[dict[str, Any]] = []
    for workspace_id in _workspaces(services):
        with services.db.workspace(workspace_id) as session:
            for each in list_segments(session):
                count = count_people(session, each.conditions, services.now())
                found.append({**each.as_dict(), "count": asdict(count)})
    if as_json:
        print_json(found)
        return
    for one in found:
        more = "" if one["count"]["is_exact"] else "+"
        click.echo(f"{one['id']}  {one['name']}  {one['count']['people']}{more} people")
    if not found:
        click.echo("There is no segment yet.")


@segments.command()
@click.argument("segment_id", type=int)
@as_json
@with_services
def show(services: Services, segment_id: int, as_json: bool) -> None:
    """One segment with its conditions and who ordered last of it."""
    workspace_id, held = _held(services, segment_id)
    with services.db.workspace(workspace_id) as session:
        found = page_of_people(session, held.conditions, services.now())
    if as_json:
        print_json({**held.as_dict(), **asdict(found)})
        return
    click.echo(f"{held.name}  (segment {held.id})")
    for condition in held.conditions:
        click.echo("  " + " ".join(str(value) for value in condition.as_dict().values()))
    for person in found.people:
        click.echo(f"{person.id}  {person.display_name or '–'}  {person.contact or '–'}")


@segments.command()
@click.argument("segment_id", type=int)
@click.option("--output", type=click.File("wb"), default="-", help="A file in place of stdout.")
@with_services
def export(services: Services, segment_id: int, output: BinaryIO) -> None:
    """Its people as a file for spreadsheets; that they went out is written down."""
    workspace_id, held = _held(services, segment_id)
    exporter = Exporter(workspace_id, "operator", "command")
    asked = Selection("segment", conditions=held.conditions, segment_id=segment_id)
    with contextlib.closing(begin_export(services, exporter, asked)) as file:
        for piece in file:
            output.write(piece)


def _workspaces(services: Services) -> list[int]:
    with services.db.across_workspaces() as session:
        return list(session.execute(select(Workspace.id).order_by(Workspace.id)).scalars())


def _held(services: Services, segment_id: int) -> tuple[int, SavedSegment]:
    with services.db.across_workspaces() as session:
        asked = select(Segment.workspace_id).where(Segment.id == segment_id)
        workspace_id = session.execute(asked).scalar_one_or_none()
    if workspace_id is None:
        raise NotFound(f"There is no segment {segment_id}; `tillside segments list` names them.")
    with services.db.workspace(workspace_id) as scoped:
        return workspace_id, read_segment(scoped, segment_id)
