"""Beginning a conversation: the form of a message to somebody, which goes out once."""

import secrets
from dataclasses import replace
from typing import Any, cast

from flask import Blueprint, Response, redirect, url_for

from channels.records import Address
from integration.conversations.answers.canned import note_used, offered_for
from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.channels.mailboxes import mailboxes
from integration.conversations.records import Written
from integration.conversations.states import set_order
from integration.conversations.who import key_of_person
from integration.conversations.writing import begin, new_conversation
from integration.db import WorkspaceSession
from integration.errors import AppError, Conflict, Invalid, NotFound
from integration.models import Channel, Conversation, Order
from integration.models.vocabulary import ChannelStatus, Trust
from ui_embed import screens
from ui_embed.api.bodies import json_answer, our_id
from ui_embed.beside import note_seen
from ui_embed.entrance import staff_page
from ui_embed.inbox.acting import myself, tell_of, writing
from ui_embed.inbox.begin_form import BeginForm, address_for, check, choose_mailbox, typed_form
from ui_embed.inbox.recipients import Recipient, is_address, order_of, recipient
from ui_embed.inbox.sentences import in_words
from ui_embed.inbox_settings.screen import may_set_up
from ui_embed.reading import find_people
from ui_embed.request_context import (
    caller,
    choose_language,
    current_agent,
    services,
    single_arguments,
)
from ui_embed.texts import gettext

inbox_beginning = Blueprint("inbox_beginning", __name__)

_MOST_TEXTS = 10
_MOST_FOUND = 8
_WITH = "with:"


class _Gone(Exception):
    """The person who was chosen isn't there: erased, or never one of this workspace's."""


@inbox_beginning.get("/inbox/new")
@staff_page
def new() -> Response:
    """An empty form; `profile=` names whom it goes to, `order=` which order of theirs it is about.

    Somebody who isn't there is told so, 404.
    """
    asked = single_arguments()
    form = BeginForm(
        secrets.token_urlsafe(16), profile=asked.get("profile", ""), order=asked.get("order", "")
    )
    return _page(form)


@inbox_beginning.post("/inbox/new")
@staff_page
def create() -> Response:
    """Send it, once for each form that was opened, and lead to the conversation.

    `do=find` looks for whom `to` means, `do=with:<id>` chooses one, `do=nobody` takes that back:
    what was typed is kept, and nothing is sent.
    """
    form, do = typed_form()
    if do == "find":
        return _again(_looked_up(form))
    if do == "nobody":
        return _again(replace(form, profile="", to="", order=""))
    if do.startswith(_WITH):
        return _again(replace(form, profile=do.removeprefix(_WITH), to="", order=""))
    try:
        done = _begun(form)
    except _Gone:
        return _again(form)
    except (Invalid, Conflict, NotFound) as error:
        return _again(_refused(form, error), 422)
    if not done.is_repeat:
        tell_of(done.conversation_id, is_to_be_sent=True)
    there = url_for("inbox.shown", conversation_id=done.conversation_id)
    return cast(Response, redirect(there, 303))


@inbox_beginning.get("/inbox/new/canned")
@staff_page
def canned_for() -> Response:
    """The texts that match `q=`, filled for the person and the order of the form, as JSON."""
    asked = single_arguments()
    with services().db.workspace(caller().workspace_id) as session:
        about = _about(session, asked)
        words, language = asked.get("q", "")[:100], choose_language()
        found = (
            offered_for(session, about, words, language=language, agent=current_agent())
            if about
            else ()
        )
    return json_answer({"answers": [each.as_dict() for each in found]})


def _about(session: WorkspaceSession, asked: dict[str, str]) -> Conversation | None:
    """The conversation as it would begin, None where no mailbox of that id is there."""
    channel = _mailbox(mailboxes(session), asked.get("channel", ""))
    if channel is None:
        return None
    person = _person(session, asked.get("profile", ""))
    locale = person.locale if person else None
    made = new_conversation(channel, services().now(), subject=None, locale=locale)
    if person is not None:
        made.person_kind, made.person_value = key_of_person(session, person.id)
        made.person_address = next(iter(person.addresses), None)
        made.trust = Trust.AGENT
        order = order_of(session, person, our_id(asked.get("order", "")))
        made.order_id = order.id if order else None
    return made


