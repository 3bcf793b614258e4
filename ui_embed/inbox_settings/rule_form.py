"""A routing rule as a form: what is typed, as `rules` takes it, and why it isn't kept."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from typing import Any

from integration.conversations.routing.saved_rules import SavedRule
from integration.errors import AppError
from platforms.money import to_decimal, to_minor
from ui_embed.inbox_settings.screen import told, typed
from ui_embed.texts import gettext

_LISTS = ("kinds", "channels", "languages", "stores")
_SUMS = ("order_at_least", "spent_at_least")
_IDS = frozenset({"channels", "stores"})
# What an error names, where the form's field has another name.
_FIELDS = {"channel": "channels", "store": "stores", "agent": "give", "reason": "reason_id"}
EVERYBODY, SOME = "all", "some"


@dataclass(frozen=True, slots=True)
class RuleForm:
    """The form. `lists` are boxes that are ticked, `sums` amounts with a currency as typed.

    `give` is empty, `all` or `some` in turn, or an agent's id; `turns` those who take turns.
    """

    rule_id: str | None = None
    version: str = ""
    name: str = ""
    is_on: bool = True
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    tags: str = ""
    words: str = ""
    sums: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    give: str = ""
    turns: tuple[str, ...] = ()
    put_tags: str = ""
    reason_id: str = ""
    target_class: str = ""
    refusals: Mapping[str, str] = field(default_factory=dict)

    def conditions(self) -> dict[str, Any]:
        """What it asks, to be read; what can't be meant stays a text."""
        asked: dict[str, Any] = {
            name: [int(each) if name in _IDS and each.isdecimal() else each for each in chosen]
            for name, chosen in self.lists.items()
            if chosen
        }
        for name, text in (("tags", self.tags), ("words", self.words)):
            if parts := _parts(text):
                asked[name] = parts
        for name, (amount, currency) in self.sums.items():
            if amount:
                asked[name] = {"minor": _minor(amount, currency), "currency": currency}
        return asked

    def actions(self) -> dict[str, Any]:
        """What it does, to be read."""
        done: dict[str, Any] = {}
        if self.give == EVERYBODY:
            done["round_robin"] = "all"
        elif self.give == SOME:
            done["round_robin"] = [int(each) for each in self.turns if each.isdecimal()]
        elif self.give:
            done["assign_agent"] = int(self.give) if self.give.isdecimal() else self.give
        if parts := _parts(self.put_tags):
            done["tags"] = parts
        if self.reason_id:
            done["reason_id"] = int(self.reason_id) if self.reason_id.isdecimal() else 0
        if self.target_class:
            done["target_class"] = self.target_class
        return done

    def judged(self) -> "RuleForm":
        """The same, refused where it gives to some and names none."""
        if self.give == SOME and not any(each.isdecimal() for each in self.turns):
            words = gettext("Tick at least one of those who take turns.")
            return replace(self, refusals={"give": words})
        return self

    def told_above(self, absent: Set[str]) -> "RuleForm":
        """The same, told above all of it what is wrong with a field that isn't there."""
        moved = {"" if name in absent else name: why for name, why in self.refusals.items()}
        return replace(self, refusals=moved)

    def refused(self, error: AppError) -> "RuleForm":
        """With the reason where it belongs."""
        at = "name" if error.code == "invalid_name" else str(error.details.get("at") or "")
        at = _FIELDS.get(at, at)
        if at == "tags" and not self.tags:
            at = "put_tags"
        if at == "round_robin":
            at = "give"
        return replace(self, refusals={at: told(error)})


def form_of(rule: SavedRule) -> RuleForm:
    """A rule as it is kept."""
    asked, done = rule.conditions, rule.actions
    turns = done.get("round_robin")
    give = str(done.get("assign_agent", ""))
    if turns is not None:
        give = EVERYBODY if turns == "all" else SOME
    sums = {
        name: (str(to_decimal(each["minor"], each["currency"])), each["currency"])
        for name in _SUMS
        if (each := asked.get(name))
    }
    return RuleForm(
        rule_id=rule.id,
        version=rule.version,
        name=rule.name,
        is_on=rule.is_on,
        lists={name: tuple(str(each) for each in asked.get(name, ())) for name in _LISTS},
        tags=", ".join(asked.get("tags", ())),
        words=", ".join(asked.get("words", ())),
        sums=sums,
        give=give,
        turns=tuple(str(each) for each in turns) if isinstance(turns, list) else (),
        put_tags=", ".join(done.get("tags", ())),
        reason_id=str(done.get("reason_id", "")),
        target_class=done.get("target_class", ""),
    )


def typed_form(
    fields: dict[str, str], several: Mapping[str, list[str]], rule_id: str | None = None
) -> RuleForm:
    """What was typed."""
    return RuleForm(
        rule_id=rule_id,
        version=typed(fields, "version"),
        name=typed(fields, "name"),
        is_on=fields.get("is_on") == "1",
        lists={name: tuple(several.get(name, ())) for name in _LISTS},
        tags=typed(fields, "tags"),
        words=typed(fields, "words"),
        sums={
            name: (typed(fields, name), typed(fields, f"{name}_currency").upper()) for name in _SUMS
        },
        give=typed(fields, "give"),
        turns=tuple(several.get("turns", ())),
        put_tags=typed(fields, "put_tags"),
        reason_id=typed(fields, "reason_id"),
        target_class=typed(fields, "target_class"),
    )


def _parts(text: str) -> list[str]:
    return [each.strip() for each in text.split(",") if each.strip()]


def _minor(amount: str, currency: str) -> int | str:
    try:
        return to_minor(amount.replace(",", "."), currency)
    except ValueError:
        return amount
