"""The page on which an agent writes a call or a talk down."""

import secrets
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response

from integration.agents.roles import Deed, may
from integration.conversations.changes import tell
from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.lines import LONGEST_KEY
from integration.conversations.logging_talks import Talk, log_talk
from integration.conversations.records import Received
from integration.errors import AppError, Invalid, NotFound
from integration.models import Agent, Profile
from ui_embed import screens
from ui_embed.entrance import staff_page
from ui_embed.formats import zone_of
from ui_embed.inbox_settings.channel_words import kind_words
from ui_embed.inbox_settings.screen import (
    answered,
    chosen_id,
    reading,
    store_choices,
    told,
    typed,
    writing,
)
from ui_embed.request_context import (
    caller,
    current_agent,
    services,
    single_arguments,
    single_fields,
)

talk_pages = Blueprint("talks", __name__)

_FIELDS = ("kind", "profile_id", "name", "address", "text", "outcome", "happened", "minutes")
_MINUTE = "%Y-%m-%dT%H:%M"


@dataclass(frozen=True, slots=True)
class TalkForm:
    """The form. `happened` is by the clock of the caller's store; `person` is who was named."""

    key: str
    kind: str = "phone"
    profile_id: str = ""
    person: str = ""
    name: str = ""
    address: str = ""
    text: str = ""
    outcome: str = "resolved"
    happened: str = ""
    minutes: str = ""
    store_id: str = ""
    refusals: dict[str, str] = field(default_factory=dict)


@talk_pages.get("/inbox/log")
@staff_page
def new() -> Any:
    """An empty form; `profile=` names whom it was with, `kind=` phone or counter."""
    told_in = single_arguments()
    kind, profile_id = told_in.get("kind", "phone"), told_in.get("profile", "")
    return _page(replace(_empty(), kind=kind, profile_id=profile_id))


@talk_pages.post("/inbox/log")
@staff_page
def create() -> Response:
    """Write it down, once for each form that was opened; the conversation follows."""
    fields = single_fields()
    values: dict[str, Any] = {name: typed(fields, name) for name in (*_FIELDS, "store_id")}
    form = TalkForm(key=typed(fields, "key")[:LONGEST_KEY], **values)
    try:
        received = _log(form)
    except (Invalid, NotFound) as error:
        return _page(_refused(form, error), status=422)
    tell(services(), caller().workspace_id, received.conversation_id)
    written = str(received.conversation_id)
    return answered(_page(_empty(), written=written), "inbox.shown", conversation_id=written)


def _empty() -> TalkForm:
    now = services().now().astimezone(_zone()).strftime(_MINUTE)
    return TalkForm(secrets.token_urlsafe(16), happened=now, store_id=str(caller().store_id))


def _log(form: TalkForm) -> Received:
    talk = Talk(
        kind="counter" if form.kind == "counter" else "phone",
        text=form.text,
        outcome=form.outcome,
        profile_id=chosen_id(form.profile_id),
        name=form.name or None,
        address=form.address or None,
        happened_at=_moment(form.happened),
        minutes=_minutes(form.minutes),
        channel_name=str(kind_words("counter" if form.kind == "counter" else "phone").name),
        store_id=chosen_id(form.store_id),
    )
    agent, now = current_agent(), services().now()
    keys = ChannelKeys(services().keyring)
    with writing() as session:
        by = session.get_one(Agent, agent.id)
        return log_talk(session, keys, talk, by=by, key=f"talk:{form.key}", now=now)


def _refused(form: TalkForm, error: AppError) -> TalkForm:
    at = str(error.details.get("at") or ("" if form.text else "text"))
    return replace(form, refusals={at: told(error)})


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.strptime(text[:16], _MINUTE).replace(tzinfo=_zone()).astimezone(UTC)
    except ValueError:
        sentence = "Give a time of the last 31 days."
        raise Invalid(sentence, details={"at": "happened"}) from None


def _minutes(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 6):
        raise Invalid("Give the length in minutes, a day at most.", details={"at": "minutes"})
    return int(text)


def _zone() -> Any:
    return zone_of(caller().store.timezone)


def _page(form: TalkForm, status: int = 200, written: str | None = None) -> Response:
    profile_id = chosen_id(form.profile_id)
    with reading() as session:
        known = session.get(Profile, profile_id) if profile_id is not None else None
    person = (known.display_name or f"#{known.id}") if known is not None else ""
    kinds = [(each, str(kind_words(each).name)) for each in ("phone", "counter")]
    return screens.page(
        "screens/inbox_log.html",
        status,
        form=replace(form, person=person, profile_id=form.profile_id if person else ""),
        kinds=kinds,
        stores=store_choices(),
        written=written,
        may_write=may(caller(), Deed.ANSWER),
        section="inbox",
    )
