"""Mail while its workers are killed: what went in and out in the end, by the other sides' books."""

import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from integration.app import build_services
from integration.conversations.changes import tell
from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.contents import open_content
from integration.conversations.incoming.fetching import ask
from integration.conversations.writing import answer
from integration.models import Agent, Arrival, Conversation, Message, Sending
from integration.models.vocabulary import DeliveryState, MessageKind, WorkState
from integration.services import Services
from integration.settings import load
from integration.upgrade import upgrade
from tests.factories.conversations import make_agent, make_channel
from tests.factories.stores import make_workspace
from tests.faults.house import House, tillside
from tests.real.mail_letters import Letter
from tests.real.mail_servers import DovecotServer, SmtpServer

_MARK = re.compile(r"mark\d{6}")
_MESSAGE_ID = re.compile(rb"(?im)^Message-ID:\s*<([^>\s]+)>")
_STUCK_AFTER_SECONDS = 240.0
_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A workspace with one mailbox, in a database that a house runs on."""

    services: Services
    workspace_id: int
    channel_id: int
    agent_id: int


@dataclass(frozen=True, slots=True)
class CameIn:
    """What came of letters. All but the first two have to be 0."""

    sent: int
    kills: int
    lost: int
    doubled: int
    parked: int
    open: int
    threads_torn: int


@dataclass(frozen=True, slots=True)
class WentOut:
    """What came of answers: `repeats` were taken twice, `other_ids` under another Message-ID."""

    written: int
    kills: int
    lost: int
    repeats: int
    other_ids: int
    not_marked: int


def make_mailbox(
    settings: dict[str, str], dovecot: DovecotServer, smtp: SmtpServer | None
) -> Mailbox:
    """A fresh database with a mailbox on these servers."""
    upgrade(load(settings))
    services = build_services(load(settings), settings)
    workspace_id = make_workspace(services.db)
    told = {"address": dovecot.user, "receives": "imap", "imap_folder": "INBOX", "read_from": ""}
    told |= dovecot.settings() | (smtp.settings() if smtp is not None else {})
    secrets = {"imap_password": dovecot.password, "smtp_password": dovecot.password}
    channel_id = make_channel(
        services.db,
        workspace_id,
        ring=services.keyring,
        settings=told,
        secrets=secrets,
        address=dovecot.user,
    )
    agent_id = make_agent(services.db, workspace_id)
    return Mailbox(services, workspace_id, channel_id, agent_id)


def add_workers(built: House) -> None:
    """What a mail house has beside its scheduler and its worker of the live queue."""
    built.add("calls1", tillside("worker", "--queue", "calls"))


def take_in(
    box: Mailbox,
    built: House,
    dovecot: DovecotServer,
    sent: Sequence[Letter],
    kills: Sequence[tuple[str, ...]],
) -> CameIn:
    """Deliver letters and kill workers in the midst; count once all is done, or stuck."""
    half = len(sent) // 2
    for letter in sent[:half]:
        dovecot.deliver(letter.raw)
    rest = list(sent[half:])
    points = [len(sent) * (number + 1) // (len(kills) + 1) for number in range(len(kills))]

    def step() -> int:
        for letter in rest[:100]:
            dovecot.deliver(letter.raw)
        del rest[:100]
        ask(box.services, box.workspace_id, box.channel_id)
        return _count(box, Arrival, Arrival.state == WorkState.APPLIED.value)

    _until(step, len(sent), built, list(zip(points, kills, strict=True)))
    return _came_in(box, sent, len(kills))


def answer_all(box: Mailbox, count: int) -> int:
    """Write so many answers, to all conversations in turns."""
    services = box.services
    with services.db.workspace(box.workspace_id) as session:
        ids = list(session.execute(select(Conversation.id).order_by(Conversation.id)).scalars())
    keys = ChannelKeys(services.keyring)
    for start in range(0, count, _AT_ONCE):
        with services.db.workspace(box.workspace_id, write=True) as session:
            agent = session.get_one(Agent, box.agent_id)
            for number in range(start, min(start + _AT_ONCE, count)):
                given = {"by": agent, "key": f"answer-{number}", "now": services.now()}
                place = ids[number % len(ids)]
                answer(session, keys, place, f"It is on its way, {number}.", **given)
        tell(services, box.workspace_id, is_to_be_sent=True)
    return count


def send_out(
    box: Mailbox, built: House, smtp: SmtpServer, count: int, kills: Sequence[tuple[str, ...]]
) -> WentOut:
    """Write so many answers and kill senders in the midst; count once all went, or is stuck."""
    answer_all(box, count)
    points = [count * (number + 1) // (len(kills) + 1) for number in range(len(kills))]

    def step() -> int:
        tell(box.services, box.workspace_id, is_to_be_sent=True)
        return _count(box, Message, Message.delivery == DeliveryState.SENT.value)

    _until(step, count, built, list(zip(points, kills, strict=True)))
    return _went_out(box, smtp, count, len(kills))


def kills_of(names: Sequence[str], count: int) -> list[tuple[str, ...]]:
    """So many kills of these in turns, the last of all at once."""
    turns = [(names[number % len(names)],) for number in range(count - 1)]
    return [*turns, tuple(names)]


def _until(
    step: Callable[[], int],
    wanted: int,
    built: House,
    kills: list[tuple[int, tuple[str, ...]]],
) -> None:
    moved_at, before = time.monotonic(), -1
    while True:
        done = step()
        while kills and done >= kills[0][0]:
            built.kill(*kills.pop(0)[1])
        if done >= wanted and not kills:
            return
        if done != before:
            moved_at, before = time.monotonic(), done
        if time.monotonic() - moved_at > _STUCK_AFTER_SECONDS:
            print(f"stuck at {done} of {wanted}\n{built.said()}")
            return
        time.sleep(0.25)


def _count(box: Mailbox, model: type[Arrival] | type[Message], where: object) -> int:
    with box.services.db.workspace(box.workspace_id) as session:
        statement = select(func.count()).select_from(model).where(where)  # type: ignore[arg-type]
        return session.execute(statement).scalar_one()


def _came_in(box: Mailbox, sent: Sequence[Letter], kills: int) -> CameIn:
    keys = ChannelKeys(box.services.keyring)
    found: Counter[str] = Counter()
    places: dict[str, int] = {}
    with box.services.db.workspace(box.workspace_id) as session:
        statement = select(Message).where(Message.kind == MessageKind.CUSTOMER)
        for message in session.execute(statement).scalars():
            text = open_content(keys.by_id(session, message.channel_id), message).text
            found.update(_MARK.findall(text))
            places[message.external_id or ""] = message.conversation_id
    torn = sum(
        places.get(letter.answers) != places.get(f"letter-{int(letter.mark[4:])}@customers.example")
        for letter in sent
        if letter.answers is not None
    )
    marks = {letter.mark for letter in sent}
    parked = _count(box, Arrival, Arrival.state == WorkState.PARKED.value)
    open_ones = _count(box, Arrival, Arrival.due_at.is_not(None))
    return CameIn(
        sent=len(sent),
        kills=kills,
        lost=len(marks - found.keys()),
        doubled=sum(times - 1 for times in found.values()),
        parked=parked,
        open=open_ones,
        threads_torn=torn,
    )


def _went_out(box: Mailbox, smtp: SmtpServer, written: int, kills: int) -> WentOut:
    taken = Counter(
        found.group(1).decode()
        for raw in smtp.taken()
        if (found := _MESSAGE_ID.search(raw)) is not None
    )
    with box.services.db.workspace(box.workspace_id) as session:
        statement = select(Message.external_id).where(Message.kind == MessageKind.ANSWER)
        wanted = set(session.execute(statement).scalars())
        waiting = session.execute(select(func.count()).select_from(Sending)).scalar_one()
    return WentOut(
        written=written,
        kills=kills,
        lost=len(wanted - taken.keys()),
        repeats=sum(times - 1 for times in taken.values()),
        other_ids=len(taken.keys() - wanted),
        not_marked=waiting,
    )


def tell_logs(built: House, folder: Path) -> None:
    """What the parts said, for whoever has to find out."""
    print(built.said())
    print(folder)
