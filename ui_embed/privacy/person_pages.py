"""One person's privacy: what is held of them, asking for it as a file, and asking to erase it."""

from typing import Any

from flask import Blueprint, Response

from integration.agents.roles import Deed, may
from integration.crm.views import View, write_view
from integration.errors import AppError, Invalid
from integration.privacy.exports.held import HeldOf, held_of
from integration.privacy.requests.asking import ask_for_data, ask_for_erasure
from ui_embed import screens
from ui_embed.api.bodies import our_id
from ui_embed.entrance import staff_page
from ui_embed.privacy.pages import privacy_done, privacy_page
from ui_embed.privacy.words import held_words, refusal_words
from ui_embed.request_context import caller, services, single_arguments, single_fields

person_privacy = Blueprint("person_privacy", __name__)

_LONGEST_EMAIL = 320
_SURFACE = "privacy"


@person_privacy.get("/settings/privacy/person")
@staff_page
def held() -> Response:
    """What is held of the person that `profile=` or `email=` names."""
    told = single_arguments()
    try:
        person = _held(told)
        _write_down(person)
        return _page(person)
    except Invalid as error:
        email = told.get("email", "")[:_LONGEST_EMAIL]
        return privacy_page(422, refusal=refusal_words(error), email=email)


@person_privacy.post("/settings/privacy/data")
@staff_page
def asked_for_data() -> Response:
    """Ask for all that is held of a person, as a file to hand to them."""
    fields = single_fields()
    person = _held(fields)
    who, now = caller(), services().now()
    ask_for_data(services(), who.workspace_id, by=who.actor, now=now, **_named(person))
    return privacy_done("data")


@person_privacy.post("/settings/privacy/erasure")
@staff_page
def asked_for_erasure() -> Response:
    """Ask to erase a person; `typed` has to be what the page shows to be typed."""
    fields = single_fields()
    person = _held(fields)
    if fields.get("typed", "").strip().casefold() != to_type(person).casefold():
        _write_down(person)
        return _page(person, AppError("It wasn't typed.", code="not_typed"))
    who = caller()
    ask_for_erasure(services(), who.workspace_id, by=who.actor, **_named(person))
    return privacy_done("erasure")


def _write_down(person: HeldOf) -> None:
    """Whoever is shown here was looked at."""
    who, now = caller(), services().now()
    if person.profile_id is not None:
        store_id = who.store_id if who.kind == "session" else None
        seen = View(who.workspace_id, int(person.profile_id), store_id, who.viewer, _SURFACE, now)
        write_view(services().db, seen)


def to_type(person: HeldOf) -> str:
    """What has to be typed to erase somebody: their address, else their number here."""
    return person.email or (person.names[0] if person.names else f"#{person.profile_id}")


def _held(told: dict[str, str]) -> HeldOf:
    number = our_id(told["profile"]) if told.get("profile") else None
    if number is not None:
        return held_of(services(), caller().workspace_id, profile_id=number)
    email = told.get("email", "").strip()[:_LONGEST_EMAIL]
    return held_of(services(), caller().workspace_id, email=email)


def _named(person: HeldOf) -> dict[str, Any]:
    """By what the person is asked for: the address, where one was searched for."""
    if person.email is not None:
        return {"email": person.email}
    return {"profile_id": int(person.profile_id or 0)}


def _page(person: HeldOf, refused: AppError | None = None) -> Response:
    values: dict[str, Any] = {
        "person": person,
        "to_type": to_type(person),
        "held_words": held_words,
        "may_own": may(caller(), Deed.OWN),
        "refusal": refusal_words(refused) if refused else None,
    }
    status = 422 if refused else 200
    return screens.page("screens/privacy_person.html", status, section="settings", **values)
