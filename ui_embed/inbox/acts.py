"""What is done with a conversation by one press: who has it, its state, tags, a reason, spam."""

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response

from integration.agents.directory import agent_names
from integration.conversations import states
from integration.conversations.found import conversation_for
from integration.conversations.outgoing.outbox import retry_sending
from integration.conversations.tags import tag_conversation, untag_conversation
from integration.errors import Conflict, Invalid
from ui_embed.api.bodies import our_id
from ui_embed.api.fields import maybe_time
from ui_embed.entrance import staff_page
from ui_embed.inbox.acting import acted, myself, tell_of, to_conversation, writing
from ui_embed.inbox.pages import conversation_number, message_number
from ui_embed.inbox.screen import Told
from ui_embed.inbox.sentences import in_words
from ui_embed.request_context import caller, formats, services, single_fields
from ui_embed.texts import gettext

inbox_acts = Blueprint("inbox_acts", __name__)

_MORNING = 9


@inbox_acts.post("/inbox/<conversation_id>/assign")
@staff_page
def assign(conversation_id: str) -> Response:
    """Give it to an agent (`agent`), or with an empty one to nobody."""
    number, chosen = conversation_number(conversation_id), single_fields().get("agent", "")
    agent_id = our_id(chosen) if chosen else None
    try:
        with writing() as session:
            by = myself(session)
            before = conversation_for(session, number).assignee_id
            states.assign(session, number, agent_id, by=by, now=services().now())
            name = agent_names(session, [agent_id]).get(agent_id or 0)
            is_mine = agent_id == by.id
    except Invalid as error:
        return acted(number, Told(in_words(error), is_refusal=True))
    tell_of(number)
    if is_mine:
        text = gettext("It is yours now.")
    elif name:
        text = gettext("Assigned to %(name)s.", name=name)
    else:
        text = gettext("Assigned to nobody.")
    return acted(number, Told(text, "assign", {"agent": str(before or "")}))


@inbox_acts.post("/inbox/<conversation_id>/move")
@staff_page
def move(conversation_id: str) -> Response:
    """Open it, resolve it, or let it wait for the customer (`status`); `until` snoozes it again."""
    number, fields = conversation_number(conversation_id), single_fields()
    status, until = fields.get("status", ""), fields.get("until")
    return _moved(number, status, maybe_time({"until": until or None}, "until"))


@inbox_acts.post("/inbox/<conversation_id>/snooze")
@staff_page
def snooze(conversation_id: str) -> Response:
    """Put it away until a time: `for` is 3h, tomorrow, monday, week, or date with `date`."""
    number, fields = conversation_number(conversation_id), single_fields()
    try:
        until = _until(fields.get("for", ""), fields.get("date", ""))
    except ValueError:
        refusal = gettext("Choose a day to come first.")
        return acted(number, Told(refusal, is_refusal=True))
    return _moved(number, "snoozed", until)


@inbox_acts.post("/inbox/<conversation_id>/tag")
@staff_page
def tag(conversation_id: str) -> Response:
    """Put a tag on (`add`) or take one off (`remove`)."""
    number, fields = conversation_number(conversation_id), single_fields()
    gone, added = fields.get("remove"), fields.get("add", "")
    try:
        with writing() as session:
            by, now = myself(session), services().now()
            if gone is not None:
                untag_conversation(session, number, gone, by=by, now=now)
            else:
                tag_conversation(session, number, [added], by=by, now=now)
    except Invalid as error:
        return acted(number, Told(in_words(error), is_refusal=True))
    tell_of(number)
    if gone is not None:
        return acted(number, Told(gettext("The tag was removed."), "tag", {"add": gone}))
    return acted(number, Told(gettext("The tag was added."), "tag", {"remove": added.strip()}))


@inbox_acts.post("/inbox/<conversation_id>/reason")
@staff_page
def reason(conversation_id: str) -> Response:
    """Say why the customer wrote (`reason`), or with an empty one that it isn't said."""
    number, chosen = conversation_number(conversation_id), single_fields().get("reason", "")
    with writing() as session:
        before = conversation_for(session, number).reason_id
        reason_id = our_id(chosen) if chosen else None
        states.set_reason(session, number, reason_id, by=myself(session), now=services().now())
    tell_of(number)
    undo = {"reason": str(before or "")}
    return acted(number, Told(gettext("The reason was set."), "reason", undo))


