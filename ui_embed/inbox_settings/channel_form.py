"""A channel as a form: its adapter's fields in words, what was typed, and why it isn't kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from channels.records import Field
from integration.conversations.channels.setup import ChannelCard
from ui_embed.inbox_settings import field_words as words
from ui_embed.inbox_settings.channel_words import FOLDED, PARTS, WAYS

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FormField:
    """A field as it stands in the form. A secret's value never does; `is_held`: there is one."""

    name: str
    kind: str
    label: str
    hint: str | None
    value: str
    is_on: bool = False
    is_required: bool = False
    is_held: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    refusal: str | None = None
    is_ltr: bool = False
    is_long: bool = False


@dataclass(frozen=True, slots=True)
class FormPart:
    """Fields that belong together; `title` is None for the first ones.

    `way` is the only way of coming in that needs them, `hint` says so; None where all do.
    """

    title: str | None
    fields: tuple[FormField, ...]
    is_folded: bool = False
    way: str | None = None
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class ChannelForm:
    """The form. `refusals` maps a field to a sentence; the empty name is about all of it."""

    kind: str
    fields: tuple[Field, ...]
    values: Values
    name: str = ""
    store_id: str = ""
    locale: str = ""
    held: frozenset[str] = frozenset()
    refusals: Mapping[str, str] = field(default_factory=dict)

    @property
    def refusal(self) -> str | None:
        """What is wrong with all of it, also where no field of ours has the name."""
        known = {"name", "store_id", "locale", *(each.name for each in self.fields)}
        return next((text for name, text in self.refusals.items() if name not in known), None)

    def parts(self) -> list[FormPart]:
        """The fields in words, in the order in which they are filled in."""
        grouped = PARTS.get(self.kind, ())
        inside = {name for _, names in grouped for name in names}
        first = tuple(self._shown(each) for each in self.fields if each.name not in inside)
        by_name = {each.name: each for each in self.fields}
        parts = [FormPart(None, first)] if first else []
        for title, names in grouped:
            shown = tuple(self._shown(by_name[name]) for name in names if name in by_name)
            if shown:
                is_folded = names[0] in FOLDED and not _speaks(shown)
                way, hint = WAYS.get(names[0], (None, None))
                told = None if hint is None else str(hint)
                parts.append(FormPart(str(title), shown, is_folded, way, told))
        return parts

    def _shown(self, asked: Field) -> FormField:
        value = self.values.get(asked.name, asked.default)
        return FormField(
            name=asked.name,
            kind=asked.kind,
            label=words.label(asked.name),
            hint=words.hint(asked.name),
            value="" if asked.kind == "secret" or value is None else str(value),
            is_on=value is True or value == "1",
            is_required=asked.is_required,
            is_held=asked.name in self.held,
            choices=tuple((each, words.choice(each)) for each in asked.choices),
            refusal=self.refusals.get(asked.name),
            is_ltr=asked.name in words.LEFT_TO_RIGHT or asked.kind in ("host", "port", "secret"),
            is_long=asked.name in words.LONG,
        )


def _speaks(fields: tuple[FormField, ...]) -> bool:
    """Whether something in a part has to be seen: what is wrong, what is set."""
    return any(each.refusal or each.is_held for each in fields)


def empty_form(kind: str, fields: tuple[Field, ...], values: Values) -> ChannelForm:
    """A form for a new channel, some of it filled in already."""
    return ChannelForm(kind, fields, values)


def form_of(card: ChannelCard, fields: tuple[Field, ...]) -> ChannelForm:
    """A channel as it is kept, to be changed."""
    return ChannelForm(
        kind=card.kind,
        fields=fields,
        values=card.settings,
        name=card.name,
        store_id=card.store_id or "",
        locale=card.locale or "",
        held=frozenset(card.secrets),
    )


def typed_values(fields: tuple[Field, ...], told: Mapping[str, str]) -> dict[str, Any]:
    """What was typed, by field: a switch that isn't sent is off."""
    return {
        each.name: told.get(each.name, "") == "1"
        if each.kind == "switch"
        else told.get(each.name, "")
        for each in fields
    }
