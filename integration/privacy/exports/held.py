"""What a workspace holds of a person, counted, before anybody decides about it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.who import profiles_of
from integration.crm.faces import face_of
from integration.db import WorkspaceSession
from integration.errors import Invalid, NotFound
from integration.identity.keys import Key
from integration.identity.normalize import normalize_email
from integration.models import Profile, Store
from integration.privacy.exports.person_file import Held, collect
from integration.privacy.subject import PrivacySubject, subject_of_names, subject_of_person
from integration.services import Services


@dataclass(frozen=True, slots=True)
class HeldOf:
    """What is held. `profile_id` and `name` are of the one person that is meant, where it is one.

    `counts` are of kinds of things (accounts, orders, conversations); `names` are the addresses and
    numbers that they go by; `others` are people who use the address beside them, or may be meant.
    """

    profile_id: str | None
    name: str | None
    email: str | None
    names: tuple[str, ...]
    stores: tuple[str, ...]
    counts: Mapping[str, int]
    others: tuple[tuple[str, str | None], ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is held."""
        return not self.counts


def held_of(
    services: Services,
    workspace_id: int,
    *,
    profile_id: int | None = None,
    email: str | None = None,
) -> HeldOf:
    """What the workspace holds of a person, by their profile or by an address.

    Raises NotFound for an unknown profile, Invalid for what is no address.
    """
    keys = ChannelKeys(services.keyring)
    with services.db.workspace(workspace_id) as session:
        stores = tuple(session.execute(select(Store).order_by(Store.id)).scalars())
        address = None if email is None else _address(email)
        meant, others = _meant(session, profile_id, address)
        held = collect(session, keys, stores, _subject(session, meant, address))
        names = _people(session, [*others, *([meant] if meant else [])])
    return HeldOf(
        profile_id=None if meant is None else str(meant),
        name=names.get(meant or 0),
        email=address,
        names=_shown(held),
        stores=tuple(each.domain for each in held.stores if each.groups),
        counts=Counter(group["group_id"] for each in held.stores for group in each.groups),
        others=tuple((str(each), names.get(each)) for each in others),
    )


def _address(typed: str) -> str:
    address = normalize_email(typed)
    if address is None:
        raise Invalid("This is no e-mail address.", code="not_an_email")
    return address


def _meant(
    session: WorkspaceSession, profile_id: int | None, address: str | None
) -> tuple[int | None, list[int]]:
    """The one person that is meant, and others that may be."""
    if profile_id is not None:
        return face_of(session, profile_id).id, []
    if address is None:
        raise NotFound("There is nobody.")
    sure, possible = profiles_of(session, Key("email", address))
    if len(sure) == 1:
        return sure[0], [each for each in possible if each != sure[0]]
    return None, [*sure, *possible]


def _subject(session: WorkspaceSession, meant: int | None, address: str | None) -> PrivacySubject:
    own = [] if address is None else [Key("email", address)]
    if meant is None:
        return subject_of_names(own)
    return subject_of_names([*own, *subject_of_person(session, meant).names])


def _people(session: WorkspaceSession, ids: list[int]) -> dict[int, str | None]:
    if not ids:
        return {}
    rows = session.execute(select(Profile.id, Profile.display_name).where(Profile.id.in_(ids)))
    return {row[0]: row[1] for row in rows}


def _shown(held: Held) -> tuple[str, ...]:
    """Addresses and numbers, without accounts' and orders' ids."""
    shown = (value for kind, value in held.names if kind in ("email", "phone"))
    return tuple(sorted(set(shown)))
