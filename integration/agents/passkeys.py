"""Passkeys (WebAuthn, discoverable, the person verified by their device).

They are bound to this installation's own host and origin. The challenge is ours, works once, and
only in the browser that it was given to.
"""

import base64
import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

import orjson
import webauthn
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from integration.agents.challenges import ChallengeKind, begin_challenge, take_challenge
from integration.agents.directory import OWN_DOOR, AgentCard
from integration.agents.failing import add_failed
from integration.agents.naming import agent_name
from integration.agents.proof import Proved, proved
from integration.audit.actions import Action
from integration.audit.recording import record
from integration.crypto import associated
from integration.db import WorkspaceSession
from integration.errors import Conflict, Invalid, Unauthorized
from integration.models import Agent, Passkey, Workspace
from integration.models.vocabulary import AgentStatus
from integration.services import Services
from integration.settings import Settings

MOST_PASSKEYS = 20
_RP_NAME = "Tillside"
_LONGEST_ANSWER = 16 * 1024


@dataclass(frozen=True, slots=True)
class _Party:
    """Us, as browsers know us."""

    id: str
    origin: str


def begin_registration(
    services: Services, workspace_id: int, who: AgentCard, browser: str
) -> dict[str, Any]:
    """What a browser needs to make a passkey for that agent."""
    with services.db.workspace(workspace_id) as session:
        held = session.execute(
            select(Passkey.credential_id).where(Passkey.agent_id == who.id)
        ).scalars()
        excluded = [PublicKeyCredentialDescriptor(id=each) for each in held]
    if len(excluded) >= MOST_PASSKEYS:
        raise Conflict("There are too many passkeys. Remove one first.", code="too_many_passkeys")
    challenge = begin_challenge(
        services, ChallengeKind.NEW_PASSKEY, browser, agent_id=who.id, secret=str(workspace_id)
    )
    options = webauthn.generate_registration_options(
        rp_id=_party(services.settings).id,
        rp_name=_RP_NAME,
        user_name=who.email or who.name,
        user_display_name=who.name,
        user_id=_user_handle(workspace_id, who.id),
        challenge=challenge.encode(),
        exclude_credentials=excluded,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            require_resident_key=True,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
    )
    return _plain(options)


def register(
    services: Services,
    workspace_id: int,
    agent_id: int,
    browser: str,
    answer: dict[str, Any],
    *,
    name: str,
) -> int:
    """Keep the passkey that a browser made; its id. Raises Invalid for one that proves nothing."""
    party, challenge = _party(services.settings), _challenge_of(answer)
    taken = take_challenge(services, ChallengeKind.NEW_PASSKEY, challenge, browser)
    if taken is None or taken.agent_id != agent_id or taken.secret != str(workspace_id):
        raise Invalid("This passkey was begun too long ago.", code="passkey_late")
    try:
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge.encode(),
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError):
        raise Invalid("This passkey can't be kept.", code="passkey_refused") from None
    kept_name = agent_name(name or _RP_NAME)
    try:
        with services.db.workspace(workspace_id, write=True) as session:
            return _kept(session, services, agent_id, made, kept_name)
    except IntegrityError:
        raise Conflict("This passkey is held already.", code="passkey_refused") from None


def begin_sign_in(services: Services, browser: str) -> dict[str, Any]:
    """What a browser needs to sign in with whichever passkey it holds for us."""
    challenge = begin_challenge(services, ChallengeKind.PASSKEY, browser)
    options = webauthn.generate_authentication_options(
        rp_id=_party(services.settings).id,
        challenge=challenge.encode(),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return _plain(options)


def by_passkey(services: Services, browser: str, answer: dict[str, Any]) -> Proved:
    """The agent whose passkey signed. Raises Unauthorized, in one sentence whatever is wrong."""
    party, challenge = _party(services.settings), _challenge_of(answer)
    taken = take_challenge(services, ChallengeKind.PASSKEY, challenge, browser)
    found = _held(services, _bytes_of(answer.get("rawId"))) if taken is not None else None
    if found is None:
        raise _refused()
    passkey, agent, workspace = found
    try:
        verified = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge.encode(),
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError):
        _note_failed(services, agent)
        raise _refused() from None
    if not _is_theirs(answer, agent) or not _counted(services, passkey, verified.new_sign_count):
        _note_failed(services, agent)
        raise _refused()
    return proved(agent, workspace, "passkey")


