"""Receipts in people's words: how much of what was erased or handed out, and why."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext

from ui_embed.formats import Formats
from ui_embed.inbox.words import size
from ui_embed.privacy.class_words import NAMES, class_name
from ui_embed.privacy.words import receipt_words, source_words
from ui_embed.texts import gettext, ngettext, ngettext_noop

# What comes first is told first: what a merchant knows, then what lies behind it.
_COUNTED = {
    "accounts": ngettext_noop("%(num)s account", "%(num)s accounts"),
    "identities": ngettext_noop(
        "%(num)s list of addresses and numbers", "%(num)s lists of addresses and numbers"
    ),
    "orders": ngettext_noop("%(num)s order", "%(num)s orders"),
    "conversations": ngettext_noop("%(num)s conversation", "%(num)s conversations"),
    "messages": ngettext_noop("%(num)s message", "%(num)s messages"),
    "struck_out": ngettext_noop(
        "%(num)s message of somebody else that named them",
        "%(num)s messages of others that named them",
    ),
    "files": ngettext_noop("%(num)s file", "%(num)s files"),
    "cases": ngettext_noop("%(num)s case of the notebook", "%(num)s cases of the notebook"),
    "visits": ngettext_noop("%(num)s visit in the chat", "%(num)s visits in the chat"),
    "visitors": ngettext_noop("%(num)s visitor of the chat", "%(num)s visitors of the chat"),
    "notes": ngettext_noop("%(num)s note", "%(num)s notes"),
    "own_tags": ngettext_noop("%(num)s list of tags", "%(num)s lists of tags"),
    "decisions": ngettext_noop(
        "%(num)s decision about who is who", "%(num)s decisions about who is who"
    ),
    "documents": ngettext_noop("%(num)s entry of the search", "%(num)s entries of the search"),
    "exports": ngettext_noop("%(num)s file of a person's data", "%(num)s files of a person's data"),
    "requests": ngettext_noop("%(num)s other request", "%(num)s other requests"),
    "bodies": ngettext_noop(
        "%(num)s notice of the store, as it came", "%(num)s notices of the store, as they came"
    ),
    "arrivals": ngettext_noop("%(num)s message, as it came", "%(num)s messages, as they came"),
}

_FACTS: dict[str, object] = {
    "source": lazy_gettext("Why"),
    "asked_at": lazy_gettext("Asked"),
    "before": lazy_gettext("Older than"),
    "day": lazy_gettext("Day"),
    "stores": lazy_gettext("Stores"),
    "key_destroyed": lazy_gettext("Key of the store's data"),
    "erased": lazy_gettext("What had been done"),
    "erased_at": lazy_gettext("When that was"),
}
_TIMES = ("asked_at", "before", "erased_at")
_AGAIN = {"person": "person_erased", "store": "store_erased", "older": "older_erased"}


def counted(kind: str, counts: Mapping[str, int], figures: Formats) -> tuple[str, ...]:
    """How much of what a receipt of this kind tells, one text each, what matters most first.

    What has no words here is told by the name that it has in the receipt.
    """
    if kind == "aged_out":
        told = [_plain(class_name(name), counts[name], figures) for name in _sorted(counts, NAMES)]
    else:
        told = [
            _words(name, counts[name], figures) for name in _sorted(counts, (*_COUNTED, "bytes"))
        ]
    return tuple(told)


def amount_words(kind: str) -> str:
    """What was done to what a receipt of this kind counts."""
    return gettext("Handed out") if kind == "data_exported" else gettext("Erased")


def facts_words(facts: Mapping[str, Any], figures: Formats) -> tuple[tuple[str, str], ...]:
    """What else a receipt tells: a name and what it is, why it was done first."""
    return tuple(_fact(name, facts[name], figures) for name in _sorted(facts, _FACTS))


def _sorted(names: Iterable[str], known: Iterable[str]) -> list[str]:
    """Those that are known in their order, then what isn't known by name."""
    order = {name: place for place, name in enumerate(known)}
    return sorted(names, key=lambda name: (order.get(name, len(order)), name))


def _words(name: str, count: int, figures: Formats) -> str:
    if name == "bytes":
        return size(count)
    forms = _COUNTED.get(name)
    if forms is None:
        return _plain(name.replace("_", " "), count, figures)
    return ngettext(*forms, count, num=figures.number(count))


def _plain(name: str, count: int, figures: Formats) -> str:
    return gettext("%(what)s: %(count)s", what=name, count=figures.number(count))


def _fact(name: str, told: Any, figures: Formats) -> tuple[str, str]:
    if name in _TIMES:
        return str(_FACTS[name]), _moment(told, figures)
    if name == "key_destroyed":
        return str(_FACTS[name]), gettext("destroyed") if told else gettext("kept")
    known = _FACTS.get(name, name.replace("_", " "))
    values: dict[str, Callable[[Any], str]] = {
        "source": source_words,
        "erased": lambda what: receipt_words(_AGAIN.get(what, what)),
        "stores": lambda ids: ", ".join(map(str, ids)),
    }
    return str(known), values.get(name, str)(told)


def _moment(told: Any, figures: Formats) -> str:
    """A time as people read it; what is none, as it stands there."""
    try:
        return figures.exact(datetime.fromisoformat(str(told)))
    except ValueError:
        return str(told)
