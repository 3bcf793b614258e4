"""`tillside channels`: how they stand, what came in by them, and asking them now."""

import click
from sqlalchemy import select

from integration.commands.context import as_json, print_json, with_services
from integration.conversations.channels.cards import ChannelCard, channel_card
from integration.conversations.channels.standing import check_channel
from integration.conversations.incoming.arrival_ledger import (
    ArrivalView,
    list_arrivals,
    replay_arrival,
)
from integration.conversations.incoming.fetching import fetch_turn
from integration.conversations.incoming.working_off import work_off_arrivals
from integration.errors import AppError, NotFound
from integration.models import Channel
from integration.models.vocabulary import ChannelStatus, WorkState
from integration.services import Services

_STATES = [state.value for state in WorkState]


@click.command("list")
@as_json
@with_services
def list_command(services: Services, as_json: bool) -> None:
    """All channels and how they stand."""
    with services.db.across_workspaces() as session:
        rows = session.execute(
            select(Channel.workspace_id, Channel.id)
            .where(Channel.status != ChannelStatus.REMOVED)
            .order_by(Channel.id)
        ).all()
    cards = [channel_card(services, workspace_id, number) for workspace_id, number in rows]
    if as_json:
        print_json([card.as_dict() for card in cards])
        return
    for card in cards:
        click.echo(_line(card))


@click.command()
@click.argument("channel_id", type=int, metavar="ID")
@with_services
def check(services: Services, channel_id: int) -> None:
    """Try a channel's servers and credentials; status 1 where they don't work."""
    card = check_channel(services, _workspace_of(services, channel_id), channel_id)
    click.echo(_line(card))
    if card.error_code:
        raise SystemExit(1)


@click.command()
@click.argument("channel_id", type=int, metavar="ID")
@with_services
def fetch(services: Services, channel_id: int) -> None:
    """Ask a mailbox for what is new, and work it off, here and now."""
    workspace_id = _workspace_of(services, channel_id)
    new = seen = 0
    while True:
        turn = fetch_turn(services, workspace_id, channel_id)
        new, seen = new + turn.new, seen + turn.seen
        if not turn.has_more:
            break
    while work_off_arrivals(services):
        pass
    click.echo(f"{seen} mails were read, {new} are new.")
    if turn.error is not None:
        raise AppError(str(turn.error), code=turn.error.code)


@click.command()
@click.option("--state", type=click.Choice(_STATES), help="Only those in this state.")
@click.option("--channel", "channel_id", type=int, metavar="ID", help="Only those of this channel.")
@click.option("--limit", default=100, show_default=True, help="How many, the newest first.")
@as_json
@with_services
def arrivals(
    services: Services, state: str | None, channel_id: int | None, limit: int, as_json: bool
) -> None:
    """The newest of what came in, and how its work stands."""
    views = list_arrivals(services, state=state, channel_id=channel_id, at_most=limit)
    if as_json:
        print_json([view.as_dict() for view in views])
        return
    for view in views:
        click.echo(_arrival_line(view))


@click.command()
@click.argument("arrival_id", type=int, metavar="ID")
@with_services
def replay(services: Services, arrival_id: int) -> None:
    """Work off something that came in again, here and now; status 1 where it fails again."""
    view = replay_arrival(services, arrival_id)
    click.echo(_arrival_line(view))
    if view.state != WorkState.APPLIED:
        raise SystemExit(1)


COMMANDS = (list_command, check, fetch, arrivals, replay)


def _workspace_of(services: Services, channel_id: int) -> int:
    with services.db.across_workspaces() as session:
        found = session.execute(
            select(Channel.workspace_id).where(
                Channel.id == channel_id, Channel.status != ChannelStatus.REMOVED
            )
        ).scalar_one_or_none()
    if found is None:
        raise NotFound(f"There is no channel {channel_id}; `tillside channels list` names them.")
    return found


def _line(card: ChannelCard) -> str:
    error = f"  {card.error_code}: {card.error}" if card.error_code else ""
    since = f" since {card.failing_since:%Y-%m-%dT%H:%MZ}" if card.failing_since else ""
    return (
        f"{card.id}  {card.kind}  {card.name}  {card.address or '-'}  {card.status}{error}{since}"
    )


def _arrival_line(view: ArrivalView) -> str:
    error = f"  {view.error_code}: {view.error}" if view.error_code else ""
    at = view.received_at.isoformat(timespec="seconds")
    return f"{view.id}  {at}  {view.channel}  {view.size_bytes} bytes  {view.state}{error}"