def _note_failed(services: Services, agent: Agent) -> None:
    with services.db.across_workspaces(write=True) as session:
        add_failed(services, session, [agent], "passkey")


def _kept(
    session: WorkspaceSession, services: Services, agent_id: int, made: Any, name: str
) -> int:
    held = select(func.count()).select_from(Passkey).where(Passkey.agent_id == agent_id)
    if session.execute(held).scalar_one() >= MOST_PASSKEYS:
        raise Conflict("There are too many passkeys. Remove one first.", code="too_many_passkeys")
    row = Passkey(
        agent_id=agent_id,
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        name=name,
        created_at=services.now(),
    )
    session.add(row)
    session.flush()
    oneself, now = f"{OWN_DOOR}{agent_id}", services.now()
    record(session, Action.PASSKEY_ADDED, by=oneself, now=now, target=oneself, passkey=str(row.id))
    return row.id


def _held(services: Services, credential_id: bytes) -> tuple[Passkey, Agent, str] | None:
    with services.db.across_workspaces() as session:
        found = session.execute(
            select(Passkey, Agent, Workspace.name)
            .join(Agent, Agent.id == Passkey.agent_id)
            .join(Workspace, Workspace.id == Passkey.workspace_id)
            .where(
                Passkey.credential_id == credential_id,
                Agent.status == AgentStatus.ACTIVE,
                Workspace.erased_at.is_(None),
            )
        ).one_or_none()
    return (found[0], found[1], found[2]) if found is not None else None


def _counted(services: Services, passkey: Passkey, new_count: int) -> bool:
    """Keep the device's count; False where somebody else did meanwhile."""
    with services.db.workspace(passkey.workspace_id, write=True) as session:
        kept = session.execute(
            update(Passkey)
            .where(Passkey.id == passkey.id, Passkey.sign_count == passkey.sign_count)
            .values(sign_count=new_count, last_used_at=services.now())
            .returning(Passkey.id)
            .execution_options(synchronize_session=False)
        ).first()
    return kept is not None


def _is_theirs(answer: dict[str, Any], agent: Agent) -> bool:
    """Whether the device names the same agent, where it names one."""
    response = answer.get("response")
    told = response.get("userHandle") if isinstance(response, dict) else None
    return not told or _bytes_of(told) == _user_handle(agent.workspace_id, agent.id)


def _challenge_of(answer: dict[str, Any]) -> str:
    """The challenge that an answer says to be for, unproven; empty where it says none."""
    response = answer.get("response")
    told = response.get("clientDataJSON") if isinstance(response, dict) else None
    try:
        data = orjson.loads(_bytes_of(told))
        challenge = data.get("challenge") if isinstance(data, dict) else None
        return _bytes_of(challenge).decode("ascii")
    except ValueError:
        return ""


def _bytes_of(text: object) -> bytes:
    if not isinstance(text, str) or len(text) > _LONGEST_ANSWER:
        return b""
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return b""


def _user_handle(workspace_id: int, agent_id: int) -> bytes:
    """What a device knows an agent by: nothing that names them."""
    return sha256(associated("passkey", workspace_id, agent_id)).digest()


def _party(settings: Settings) -> _Party:
    own = urlsplit(settings.app_url)
    return _Party(own.hostname or "", f"{own.scheme}://{own.netloc}")


def _plain(options: Any) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(webauthn.options_to_json(options))
    return plain


def _refused() -> Unauthorized:
    return Unauthorized("This passkey doesn't open anything here.", code="wrong_passkey")
