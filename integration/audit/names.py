"""Whom the audit's words mean: agents by their doors, programs by keys, things by their ids."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import select

from integration.agents.directory import OWN_DOOR, first_name
from integration.audit.recording import CONSOLE, ITSELF, STORE, STRANGER
from integration.db import WorkspaceSession
from integration.models import Agent, AgentDoor, ApiKey, Channel, Store

ActorKind = Literal["agent", "program", "command", "tillside", "store", "stranger"]

_KEY = "api-key:"
_WORDS: dict[str, ActorKind] = {
    CONSOLE: "command",
    "operator": "command",
    ITSELF: "tillside",
    STORE: "store",
    STRANGER: "stranger",
}
_LONGEST_ID = 18


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did something. `name` is an agent's, or the first characters of a program's key."""

    kind: ActorKind
    name: str | None = None
    agent_id: str | None = None


def actors_by_name(session: WorkspaceSession, actors: Iterable[str]) -> dict[str, Actor]:
    """Who each of these is; one who is gone keeps what is told of them."""
    asked = set(actors)
    numbers = {_number(each, OWN_DOOR) for each in asked} - {None}
    keys = {_number(each, _KEY) for each in asked} - {None}
    agents = _by_id(session, Agent.id, Agent.name, numbers)
    hints = _by_id(session, ApiKey.id, ApiKey.hint, keys)
    doors = _by_door(session, asked)
    return {each: _actor(each, agents, hints, doors) for each in asked}


def actors_of(session: WorkspaceSession, agent_id: int) -> list[str]:
    """All names under which an agent stands in the audit."""
    doors = select(AgentDoor.viewer).where(AgentDoor.agent_id == agent_id)
    return [f"{OWN_DOOR}{agent_id}", *session.execute(doors).scalars()]


def targets_by_name(
    session: WorkspaceSession, targets: Iterable[str | None]
) -> dict[str, str | None]:
    """What each target is called, None where it has no name or is gone."""
    asked = {each for each in targets if each}
    found: dict[str, str | None] = dict.fromkeys(asked)
    for kind, key, name in (
        ("agent", Agent.id, Agent.name),
        ("store", Store.id, Store.name),
        ("channel", Channel.id, Channel.name),
        ("api-key", ApiKey.id, ApiKey.hint),
    ):
        numbers = {_number(each, f"{kind}:") for each in asked} - {None}
        for number, told in _by_id(session, key, name, numbers).items():
            found[f"{kind}:{number}"] = told
    return found


def _actor(
    word: str, agents: dict[int, str], hints: dict[int, str], doors: dict[str, tuple[int, str]]
) -> Actor:
    if word in _WORDS:
        return Actor(_WORDS[word])
    key = _number(word, _KEY)
    if key is not None:
        return Actor("program", hints.get(key))
    number = _number(word, OWN_DOOR)
    if number is not None:
        return Actor("agent", agents.get(number, f"#{number}"), str(number))
    if word in doors:
        return Actor("agent", doors[word][1], str(doors[word][0]))
    return Actor("agent", first_name(word))


def _by_id(session: WorkspaceSession, key: Any, name: Any, ids: set[Any]) -> dict[int, str]:
    if not ids:
        return {}
    return {row[0]: row[1] for row in session.execute(select(key, name).where(key.in_(ids)))}


def _by_door(session: WorkspaceSession, words: set[str]) -> dict[str, tuple[int, str]]:
    asked = select(AgentDoor.viewer, Agent.id, Agent.name).join(
        Agent, Agent.id == AgentDoor.agent_id
    )
    rows = session.execute(asked.where(AgentDoor.viewer.in_(words)))
    return {viewer: (agent_id, name) for viewer, agent_id, name in rows}


def _number(word: str, prefix: str) -> int | None:
    rest = word.removeprefix(prefix)
    if rest == word or not (rest.isascii() and rest.isdigit() and len(rest) <= _LONGEST_ID):
        return None
    return int(rest)