def _begun(form: BeginForm) -> Written:
    check(form)
    keys, now = ChannelKeys(services().keyring), services().now()
    with writing() as session:
        person = _chosen(session, form)
        address = address_for(form, person)
        by = myself(session)
        done = begin(
            session,
            keys,
            our_id(form.channel) or 0,
            to=Address(address, person.name if person else None),
            subject=form.subject,
            text=form.text,
            by=by,
            key=f"begun:{form.key}",
            now=now,
            person=key_of_person(session, person.id) if person else None,
            locale=person.locale if person else None,
        )
        if done.is_repeat:
            return done
        order = order_of(session, person, our_id(form.order)) if person else None
        if order is not None:
            set_order(session, done.conversation_id, order.id, by=by, now=now)
        for canned in form.canned.split()[:_MOST_TEXTS]:
            note_used(session, our_id(canned) or 0)
        return done


def _refused(form: BeginForm, error: AppError) -> BeginForm:
    # What the core refuses by itself is the mailbox's: all else was looked at before.
    at = str(error.details.get("at", "channel"))
    told = error.message
    if "at" not in error.details:
        told = in_words(error) if isinstance(error, Conflict) else choose_mailbox()
    found = _looked_up(form).found if at == "to" else ()
    return replace(form, refusals={at: told}, found=found)


def _looked_up(form: BeginForm) -> BeginForm:
    if form.profile or not form.to or is_address(form.to):
        return form
    found = tuple(find_people(services(), caller(), form.to)[:_MOST_FOUND])
    if found:
        return replace(form, found=found)
    return replace(form, refusals={"to": gettext("Nobody found")})


def _person(session: WorkspaceSession, profile: str) -> Recipient | None:
    try:
        return recipient(session, our_id(profile) or 0) if profile else None
    except NotFound:
        return None


def _chosen(session: WorkspaceSession, form: BeginForm) -> Recipient | None:
    person = _person(session, form.profile)
    if form.profile and person is None:
        raise _Gone
    return person


def _mailbox(found: Any, chosen: str) -> Channel | None:
    return next((each for each in found if str(each.id) == chosen), None)


def _usual(found: Any, order: Order | None) -> Channel | None:
    """The mailbox of the order's store or the reader's, else of all stores, else any."""
    store_id = order.store_id if order else caller().store_id
    own = [each for each in found if each.store_id == store_id]
    shared = [each for each in found if each.store_id is None]
    return next(iter((*own, *shared, *found)), None)


def _again(form: BeginForm, status: int = 200) -> Response:
    # The address stays the form's own; only a message that went out leads elsewhere.
    answer = _page(form, status)
    answer.headers["HX-Push-Url"] = "false"
    return answer


def _page(form: BeginForm, status: int = 200) -> Response:
    with services().db.workspace(caller().workspace_id) as session:
        person = _person(session, form.profile)
        order = order_of(session, person, our_id(form.order)) if person else None
        boxes = mailboxes(session)
        chosen = _mailbox(boxes, form.channel) or _usual(boxes, order)
        failing = [each for each in boxes if each.status == ChannelStatus.REAUTHORIZE or each.error]
    if person is not None:
        note_seen(services(), caller(), person.id)
    is_gone = bool(form.profile) and person is None
    return screens.page(
        "screens/inbox_new.html",
        404 if is_gone else status,
        form=replace(form, profile=str(person.id) if person else ""),
        person=person,
        order=order,
        mailboxes=boxes,
        chosen=chosen,
        failing=failing,
        is_gone=is_gone,
        locale=person.locale if person else None,
        may_set_up=may_set_up(),
        section="inbox",
    )
