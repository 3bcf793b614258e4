"""Joining persons by hand: whom, both beside each other, and the joining."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response

from integration.crm.linking import link
from integration.crm.person_heads import PersonHead
from integration.errors import Conflict, Invalid
from integration.identity.suggestions import Suggestion
from ui_embed import screens
from ui_embed.entrance import staff_page
from ui_embed.identity.decisions import (
    Deed,
    decide,
    decider,
    foresee,
    look_at,
    profile_number,
    reason_given,
    suggestion_of,
    told_page,
)
from ui_embed.identity.refused import LinkRefusal, one_already, refusal_of
from ui_embed.reading import MOST_PEOPLE, find_people
from ui_embed.request_context import caller, services, single_arguments

links = Blueprint("links", __name__)

_LONGEST_SEARCH = 200


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Two persons, and what they would be as one; None where they can't be."""

    person: PersonHead
    other: PersonHead
    result: PersonHead | None
    suggestion: Suggestion | None


@links.get("/profiles/<profile_id>/join")
@staff_page
def ask_join(profile_id: str) -> Any:
    """Whom to join that person with: a search."""
    number = profile_number(profile_id)
    [head] = look_at(services(), caller(), number)
    text = single_arguments().get("search", "").strip()[:_LONGEST_SEARCH]
    found = find_people(services(), caller(), text)[:MOST_PEOPLE] if text else []
    people = [person for person in found if person.id != head.id]
    return screens.page("screens/join.html", head=head, people=people, text=text, section="people")


@links.get("/profiles/<profile_id>/join/<other_id>")
@staff_page
def side_by_side(profile_id: str, other_id: str) -> Any:
    """Two persons beside each other, and what they would be as one."""
    return _beside(profile_number(profile_id), profile_number(other_id))


@links.post("/profiles/<profile_id>/join/<other_id>")
@staff_page
def join(profile_id: str, other_id: str) -> Response:
    """Let the two be one person; their page, with the way back."""
    one, other = profile_number(profile_id), profile_number(other_id)
    reason = reason_given()
    try:
        done = decide(services(), caller(), _joining(one, other, reason))
    except (Conflict, Invalid) as error:
        return _beside(one, other, refusal_of(error), reason)
    return told_page(done.profile_id, done.event_id)


def _beside(
    one: int, two: int, refusal: LinkRefusal | None = None, reason: str | None = None
) -> Response:
    person, other = look_at(services(), caller(), one, two)
    result = None
    if person.id == other.id:
        refusal = refusal or one_already()
    else:
        try:
            result = foresee(services(), caller(), _joining(one, two, None)).person
        except (Conflict, Invalid) as error:
            refusal = refusal_of(error)
    view = SideBySide(person, other, result, suggestion_of(services(), caller(), one, two))
    return screens.page(
        "screens/side_by_side.html",
        409 if refusal else 200,
        view=view,
        refusal=refusal,
        reason=reason or "",
        section="people",
    )


def _joining(one: int, other: int, reason: str | None) -> Deed:
    by, now = decider(), services().now()
    return lambda session: link(session, one, other, by=by, now=now, reason=reason)
