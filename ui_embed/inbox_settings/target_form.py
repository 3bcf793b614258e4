"""Targets as a form: the usual ones, classes of conversations with their own, and escalation."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from integration.conversations.hours.target_classes import MOST_CLASSES, Targets, read_targets
from integration.errors import Invalid
from ui_embed.inbox_settings.screen import chosen_id, in_words, typed
from ui_embed.inbox_settings.spans import minutes_of, parted, typed_span
from ui_embed.texts import gettext

Span = tuple[str, str]
_CLASS = re.compile(r"class_(\d{1,3})")
_DROP = re.compile(r"drop_(\d{1,3})")


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A class as it stands in the form; `place` numbers its fields."""

    place: int
    name: str = ""
    answer: Span = ("", "60")
    resolve: Span = ("", "60")
    kinds: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    tags: str = ""
    refusal: str | None = None

    def told(self) -> dict[str, Any]:
        """The class as `read_targets` takes it. Raises ValueError for what is no number."""
        return {
            "name": self.name,
            "answer_minutes": minutes_of(self.answer),
            "resolve_minutes": minutes_of(self.resolve),
            "kinds": list(self.kinds),
            "channels": [int(each) for each in self.channels if each.isdecimal()],
            "tags": [each.strip() for each in self.tags.split(",") if each.strip()],
        }


@dataclass(frozen=True, slots=True)
class TargetForm:
    """The form. `refusals` maps a field to a sentence; the empty name is about all of it."""

    by_office_hours: bool = True
    answer: Span = ("", "60")
    resolve: Span = ("", "60")
    classes: tuple[ClassRow, ...] = ()
    agent_id: str = ""
    assign: bool = False
    tag: str = ""
    refusals: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_full(self) -> bool:
        """Whether no further class fits in."""
        return len(self.classes) >= MOST_CLASSES

    def with_class(self) -> "TargetForm":
        """With one more class to fill in."""
        place = max((each.place for each in self.classes), default=0) + 1
        return replace(self, classes=(*self.classes, ClassRow(place)))

    def without_class(self, place: int) -> "TargetForm":
        """Without the class at that place."""
        return replace(self, classes=tuple(each for each in self.classes if each.place != place))

    def told(self) -> dict[str, Any]:
        """The targets as `read_targets` takes them, once `judged` found nothing wrong."""
        return {
            "by_office_hours": self.by_office_hours,
            "answer_minutes": minutes_of(self.answer),
            "resolve_minutes": minutes_of(self.resolve),
            "classes": [each.told() for each in self.classes],
            "escalation": {
                "agent_id": chosen_id(self.agent_id),
                "assign": self.assign,
                "tag": self.tag or None,
            },
        }

    def judged(self) -> "TargetForm":
        """The same with what is wrong beside where it stands."""
        refusals = {
            name: why
            for name, span in (("answer", self.answer), ("resolve", self.resolve))
            if (why := _span_refusal(span))
        }
        rows = tuple(replace(each, refusal=_class_refusal(each)) for each in self.classes)
        return replace(self, classes=rows, refusals=refusals)

    @property
    def is_wrong(self) -> bool:
        """Whether something was found wrong."""
        return bool(self.refusals) or any(each.refusal for each in self.classes)


def form_of(targets: Targets) -> TargetForm:
    """Targets as they are kept."""
    rows = tuple(
        ClassRow(
            place,
            each.name,
            parted(each.answer_minutes),
            parted(each.resolve_minutes),
            each.kinds,
            tuple(str(channel) for channel in each.channels),
            ", ".join(each.tags),
        )
        for place, each in enumerate(targets.classes, 1)
    )
    after = targets.escalation
    return TargetForm(
        targets.by_office_hours,
        parted(targets.answer_minutes),
        parted(targets.resolve_minutes),
        rows,
        "" if after.agent_id is None else str(after.agent_id),
        after.assign,
        after.tag or "",
    )


def typed_form(fields: dict[str, str], several: Mapping[str, list[str]]) -> TargetForm:
    """What was typed; `several` holds the fields that may stand more than once."""
    places = sorted(int(found[1]) for name in fields if (found := _CLASS.fullmatch(name)))
    rows = tuple(
        ClassRow(
            place,
            typed(fields, f"name_{place}"),
            typed_span(fields, f"answer_{place}"),
            typed_span(fields, f"resolve_{place}"),
            tuple(several.get(f"kinds_{place}", ())),
            tuple(several.get(f"channels_{place}", ())),
            typed(fields, f"tags_{place}"),
        )
        for place in places[:MOST_CLASSES]
    )
    return TargetForm(
        fields.get("by_office_hours") == "1",
        typed_span(fields, "answer"),
        typed_span(fields, "resolve"),
        rows,
        typed(fields, "agent_id"),
        fields.get("assign") == "1",
        typed(fields, "tag"),
    )


def dropped(fields: Mapping[str, str]) -> int | None:
    """The place of the class that is to go, if one is."""
    found = _DROP.fullmatch(fields.get("do", ""))
    return int(found[1]) if found else None


def _class_refusal(row: ClassRow) -> str | None:
    try:
        read_targets({"classes": [row.told()]})
    except ValueError:
        return _no_number()
    except Invalid as error:
        return in_words(error.message)
    return None


def _span_refusal(span: Span) -> str | None:
    try:
        read_targets({"answer_minutes": minutes_of(span)})
    except ValueError:
        return _no_number()
    except Invalid as error:
        return in_words(error.message)
    return None


def _no_number() -> str:
    return gettext("Give a whole number above 0, or nothing.")
