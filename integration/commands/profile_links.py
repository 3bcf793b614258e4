"""`tillside profiles link`, `unlink`, `history` and `undo`: who is one person, by decision."""

from collections.abc import Callable
from dataclasses import asdict

import click
from sqlalchemy import select

from integration.commands.context import as_json, print_json, with_services
from integration.commands.profile_workspaces import OUR_ID, workspace_of
from integration.crm.deeds import Decider, Decision
from integration.crm.faces import face_of
from integration.crm.identity_answers import event_answer
from integration.crm.identity_history import Entry, history_of
from integration.crm.linking import link as link_profiles
from integration.crm.linking import undo as undo_event
from integration.crm.parting import mark_shared, mark_single
from integration.crm.parting import unlink as unlink_part
from integration.db import WorkspaceSession
from integration.errors import Invalid, NotFound
from integration.events import Event
from integration.identity.keys import Key
from integration.identity.typed import identity_typed
from integration.models import IdentityEvent
from integration.services import Services

_BY = Decider("operator")
_WHY = click.option("--reason", help="Why; it stands in the history.")
_ENTRIES = _MOST_TOLD = 100
_LONGEST_ID = 18


@click.command()
@click.argument("profile_id", type=OUR_ID)
@click.argument("other_id", type=OUR_ID)
@_WHY
@as_json
@with_services
def link(
    services: Services, profile_id: int, other_id: int, reason: str | None, as_json: bool
) -> None:
    """Let two profiles be one person; `profiles undo` takes it back."""
    done = _do(
        services,
        workspace_of(services, profile_id),
        lambda session: link_profiles(
            session, profile_id, other_id, by=_BY, now=services.now(), reason=reason
        ),
    )
    _tell(done, as_json, f"They are one person now: profile {done.profile_id}.")


@click.command()
@click.argument("profile_id", type=OUR_ID)
@click.argument("what")
@_WHY
@as_json
@with_services
def unlink(
    services: Services, profile_id: int, what: str, reason: str | None, as_json: bool
) -> None:
    """Take something of a person out: a profile that was joined to it (its id), `customer:ID`,
    `order:ID` (ID is STORE_ID:EXTERNAL_ID) or `email:ADDRESS`.
    """
    part = _part(what)
    done = _do(
        services,
        workspace_of(services, profile_id),
        lambda session: unlink_part(
            session, profile_id, part, by=_BY, now=services.now(), reason=reason
        ),
    )
    _tell(done, as_json, "They are persons of their own again.")


@click.command()
@click.argument("profile_id", type=OUR_ID)
@click.argument("address")
@click.option("--single", is_flag=True, help="It is one person's after all.")
@_WHY
@as_json
@with_services
def shared(
    services: Services,
    profile_id: int,
    address: str,
    single: bool,
    reason: str | None,
    as_json: bool,
) -> None:
    """Let an address or phone of a person (`email:ADDRESS`, `phone:+49…`) link nobody, since
    several people use it.
    """
    key = _part(address)
    if isinstance(key, int):
        raise Invalid("Say email:ADDRESS or phone:NUMBER.")
    mark = mark_single if single else mark_shared
    done = _do(
        services,
        workspace_of(services, profile_id),
        lambda session: mark(session, key, by=_BY, now=services.now(), reason=reason),
    )
    _tell(done, as_json, "Done. It is one person's." if single else "Done. It links nobody.")


@click.command()
@click.argument("event_id", type=OUR_ID)
@as_json
@with_services
def undo(services: Services, event_id: int, as_json: bool) -> None:
    """Take back what an entry of a history decided."""
    with services.db.across_workspaces() as session:
        workspace_id = session.execute(
            select(IdentityEvent.workspace_id).where(IdentityEvent.id == event_id)
        ).scalar_one_or_none()
    if workspace_id is None:
        raise NotFound(f"There is no entry {event_id}.")
    done = _do(
        services,
        workspace_id,
        lambda session: undo_event(session, event_id, by=_BY, now=services.now()),
    )
    _tell(done, as_json, "Taken back.")


@click.command()
@click.argument("profile_id", type=OUR_ID)
@as_json
@with_services
def history(services: Services, profile_id: int, as_json: bool) -> None:
    """What changed whose a person's things are: the newest hundred entries."""
    with services.db.workspace(workspace_of(services, profile_id)) as session:
        entries, _ = history_of(session, face_of(session, profile_id), limit=_ENTRIES)
    if as_json:
        print_json([asdict(event_answer(entry)) for entry in entries])
        return
    for entry in entries:
        click.echo(_line(entry))
    if not entries:
        click.echo("Nothing was decided, and the stores moved nothing.")


def _do(
    services: Services, workspace_id: int, deed: Callable[[WorkspaceSession], Decision]
) -> Decision:
    with services.db.workspace(workspace_id, write=True) as session:
        done = deed(session)
    about = sorted(done.touched)[:_MOST_TOLD]
    services.events.publish(*(Event(workspace_id, "profile", each) for each in about))
    return done


def _tell(done: Decision, as_json: bool, sentence: str) -> None:
    if as_json:
        print_json(done.as_answer())
        return
    if not done.changed:
        click.echo("Nothing changed: it stood already.")
        return
    click.echo(f"{sentence} To take it back: tillside profiles undo {done.event_id}")


def _part(typed: str) -> int | Key:
    if typed.isascii() and typed.isdigit():
        if len(typed) > _LONGEST_ID:
            raise NotFound("There is no such profile.")
        return int(typed)
    kind, _, value = typed.partition(":")
    return identity_typed(kind, value) if value else identity_typed("email", typed)


def _line(entry: Entry) -> str:
    about = " ".join(f"{part.kind} {part.text}" for part in (entry.left, entry.right) if part)
    way = f", delivery {entry.delivery_id}" if entry.delivery_id is not None else ""
    undone = "  (taken back)" if entry.is_undone else ""
    why = f"  “{entry.reason}”" if entry.reason else ""
    what = f"{entry.action}  {about}  by {entry.made_by}{way}"
    return f"{entry.id}  {entry.at:%Y-%m-%d %H:%M}  {what}{why}{undone}"
