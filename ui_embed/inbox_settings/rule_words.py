"""Rules in words: what each asks and does, with names in place of ids."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from integration.conversations.routing.saved_rules import SavedRule
from ui_embed.request_context import formats
from ui_embed.texts import gettext

Choices = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Names:
    """What ids and words of rules are called, as lists that a form offers."""

    kinds: Choices
    channels: Choices
    languages: Choices
    stores: Choices
    agents: Choices
    reasons: Choices


@dataclass(frozen=True, slots=True)
class RuleWords:
    """A rule in words, each part with the names that stand in it."""

    asks: list[tuple[str, list[str]]]
    does: list[tuple[str, list[str]]]


def rule_words(rule: SavedRule, names: Names) -> RuleWords:
    """What a rule asks and does, in the reader's language."""
    asked, done = rule.conditions, rule.actions
    asks = [
        (gettext("Kind of channel"), _named(asked.get("kinds"), names.kinds)),
        (gettext("Channel"), _named(asked.get("channels"), names.channels)),
        (gettext("Language"), _named(asked.get("languages"), names.languages)),
        (gettext("Store"), _named(asked.get("stores"), names.stores)),
        (gettext("Customer's tag"), list(asked.get("tags", ()))),
        (gettext("Words"), list(asked.get("words", ()))),
        (gettext("Order worth at least"), _sum(asked.get("order_at_least"))),
        (gettext("Has spent at least"), _sum(asked.get("spent_at_least"))),
    ]
    does = [
        (gettext("Give it to"), _given(done, names)),
        (gettext("Tag it"), list(done.get("tags", ()))),
        (gettext("Reason"), _named([done.get("reason_id")], names.reasons)),
        (gettext("Targets"), [done["target_class"]] if done.get("target_class") else []),
    ]
    return RuleWords([each for each in asks if each[1]], [each for each in does if each[1]])


def _given(done: dict[str, Any], names: Names) -> list[str]:
    if "assign_agent" in done:
        return _named([done["assign_agent"]], names.agents)
    turns = done.get("round_robin")
    if turns == "all":
        return [gettext("whoever is there, in turn")]
    return _named(turns, names.agents)


def _named(ids: Iterable[Any] | None, choices: Choices) -> list[str]:
    known = dict(choices)
    gone = gettext("somebody or something that is gone")
    return [known.get(str(each), gone) for each in ids or () if each is not None]


def _sum(told: dict[str, Any] | None) -> list[str]:
    return [] if told is None else [formats().money(told["minor"], told["currency"])]