@inbox_acts.post("/inbox/<conversation_id>/spam")
@staff_page
def spam(conversation_id: str) -> Response:
    """Put it aside as spam (`spam=1`), or take it back."""
    number, is_spam = conversation_number(conversation_id), single_fields().get("spam") == "1"
    with writing() as session:
        states.set_spam(session, number, is_spam, by=myself(session), now=services().now())
    tell_of(number)
    text = gettext("Put aside as spam.") if is_spam else gettext("It is no spam.")
    return acted(number, Told(text, "spam", {"spam": "0" if is_spam else "1"}))


@inbox_acts.post("/inbox/<conversation_id>/order")
@staff_page
def order(conversation_id: str) -> Response:
    """Say which order it is about (`order`, our id), or none. `from=search` leads to the page."""
    number, fields = conversation_number(conversation_id), single_fields()
    chosen = fields.get("order", "")
    with writing() as session:
        before = conversation_for(session, number).order_id
        order_id = our_id(chosen) if chosen else None
        states.set_order(session, number, order_id, by=myself(session), now=services().now())
    tell_of(number)
    if fields.get("from") == "search":
        return to_conversation(number)
    undo = {"order": str(before or "")}
    return acted(number, Told(gettext("The order was set."), "order", undo))


@inbox_acts.post("/inbox/<conversation_id>/person")
@staff_page
def person(conversation_id: str) -> Response:
    """Say who it is with (`profile`): an agent's word. `from=search` leads back to the page."""
    number, fields = conversation_number(conversation_id), single_fields()
    profile_id = our_id(fields.get("profile", "")) or 0
    with writing() as session:
        states.set_person(session, number, profile_id, by=myself(session), now=services().now())
    tell_of(number)
    if fields.get("from") == "search":
        return to_conversation(number)
    return acted(number, Told(gettext("It was said who this is.")))


@inbox_acts.post("/inbox/<conversation_id>/messages/<message_id>/send")
@staff_page
def send_again(conversation_id: str, message_id: str) -> Response:
    """Try once more to send a message that failed."""
    number, message = conversation_number(conversation_id), message_number(message_id)
    try:
        with writing() as session:
            conversation_for(session, number)
            retry_sending(session, message, by=myself(session), now=services().now())
    except Conflict:
        return acted(number, Told(gettext("It can't be sent again now."), is_refusal=True))
    tell_of(number, is_to_be_sent=True)
    return acted(number, Told(gettext("It is being sent again.")))


def _moved(number: int, status: str, until: datetime | None) -> Response:
    now = services().now()
    try:
        with writing() as session:
            held = conversation_for(session, number)
            before, slept = held.status, held.snoozed_until
            states.set_status(session, number, status, by=myself(session), now=now, until=until)
    except Invalid as error:
        return acted(number, Told(in_words(error), is_refusal=True))
    tell_of(number)
    undo: dict[str, Any] = {"status": before}
    if before == "snoozed":
        if slept is None or slept <= now:
            return acted(number, Told(_words(status, until)))
        undo["until"] = slept.isoformat()
    return acted(number, Told(_words(status, until), "move", undo))


def _words(status: str, until: datetime | None) -> str:
    if status == "snoozed" and until is not None:
        when = formats(caller().store).hour(until)
        return gettext("It comes back %(time)s.", time=when)
    return {
        "open": gettext("It is open again."),
        "pending": gettext("It waits for the customer now."),
        "resolved": gettext("It is resolved."),
    }.get(status, "")


def _until(choice: str, date: str) -> datetime:
    """A moment to come, mornings by the store's clock. Raises ValueError for no choice of ours."""
    figures = formats(caller().store)
    local = figures.now.astimezone(figures.zone)
    morning = local.replace(hour=_MORNING, minute=0, second=0, microsecond=0)
    if choice == "3h":
        return figures.now + timedelta(hours=3)
    if choice == "tomorrow":
        return morning + timedelta(days=1)
    if choice == "monday":
        return morning + timedelta(days=7 - local.weekday())
    if choice == "week":
        return morning + timedelta(days=7)
    chosen = datetime.fromisoformat(date).replace(
        hour=_MORNING, minute=0, second=0, microsecond=0, tzinfo=figures.zone
    )
    if chosen <= figures.now:
        raise ValueError(date)
    return chosen
