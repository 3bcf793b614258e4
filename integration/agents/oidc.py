"""Signing in by an OpenID Connect provider: the code flow with PKCE, and the ID token's proof.

The operator chose the issuer, so that its word counts: an address that it has verified is that of
whoever an owner or administrator invited by it. It never makes an agent. An agent who is in can
also bind the provider's person to themselves, whatever address that one has.
"""

import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.errors import JoseError

from integration.agents.challenges import ChallengeKind, begin_challenge, take_challenge
from integration.agents.oidc_agents import NOT_BOUND, OidcPerson, agents_of, bind
from integration.agents.oidc_provider import OidcProvider
from integration.agents.proof import Proved
from integration.errors import Unauthorized
from integration.identity.normalize import normalize_email
from integration.services import Services

__all__ = ("NOT_BOUND", "Binding", "OidcEntry", "Returned", "begin_oidc", "by_oidc")

_SCOPES = "openid email profile"
_LEEWAY_SECONDS = 10
_OLDEST_SECONDS = 600
_LONGEST_SUBJECT = 255
_LONGEST_TOKEN = 32 * 1024


@dataclass(frozen=True, slots=True)
class Returned:
    """What the provider sent a browser back with."""

    state: str
    code: str
    issuer: str | None


@dataclass(frozen=True, slots=True)
class Binding:
    """An agent who is in and wants to come in by the provider from now on."""

    workspace_id: int
    agent_id: int


@dataclass(frozen=True, slots=True)
class OidcEntry:
    """Whom the provider proved, and the page that they were on their way to.

    `bound` is the agent who asked for that instead of coming in: nobody comes in then.
    """

    found: list[Proved]
    way_on: str
    bound: Binding | None = None


def begin_oidc(
    services: Services,
    provider: OidcProvider,
    *,
    browser: str,
    redirect_uri: str,
    way_on: str,
    binds: Binding | None = None,
) -> str:
    """The provider's address to send that browser to. Raises ProviderFailed."""
    metadata = provider.metadata()
    nonce, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
    told = {"nonce": nonce, "verifier": verifier, "way_on": way_on}
    if binds is None:
        state = begin_challenge(services, ChallengeKind.OIDC, browser, secret=json.dumps(told))
    else:
        kept = json.dumps(told | {"workspace": binds.workspace_id})
        state = begin_challenge(
            services, ChallengeKind.NEW_OIDC, browser, secret=kept, agent_id=binds.agent_id
        )
    query = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": redirect_uri,
        "scope": _SCOPES,
        "state": state,
        "nonce": nonce,
        "code_challenge": create_s256_code_challenge(verifier),
        "code_challenge_method": "S256",
    }
    sign = "&" if "?" in metadata.authorization_endpoint else "?"
    return f"{metadata.authorization_endpoint}{sign}{urlencode(query)}"


def by_oidc(
    services: Services,
    provider: OidcProvider,
    returned: Returned,
    *,
    browser: str,
    redirect_uri: str,
    present: Binding | None = None,
) -> OidcEntry:
    """The agents whom the provider proves to be there, one a workspace.

    Where an agent began it to bind themselves, that is done: they have to be the one who is in now
    (`present`). Raises Unauthorized for whatever proves nobody (`code` says what kind), Conflict
    for a person who is a colleague, ProviderFailed where the provider can't be asked.
    """
    kept, binds = _begun(services, returned.state, browser)
    if binds is not None and binds != present:
        raise _late()
    metadata = provider.metadata()
    is_told = returned.issuer is not None or metadata.tells_issuer
    if is_told and returned.issuer != metadata.issuer:
        raise _refused()
    id_token = provider.exchange(returned.code, kept["verifier"], redirect_uri)
    claims = _claims(provider, id_token)
    person = _person(claims, provider, nonce=kept["nonce"], now=services.now())
    if binds is not None:
        with services.db.workspace(binds.workspace_id, write=True) as session:
            bind(session, binds.agent_id, person, now=services.now())
        return OidcEntry([], kept["way_on"], binds)
    found = agents_of(services, person)
    if not found:
        raise Unauthorized("Nobody here is invited by this account.", code="oidc_unknown")
    return OidcEntry(found, kept["way_on"])


def _begun(services: Services, state: str, browser: str) -> tuple[dict[str, Any], Binding | None]:
    """What was kept of that sign-in, and whom it binds. Raises Unauthorized."""
    taken = take_challenge(services, ChallengeKind.OIDC, state, browser)
    if taken is not None:
        return json.loads(taken.secret), None
    taken = take_challenge(services, ChallengeKind.NEW_OIDC, state, browser)
    if taken is None or taken.agent_id is None:
        raise _late()
    kept = json.loads(taken.secret)
    return kept, Binding(kept["workspace"], taken.agent_id)


def _claims(provider: OidcProvider, id_token: str) -> dict[str, Any]:
    """What a token says, after its signature. Raises Unauthorized."""
    if len(id_token) > _LONGEST_TOKEN:
        raise _refused()
    algorithms = list(provider.metadata().algorithms)
    for again in (False, True):
        try:
            return dict(jwt.decode(id_token, provider.keys(again=again), algorithms).claims)
        except (JoseError, ValueError, TypeError, KeyError):
            continue
    raise _refused()


def _person(
    claims: dict[str, Any], provider: OidcProvider, *, nonce: str, now: datetime
) -> OidcPerson:
    """Whom a token is about, after all that it has to say. Raises Unauthorized."""
    subject, told_nonce = claims.get("sub"), claims.get("nonce")
    if claims.get("iss") != provider.metadata().issuer or not _is_for_us(claims, provider):
        raise _refused()
    if not isinstance(told_nonce, str) or not _same(told_nonce, nonce):
        raise _refused()
    if not _is_now(claims, now.timestamp()):
        raise _refused()
    if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST_SUBJECT:
        raise _refused()
    email = claims.get("email")
    is_verified = claims.get("email_verified") in (True, "true")
    address = normalize_email(email) if isinstance(email, str) and is_verified else None
    return OidcPerson(f"{provider.metadata().issuer} {subject}", address)


def _is_for_us(claims: dict[str, Any], provider: OidcProvider) -> bool:
    audience, party = claims.get("aud"), claims.get("azp")
    audiences = audience if isinstance(audience, list) else [audience]
    if provider.client_id not in audiences:
        return False
    return party == provider.client_id or (party is None and len(audiences) == 1)


def _is_now(claims: dict[str, Any], now: float) -> bool:
    ends, began = _time(claims.get("exp")), _time(claims.get("iat"))
    not_before = _time(claims.get("nbf", 0))
    if ends is None or began is None or not_before is None:
        return False
    is_good = not_before <= now + _LEEWAY_SECONDS and ends > now - _LEEWAY_SECONDS
    return is_good and now - _OLDEST_SECONDS <= began <= now + _LEEWAY_SECONDS


def _time(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value)


def _same(one: str, other: str) -> bool:
    # A token may tell lone surrogates, which strict UTF-8 refuses to encode.
    digests = [sha256(each.encode(errors="surrogatepass")).digest() for each in (one, other)]
    return hmac.compare_digest(*digests)


def _late() -> Unauthorized:
    return Unauthorized("This sign-in was begun too long ago.", code="oidc_late")


def _refused() -> Unauthorized:
    return Unauthorized("The sign-in provider's answer proves nothing.", code="oidc_refused")
