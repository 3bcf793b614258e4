"""What tells people of a list apart: who is a guest, and the heads of several who match."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from integration.crm.person_heads import PersonHead, guests_among, person_heads
from integration.crm.ruled import rulings_on
from integration.identity.keys import Key
from integration.identity.normalize import normalize_email, normalize_phone
from integration.models.vocabulary import Ruling
from integration.services import Services
from ui_embed.auth import Caller


@dataclass(frozen=True, slots=True)
class Choice:
    """Several who match: by id what each is known by, and whether what was asked is shared."""

    heads: Mapping[str, PersonHead]
    is_shared: bool


def guests_of(services: Services, who: Caller, profile_ids: Iterable[str]) -> Collection[str]:
    """Those of these people who have no account in any store."""
    with services.db.workspace(who.workspace_id) as session:
        found = guests_among(session, [int(each) for each in profile_ids])
    return {str(profile_id) for profile_id in found}


def choice_of(
    services: Services, who: Caller, asked: str, candidates: Iterable[Mapping[str, Any]]
) -> Choice:
    """What tells several apart who match what was asked."""
    email, phone = normalize_email(asked), normalize_phone(asked, None)
    keys = [Key(kind, value) for kind, value in (("email", email), ("phone", phone)) if value]
    with services.db.workspace(who.workspace_id) as session:
        heads = person_heads(session, [int(each["id"]) for each in candidates])
        ruled = rulings_on(session, keys) if keys else {}
    is_shared = any(each.ruling == Ruling.SHARED for each in ruled.values())
    return Choice({str(profile_id): head for profile_id, head in heads.items()}, is_shared)
