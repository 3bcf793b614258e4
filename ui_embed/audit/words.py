"""The audit in the reader's words: what was done, by whom, and the few facts beside it."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext

from integration.audit.actions import Action
from integration.audit.names import ActorKind
from ui_embed.agents.words import role_word
from ui_embed.privacy.class_words import days_words
from ui_embed.request_context import choose_language, formats
from ui_embed.texts import gettext, ngettext

ACTIONS: dict[str, object] = {
    Action.SIGNED_IN: lazy_gettext("Signed in"),
    Action.SIGN_IN_FAILED: lazy_gettext("A sign-in failed"),
    Action.SIGNED_OUT: lazy_gettext("Signed out"),
    Action.SIGNED_OUT_EVERYWHERE: lazy_gettext("Signed out everywhere"),
    Action.AGENT_INVITED: lazy_gettext("Made a sign-in link"),
    Action.AGENT_CHANGED: lazy_gettext("Changed an agent"),
    Action.AGENT_DISABLED: lazy_gettext("Shut an agent out"),
    Action.AGENT_ENABLED: lazy_gettext("Let an agent in again"),
    Action.SIGN_IN_CHANGED: lazy_gettext("Changed a way of signing in"),
    Action.PASSKEY_ADDED: lazy_gettext("Added a passkey"),
    Action.PASSKEY_REMOVED: lazy_gettext("Removed a passkey"),
    Action.API_KEY_MADE: lazy_gettext("Made an API key"),
    Action.API_KEY_REVOKED: lazy_gettext("Revoked an API key"),
    Action.STORE_CONNECTED: lazy_gettext("Connected a store"),
    Action.STORE_DISCONNECTED: lazy_gettext("Disconnected a store"),
    Action.JOIN_CODE_MADE: lazy_gettext("Made a code for one more store"),
    Action.CHANNEL_MADE: lazy_gettext("Set up a channel"),
    Action.CHANNEL_CHANGED: lazy_gettext("Changed a channel"),
    Action.CHANNEL_REMOVED: lazy_gettext("Removed a channel"),
    Action.SETTINGS_CHANGED: lazy_gettext("Changed settings"),
    Action.PEOPLE_EXPORTED: lazy_gettext("Took data out as a file"),
    Action.DATA_REQUESTED: lazy_gettext("Asked for a person's data"),
    Action.DATA_FETCHED: lazy_gettext("Fetched a person's data"),
    Action.ERASURE_ASKED: lazy_gettext("Asked for an erasure"),
    Action.ERASURE_HURRIED: lazy_gettext("Had an erasure begin at once"),
    Action.ERASURE_STOPPED: lazy_gettext("Took a request back"),
    Action.RETENTION_CHANGED: lazy_gettext("Changed how long data is kept"),
    Action.AUDIT_EXPORTED: lazy_gettext("Took the audit out as a file"),
}
FAMILIES: dict[str, object] = {
    "session": lazy_gettext("Sign-ins"),
    "agent": lazy_gettext("Team"),
    "api_key": lazy_gettext("API keys"),
    "store": lazy_gettext("Stores"),
    "channel": lazy_gettext("Channels"),
    "settings": lazy_gettext("Settings"),
    "people": lazy_gettext("Files of data"),
    "privacy": lazy_gettext("Privacy"),
    "audit": lazy_gettext("Audit"),
}
_ICONS = {
    "session": "lock",
    "agent": "people",
    "api_key": "key",
    "store": "store",
    "channel": "mail",
    "settings": "gear",
    "people": "download",
    "privacy": "person",
    "audit": "eye",
}
_WAYS: dict[str, object] = {
    "password": lazy_gettext("by password"),
    "passkey": lazy_gettext("by passkey"),
    "provider": lazy_gettext("by the sign-in service"),
    "invitation": lazy_gettext("by a link"),
    "store": lazy_gettext("by connecting the store"),
    "address": lazy_gettext("the address"),
    "no_password": lazy_gettext("password removed"),
    "no_provider": lazy_gettext("sign-in service removed"),
}
_SETTINGS: dict[str, object] = {
    "automatic": lazy_gettext("Automatic mails"),
    "canned": lazy_gettext("Canned answers"),
    "office_hours": lazy_gettext("Office hours"),
    "reasons": lazy_gettext("Contact reasons"),
    "round_robin": lazy_gettext("Rules"),
    "rules": lazy_gettext("Rules"),
    "targets": lazy_gettext("Targets"),
    "work": lazy_gettext("what they are given"),
    "profile": lazy_gettext("name, language or signature"),
    "settings": lazy_gettext("Settings"),
    "token": lazy_gettext("a new address"),
    "paused": lazy_gettext("paused"),
    "active": lazy_gettext("resumed"),
    "deletions": lazy_gettext("Deletions of the store, accepted"),
    "all": lazy_gettext("everybody"),
    "search": lazy_gettext("people of a search"),
    "segment": lazy_gettext("people of a segment"),
    "report": lazy_gettext("Reports"),
    "deeds": lazy_gettext("Who did what"),
    "views": lazy_gettext("Who looked at whom"),
}


def action_words(action: str) -> str:
    """What was done; an action of a later version stays as it is written."""
    known = ACTIONS.get(action)
    return action if known is None else str(known)


def action_icon(action: str) -> str:
    """The sign of its family."""
    return _ICONS.get(action.partition(".")[0], "dot")


def actor_words(kind: ActorKind, name: str | None) -> str:
    """Who that was."""
    if kind == "agent":
        return name or gettext("Somebody")
    if kind == "program":
        hint = f"{name}…" if name else "–"
        return gettext("A program (%(key)s)", key=hint)
    return {
        "command": gettext("Whoever runs Tillside"),
        "tillside": gettext("Tillside by itself"),
        "store": gettext("The store"),
    }.get(kind, gettext("Somebody unknown"))


def detail_words(details: Mapping[str, Any]) -> str:
    """The facts beside a deed, those that have words."""
    told: list[str] = []
    if "before" in details and "role" in details:
        told.append(_changed(role_word(str(details["before"])), role_word(str(details["role"]))))
    elif "role" in details:
        told.append(role_word(str(details["role"])))
    elif "before" in details or "after" in details:
        told.append(_changed(_days(details.get("before")), _days(details.get("after"))))
    if "way" in details:
        told.append(_word(_WAYS, str(details["way"])))
    told += [_word(_SETTINGS, each) for each in str(details.get("what", "")).split()]
    if details.get("people"):
        told.append(ngettext("%(num)s person", "%(num)s people", int(details["people"])))
    if details.get("again"):
        told.append(gettext("again"))
    return " · ".join(dict.fromkeys(told))


def surface_words(surface: str) -> str:
    """Where somebody saw a person."""
    return {
        "panel": gettext("on the person's page"),
        "inbox": gettext("beside a conversation"),
        "api": gettext("by the API"),
        "command": gettext("by a command"),
        "transcript": gettext("in a transcript"),
        "privacy": gettext("on the page of privacy"),
        "plugin": gettext("in the store's admin"),
    }.get(surface, surface)


def _changed(before: str, after: str) -> str:
    """One and then the other, in the direction in which it is read."""
    return f"{before} {'←' if choose_language() == 'he' else '→'} {after}"


def _days(days: object) -> str:
    if not isinstance(days, int):
        return gettext("until it is erased")
    return days_words(days, formats())


def _word(words: dict[str, object], word: str) -> str:
    known = words.get(word)
    return word if known is None else str(known)
