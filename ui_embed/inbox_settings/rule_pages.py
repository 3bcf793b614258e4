"""The pages of routing rules: their order, and one as a form."""

from typing import Any

from flask import Blueprint, Response
from sqlalchemy import select

from integration.conversations.channels.setup import list_channels
from integration.conversations.inbox_settings import change_inbox_settings, inbox_settings
from integration.conversations.reasons import list_reasons
from integration.conversations.routing.saved_rules import (
    SavedRule,
    change_rule,
    create_rule,
    delete_rule,
    list_rules,
    order_rules,
)
from integration.errors import Conflict, Invalid, NotFound
from integration.models import Store
from ui_embed.entrance import staff_page
from ui_embed.formats import language_name
from ui_embed.inbox_settings.agents import agent_choices
from ui_embed.inbox_settings.channel_words import KINDS
from ui_embed.inbox_settings.rule_form import EVERYBODY, SOME, RuleForm, form_of, typed_form
from ui_embed.inbox_settings.rule_words import Names, rule_words
from ui_embed.inbox_settings.screen import (
    LANGUAGES,
    answered,
    number_of,
    page,
    reading,
    several_fields,
    store_choices,
    told,
    unreachable,
    writing,
)
from ui_embed.request_context import caller, services, single_fields
from ui_embed.texts import gettext

rule_pages = Blueprint("inbox_rules", __name__, url_prefix="/settings/inbox/rules")


@rule_pages.get("")
@staff_page
def listed() -> Any:
    """The rules in the order in which they are tried, in words."""
    return _list_page()


@rule_pages.post("")
@staff_page
def turns() -> Response:
    """Whether what no rule gives to anybody goes to whoever is there, in turn."""
    is_on = single_fields().get("round_robin") == "1"
    with writing() as session:
        change_inbox_settings(session, by=caller().actor, now=services().now(), round_robin=is_on)
    return answered(_list_page(gettext("The changes are kept.")), "inbox_rules.listed")


@rule_pages.get("/new")
@staff_page
def new() -> Any:
    """An empty form."""
    return _form_page(RuleForm())


@rule_pages.post("/new")
@staff_page
def create() -> Response:
    """Keep a rule, the last to be tried; also one that was removed just now."""
    form = typed_form(*several_fields()).judged()
    if form.refusals:
        return _form_page(form, status=422)
    try:
        with writing() as session:
            create_rule(
                session, form.name, form.conditions(), form.actions(),
                by=caller().actor, now=services().now(), is_on=form.is_on,
            )  # fmt: skip
    except Invalid as error:
        return _form_page(form.refused(error), status=422)
    return answered(_list_page(gettext("The rule is kept.")), "inbox_rules.listed")


@rule_pages.get("/<rule_id>")
@staff_page
def shown(rule_id: str) -> Any:
    """A rule as a form."""
    return _form_page(form_of(_held(rule_id)))


@rule_pages.post("/<rule_id>")
@staff_page
def change(rule_id: str) -> Response:
    """Keep what was typed of a rule."""
    held = _held(rule_id)
    form = typed_form(*several_fields(), held.id).judged()
    if form.refusals:
        return _form_page(form, status=422)
    try:
        with writing() as session:
            change_rule(
                session, int(held.id), version=form.version, by=caller().actor,
                now=services().now(), name=form.name, conditions=form.conditions(),
                actions=form.actions(), is_on=form.is_on,
            )  # fmt: skip
    except (Invalid, Conflict) as error:
        return _form_page(form.refused(error), status=422)
    return answered(_list_page(gettext("The rule is kept.")), "inbox_rules.listed")


@rule_pages.post("/<rule_id>/<act>")
@staff_page
def act(rule_id: str, act: str) -> Response:
    """Move a rule up or down, switch it on or off, or remove it."""
    held = _held(rule_id)
    by, now = caller().actor, services().now()
    gone: SavedRule | None = None
    try:
        with writing() as session:
            if act in ("up", "down"):
                ids = [int(each.id) for each in list_rules(session)]
                order_rules(session, _moved(ids, int(held.id), act), by=by, now=now)
            elif act in ("on", "off"):
                number, is_on = int(held.id), act == "on"
                change_rule(session, number, version=held.version, by=by, now=now, is_on=is_on)
            elif act == "remove":
                gone = delete_rule(session, int(held.id), by=by, now=now)
            else:
                unreachable()
    except Conflict as error:
        return answered(_list_page(told(error)), "inbox_rules.listed")
    moved = held.id if act in ("up", "down") else None
    return _after(gone, moved)


def _after(gone: SavedRule | None, moved: str | None) -> Response:
    shown = _list_page(gone=gone, moved=moved)
    return shown if gone is not None else answered(shown, "inbox_rules.listed")


def _moved(ids: list[int], number: int, act: str) -> list[int]:
    at = ids.index(number)
    to = max(0, at - 1) if act == "up" else min(len(ids) - 1, at + 1)
    ids.insert(to, ids.pop(at))
    return ids


def _held(rule_id: str) -> SavedRule:
    number = str(number_of(rule_id))
    with reading() as session:
        found = next((each for each in list_rules(session) if each.id == number), None)
    if found is None:
        raise NotFound("There is no such rule.")
    return found


def _list_page(
    note: str | None = None, gone: SavedRule | None = None, moved: str | None = None
) -> Response:
    names = _names()
    with reading() as session:
        rules = [(each, rule_words(each, names)) for each in list_rules(session)]
        round_robin = inbox_settings(session).round_robin
    return page(
        "inbox_rules",
        part="rules",
        rules=rules,
        round_robin=round_robin,
        gone=gone,
        gone_form=form_of(gone) if gone else None,
        moved=moved,
        note=note,
    )


def _form_page(form: RuleForm, status: int = 200) -> Response:
    names = _names()
    with reading() as session:
        classes = [each.name for each in inbox_settings(session).targets.classes]
        currencies = session.execute(select(Store.currency).distinct()).scalars()
        known = {*filter(None, currencies), *(each[1] for each in form.sums.values() if each[1])}
    absent = {
        "channels": not names.channels,
        "stores": len(names.stores) < 2,
        "reason_id": not names.reasons,
        "target_class": not classes,
    }
    form = form.told_above({name for name, is_absent in absent.items() if is_absent})
    return page(
        "inbox_rule",
        status,
        part="rules",
        form=form,
        names=names,
        classes=[(each, each) for each in classes],
        currencies=sorted(known),
        everybody=EVERYBODY,
        some=SOME,
    )


def _names() -> Names:
    channels = list_channels(services(), caller().workspace_id)
    with reading() as session:
        agents = agent_choices(session)
        reasons = [(each.id, each.name) for each in list_reasons(session)]
    return Names(
        kinds=[(each.kind, str(each.name)) for each in KINDS],
        channels=[(each.id, each.name) for each in channels],
        languages=[(each, language_name(each) or each) for each in LANGUAGES],
        stores=store_choices(),
        agents=agents,
        reasons=reasons,
    )
