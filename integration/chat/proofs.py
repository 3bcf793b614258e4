"""Who a visitor can prove to be: a store's own word for it, and ours that stands for the store's.

Two kinds, told by their first letters and never tried for each other: `cp_…` is signed by us after
a store passed its visitor on (Shopify's app proxy), anything else is what a store printed into its
page, signed with its installation's secret (the WordPress plugin).
"""

import base64
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

import orjson

from integration.chat.places import ChatPlace
from integration.crypto import derive
from integration.directory import find_store
from integration.errors import NotFound, Unauthorized
from integration.identity.keys import account_identity
from integration.identity.normalize import normalize_email
from integration.install.companion_keys import signer_of
from integration.models.vocabulary import StoreStatus
from integration.services import Services
from platforms.errors import SessionRefused

OURS = "cp_"
# As long as a page may stand open before its chat is begun.
OURS_LASTS = timedelta(minutes=30)
_LONGEST = 4096
_LABEL = "chat-proof"
_CONNECTED = (StoreStatus.ACTIVE, StoreStatus.REAUTHORIZE)


@dataclass(frozen=True, slots=True)
class Proven:
    """A store's customer. `customer_value` is `store_id:external_id`, `email` the account's own."""

    customer_value: str
    email: str | None


@dataclass(frozen=True, slots=True)
class PassedOn:
    """A visitor whom a store passed on: a proof of ours, None for one who isn't signed in."""

    proof: str | None
    expires_in_seconds: int


def proof_of_passed_on(services: Services, slug: str, query: Sequence[tuple[str, str]]) -> PassedOn:
    """Our proof for a visitor whom that platform's store passed on to us.

    Raises Unauthorized where the signature doesn't hold or the store isn't connected, NotFound
    for a platform that there is not.
    """
    platform = services.platforms.get(slug)
    if platform is None:
        raise NotFound("There is no such page.")
    now = services.now()
    try:
        visit = platform.storefront.passed_on(query, now=now)
    except SessionRefused:
        raise _refused() from None
    place = find_store(services, slug, visit.domain)
    if place is None or place.store.status not in _CONNECTED:
        raise _refused()
    seconds = int(OURS_LASTS.total_seconds())
    if visit.external_id is None:
        return PassedOn(None, seconds)
    told = {
        "w": place.workspace_id,
        "s": place.store_id,
        "c": visit.external_id,
        "x": int((now + OURS_LASTS).timestamp()),
    }
    payload = base64.urlsafe_b64encode(orjson.dumps(told)).decode().rstrip("=")
    return PassedOn(f"{OURS}{payload}.{_signature(services, payload)}", seconds)


def proven_by(services: Services, place: ChatPlace, proof: str) -> Proven | None:
    """Who a proof proves for that chat; None for one that doesn't hold, is late, or is another's.

    Whoever comes with a bad one is as good as a guest, and nothing more is said.
    """
    if not proof or len(proof) > _LONGEST:
        return None
    if proof.startswith(OURS):
        return _by_us(services, place, proof.removeprefix(OURS))
    return _by_store(services, place, proof)


def _by_us(services: Services, place: ChatPlace, signed: str) -> Proven | None:
    payload, _, signature = signed.rpartition(".")
    wanted = _signature(services, payload).encode()
    if not payload or not hmac.compare_digest(wanted, signature.encode(errors="replace")):
        return None
    told: dict[str, Any] = orjson.loads(
        base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    )
    if told["w"] != place.workspace_id or told["x"] <= services.now().timestamp():
        return None
    return _of_store(place, told["s"], told["c"], None)


def _by_store(services: Services, place: ChatPlace, proof: str) -> Proven | None:
    try:
        signer = signer_of(services, proof)
        visit = signer.platform.storefront.printed(proof, now=services.now(), secret=signer.secret)
    except (Unauthorized, SessionRefused):
        return None
    # A copy of the store, on another address, has the secret too: its customers aren't these.
    if signer.workspace_id != place.workspace_id or visit.domain != signer.domain:
        return None
    if visit.external_id is None or visit.expires_at <= services.now():
        return None
    return _of_store(place, signer.store_id, visit.external_id, visit.email)


def _of_store(
    place: ChatPlace, store_id: int, external_id: str, email: str | None
) -> Proven | None:
    if place.store_id is not None and place.store_id != store_id:
        return None
    is_address = email is not None and normalize_email(email) is not None
    return Proven(account_identity(store_id, external_id).value, email if is_address else None)


def _signature(services: Services, payload: str) -> str:
    key = derive(services.settings.secret_key.get_secret_value(), _LABEL)
    return hmac.new(key, payload.encode(errors="replace"), sha256).hexdigest()


def _refused() -> Unauthorized:
    return Unauthorized("This isn't a request that the store passed on.", code="invalid_signature")
