"""Who writes: the person that an id, an address or a phone is of, where that is certain."""

from sqlalchemy import func, select

from integration.db import WorkspaceSession
from integration.identity.normalize import normalize_email, normalize_phone
from integration.models import Identity, IdentityRuling, Profile, Store
from integration.models.vocabulary import Ruling
from integration.statements.bulk import among, table_of

_IDENTITIES, _PROFILES, _STORES = table_of(Identity), table_of(Profile), table_of(Store)
_RULINGS = table_of(IdentityRuling)
LONGEST_WRITER = 320
_LONGEST_ID = 18


def writer_of(session: WorkspaceSession, writer: str) -> int | None:
    """The profile that stands for who writes, None where nobody is known, or several are.

    `writer` is our id of a profile, an e-mail address or a phone number. Only a store's word counts
    for an address: not one that was typed on somebody's order, nor one that several people share.
    """
    asked = writer.replace("\x00", "").strip()
    if not asked or len(asked) > LONGEST_WRITER:
        return None
    if asked.isascii() and asked.isdecimal() and len(asked) <= _LONGEST_ID:
        found = _by_id(session, int(asked))
        if found is not None:
            return found
    email = normalize_email(asked)
    if email is not None:
        return _by_address(session, "email", [email])
    return _by_address(session, "phone", _phones(session, asked))


def _by_id(session: WorkspaceSession, profile_id: int) -> int | None:
    statement = select(func.coalesce(_PROFILES.c.joined_id, _PROFILES.c.id)).where(
        _PROFILES.c.workspace_id == session.workspace_id, _PROFILES.c.id == profile_id
    )
    return session.connection().execute(statement).scalar_one_or_none()


def _by_address(session: WorkspaceSession, kind: str, values: list[str]) -> int | None:
    if not values:
        return None
    connection = session.connection()
    shared = (
        select(_RULINGS.c.value)
        .where(
            _RULINGS.c.workspace_id == session.workspace_id,
            _RULINGS.c.kind == kind,
            _RULINGS.c.value == _IDENTITIES.c.value,
            _RULINGS.c.ruling == Ruling.SHARED,
        )
        .exists()
    )
    statement = (
        select(func.coalesce(_PROFILES.c.joined_id, _PROFILES.c.id))
        .join(_IDENTITIES, _IDENTITIES.c.profile_id == _PROFILES.c.id)
        .where(
            _IDENTITIES.c.workspace_id == session.workspace_id,
            _IDENTITIES.c.kind == kind,
            among(connection, _IDENTITIES.c.value, values),
            _IDENTITIES.c.verified,
            ~shared,
        )
        .distinct()
        .limit(2)
    )
    found = connection.execute(statement).scalars().all()
    return found[0] if len(found) == 1 else None


def _phones(session: WorkspaceSession, asked: str) -> list[str]:
    """The phone as E.164: as one of each country that the workspace sells from."""
    if (exact := normalize_phone(asked, None)) is not None:
        return [exact]
    countries = session.connection().execute(
        select(_STORES.c.country_code)
        .where(_STORES.c.workspace_id == session.workspace_id)
        .distinct()
    )
    read = {normalize_phone(asked, country) for (country,) in countries if country}
    return sorted(number for number in read if number is not None)
