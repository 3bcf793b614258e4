"""`tillside profiles suggestions` and `dismiss`: who may be one person, from the command line."""

from collections.abc import Iterator
from dataclasses import asdict

import click
from sqlalchemy import select

from integration.commands.context import as_json, print_json, with_services
from integration.commands.profile_workspaces import OUR_ID, workspace_of
from integration.crm.deeds import Decider
from integration.crm.linking import dismiss as dismiss_pair
from integration.crm.person_heads import PersonHead
from integration.identity.pairing import remove_pairs
from integration.identity.suggestions import (
    MOST,
    Suggestion,
    SuggestionReason,
    open_suggestions,
    suggestions_for,
)
from integration.identity.two import Two
from integration.identity.weights import ClueKind
from integration.models import Workspace
from integration.services import Services

_SAID = {
    ClueKind.PHONE: "the same phone {0}",
    ClueKind.MAILBOX: "one mailbox: {0} and {1}",
    ClueKind.MISTYPED: "a mistyped address: {0} and {1}",
    ClueKind.TYPED: "{0} stands on an order of the one and is the other's own",
    ClueKind.PLACE: "the same name at {0}",
}


@click.command()
@click.argument("profile_id", type=OUR_ID, required=False)
@as_json
@with_services
def suggestions(services: Services, profile_id: int | None, as_json: bool) -> None:
    """Who may be one person, the strongest first; of one person or of everybody."""
    if profile_id is not None:
        with services.db.workspace(workspace_of(services, profile_id)) as session:
            found = suggestions_for(session, profile_id)
        if as_json:
            print_json(asdict(found))
            return
        told, count = found.suggestions, len(found.suggestions)
    else:
        pages = list(_pages(services))
        if as_json:
            print_json([asdict(each) for each in pages])
            return
        told, count = tuple(pages), _count(services)
    for each in told:
        click.echo(_line(each))
    if count > len(told):
        click.echo(f"{count - len(told)} more.")
    if not told:
        click.echo("Nobody looks like somebody else.")


@click.command()
@click.argument("profile_id", type=OUR_ID)
@click.argument("other_id", type=OUR_ID)
@click.option("--reason", help="Why, for the history.")
@with_services
def dismiss(services: Services, profile_id: int, other_id: int, reason: str | None) -> None:
    """Say that two are different people: they are never suggested again."""
    with services.db.workspace(workspace_of(services, profile_id), write=True) as session:
        decided = dismiss_pair(
            session,
            profile_id,
            other_id,
            by=Decider("operator"),
            now=services.now(),
            reason=reason,
        )
        remove_pairs(session, [Two.of(profile_id, other_id)])
    if not decided.changed:
        click.echo("That stood already.")
    else:
        click.echo(f"They are different people (event {decided.event_id}).")


def _pages(services: Services) -> Iterator[Suggestion]:
    for workspace_id in _workspaces(services):
        with services.db.workspace(workspace_id) as session:
            yield from open_suggestions(session, limit=MOST).suggestions


def _count(services: Services) -> int:
    count = 0
    for workspace_id in _workspaces(services):
        with services.db.workspace(workspace_id) as session:
            count += open_suggestions(session, limit=1).count
    return count


def _workspaces(services: Services) -> list[int]:
    with services.db.across_workspaces() as session:
        return list(session.execute(select(Workspace.id).order_by(Workspace.id)).scalars())


def _line(found: Suggestion) -> str:
    reasons = "; ".join(map(_said, found.reasons))
    return f"{_who(found.person)}  and  {_who(found.other)}  {found.strength}: {reasons}"


def _said(reason: SuggestionReason) -> str:
    values = (*reason.values, "one place", "")
    return _SAID[ClueKind(reason.kind)].format(*values)


def _who(head: PersonHead) -> str:
    contact = head.contacts[0] if head.contacts else "–"
    return f"{head.id} {head.display_name or '–'} ({contact})"
