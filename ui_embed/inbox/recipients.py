"""Whom an agent writes to first: a person with their addresses, and the way to the form."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from flask import url_for
from sqlalchemy import select

from integration.agents.roles import Deed, may
from integration.conversations.who import keys_of
from integration.crm.faces import face_of, homes_of
from integration.db import WorkspaceSession
from integration.identity.normalize import normalize_email
from integration.models import Order, Profile
from ui_embed.person_screen import PersonScreen
from ui_embed.request_context import caller

# One address and no list of them, whatever stands around it.
_PART = r"""[^\s@,;:<>()\[\]"\\.]+"""
_ADDRESS = re.compile(rf"{_PART}(?:\.{_PART})*@{_PART}(?:\.{_PART})+")


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person who is written to: addresses that are theirs alone, the surest first."""

    id: int
    name: str | None
    addresses: tuple[str, ...]
    locale: str | None


def recipient(session: WorkspaceSession, profile_id: int) -> Recipient:
    """A person of this workspace. Raises NotFound, also for one who was erased."""
    face = face_of(session, profile_id)
    profile = session.get_one(Profile, face.id)
    addresses = tuple(key.value for key in keys_of(session, face.id) if key.kind == "email")
    return Recipient(face.id, profile.display_name, addresses, profile.locale)


def order_of(session: WorkspaceSession, person: Recipient, order_id: int | None) -> Order | None:
    """An order of theirs, None for another's and for none."""
    if order_id is None:
        return None
    homes = homes_of(session, person.id)
    theirs = select(Order).where(Order.id == order_id, Order.profile_id.in_(homes))
    return session.execute(theirs).scalars().one_or_none()


def is_address(text: str) -> bool:
    """Whether it is one e-mail address and nothing else."""
    return normalize_email(text) is not None and _ADDRESS.fullmatch(text) is not None


def way_to_write(screen: PersonScreen) -> str | None:
    """Where to write to the person of a page, about the order in question if there is one.

    None for whoever may only read, and for a person without an address. Asks the database nothing:
    the page of a new message says where there is no mailbox yet, or no address that is theirs.
    """
    profile = screen.context.profile
    if not may(caller(), Deed.ANSWER) or not _has_address(each.kind for each in profile.identities):
        return None
    order = screen.open_order_id if screen.order_asked else None
    return url_for("inbox_beginning.new", profile=profile.id, order=order)


def _has_address(kinds: Iterable[str]) -> bool:
    return "email" in kinds
