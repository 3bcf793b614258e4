"""The screens for people: each gathers what it shows and renders it, whole or as a part."""

from dataclasses import replace
from urllib.parse import urlencode

from flask import Response, redirect, render_template, request, url_for

from integration.crm.records import Freshness
from integration.crm.stores import store_view
from integration.crm.subject import Subject
from integration.directory import StoreCard
from integration.errors import Ambiguous, NotFound
from integration.sync.shown import look_again
from ui_embed.auth import Caller
from ui_embed.beside import SURFACE, Part, read_beside
from ui_embed.freshness import backfill_percent, freshness_of, freshness_word
from ui_embed.identity.choosing import choice_of, guests_of
from ui_embed.identity.part import read_identity
from ui_embed.person_screen import PersonScreen, most_likely_order, order_in_question, page_url
from ui_embed.reading import MOST_PEOPLE, asked_text, find_people, read_person
from ui_embed.request_context import caller, formats, services
from ui_embed.signals import signals_of
from ui_embed.staleness import check_if_stale

_LONGEST_SEARCH = 200


def person(
    subject: Subject,
    *,
    order: str | None = None,
    part: Part = "orders",
    told: str | None = None,
) -> Response:
    """The page of a person; `order` is the one in question, `part` the part that is looked at.

    `told` is the entry of the history that was made just now.

    Several candidates and nobody are screens of their own. A profile that is joined to another one
    leads to that one.
    """
    try:
        screen = person_screen(subject, order=order, part=part, told=told)
    except Ambiguous as error:
        return several(asked_text(subject), error)
    except NotFound:
        return nobody(asked_text(subject))
    profile_id = int(screen.context.profile.id)
    if subject.profile_id not in (None, profile_id):
        return _at_face(profile_id, order, part)
    return page("screens/person.html", screen=screen, section="people")


def person_screen(
    subject: Subject,
    *,
    order: str | None = None,
    part: Part = "orders",
    told: str | None = None,
    surface: str = SURFACE,
    conversation_id: int | None = None,
) -> PersonScreen:
    """What a person's page shows, audited as looked at on that surface, in that conversation.

    Raises Ambiguous with the candidates, NotFound.
    """
    who = caller()
    context = read_person(services(), who, subject, surface, conversation_id=conversation_id)
    profile_id = int(context.profile.id)
    asked = order or subject.order
    opened = order_in_question(context, asked)
    missing = asked if opened is None and part == "orders" else None
    beside = read_beside(services(), who, profile_id, part, missing)
    identity = read_identity(services(), who, profile_id, told)
    figures, store = formats(who.store), _as_it_stands(who, context.freshness)
    opened = opened or (beside.order.id if beside.order else most_likely_order(context))
    look_again(services(), who.workspace_id, context, opened)
    return PersonScreen(
        context=context,
        beside=beside,
        identity=identity,
        part=part,
        store=store,
        order_asked=asked,
        open_order_id=opened,
        signals=signals_of(context, figures.now),
        freshness_word=freshness_word(context.freshness, store, figures),
        backfill_percent=backfill_percent(context.freshness),
        install_url=install_url(who.store.platform, who.store.domain),
    )


def people(search: str) -> Response:
    """Who ordered last, or who matches a search, with how the store's copy stands."""
    who = caller()
    text = search.strip()[:_LONGEST_SEARCH]
    found = find_people(services(), who, text)
    freshness = store_freshness(who.workspace_id, who.store_id)
    store = _as_it_stands(who, freshness)
    return page(
        "screens/people.html",
        search=text,
        people=found[:MOST_PEOPLE],
        guests=guests_of(services(), who, (each.id for each in found)),
        is_cut=bool(text) and len(found) > MOST_PEOPLE,
        store=store,
        freshness=freshness,
        freshness_word=freshness_word(freshness, store, formats(store)),
        backfill_percent=backfill_percent(freshness),
        install_url=install_url(who.store.platform, who.store.domain),
        section="people",
    )


def older_orders(subject: Subject, cursor: str) -> Response:
    """The orders after a cursor, as rows only."""
    context = read_person(services(), caller(), subject, SURFACE, cursor)
    return Response(render_template("screens/orders.html", context=context))


def several(asked: str | None, error: Ambiguous) -> Response:
    """The people to choose from, with the reason for each."""
    candidates = error.details.get("candidates", ())
    return page(
        "screens/several.html",
        409,
        asked=asked or "",
        candidates=candidates,
        choice=choice_of(services(), caller(), asked or "", candidates),
        section="people",
    )


def nobody(asked: str | None) -> Response:
    """That nobody is found, with what to do."""
    who = caller()
    freshness = store_freshness(who.workspace_id, who.store_id)
    is_reading = freshness.backfill.state in ("waiting", "running")
    return page("screens/not_found.html", 404, asked=asked, is_reading=is_reading, section="people")


def page(template: str, status: int = 200, **values: object) -> Response:
    """A screen, as a whole document or, for a script that swaps it in, by itself."""
    is_part = request.headers.get("HX-Request-Type") == "partial"
    layout = "partial.html" if is_part else "layout.html"
    body = render_template(template, layout=layout, **values)
    response = Response(body, status)
    response.vary.update(("HX-Request-Type", "Accept-Language"))
    return response


def install_url(platform: str, domain: str) -> str:
    """Where a merchant connects that store (again)."""
    parts = services().platforms.get(platform)
    if parts is not None and parts.handover is not None:
        return f"{url_for('connect.ask', slug=platform)}?{urlencode({'store_url': domain})}"
    return f"{url_for('hosts.install', slug=platform)}?{urlencode({'shop': domain})}"


def store_freshness(workspace_id: int, store_id: int) -> Freshness:
    """How true the copy of that store is."""
    return freshness_of(store_view(services(), workspace_id, store_id))


def _as_it_stands(who: Caller, freshness: Freshness) -> StoreCard:
    """The caller's store, which is being read from now on where its copy is old."""
    if check_if_stale(services(), who, freshness):
        return replace(who.store, is_being_read=True)
    return who.store


def _at_face(profile_id: int, order: str | None, part: Part) -> Response:
    there = page_url(str(profile_id), order, part)
    response = redirect(there)
    assert isinstance(response, Response)
    return response
