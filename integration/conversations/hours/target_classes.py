"""Within how long conversations want an answer and their end: classes of them, and what follows.

The form that is stored and told:

    {"by_office_hours": true,
     "answer_minutes": 480, "resolve_minutes": null,
     "classes": [{"name": "Urgent", "answer_minutes": 60, "resolve_minutes": 480,
                  "kinds": ["chat"], "channels": [3], "tags": ["urgent"]}],
     "escalation": {"agent_id": 7, "assign": true, "tag": "overdue"}}

A conversation is of the class that a rule gave it, else of the first whose kinds, channels and
tags it meets (of each list that isn't empty one), else of none: then the outer minutes hold.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from channels.registry import slugs
from integration.crm.agents_text import one_line, same_name, tag_text
from integration.errors import Invalid

MOST_MINUTES = 60 * 24 * 90
MOST_CLASSES = 50
LONGEST_NAME = 60
_KNOWN = {"by_office_hours", "answer_minutes", "resolve_minutes", "classes", "escalation"}


@dataclass(frozen=True, slots=True)
class TargetClass:
    """Minutes within which such conversations want an answer and their end; None for no target."""

    name: str
    answer_minutes: int | None
    resolve_minutes: int | None
    kinds: tuple[str, ...] = ()
    channels: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()

    def is_of(self, kind: str, channel_id: int, tags: Collection[str]) -> bool:
        """Whether a conversation is of the class by itself."""
        if not (self.kinds or self.channels or self.tags):
            return False
        held = {same_name(tag) for tag in tags}
        return (
            (not self.kinds or kind in self.kinds)
            and (not self.channels or channel_id in self.channels)
            and (not self.tags or any(same_name(tag) in held for tag in self.tags))
        )

    def as_dict(self) -> dict[str, Any]:
        """The form that is stored and told."""
        return {
            "name": self.name,
            "answer_minutes": self.answer_minutes,
            "resolve_minutes": self.resolve_minutes,
            "kinds": list(self.kinds),
            "channels": list(self.channels),
            "tags": list(self.tags),
        }


@dataclass(frozen=True, slots=True)
class Escalation:
    """What happens once to a conversation that is overdue, beside that it is written down.

    `agent_id` is told by a mention, and with `assign` gets it; `tag` is put on it.
    """

    agent_id: int | None = None
    assign: bool = False
    tag: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The form that is stored and told."""
        return {"agent_id": self.agent_id, "assign": self.assign, "tag": self.tag}


@dataclass(frozen=True, slots=True)
class Targets:
    """All of a workspace's targets; those without any wait for nothing."""

    answer_minutes: int | None = None
    resolve_minutes: int | None = None
    classes: tuple[TargetClass, ...] = ()
    by_office_hours: bool = True
    escalation: Escalation = Escalation()

    def has_tags(self) -> bool:
        """Whether tags say of which class something is."""
        return any(each.tags for each in self.classes)

    def of(
        self, named: str | None, kind: str, channel_id: int, tags: Collection[str]
    ) -> TargetClass:
        """The class of a conversation; `named` is what a rule gave it."""
        for each in self.classes:
            if named is not None and same_name(each.name) == same_name(named):
                return each
        for each in self.classes:
            if each.is_of(kind, channel_id, tags):
                return each
        return TargetClass("", self.answer_minutes, self.resolve_minutes)

    def as_dict(self) -> dict[str, Any]:
        """The form that is stored and told."""
        return {
            "by_office_hours": self.by_office_hours,
            "answer_minutes": self.answer_minutes,
            "resolve_minutes": self.resolve_minutes,
            "classes": [each.as_dict() for each in self.classes],
            "escalation": self.escalation.as_dict(),
        }


def read_targets(told: object) -> Targets:
    """The targets that a form tells; none for None. Raises Invalid with a sentence.

    Whether its channels and agents are the workspace's is the caller's to ask.
    """
    if told is None:
        return Targets()
    if not isinstance(told, dict):
        raise _refusal("Targets are an object with minutes and classes.")
    if odd := sorted(map(str, set(told) - _KNOWN)):
        raise _refusal(f"Targets have no {odd[0][:40]}.")
    classes = [] if told.get("classes") is None else told["classes"]
    if not isinstance(classes, list) or len(classes) > MOST_CLASSES:
        raise _refusal(f"There are at most {MOST_CLASSES} classes of targets.")
    read = tuple(_class(each) for each in classes)
    if len({same_name(each.name) for each in read}) < len(read):
        raise _refusal("Two classes of targets have the same name.")
    return Targets(
        answer_minutes=_minutes(told.get("answer_minutes")),
        resolve_minutes=_minutes(told.get("resolve_minutes")),
        classes=read,
        by_office_hours=_switch(told.get("by_office_hours", True)),
        escalation=_escalation(told.get("escalation")),
    )


def _class(told: object) -> TargetClass:
    if not isinstance(told, dict):
        raise _refusal("A class of targets is an object with a name and minutes.")
    name = one_line(told["name"]) if isinstance(told.get("name"), str) else ""
    if not 0 < len(name) <= LONGEST_NAME:
        raise _refusal(f"A class's name has 1 to {LONGEST_NAME} characters.")
    kinds = _listed(told.get("kinds"), str)
    if odd := [each for each in kinds if each not in slugs()]:
        raise _refusal(f"There is no kind of channel {odd[0][:40]}.")
    return TargetClass(
        name=name,
        answer_minutes=_minutes(told.get("answer_minutes")),
        resolve_minutes=_minutes(told.get("resolve_minutes")),
        kinds=kinds,
        channels=_listed(told.get("channels"), int),
        tags=tuple(tag_text(each) for each in _listed(told.get("tags"), str)),
    )


def _escalation(told: object) -> Escalation:
    if told is None:
        return Escalation()
    if not isinstance(told, dict):
        raise _refusal("The escalation is an object.")
    agent_id, tag = told.get("agent_id"), told.get("tag")
    if agent_id is not None and (not isinstance(agent_id, int) or isinstance(agent_id, bool)):
        raise _refusal("The agent of the escalation is given by their id.")
    if tag is not None and not isinstance(tag, str):
        raise _refusal("The tag of the escalation is a text.")
    assign = _switch(told.get("assign", False))
    return Escalation(agent_id, assign, tag_text(tag) if tag and tag.strip() else None)


def _minutes(told: object) -> int | None:
    if told is None:
        return None
    if not isinstance(told, int) or isinstance(told, bool) or not 1 <= told <= MOST_MINUTES:
        raise _refusal(f"A target is a whole number of minutes from 1 to {MOST_MINUTES}, or none.")
    return told


def _switch(told: object) -> bool:
    if not isinstance(told, bool):
        raise _refusal("It is on or off.")
    return told


def _listed(told: object, kind: type[Any]) -> tuple[Any, ...]:
    if told is None:
        return ()
    if not isinstance(told, list) or len(told) > MOST_CLASSES:
        raise _refusal(f"A list has at most {MOST_CLASSES} entries.")
    if any(not isinstance(each, kind) or isinstance(each, bool) for each in told):
        raise _refusal("Kinds and tags are texts, channels are ids.")
    return tuple(told)


def _refusal(sentence: str) -> Invalid:
    return Invalid(sentence, code="invalid_targets")
