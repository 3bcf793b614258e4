"""What a routing rule asks of a new conversation, and what it does: a closed form of both.

    conditions {"channels": [3], "kinds": ["chat"], "languages": ["el"], "stores": [1],
                "tags": ["vip"], "words": ["refund"],
                "order_at_least": {"minor": 10000, "currency": "EUR"},
                "spent_at_least": {"minor": 50000, "currency": "EUR"}}
    actions    {"assign_agent": 7} or {"round_robin": "all"} or {"round_robin": [7, 8]},
               "tags": ["returns"], "reason_id": 2, "target_class": "Urgent"

All conditions that are given have to hold, of a list any entry; none at all are always met. Tags,
the order's value and what was spent are of a person whom the sender is believed to be.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, NoReturn

from channels.registry import slugs
from integration.crm.agents_text import one_line, same_name, tag_text
from integration.errors import Invalid
from integration.texts.folding import words

MOST_LISTED = 100
LONGEST_WORDS = 80
_LISTS: dict[str, type[Any]] = {
    "channels": int,
    "kinds": str,
    "languages": str,
    "stores": int,
    "tags": str,
    "words": str,
}
_SUMS = ("order_at_least", "spent_at_least")
_ACTIONS = ("assign_agent", "round_robin", "tags", "reason_id", "target_class")


@dataclass(frozen=True, slots=True)
class Sum:
    """Money, in minor units of a currency."""

    minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a rule asks; what isn't given asks nothing."""

    channels: tuple[int, ...] = ()
    kinds: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    stores: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    order_at_least: Sum | None = None
    spent_at_least: Sum | None = None

    def asks_person(self) -> bool:
        """Whether it asks who the sender is."""
        return bool(self.tags or self.order_at_least or self.spent_at_least)

    def as_dict(self) -> dict[str, Any]:
        """The form that is stored and told."""
        return _given(self)


