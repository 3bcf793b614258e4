"""The routes of the panel: who ordered last, search, one person, their older orders."""

from typing import Any

from flask import Blueprint

from integration.errors import Invalid, NotFound
from ui_embed import screens
from ui_embed.beside import part_of
from ui_embed.entrance import staff_page
from ui_embed.reading import profile_subject, subject_of
from ui_embed.request_context import single_arguments

people = Blueprint("people", __name__)


@people.get("/panel")
@staff_page
def panel() -> Any:
    """The panel by itself: the person that the address asks for, else a search or who came last."""
    arguments = single_arguments()
    subject = subject_of(arguments)
    if subject is not None:
        return screens.person(subject)
    return screens.people(arguments.get("search", ""))


@people.get("/profiles/<profile_id>")
@staff_page
def profile(profile_id: str) -> Any:
    """One person; `order` is the one in question, `view` one of orders, timeline and notes."""
    subject, arguments = profile_subject(profile_id), single_arguments()
    if subject is None:
        return screens.nobody(None)
    part = part_of(arguments.get("view"))
    told = arguments.get("told")
    return screens.person(subject, order=arguments.get("order"), part=part, told=told)


@people.get("/profiles/<profile_id>/orders")
@staff_page
def orders(profile_id: str) -> Any:
    """Older orders of a person, as rows, after a cursor."""
    subject, cursor = profile_subject(profile_id), single_arguments().get("cursor")
    if subject is None:
        raise NotFound("There is no such person.")
    if not cursor:
        raise Invalid("The parameter cursor is missing.")
    return screens.older_orders(subject, cursor)
