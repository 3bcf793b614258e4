"""A call as a message: who called, what became of it, in words and as facts."""

from channels.phone.events import CallEvent, event_of
from channels.phone.numbers import normal_number
from channels.phone.words import sentence
from channels.records import Account, Inbound, Person


def read_call(raw: bytes, account: Account) -> Inbound:
    """What was kept of a call, as a message. Raises Unreadable.

    Caller ids can be forged: whoever they name is claimed, never more. What follows on a ring (its
    end, its recording) is a report of the same provider's and goes where the ring went. A call that
    we made asks for nothing.
    """
    event = event_of(raw)
    is_ours = event.direction == "outbound"
    country = str(account.settings.get("country") or "") or None
    number = normal_number(event.theirs, country)
    return Inbound(
        external_id=event.external_id,
        person=Person("phone", number or "", "claimed", _name(event)),
        text=_text(event, account.locale),
        sent_at=event.started_at,
        references=_references(event),
        locale=account.locale,
        is_automatic=event.happening == "recorded" or is_ours,
        is_report=event.happening != "ringing",
        was_answered=event.happening == "answered" and not is_ours,
        facts=_facts(event, number),
    )


def _text(event: CallEvent, locale: str | None) -> str:
    is_ours = event.direction == "outbound" and event.happening == "answered"
    what = "called" if is_ours else event.reason or event.happening
    length = event.seconds if event.happening == "answered" else None
    said = sentence(what, locale, length)
    return f"{said}\n\n{event.note}" if event.note else said


def _references(event: CallEvent) -> tuple[str, ...]:
    """The messages of the same call that may have come before."""
    if event.happening == "ringing":
        return ()
    earlier = (event.call_id, f"{event.call_id}/missed", f"{event.call_id}/answered")
    return tuple(each for each in earlier if each != event.external_id)


def _facts(event: CallEvent, number: str | None) -> dict[str, str]:
    facts = {
        "call": event.happening,
        "direction": event.direction,
        "reason": event.reason,
        "number": None if number else event.theirs,
        "called": event.ours,
        "seconds": str(event.seconds) if event.seconds is not None else None,
        "recording": event.recording_url,
    }
    return {name: value for name, value in facts.items() if value}


def _name(event: CallEvent) -> str | None:
    return " ".join(event.name.split())[:200] or None if event.name else None