@dataclass(frozen=True, slots=True)
class Actions:
    """What a rule does. `round_robin` are the agents who take turns; all of them where empty."""

    assign_agent: int | None = None
    takes_turns: bool = False
    round_robin: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()
    reason_id: int | None = None
    target_class: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The form that is stored and told."""
        told = _given(self)
        told.pop("takes_turns", None)
        if self.takes_turns:
            told["round_robin"] = list(self.round_robin) or "all"
        return told


@dataclass(frozen=True, slots=True)
class Facts:
    """What rules are asked about: a new conversation, and the person whom it is believed to be.

    `has_person`: they were looked up. `order` is the value of their order in question; `spent` what
    they spent, by currency.
    """

    channel_id: int
    kind: str
    language: str | None
    store_id: int | None
    text: str = field(default="", repr=False)
    has_person: bool = False
    tags: tuple[str, ...] = ()
    order: Sum | None = None
    spent: Mapping[str, int] = field(default_factory=dict)


def is_met(asked: Conditions, facts: Facts) -> bool:
    """Whether a conversation meets all that is asked."""
    language = (facts.language or "").replace("_", "-").partition("-")[0].lower()
    return (
        _any(asked.channels, (facts.channel_id,))
        and _any(asked.kinds, (facts.kind,))
        and _any(asked.languages, (language,))
        and _any(asked.stores, (facts.store_id,))
        and _any([same_name(tag) for tag in asked.tags], [same_name(tag) for tag in facts.tags])
        and (not asked.words or _says(facts.text, asked.words))
        and _reaches(asked.order_at_least, facts.order)
        and _spent(asked.spent_at_least, facts.spent)
    )


def read_conditions(told: object) -> Conditions:
    """The conditions of a form. Raises Invalid with a sentence, `details["at"]` names the place."""
    given = _object(told, "conditions", (*_LISTS, *_SUMS))
    lists: dict[str, Any] = {
        name: _list(name, given.get(name), kind) for name, kind in _LISTS.items()
    }
    for kind in lists["kinds"]:
        if kind not in slugs():
            _refuse(
                "kinds", f"There is no kind of channel {kind[:40]}. We have {', '.join(slugs())}."
            )
    for language in lists["languages"]:
        if not (language.isascii() and language.isalpha() and 2 <= len(language) <= 3):
            _refuse("languages", "A language has two or three letters, as el.")
    lists["languages"] = tuple(each.lower() for each in lists["languages"])
    lists["tags"] = tuple(tag_text(each) for each in lists["tags"])
    lists["words"] = tuple(_phrase(each) for each in lists["words"])
    sums: dict[str, Any] = {name: _sum(name, given.get(name)) for name in _SUMS}
    return Conditions(**lists, **sums)


def read_actions(told: object) -> Actions:
    """The actions of a form. Raises Invalid as `read_conditions`."""
    given = _object(told, "actions", _ACTIONS)
    agent, turns = given.get("assign_agent"), given.get("round_robin")
    if agent is not None and turns is not None:
        _refuse("round_robin", "Give it to one agent or to several in turn, not both.")
    name = given.get("target_class")
    if name is not None and (not isinstance(name, str) or not one_line(name)):
        _refuse("target_class", "A class of targets is given by its name.")
    actions = Actions(
        assign_agent=_id("assign_agent", agent),
        takes_turns=turns is not None,
        round_robin=() if turns == "all" else _list("round_robin", turns, int),
        tags=tuple(tag_text(each) for each in _list("tags", given.get("tags"), str)),
        reason_id=_id("reason_id", given.get("reason_id")),
        target_class=one_line(name) if name else None,
    )
    if actions == Actions():
        _refuse(None, "A rule does something: give at least one action.")
    return actions


def _says(text: str, phrases: Sequence[str]) -> bool:
    """Whether one of the phrases stands in the text; its last word may go on (refund, refunded)."""
    said = " " + " ".join(words(text))
    return any(" " + " ".join(words(phrase)) in said for phrase in phrases)


def _any(asked: Collection[Any], held: Collection[Any]) -> bool:
    return not asked or any(each in asked for each in held)


def _reaches(asked: Sum | None, held: Sum | None) -> bool:
    if asked is None:
        return True
    return held is not None and held.currency == asked.currency and held.minor >= asked.minor


def _spent(asked: Sum | None, spent: Mapping[str, int]) -> bool:
    return asked is None or spent.get(asked.currency, -1) >= asked.minor


def _given(form: Any) -> dict[str, Any]:
    told = {name: value for name, value in asdict(form).items() if value not in (None, (), False)}
    return {name: list(each) if isinstance(each, tuple) else each for name, each in told.items()}


def _object(told: object, what: str, known: Sequence[str]) -> dict[str, Any]:
    if not isinstance(told, Mapping):
        _refuse(None, f"The {what} are an object.")
    if odd := sorted(map(str, set(told) - set(known))):
        _refuse(
            odd[0][:40], f"There is no {odd[0][:40]} among {what}. There are: {', '.join(known)}."
        )
    return dict(told)


def _list(name: str, told: object, kind: type[Any]) -> tuple[Any, ...]:
    if told is None:
        return ()
    if not isinstance(told, list | tuple) or len(told) > MOST_LISTED:
        _refuse(name, f"It is a list of at most {MOST_LISTED} entries.")
    if any(not isinstance(each, kind) or isinstance(each, bool) for each in told):
        _refuse(name, "Its entries are ids." if kind is int else "Its entries are texts.")
    return tuple(dict.fromkeys(told))


def _phrase(told: str) -> str:
    phrase = one_line(told)
    if not words(phrase) or len(phrase) > LONGEST_WORDS:
        _refuse("words", f"A word or phrase has 1 to {LONGEST_WORDS} characters and a letter.")
    return phrase


def _sum(name: str, told: object) -> Sum | None:
    if told is None:
        return None
    given = _object(told, "sum", ("minor", "currency"))
    minor, currency = given.get("minor"), given.get("currency")
    if not isinstance(minor, int) or isinstance(minor, bool) or not 0 <= minor <= 10**15:
        _refuse(name, "A sum is a whole number of minor units, not negative.")
    if not isinstance(currency, str) or not (
        len(currency) == 3 and currency.isascii() and currency.isalpha()
    ):
        _refuse(name, "A currency has three letters, as EUR.")
    return Sum(minor, currency.upper())


def _id(name: str, told: object) -> int | None:
    if told is not None and (not isinstance(told, int) or isinstance(told, bool) or told < 1):
        _refuse(name, "It is given by its id.")
    return told


def _refuse(at: str | None, message: str) -> NoReturn:
    raise Invalid(message, code="invalid_rule", details={"at": at})
