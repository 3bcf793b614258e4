"""The form of a message that begins a conversation: what was typed, and what can't be sent so."""

from dataclasses import dataclass, field

from integration.conversations.writing import LONGEST_SUBJECT, LONGEST_TEXT
from integration.errors import Invalid
from integration.search.found import FoundProfile
from ui_embed.api.bodies import our_id
from ui_embed.inbox.recipients import Recipient, is_address
from ui_embed.request_context import single_fields
from ui_embed.texts import gettext

_LONGEST_KEY = 40
_LONGEST_ADDRESS = 254
# What a canned answer couldn't fill in is marked so.
_UNFILLED = ("⟨", "⟩")


@dataclass(frozen=True, slots=True)
class BeginForm:
    """What was typed. `found` are the people whom `to` may mean, `refusals` stand at their fields.

    `canned` are the ids of the texts that were taken.
    """

    key: str
    channel: str = ""
    to: str = ""
    profile: str = ""
    subject: str = ""
    text: str = ""
    order: str = ""
    canned: str = ""
    found: tuple[FoundProfile, ...] = ()
    refusals: dict[str, str] = field(default_factory=dict)


def typed_form() -> tuple[BeginForm, str]:
    """The posted form, and what is to be done with it: `do`, empty where it is to be sent."""
    fields = {name: value.replace("\0", "") for name, value in single_fields().items()}
    form = BeginForm(
        key=fields.get("key", "")[:_LONGEST_KEY],
        channel=fields.get("channel", ""),
        to=fields.get("to", "").strip()[:_LONGEST_ADDRESS],
        profile=fields.get("profile", ""),
        subject=" ".join(fields.get("subject", "").split())[:LONGEST_SUBJECT],
        # One more than can be sent: what is too long is refused, not cut.
        text=fields.get("text", "").replace("\r\n", "\n")[: LONGEST_TEXT + 1],
        order=fields.get("order", ""),
        canned=fields.get("canned", "")[:200],
    )
    return form, fields.get("do", "")


def check(form: BeginForm) -> None:
    """Raises Invalid with the field (`at`) for what can't be sent."""
    if not form.key:
        raise _wrong("", gettext("This form is no longer whole. Open it again."))
    if our_id(form.channel) is None:
        raise _wrong("channel", choose_mailbox())
    if not form.subject:
        raise _wrong("subject", gettext("Write a subject."))
    if not form.text.strip():
        raise _wrong("text", gettext("Write something first."))
    if len(form.text) > LONGEST_TEXT:
        raise _wrong("text", gettext("That is too long to be sent."))
    if any(each in form.text for each in _UNFILLED):
        sentence = gettext("Something isn't filled in yet. Write it, or take it out.")
        raise _wrong("text", sentence)


def address_for(form: BeginForm, person: Recipient | None) -> str:
    """Where it goes. Raises Invalid for what is no address, or none of that person's."""
    if person is not None and person.addresses:
        if form.to not in person.addresses:
            raise _wrong("to", gettext("This isn't an address of theirs. Choose one."))
    elif not is_address(form.to):
        sentence = gettext("This isn't an e-mail address. Type one, or find the person by name.")
        raise _wrong("to", sentence)
    return form.to


def _wrong(at: str, sentence: str) -> Invalid:
    return Invalid(sentence, details={"at": at})


def choose_mailbox() -> str:
    """What is told where no mailbox was chosen that sends."""
    return gettext("Choose from which mailbox it goes out.")
